"""Read what specifications say for the tools of others in the terms of the generator.

Other generators need the width of a number and every spelling of a field. Python needs neither: its numbers have no
width, and a class has one attribute for all spellings.
"""

from typing import Any, TypeAlias, cast

Node: TypeAlias = dict[str, Any]

VALUE_TYPES = ("epoch-milliseconds", "id")
"""The types of `x-anaplan-type`. In the generator they are formats."""


def simplify(value: Any) -> Any:
    """Return a document in the generator's terms: the type of an `int64` as its format, and each field once."""
    if isinstance(value, list):
        entries: list[Any] = cast("Any", value)
        return [simplify(entry) for entry in entries]
    if not isinstance(value, dict):
        return value
    node = {key: simplify(item) for key, item in cast("Node", value).items()}
    if node.get("type") == "integer" and node.get("format") == "int64":
        node.pop("format")
        if own := node.pop("x-anaplan-type", None):
            node["format"] = own
    if isinstance(node.get("properties"), dict):
        fields: Node = node["properties"]
        others = find_spellings(fields)
        node["properties"] = {key: item for key, item in fields.items() if key not in others}
    return node


def find_spellings(fields: Node) -> dict[str, str]:
    """Return the other spellings of fields, and the name of the field that each is a spelling of."""
    found: dict[str, str] = {}
    for name, node in fields.items():
        spellings: object = cast("Node", node).get("x-anaplan-spellings") if isinstance(node, dict) else None
        for spelling in cast("list[object]", spellings) if isinstance(spellings, list) else ():
            if isinstance(spelling, str):
                found[spelling] = name
    return found
