"""Odd texts in every field that has a text: where they stand, and what must come of them in Python."""

import re
from typing import Any

from attrs import frozen

TEXTS = {
    "double quotes": 'A "quoted" thing"',
    "single quotes": "It's 'quoted'",
    "triple quotes": 'A """ and \'\'\' thing"""',
    "a backslash": "C:\\new\\table\\",
    "an escape": "\\x41 \\N{BULLET} \\u2022 \\0",
    "a line end": "One\nline\r\nmore",
    "a tab": "One\ttab",
    "braces": "{one} {{two}} {0} {role!r} }{",
    "a template": "{{ spec.file }} {% raw %} {# no #} {%- endfor %}",
    "a format": "%s %(x)s $x ${x} f'{x}'",
    "code": '"); import os; os.abort() #',
    "a comment": "# not one",
    "not ASCII": "é 漢字 😀 \u00a0 ß",
    "a line separator": "one\u2028two\u2029three\x0b",
    "NUL": "a\0b",
    "an escape sequence": "\x1b[31mred",
    "DEL": "a\x7fb",
    "half a character": "a\ud800b",
    "turned direction": "a\u202eb\u2066c",
    "very long": "word " * 2000 + "end",
    "one long word": "w" * 5000,
    "a reserved word": "class",
    "None": "None",
    "a name of the module": "Request",
    "Markdown": "| a | `b` | <script> |",
    "only a quote": '"',
    "only a backslash": "\\",
}
# A control character, half a character, or one that hides others, wherever it stands.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


@frozen
class Field:
    """A field of the small specification, and what Python has of its text.

    `result` is an expression of that, with `api` for the package and `text` for the text. The field has the text in
    the place of `@`. It may have any text that nothing hides in and that `fits`; others break the rule `rule`.
    """

    name: str
    pointer: tuple[str | int, ...]
    result: str
    value: str = "@"
    is_key: bool = False
    fits: str = r"(?s).*"
    rule: str = ""


LIST = ("paths", "/boxes", "get")
CREATE = ("paths", "/boxes", "post")
UPLOAD = ("paths", "/boxes/{boxId}/content", "put")
SCHEMAS = ("components", "schemas")
BOX = (*SCHEMAS, "Box")
LISTED = "said(api.list_boxes.__doc__)"

FIELDS = [
    Field("role", (*LIST, "x-anaplan-role"), "api.list_boxes().role == text"),
    Field("role in the docstring", (*LIST, "x-anaplan-role"), LISTED),
    Field(
        "hint",
        (*LIST, "responses", "403", "x-anaplan-hint"),
        "api.list_boxes().hints[403] == text",
        fits=r"(?s)(?!.*\{\w*\}).*",
        rule="response-hint",
    ),
    Field("summary", (*LIST, "summary"), LISTED, value="@."),
    Field("description", (*LIST, "description"), LISTED),
    Field("success", (*LIST, "responses", "200", "description"), LISTED),
    Field("error", (*LIST, "responses", "403", "description"), LISTED),
    Field("parameter", (*LIST, "parameters", 1, "description"), LISTED),
    Field("example of a parameter", (*LIST, "parameters", 1, "example"), LISTED),
    Field("body", (*CREATE, "requestBody", "description"), "said(api.create_box.__doc__)"),
    Field("schema", (*BOX, "description"), "said(api.models.Box.__doc__)"),
    Field("field", (*BOX, "properties", "id", "description"), "said(fields_of(api.models.Box)['id'])"),
    Field("enum", (*SCHEMAS, "Color", "description"), "said(api.models.Color.__doc__)"),
    Field("title", ("info", "title"), "said(api.__doc__) and said(api.models.__doc__)"),
    Field("API", ("info", "description"), "said(api.__doc__)"),
    Field("tag", ("tags", 0, "description"), "said(importlib.import_module(api.__name__ + '.api.boxes').__doc__)"),
    Field("version", ("info", "version"), "document(api)['info']['version'] == text"),
    Field(
        "value of an enum",
        (*SCHEMAS, "Color", "enum", 2),
        "text in list(api.models.Color) and api.models.Color.read(text) is not None",
    ),
    Field(
        "name of a parameter",
        (*LIST, "parameters", 1, "name"),
        "api.list_boxes(sort='v').params[text] == 'v'",
    ),
    Field("constant", (*LIST, "parameters", 2, "schema", "enum", 0), "api.list_boxes().params == {'kind': text}"),
    Field(
        "name of a field",
        (*BOX, "properties", "label"),
        "api.models.Box.from_dict({'id': 'i', text: 'x'}).label == 'x'",
        is_key=True,
    ),
    Field(
        "name of a field that is sent",
        (*SCHEMAS, "BoxRequest", "properties", "label"),
        "api.models.BoxRequest(label='x').to_dict() == {text: 'x'}",
        is_key=True,
    ),
    Field(
        "spelling",
        (*SCHEMAS, "BoxesResponse", "properties", "label", "x-anaplan-spellings", 0),
        "api.models.BoxesResponse.from_dict({text: 'x'}).label == 'x'",
    ),
    Field(
        "media type",
        (*UPLOAD, "requestBody", "content", "application/x-gzip"),
        "True",
        is_key=True,
        fits=r"(?!)",
        rule="media-type",
    ),
    Field("contact", ("info", "contact"), "document(api)['info']['contact'] == {'name': text}"),
    Field("example", (*CREATE, "requestBody", "content", "application/json", "examples", "red", "summary"), "True"),
    Field("path", ("paths", "/boxes"), "True", value="/@", is_key=True, fits="class|None|Request|w+", rule="path"),
    Field("server", ("servers", 0, "url"), "True", value="https://api.anaplan.com/@", fits="class|None|Request|w+"),
]


def put(good: dict[str, Any], field: Field, text: str) -> None:
    """Put a text into a field of a specification."""
    node: Any = good
    for key in field.pointer[:-1]:
        node = node[key]
    value = field.value.replace("@", text)
    last = field.pointer[-1]
    if field.name == "spelling":
        properties = good["components"]["schemas"]["BoxesResponse"]["properties"]
        properties[value] = properties.pop("Label")
    if field.is_key:
        # In its place, so that the order stays.
        items = [(value if key == last else key, item) for key, item in node.items()]
        node.clear()
        node.update(items)
    else:
        node[last] = {"name": value} if last == "contact" else value


def find_rule(field: Field, text: str) -> str:
    """Return the rule that a text in a field breaks, or none."""
    if HIDDEN.search(text):
        return "text"
    if (field.is_key or field.name == "spelling") and len(text) > 1000:
        return "yaml"
    return "" if re.fullmatch(field.fits, text) else field.rule or "server"
