"""The specifications as one, since a proxy of Prism holds traffic against one document."""

from typing import Any
from urllib.parse import urlsplit

from ...openapi import NAMES, document


def merged() -> dict[str, Any]:
    """Every operation under the path that it has on the wire; each component is named after its API."""
    paths: dict[str, Any] = {}
    components: dict[str, dict[str, Any]] = {}
    for api in NAMES:
        whole = _renamed(document(api), api)
        base = urlsplit(whole["servers"][0]["url"]).path
        for template, item in whole["paths"].items():
            for operation in item.values():
                operation.setdefault("security", whole["security"])
            paths[base + template] = item
        for kind, named in whole["components"].items():
            prefix = "" if kind == "securitySchemes" else f"{api}_"
            components.setdefault(kind, {}).update({prefix + name: node for name, node in named.items()})
    return {
        "openapi": "3.0.3",
        "info": {"title": "Anaplan", "version": "1"},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": components,
    }


def _renamed(node: Any, api: str) -> Any:
    if isinstance(node, list):
        return [_renamed(item, api) for item in node]
    if not isinstance(node, dict):
        return node
    renamed = {key: _renamed(item, api) for key, item in node.items()}
    if "x-anaplan-only" in node:
        # OpenAPI cannot require a parameter for only one kind of response.
        renamed["required"] = False
    if isinstance(reference := renamed.get("$ref"), str):
        renamed["$ref"] = _rename(reference, api)
    if "propertyName" in renamed:
        renamed["mapping"] = {kind: _rename(reference, api) for kind, reference in renamed["mapping"].items()}
    return renamed


def _rename(reference: str, api: str) -> str:
    *place, name = reference.split("/")
    return "/".join([*place, f"{api}_{name}"])
