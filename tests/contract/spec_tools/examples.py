"""The examples of bodies in a specification, for the code that others generate."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

METHODS = ("get", "put", "post", "delete", "patch")


class Example(NamedTuple):
    """An example of a JSON body: whose it is, its type in TypeScript, the schema if it has a name, and the value."""

    place: str
    type: str
    schema: str
    value: Any


def read_examples(path: Path) -> list[Example]:
    """Return all examples of JSON bodies, of requests and responses with errors included."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    return list(_examples(document))


def _examples(document: Any) -> Iterator[Example]:
    for item in document["paths"].values():
        for method in METHODS:
            operation = item.get(method)
            if operation is None:
                continue
            name = operation["operationId"]
            bodies = {f'NonNullable<operations["{name}"]["requestBody"]>': operation.get("requestBody", {})}
            for status, response in operation["responses"].items():
                bodies[f'operations["{name}"]["responses"][{status}]'] = response
            for place, body in bodies.items():
                for media, content in _resolve(document, body).get("content", {}).items():
                    if media.endswith("json"):
                        for key, value in _values(document, content):
                            kind = f'{place}["content"]["{media}"]'
                            schema = _choose(document, content["schema"], value).get("$ref", "").rpartition("/")[2]
                            yield Example(f"{place} {key}".strip(), kind, schema, value)


def _choose(document: Any, schema: Any, value: Any) -> Any:
    """Return the schema of a value: that of a union which the value is, since not every generator has a class of it."""
    union = _resolve(document, schema)
    choices = [choice for choice in union.get("oneOf", ()) if "$ref" in choice]
    if not choices:
        return schema
    if "discriminator" in union:
        kind = value[union["discriminator"]["propertyName"]]
        return {"$ref": union["discriminator"]["mapping"][kind]}
    return next(choice for choice in choices if value.keys() <= _resolve(document, choice)["properties"].keys())


def _values(document: Any, content: Any) -> Iterator[tuple[str, Any]]:
    if "example" in content:
        yield "", content["example"]
    for key, item in content.get("examples", {}).items():
        yield key, _resolve(document, item)["value"]


def _resolve(document: Any, node: Any) -> Any:
    while "$ref" in node:
        found = document
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        node = found
    return node


def write_typescript(examples: list[Example]) -> str:
    """Return a program that declares each example with its type, as an object that admits no other field."""
    lines = ['import type { operations } from "./types";']
    lines += [
        f"export const example{index}: {example.type} = {json.dumps(example.value)};"
        for index, example in enumerate(examples)
    ]
    return "\n".join(lines) + "\n"
