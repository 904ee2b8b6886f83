"""The facts of a schema that can be compared, by what they are about."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias, cast

from attrs import field, frozen

from ..render import python_types
from ..spec.document import Node
from ..spec.schemas import get_class_name
from .normal import canonical

Facts: TypeAlias = dict[str, object]
Limits: TypeAlias = tuple[tuple[str, object], ...]

LIMITS = (
    *("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems"),
    *("minProperties", "maxProperties", "multipleOf", "uniqueItems", "pattern"),
)
FLAGS = {"deprecated": "deprecated", "readOnly": "read-only", "writeOnly": "write-only", "nullable": "nullable"}
WIDTHS = ("int32", "int64", "float", "double")
# What other facts tell, or the parts of a schema themselves.
TOLD = {
    *(*LIMITS, *FLAGS, "$ref", "type", "format", "enum", "default", "x-sunset", "x-python-name", "x-anaplan-spellings"),
    *("properties", "items", "additionalProperties", "oneOf", "anyOf", "discriminator", "required"),
}
PRIMITIVES = ("string", "integer", "number", "boolean")


@frozen
class Told:
    """A fact that is told by another text than it is compared by."""

    key: object
    text: str = field(eq=False)
    home: str = field(default="", eq=False)
    """Where it is described, if that is for many."""


def describe_type(schema: Node) -> str:
    """Return the type in Python of a normalized schema, with the choices of a union in alphabetical order."""
    if name := get_class_name(schema):
        return name
    kind = schema.get("type")
    for key in ("oneOf", "anyOf"):
        if key in schema and kind not in PRIMITIVES:
            return " | ".join(sorted({describe_type(choice) for choice in schema[key]}))
    if kind == "array":
        return f"list[{_entry(schema.get('items', {}))}]"
    if kind == "object" and "properties" not in schema:
        values = schema.get("additionalProperties", {})
        return f"dict[str, {_entry(cast('Node', values))}]" if isinstance(values, dict) else "dict[str, nothing]"
    if kind in PRIMITIVES:
        return python_types.write_annotation(_bare(schema))
    return {None: "object", "object": "dict[str, object]"}.get(kind, str(kind))


def _entry(schema: Node) -> str:
    return describe_type(schema) + (" | None" if schema.get("nullable") else "")


def _bare(schema: Node) -> Node:
    return {key: value for key, value in schema.items() if key not in LIMITS and key != "enum"}


def schema_facts(schema: Node) -> Facts:
    """Return the facts of a normalized schema and of the entries in it."""
    facts: Facts = {"type": describe_type(schema), "limit": limits(schema)}
    for key, what in FLAGS.items():
        facts[what] = bool(schema.get(key, False))
    for path, part in parts(schema):
        facts |= _format_facts(path, part)
        facts["enum" if not path else f"enum {path}"] = "enum" in part
        if "default" in part:
            facts[f"default {path}".strip()] = canonical(part["default"])
        if "discriminator" in part:
            facts[f"discriminator {path}".strip()] = canonical(part["discriminator"])
        facts |= other_facts(part, TOLD, path)
        for key in ("oneOf", "anyOf"):
            # A choice that is only a type, or has a class, is told by the type.
            if any(choice.keys() - {"type", "$ref"} for choice in part.get(key, [])):
                facts[f"choices {path}".strip()] = frozenset(canonical(choice) for choice in part[key])
    if "x-sunset" in schema:
        facts["sunset"] = str(schema["x-sunset"])
    return facts


def _format_facts(path: str, schema: Node) -> Facts:
    """Return the format, where the type in Python does not tell it."""
    form = schema.get("format")
    if form is None or form == "password" or schema.get("type") not in PRIMITIVES:
        return {} if form in (None, "password") else {f"format {path}".strip(): str(form)}
    without = {key: value for key, value in schema.items() if key != "format"}
    if python_types.write_annotation(_bare(schema)) != python_types.write_annotation(_bare(without)):
        return {}
    return {f"{'width' if form in WIDTHS else 'format'} {path}".strip(): str(form)}


def parts(schema: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Yield a schema and the schemas of its entries, with their paths."""
    yield path, schema
    for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
        inner = schema.get(key)
        if isinstance(inner, dict) and ("properties" not in schema or key == "items"):
            yield from parts(cast("Node", inner), f"{path}{mark}")


def limits(schema: Node) -> Limits:
    """Return the limits of a value, and of its entries."""
    found: list[tuple[str, object]] = []
    for path, part in parts(schema):
        prefix = f"{path}." if path else ""
        found += [(f"{prefix}{key}", part[key]) for key in LIMITS if key in part]
    return tuple(found)


def other_facts(node: Node, told: Iterable[str], path: str = "") -> Facts:
    """Return what no other fact tells, each keyword for itself."""
    known = set(told)
    return {
        f"{'extension' if key.startswith('x-') else 'keyword'} {path}{'.' if path else ''}{key}": canonical(value)
        for key, value in node.items()
        if key not in known
    }
