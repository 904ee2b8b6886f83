"""The documented operations of OAuth: each has its function, with every documented field, status and code."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..openapi import document
from .specification import Operation, specifications

TABLE: dict[str, Any] = yaml.safe_load(
    (Path(__file__).resolve().parent.parent / "data" / "oauth_operations.yaml").read_text(encoding="utf-8")
)
CODES: list[str] = TABLE.pop("codes")
SPECIFICATION = specifications()["oauth"]
OPERATIONS = {operation.id: operation for operation in SPECIFICATION.operations()}
# What RFC 7636 adds, which Anaplan does not document.
PKCE = {"code_challenge", "code_challenge_method", "code_verifier"}


def test_each_documented_operation_has_its_function_and_no_function_is_an_invention() -> None:
    assert {name: f"{operation.method} {operation.path}" for name, operation in OPERATIONS.items()} == {
        name: row["request"] for name, row in TABLE.items()
    }


@pytest.mark.parametrize(("name", "row"), TABLE.items(), ids=TABLE)
def test_an_operation_has_its_documented_statuses(name: str, row: dict[str, Any]) -> None:
    # A limit of requests is documented of all APIs.
    assert set(OPERATIONS[name].responses) == {*row["statuses"], 429}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_public_secret_and_served_by_the_application(name: str) -> None:
    operation = OPERATIONS[name]
    body, _, _ = next(operation.bodies())
    request = operation.function(**operation.arguments(optional=True), **body)
    assert (request.host, request.public, request.sensitive, request.authorization) == ("app", True, True, None)


def test_every_documented_field_is_there() -> None:
    authorize = TABLE["start_authorization"]
    given = {node["name"]: node.get("required", False) for node in parameters(OPERATIONS["start_authorization"])}
    assert {name for name, required in given.items() if required} == set(authorize["fields"])
    assert given.keys() == {*authorize["fields"], *authorize["optional"]} | (PKCE - {"code_verifier"})
    device = SPECIFICATION.schemas["DeviceCodeRequest"]
    row = TABLE["create_device_code"]
    assert (device["required"], set(device["properties"])) == (row["fields"], {*row["fields"], *row["optional"]})
    assert set(SPECIFICATION.schemas["DeviceCode"]["properties"]) == set(row["response"])
    for name, fields in TABLE["create_token"]["grants"].items():
        assert SPECIFICATION.schemas[name]["properties"].keys() - PKCE == set(fields)
    assert set(SPECIFICATION.schemas["TokenResponse"]["properties"]) == set(TABLE["create_token"]["response"])


def parameters(operation: Operation) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = document("oauth")["paths"][operation.path][operation.method.lower()]["parameters"]
    return nodes


def test_every_documented_code_has_an_example_and_only_the_classes_of_requests_are_closed() -> None:
    text = json.dumps(document("oauth")["paths"]) + json.dumps(document("oauth")["components"])
    assert [code for code in CODES if f'"error": "{code}"' not in text] == []
    closed = {name for name, node in SPECIFICATION.schemas.items() if node.get("additionalProperties") is False}
    assert closed == {"DeviceCodeRequest", *TABLE["create_token"]["grants"]}
