"""Proposed changes of a specification, as an OpenAPI Overlay 1.0 document: what would have said what was seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import cast

from attrs import Factory, define

from .documents import Document, Node, Pointer, children
from .findings import Kind
from .shapes import UNDOCUMENTED, Shape, described, scalar


@define
class Sighting:
    """What was seen at one place of a specification, by all operations together."""

    document: Document
    kind: Kind
    spec: Pointer
    shape: Shape = Factory(Shape)
    names: set[str] = Factory(set[str])
    """Constants, required fields, statuses or media types, by the kind."""


def overlay(sightings: Iterable[Sighting]) -> dict[str, Node]:
    """Returns an Overlay document for each API that something was seen of.

    What must not be shown, such as a field whose name may be data, cannot be proposed and is left out.
    """
    by_api: dict[str, list[Sighting]] = {}
    for one in sorted(sightings, key=lambda one: (one.document.api, one.spec, one.kind)):
        by_api.setdefault(one.document.api, []).append(one)
    found: dict[str, Node] = {}
    for api, own in by_api.items():
        if actions := _actions(own):
            found[api] = {
                "overlay": "1.0.0",
                "info": {
                    "title": f"What Anaplan's {api} API answers and its specification does not say",
                    "version": "1",
                },
                "extends": f"openapi/anaplan_{api}.yaml",
                "actions": actions,
            }
    return found


def _actions(sightings: list[Sighting]) -> list[Node]:
    actions: list[Node] = []
    schemas: Node = {}
    optional: dict[Pointer, set[str]] = {}
    for one in sightings:
        if one.kind == "missing field":
            optional.setdefault(one.spec, set()).update(one.names)
        elif one.kind == "type":
            actions += _retyped(one, optional)
        elif one.kind == "unknown field":
            actions += _field(one, schemas)
        elif one.kind == "enum value":
            actions += [_update((*one.spec, "enum"), name) for name in sorted(one.names)]
        elif one.kind == "status":
            actions += [_update(one.spec, _response(one.document, seen)) for seen in sorted(one.names)]
        else:
            actions += [_update(one.spec, {"content": {name: _media(name)}}) for name in sorted(one.names)]
    for spec, names in sorted(optional.items()):
        actions += _loosened(cast("list[str]", sightings[0].document.at(spec)), spec, names)
    return [*([_update(("components", "schemas"), schemas)] if schemas else []), *actions]


def _field(one: Sighting, schemas: Node) -> Iterator[Node]:
    *parent, name = one.spec
    # The place of a field whose name is not shown is that of all fields.
    if name == "properties" and parent[-1] != "properties":
        return
    words = re.findall(r"[A-Za-z0-9]+", f"{parent[-2]} {name}")
    class_name = "".join(word[0].upper() + word[1:] for word in words)
    node = one.shape.schema(class_name, schemas)
    yield _update(tuple(parent), {name: node if "$ref" in node else described(node)})


def _retyped(one: Sighting, optional: dict[Pointer, set[str]]) -> Iterator[Node]:
    *parent, key = one.spec
    if key == "format":
        yield {"target": _path(one.spec), "remove": True}
        return
    if "null" in one.shape.types:
        owner = tuple(parent[:-1])
        is_field = bool(parent) and parent[-1] == "properties"
        if is_field and key in cast("list[str]", one.document.at(owner).get("required", [])):
            optional.setdefault((*owner, "required"), set()).add(key)
        else:
            yield _update(one.spec, {"nullable": True})
    if types := one.shape.types - {"null"}:
        documented = one.document.at(one.spec)
        node = scalar(types | _documented(documented))
        if "description" in documented:
            node["description"] = documented["description"]
        yield {"target": _path(one.spec), "remove": True}
        yield _update(tuple(parent), {key: node})


def _documented(schema: Node) -> set[str]:
    if "oneOf" in schema:
        return set[str]().union(*map(_documented, cast("list[Node]", schema["oneOf"])))
    if schema.get("format") == "id":
        return {"string", "integer"}
    # A reference has no simple type, and nothing has one in common with it.
    return {str(schema.get("type", "object"))}


def _loosened(required: list[str], spec: Pointer, names: set[str]) -> Iterator[Node]:
    if names >= set(required):
        yield {"target": _path(spec), "remove": True}
        return
    for name in sorted(names):
        yield {"target": f"{_path(spec)}[?@ == '{name}']", "remove": True}


def _response(document: Document, seen: str) -> Node:
    status, _, media = seen.partition(", ")
    response: Node = {"description": UNDOCUMENTED}
    error = (
        status >= "4" and media == "application/json" and "Error" in children(document.at(("components",)), "schemas")
    )
    if media:
        schema: Node = {"schema": {"$ref": "#/components/schemas/Error"}}
        response["content"] = {media: schema if error else _media(media)}
    return {status: response}


def _media(name: str) -> Node:
    return {} if name == "application/json" else {"schema": {"type": "string", "format": "binary"}}


def _update(pointer: Pointer, update: object) -> Node:
    return {"target": _path(pointer), "update": update}


def _path(pointer: Pointer) -> str:
    """A pointer as a JSONPath."""
    return "$" + "".join(f".{key}" if re.fullmatch(r"[A-Za-z_]\w*", key) else f"['{key}']" for key in pointer)
