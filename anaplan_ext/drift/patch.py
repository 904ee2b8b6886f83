"""Propose changes of a specification as an OpenAPI Overlay 1.0 document, by which the responses would conform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import cast

from attrs import Factory, define

from .documents import Document, Node, Pointer, get_object
from .findings import Kind
from .shapes import UNDOCUMENTED, Shape, scalar_schema, with_description


@define
class Sighting:
    """The differences of one kind at one place of a specification, from all operations."""

    document: Document
    kind: Kind
    spec: Pointer
    shape: Shape = Factory(Shape)
    names: set[str] = Factory(set[str])
    """Constants, required fields, statuses or media types, by the kind."""


def build_overlays(sightings: Iterable[Sighting]) -> dict[str, Node]:
    """Return an Overlay document for each API with drift.

    A change that would show data, such as a field whose name may be data, is left out.
    """
    by_api: dict[str, list[Sighting]] = {}
    for sighting in sorted(sightings, key=lambda sighting: (sighting.document.api, sighting.spec, sighting.kind)):
        by_api.setdefault(sighting.document.api, []).append(sighting)
    overlays: dict[str, Node] = {}
    for api, own in by_api.items():
        if actions := _build_actions(own):
            overlays[api] = {
                "overlay": "1.0.0",
                "info": {
                    "title": f"Responses of Anaplan's {api} API that its specification does not document",
                    "version": "1",
                },
                "extends": f"openapi/anaplan_{api}.yaml",
                "actions": actions,
            }
    return overlays


def _build_actions(sightings: list[Sighting]) -> list[Node]:
    actions: list[Node] = []
    schemas: Node = {}
    optional: dict[Pointer, set[str]] = {}
    for sighting in sightings:
        if sighting.kind == "missing field":
            optional.setdefault(sighting.spec, set()).update(sighting.names)
        elif sighting.kind == "type":
            actions += _change_type(sighting, optional)
        elif sighting.kind == "unknown field":
            actions += _add_field(sighting, schemas)
        elif sighting.kind == "enum value":
            actions += [_build_update((*sighting.spec, "enum"), name) for name in sorted(sighting.names)]
        elif sighting.kind == "status":
            actions += [
                _build_update(sighting.spec, _build_response(sighting.document, seen))
                for seen in sorted(sighting.names)
            ]
        elif sighting.kind == "deprecation":
            actions.append(_build_update(sighting.spec, {"deprecated": True}))
        elif sighting.kind == "media type":
            actions += [
                _build_update(sighting.spec, {"content": {name: _build_media(name)}}) for name in sorted(sighting.names)
            ]
    for spec, names in sorted(optional.items()):
        actions += _make_optional(cast("list[str]", sightings[0].document.at(spec)), spec, names)
    return [*([_build_update(("components", "schemas"), schemas)] if schemas else []), *actions]


def _add_field(sighting: Sighting, schemas: Node) -> Iterator[Node]:
    *parent, name = sighting.spec
    # The pointer to a field with a hidden name ends at the fields of its object.
    if name == "properties" and parent[-1] != "properties":
        return
    words = re.findall(r"[A-Za-z0-9]+", f"{parent[-2]} {name}")
    class_name = "".join(word[0].upper() + word[1:] for word in words)
    node = sighting.shape.to_schema(class_name, schemas)
    yield _build_update(tuple(parent), {name: node if "$ref" in node else with_description(node)})


def _change_type(sighting: Sighting, optional: dict[Pointer, set[str]]) -> Iterator[Node]:
    *parent, key = sighting.spec
    if key == "format":
        yield {"target": _json_path(sighting.spec), "remove": True}
        return
    if "null" in sighting.shape.types:
        owner = tuple(parent[:-1])
        is_field = bool(parent) and parent[-1] == "properties"
        if is_field and key in cast("list[str]", sighting.document.at(owner).get("required", [])):
            optional.setdefault((*owner, "required"), set()).add(key)
        else:
            yield _build_update(sighting.spec, {"nullable": True})
    if types := sighting.shape.types - {"null"}:
        documented = sighting.document.at(sighting.spec)
        node = scalar_schema(types | _documented_types(documented))
        if "description" in documented:
            node["description"] = documented["description"]
        yield {"target": _json_path(sighting.spec), "remove": True}
        yield _build_update(tuple(parent), {key: node})


def _documented_types(schema: Node) -> set[str]:
    if "oneOf" in schema:
        return set[str]().union(*map(_documented_types, cast("list[Node]", schema["oneOf"])))
    if schema.get("x-anaplan-type") == "id":
        return {"string", "integer"}
    # A reference has no simple type.
    return {str(schema.get("type", "object"))}


def _make_optional(required: list[str], spec: Pointer, names: set[str]) -> Iterator[Node]:
    if names >= set(required):
        yield {"target": _json_path(spec), "remove": True}
        return
    for name in sorted(names):
        yield {"target": f"{_json_path(spec)}[?@ == '{name}']", "remove": True}


def _build_response(document: Document, seen: str) -> Node:
    status, _, media = seen.partition(", ")
    response: Node = {"description": UNDOCUMENTED}
    schemas = get_object(document.at(("components",)), "schemas")
    if status >= "4" and media == "application/json" and "Error" in schemas:
        # A response is not kept, so that the example has no message.
        is_envelope = "path" in get_object(get_object(schemas, "Error"), "properties")
        example: Node = {"status": {"code": int(status)} if is_envelope else status}
        response["content"] = {media: {"schema": {"$ref": "#/components/schemas/Error"}, "example": example}}
    elif media:
        response["content"] = {media: _build_media(media)}
    return {status: response}


def _build_media(name: str) -> Node:
    return {} if name == "application/json" else {"schema": {"type": "string", "format": "binary"}}


def _build_update(pointer: Pointer, update: object) -> Node:
    return {"target": _json_path(pointer), "update": update}


def _json_path(pointer: Pointer) -> str:
    """Return a pointer as a JSONPath."""
    return "$" + "".join(f".{key}" if re.fullmatch(r"[A-Za-z_]\w*", key) else f"['{key}']" for key in pointer)
