"""Edit catalog.yaml, a specification with one of everything.

An edit is `place = YAML`, `- place`, `rename SCHEMA = NAME` or `move OPERATION = PATH`. A place starts at an operation,
a schema or a top-level key. A number or a name leads into a list; `+` appends to it, and `reverse` turns it round.
"""

import json
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from attrs import frozen

HERE = Path(__file__).parent
BASE = (HERE / "catalog.yaml").read_text(encoding="utf-8")
ORIGINAL = yaml.safe_load(BASE)
METHODS = ("get", "put", "post", "delete", "patch")


@frozen
class Case:
    """A change: its name, its edits, and the rule, severity and subject that it is told by."""

    name: str
    edits: Sequence[str]
    rule: str
    severity: str
    subject: str
    undone: bool = False


CASES = [Case(**row) for row in yaml.safe_load((HERE / "changes.yaml").read_text(encoding="utf-8"))]
CONTROLS: dict[str, Sequence[str]] = yaml.safe_load((HERE / "controls.yaml").read_text(encoding="utf-8"))


def edited(edits: Sequence[str]) -> Any:
    """The specification after the edits."""
    document = deepcopy(ORIGINAL)
    for edit in edits:
        document = _edit(document, edit)
    return document


def _edit(document: Any, edit: str) -> Any:
    if edit.startswith("rename "):
        old, new = edit.removeprefix("rename ").split(" = ")
        text = (
            json.dumps(document).replace(f'schemas/{old}"', f'schemas/{new}"').replace(f'"{old}": {{', f'"{new}": {{')
        )
        return json.loads(text)
    if edit.startswith("move "):
        operation, url = edit.removeprefix("move ").split(" = ")
        item, method = _operation(document, operation)
        document["paths"][url] = {method: item.pop(method)}
        return document
    place, _, value = edit.removeprefix("- ").partition(" = ")
    *path, last = place.split(" > ")
    node = _start(document, path[0]) if path else document
    for key in path[1:]:
        node = node[_key(node, key)]
    if last == "reverse":
        node.reverse()
    elif edit.startswith("- "):
        if node is document and last not in document:
            item, method = _operation(document, last)
            del item[method]
        else:
            del node[_key(node, last)]
    elif last == "+":
        node.append(yaml.safe_load(value))
    elif node is document and last in document["components"]["schemas"]:
        document["components"]["schemas"][last] = yaml.safe_load(value)
    else:
        node[_key(node, last)] = yaml.safe_load(value)
    return document


def _start(document: Any, name: str) -> Any:
    if name in document["components"]["schemas"]:
        return document["components"]["schemas"][name]
    if name in document:
        return document[name]
    item, method = _operation(document, name)
    return item[method]


def _operation(document: Any, name: str) -> tuple[Any, str]:
    for item in document["paths"].values():
        for method in METHODS:
            if item.get(method, {}).get("operationId") == name:
                return item, method
    raise KeyError(name)


def _key(node: Any, key: str) -> Any:
    """The index of an entry of a list, by its number or name."""
    if isinstance(node, dict):
        return key
    if key.isdigit():
        return int(key)
    return next(
        index
        for index, each in enumerate(node)
        if each.get("name") == key or each.get("$ref", "").endswith(f"/{key.capitalize()}")
    )
