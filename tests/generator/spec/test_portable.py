"""Specifications that serve any reader: what they say for other tools, and what the generator makes of it."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft4Validator

from anaplan_client.core.hosts import REGIONS, base_urls
from generator.spec.extensions import EXTENSIONS, write_table
from generator.spec.portable import simplify

from ...openapi import NAMES, OPENAPI, document
from ..conftest import ROOT

MOMENT = {"type": "integer", "format": "int64", "x-anaplan-type": "epoch-milliseconds"}
SPELLED: dict[str, Any] = {"a": {"type": "string", "x-anaplan-spellings": ["A", "b"]}}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (MOMENT, {"type": "integer", "format": "epoch-milliseconds"}),
        ({**MOMENT, "x-anaplan-type": "id"}, {"type": "integer", "format": "id"}),
        ({"items": [MOMENT]}, {"items": [{"type": "integer", "format": "epoch-milliseconds"}]}),
        ({"type": "integer", "format": "int64", "minimum": 1}, {"type": "integer", "minimum": 1}),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "date"}),
        ({"properties": {**SPELLED, "A": {}, "b": {}, "c": {}}}, {"properties": {**SPELLED, "c": {}}}),
        # A field of a response that is called like the key, as in an example.
        ({"properties": ["text", {"format": "int64"}]}, {"properties": ["text", {"format": "int64"}]}),
        ({"properties": {"properties": {**SPELLED}}}, {"properties": {"properties": {**SPELLED}}}),
    ],
)
def test_a_document_is_read_in_the_generators_terms(written: object, read: object) -> None:
    assert simplify(written) == read


@pytest.mark.parametrize("name", NAMES)
def test_the_servers_are_those_of_every_region(name: str) -> None:
    servers = document(name)["servers"]
    host = servers[0]["x-anaplan-host"]
    urls = {
        server["url"].replace("{region}", region)
        for server in servers
        for region in server.get("variables", {"region": {"enum": [""]}})["region"]["enum"]
    }
    path = urlsplit(servers[0]["url"]).path
    assert servers[0]["url"] == base_urls()[host] + path
    assert urls == {base_urls(region)[host] + path for region in REGIONS}
    shared = {region for region in REGIONS if base_urls(region)[host] == base_urls()[host]}
    assert set(re.findall(r"\b[a-z]{2}\d\b", servers[0]["description"])) == shared


@pytest.mark.parametrize("name", NAMES)
def test_the_head_of_a_file_names_the_keys_of_our_own_that_it_has(name: str) -> None:
    head, _, text = (OPENAPI / f"anaplan_{name}.yaml").read_text(encoding="utf-8").partition("\nopenapi: ")
    keys = r"(?<!/)\bx-[a-z-]*[a-z]"
    assert set(re.findall(keys, head)) == set(re.findall(keys + "(?=:)", text))


def test_the_keys_of_our_own_are_documented_and_used() -> None:
    page = (ROOT / "docs/maintainers/extensions.md").read_text(encoding="utf-8")
    assert f"\n\n{write_table()}\n\n" in page, "paste what write_table returns"
    used = {key for name in NAMES for key in re.findall(r"'(x-[a-z-]+)'", str(document(name)))}
    assert used == set(EXTENSIONS)


def resolve(name: str, node: Any) -> Any:
    """What a reference leads to, or the node itself."""
    found: Any = document(name) if "$ref" in node else node
    for key in node.get("$ref", "#").removeprefix("#").removeprefix("/").split("/"):
        found = found[key] if key else found
    return found


def examples(name: str) -> list[tuple[str, Any, Any]]:
    """The examples of bodies, each with its place and its schema."""
    found: list[tuple[str, Any, Any]] = []

    def visit(node: object, at: str) -> None:
        if isinstance(node, list):
            for entry in node:
                visit(entry, at)
        if not isinstance(node, dict):
            return
        values = [node["example"]] if "example" in node else []
        if isinstance(several := node.get("examples"), dict):
            values += [resolve(name, item)["value"] for item in several.values()]
        found.extend((at, node["schema"], value) for value in values if "schema" in node)
        for key, value in node.items():
            if key not in ("example", "examples"):
                visit(value, f"{at}/{key}")

    visit(document(name), name)
    return found


def closed(node: Any) -> Any:
    """A schema that admits no undeclared field: some readers take every schema for one."""
    if isinstance(node, list):
        return [closed(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    found = {key: closed(value) for key, value in node.items()}
    if found.get("nullable"):
        found = {"anyOf": [{key: value for key, value in found.items() if key != "nullable"}, {"type": "null"}]}
    if node.get("type") == "object" and isinstance(node.get("properties"), dict):
        found.setdefault("additionalProperties", False)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_an_example_has_no_field_that_its_schema_does_not_declare(name: str) -> None:
    components = closed(document(name)["components"])
    found = examples(name)
    assert found
    for at, schema, value in found:
        errors = Draft4Validator({**closed(schema), "components": components}).iter_errors(value)
        assert [f"{at}: {list(error.absolute_path)}: {error.message}" for error in errors] == []


def test_a_file_says_who_is_behind_it_and_describes_every_operation() -> None:
    for name in NAMES:
        info = document(name)["info"]
        assert info["license"]["name"] in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        assert {"contact", "termsOfService", "description"} <= info.keys()
        assert document(name)["externalDocs"]["url"].startswith("https://")
        for item in document(name)["paths"].values():
            assert all(operation["description"] for operation in item.values())
