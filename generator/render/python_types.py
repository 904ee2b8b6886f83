"""The Python code of a schema: its annotation, and the expressions that decode and check a value, or encode it."""

from typing import cast

from ..spec.document import Node, Spec
from ..spec.schemas import get_class_name, get_spellings

_ANNOTATIONS: dict[tuple[str, str | None], str] = {
    ("string", None): "str",
    ("string", "date"): "date",
    ("string", "date-time"): "datetime",
    ("string", "binary"): "bytes",
    ("integer", "epoch-milliseconds"): "datetime",
    # An id that arrives as a number here and there; everywhere else it is a string.
    ("integer", "id"): "str",
    ("integer", None): "int",
    ("number", None): "float",
    ("boolean", None): "bool",
}
_DECODERS: dict[tuple[str, str | None], str] = {
    ("string", None): "decode.string",
    ("string", "date"): "decode.date",
    ("string", "date-time"): "decode.timestamp",
    ("integer", "epoch-milliseconds"): "decode.epoch_milliseconds",
    ("integer", "id"): "decode.string",
    ("integer", None): "decode.integer",
    ("number", None): "decode.number",
    ("boolean", None): "decode.boolean",
}
_HAVE_OPTIONAL = ("decode.string", "decode.integer", "decode.number", "decode.boolean", "decode.primitive")
_ENCODERS = {
    ("integer", "epoch-milliseconds"): "encode.epoch_milliseconds",
    ("integer", "id"): "encode.numeric_id",
}


def write_annotation(schema: Node) -> str:
    """Return the type of a present value. Entries of an array that may be null read as None."""
    if name := get_class_name(schema):
        return name
    if "oneOf" in schema:
        return " | ".join(write_annotation(choice) for choice in schema["oneOf"])
    if schema["type"] == "array":
        return f"list[{_entry_annotation(schema['items'])}]"
    if schema["type"] == "object":
        return f"dict[str, {_entry_annotation(schema['additionalProperties'])}]"
    return _by_format(_ANNOTATIONS, schema)


def _entry_annotation(schema: Node) -> str:
    return write_annotation(schema) + (" | None" if schema.get("nullable") else "")


def write_decoder(spec: Spec, schema: Node) -> str:
    """Return the expression of a function from a JSON value to the annotated type."""
    if name := get_class_name(schema):
        return f"{name}.read" if "enum" in spec.resolve(schema) else f"{name}.from_dict"
    if "oneOf" in schema:
        return "decode.primitive"
    if schema["type"] in ("array", "object"):
        return f"lambda value: {write_decode(spec, schema, 'value', True)}"
    return _by_format(_DECODERS, schema)


def _entry_decoder(spec: Spec, schema: Node) -> str:
    inner = write_decoder(spec, schema)
    if not schema.get("nullable"):
        return inner
    return _optional(inner) or f"lambda entry: decode.optional({inner}, entry)"


def _optional(decoder: str) -> str | None:
    """Return the variant of a decoder that accepts an absent value, if there is one."""
    return decoder.replace(".", ".optional_", 1) if decoder in _HAVE_OPTIONAL else None


def write_decode(spec: Spec, schema: Node, source: str, required: bool) -> str:
    """Return an expression that decodes the value of a source expression."""
    optional = "" if required else "optional_"
    if schema.get("type") == "array":
        return f"decode.{optional}list_of({_entry_decoder(spec, schema['items'])}, {source})"
    if schema.get("type") == "object":
        return f"decode.{optional}map_of({_entry_decoder(spec, schema['additionalProperties'])}, {source})"
    inner = write_decoder(spec, schema)
    if required:
        return f"{inner}({source})"
    return f"{_optional(inner)}({source})" if _optional(inner) else f"decode.optional({inner}, {source})"


def write_lookup(schema: Node, name: str, required: bool) -> str:
    """Return an expression that looks up a property in `fields` under any of its spellings."""
    names = get_spellings(schema, name)
    if len(names) > 1:
        return f"decode.first_present(fields, {', '.join(f'{chr(34)}{item}{chr(34)}' for item in names)})"
    return f'fields["{name}"]' if required else f'fields.get("{name}")'


def write_encoder(schema: Node) -> str | None:
    """Return the function that encodes the innermost values, or None if their type in Python tells how."""
    while isinstance(inner := schema.get("items", schema.get("additionalProperties")), dict):
        schema = cast("Node", inner)
    return _ENCODERS.get((schema.get("type", ""), schema.get("format", "")))


def write_check(spec: Spec, schema: Node, name: str, source: str) -> str | None:
    """Return a statement that checks a value against the schema's limits, or None without any."""
    resolved = spec.resolve(schema)
    if "enum" in resolved:
        return f'validation.check_enum("{name}", {source}, {get_class_name(schema)})'
    if "oneOf" in resolved:
        return f'validation.check_primitive("{name}", {source})'
    if resolved.get("type") == "array":
        return _limit("array", name, source, resolved.get("minItems"), resolved.get("maxItems"))
    if isinstance(resolved.get("additionalProperties"), dict):
        return f'validation.check_object("{name}", {source})'
    if resolved.get("type") == "string" and resolved.get("format") in (None, "password"):
        return _limit("string", name, source, resolved.get("minLength"), resolved.get("maxLength"))
    if resolved.get("format") == "date":
        return f'validation.check_date("{name}", {source})'
    if resolved.get("type") in ("integer", "number") and "format" not in resolved:
        return _limit("number", name, source, resolved.get("minimum"), resolved.get("maximum"))
    return None


def _limit(kind: str, name: str, source: str, minimum: float | None, maximum: float | None) -> str:
    bounds = [f"{word}={bound}" for word, bound in (("minimum", minimum), ("maximum", maximum)) if bound is not None]
    arguments = ", ".join([f'"{name}"', source, *bounds])
    return f"validation.check_{kind}({arguments})"


def describe_limits(schema: Node) -> str:
    """Return the limits of a value in words, for a docstring. Empty without any."""
    words = {"minimum": "at least {}", "maximum": "at most {}"}
    words |= {"minLength": "at least {} character{s}", "maxLength": "at most {} character{s}"}
    words |= {"minItems": "at least {} of them", "maxItems": "at most {:,} of them"}
    told = {key: text for key, text in words.items() if key in schema}
    return ", ".join(text.format(schema[key], s="" if schema[key] == 1 else "s") for key, text in told.items())


def _by_format(table: dict[tuple[str, str | None], str], schema: Node) -> str:
    kind = schema["type"]
    return table.get((kind, schema.get("format"))) or table[kind, None]
