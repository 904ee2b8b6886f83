"""The table of documented operations of the APIs for administrators: each is specified, and no function is missing."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from anaplan_client.core.hosts import REGIONS, base_urls

from .specification import specifications

TABLE: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).resolve().parent.parent / "data" / "administration_operations.yaml").read_text(encoding="utf-8")
)
ROWS = [(api, form, row) for api, rows in TABLE.items() for form, row in rows.items()]
every_row = pytest.mark.parametrize(("api", "form", "row"), ROWS, ids=[f"{api} {form}" for api, form, _ in ROWS])


def test_the_table_has_all_operations() -> None:
    assert {api: len(rows) for api, rows in TABLE.items()} == {
        "audit": 2,
        "scim": 8,
        "exception_users": 2,
        "administration": 2,
    }


@every_row
def test_a_documented_operation_is_specified_with_all_that_is_documented(
    api: str, form: str, row: dict[str, Any]
) -> None:
    method, path = form.split(" ")
    specification = specifications()[api]
    node = specification.document["paths"][path][method.lower()]
    assert node["x-anaplan-role"] == row["role"]
    parameters = [specification.resolve(parameter) for parameter in node.get("parameters", [])]
    assert {item["name"] for item in parameters if item["in"] == "query"} >= set(row.get("query", []))
    assert list(specification.resolve(node.get("requestBody", {})).get("content", {})) == row.get("request", [])
    for status, media in row["responses"].items():
        assert list(specification.resolve(node["responses"][str(status)]).get("content", {})) == media


@every_row
def test_a_documented_operation_has_its_functions(api: str, form: str, row: dict[str, Any]) -> None:
    found = [operation for operation in specifications()[api].operations() if operation.id in row["functions"]]
    assert [operation.id for operation in found] == row["functions"]
    assert {f"{operation.method} {operation.path}" for operation in found} == {form}


def test_no_function_is_an_invention() -> None:
    for api, rows in TABLE.items():
        named = [name for row in rows.values() for name in row["functions"]]
        assert sorted(named) == sorted(operation.id for operation in specifications()[api].operations())


def test_every_operation_is_on_the_page_of_operations() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    for api, form, row in ROWS:
        for name in row["functions"]:
            assert f"| `{form}` | `{api}.{name}` |" in page


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("api", TABLE)
def test_the_hosts_of_the_client_are_servers_of_the_specification(api: str, region: str) -> None:
    specification = specifications()[api]
    servers = specification.document["servers"]
    names = [name for server in servers for name in server.get("variables", {}).get("region", {}).get("enum", [])]
    urls = [server["url"] for server in servers if "variables" not in server]
    urls += [server["url"].format(region=name) for server in servers if "variables" in server for name in names]
    assert base_urls(region)[specification.host] + specification.base in urls  # type: ignore[index]
