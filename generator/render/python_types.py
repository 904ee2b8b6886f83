"""The Python code of a schema: its annotation, and the expressions that decode and check a value, or encode it."""

from typing import cast

from ..spec.document import Node, Spec
from ..spec.schemas import get_class_name, get_constant, get_spellings, is_any, is_free_form, is_union
from .engine import snake_case

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
_CHECKS: dict[tuple[str, str | None], str] = {
    ("string", None): "check_string",
    ("string", "date"): "check_date",
    ("string", "date-time"): "check_timestamp",
    ("string", "binary"): "check_content",
    ("integer", "epoch-milliseconds"): "check_milliseconds",
    ("integer", "id"): "check_string",
    ("integer", None): "check_integer",
    ("number", None): "check_number",
    ("boolean", None): "check_boolean",
}
_LIMITS = {
    "check_string": ("minLength", "maxLength"),
    "check_integer": ("minimum", "maximum"),
    "check_number": ("minimum", "maximum"),
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
    if is_any(schema):
        return "object"
    if is_free_form(schema):
        return "dict[str, object]"
    if schema["type"] == "array":
        return f"list[{_entry_annotation(schema['items'])}]"
    if schema["type"] == "object":
        return f"dict[str, {_entry_annotation(schema['additionalProperties'])}]"
    return _by_format(_ANNOTATIONS, schema)


def _entry_annotation(schema: Node) -> str:
    return write_annotation(schema) + (" | None" if schema.get("nullable") and not is_any(schema) else "")


def write_argument_type(schema: Node) -> str:
    """Return the type of an argument, which may be a tuple or another mapping as well."""
    annotation = write_annotation(schema)
    kind = annotation.partition("[")[0]
    return {"list": "Sequence", "dict": "Mapping"}.get(kind, kind) + annotation.removeprefix(kind)


def write_field(schema: Node, required: bool) -> str:
    """Return the type of a field, and its default. A required constant is its own default."""
    arguments: list[str] = []
    constant = get_constant(schema)
    if required and constant is not None:
        arguments.append(f"default={write_literal(constant)}")
    elif not required:
        arguments.append("default=None")
    annotation = write_annotation(schema) + ("" if required else " | None")
    if schema.get("format") == "password":
        return f"{annotation} = field({', '.join([*arguments, 'repr=False'])})"
    return annotation + (f" = {arguments[0].removeprefix('default=')}" if arguments else "")


def write_literal(value: str) -> str:
    """Return a text as a literal."""
    return repr(value)


def write_path_value(schema: Node, source: str) -> str:
    """Return the expression of a value in a path, which is a string or an integer."""
    if schema.get("type") == "boolean":
        return f'"true" if {source} else "false"'
    return f"{source}.isoformat()" if schema.get("format") in ("date", "date-time") else source


def write_import(spec: Spec, name: str) -> str:
    """Return the names to import for a class. A union with a discriminator has a function that reads it."""
    return f"{name}, {write_union_reader(name)}" if "discriminator" in spec.schemas[name] else name


def write_union_reader(name: str) -> str:
    """Return the name of the function that decodes a union."""
    return f"read_{snake_case(name)}"


def write_decoder(spec: Spec, schema: Node) -> str:
    """Return the expression of a function from a JSON value to the annotated type."""
    if name := get_class_name(schema):
        if is_union(spec.resolve(schema)):
            return write_union_reader(name)
        return f"{name}.read" if "enum" in spec.resolve(schema) else f"{name}.from_dict"
    if "oneOf" in schema:
        return "decode.primitive"
    if is_any(schema):
        return "decode.anything"
    if is_free_form(schema):
        return "decode.fields"
    if schema["type"] in ("array", "object"):
        return f"lambda value: {write_decode(spec, schema, 'value', True)}"
    return _by_format(_DECODERS, schema)


def _entry_decoder(spec: Spec, schema: Node) -> str:
    inner = write_decoder(spec, schema)
    if not schema.get("nullable") or is_any(schema):
        return inner
    return _optional(inner) or f"lambda entry: decode.optional({inner}, entry)"


def _optional(decoder: str) -> str | None:
    """Return the variant of a decoder that accepts an absent value, if there is one."""
    return decoder.replace(".", ".optional_", 1) if decoder in _HAVE_OPTIONAL else None


def write_decode(spec: Spec, schema: Node, source: str, required: bool) -> str:
    """Return an expression that decodes the value of a source expression."""
    optional = "" if required else "optional_"
    if is_any(schema):
        return source
    if is_free_form(schema):
        return f"decode.fields({source})" if required else f"decode.optional(decode.fields, {source})"
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
        return f"decode.first_present(fields, {', '.join(map(write_literal, names))})"
    return f"fields[{write_literal(name)}]" if required else f"fields.get({write_literal(name)})"


def write_encoder(schema: Node) -> str | None:
    """Return the function that encodes the innermost values, or None if their type in Python tells how."""
    while isinstance(inner := schema.get("items", schema.get("additionalProperties")), dict):
        schema = cast("Node", inner)
    return _ENCODERS.get((schema.get("type", ""), schema.get("format", "")))


def write_content(spec: Spec, schema: Node, source: str) -> str:
    """Return an expression of the JSON value of a whole content."""
    if _is_model(spec, schema):
        return f"{source}.to_dict()"
    items: Node = schema.get("items", {})
    if _is_model(spec, items) and not items.get("nullable"):
        return f"[item.to_dict() for item in {source}]"
    encoder = write_encoder(schema)
    return f"json_value({source}, {encoder})" if encoder else f"json_value({source})"


def _is_model(spec: Spec, schema: Node) -> bool:
    return get_class_name(schema) is not None and "enum" not in spec.resolve(schema)


def write_check(spec: Spec, schema: Node, name: str, source: str) -> str:
    """Return a statement that checks the type of a value and the schema's limits. None passes."""
    function, arguments = _find_check(spec, schema)
    return f"validation.{function}({', '.join([f'{chr(34)}{name}{chr(34)}', source, *arguments])})"


def _find_check(spec: Spec, schema: Node) -> tuple[str, list[str]]:
    """Return the function that checks a value, and its further arguments."""
    if name := get_class_name(schema):
        return ("check_enum" if "enum" in spec.resolve(schema) else "check_model"), [name]
    if is_any(schema):
        return "check_json", []
    if is_free_form(schema):
        return "check_free_form", []
    if (constant := get_constant(schema)) is not None:
        return "check_constant", [write_literal(constant)]
    if "oneOf" in schema:
        return "check_primitive", []
    if schema["type"] == "array":
        limits = _bounds(schema, "minItems", "maxItems")
        return "check_array", [*_entry_check(spec, schema["items"]), *limits]
    if schema["type"] == "object":
        return "check_map", _entry_check(spec, schema["additionalProperties"])
    return _by_format(_CHECKS, schema), _bounds(schema, *_LIMITS.get(_by_format(_CHECKS, schema), ("", "")))


def _entry_check(spec: Spec, schema: Node) -> list[str]:
    """Return the arguments of a check of entries. Entries that may be null are marked."""
    function, arguments = _find_check(spec, schema)
    nullable = ["nullable=True"] if schema.get("nullable") or is_any(schema) else []
    if not arguments:
        return [f"validation.{function}", *nullable]
    return [f"lambda name, entry: validation.{function}(name, entry, {', '.join(arguments)})", *nullable]


def _bounds(schema: Node, least: str, most: str) -> list[str]:
    bounds = (("minimum", schema.get(least)), ("maximum", schema.get(most)))
    return [f"{word}={bound}" for word, bound in bounds if bound is not None]


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
