"""Odd names of everything that becomes a name in Python: those that are right, and those that a rule refuses."""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from attrs import frozen

Specification: TypeAlias = dict[str, Any]


@frozen
class Place:
    """A place of a name. `rule` refuses the names in `refused`."""

    name: str
    rename: Callable[[Specification, str], Specification]
    right: tuple[str, ...]
    rule: str
    refused: tuple[str, ...]


def rename_schema(specification: Specification, name: str) -> Specification:
    text = json.dumps(specification).replace('"Box"', f'"{name}"').replace('/schemas/Box"', f'/schemas/{name}"')
    result: Specification = json.loads(text)
    return result


def rename_operation(specification: Specification, name: str) -> Specification:
    specification["paths"]["/boxes"]["get"]["operationId"] = name
    return specification


def rename_tag(specification: Specification, name: str) -> Specification:
    specification["tags"][0]["name"] = name
    for path in specification["paths"].values():
        for operation in path.values():
            operation["tags"] = [name]
    return specification


def rename_query(specification: Specification, name: str) -> Specification:
    parameter = specification["paths"]["/boxes"]["get"]["parameters"][1]
    del parameter["x-python-name"]
    parameter["name"] = name
    return specification


def rename_header(specification: Specification, name: str) -> Specification:
    specification["paths"]["/boxes"]["get"]["parameters"][1]["in"] = "header"
    return rename_query(specification, name)


def rename_path_parameter(specification: Specification, name: str) -> Specification:
    specification["components"]["parameters"]["BoxId"]["name"] = name
    paths = specification["paths"]
    paths[f"/boxes/{{{name}}}/content"] = paths.pop("/boxes/{boxId}/content")
    return specification


def rename_argument(specification: Specification, name: str) -> Specification:
    specification["paths"]["/boxes"]["get"]["parameters"][1]["x-python-name"] = name
    return specification


def rename_field(specification: Specification, name: str) -> Specification:
    for schema in ("Box", "BoxRequest"):
        properties = specification["components"]["schemas"][schema]["properties"]
        del properties["label"]
        properties[name] = {"type": "string", "description": "What is written on it."}
    return specification


def rename_attribute(specification: Specification, name: str) -> Specification:
    for schema in ("Box", "BoxRequest"):
        properties = specification["components"]["schemas"][schema]["properties"]
        properties["label"] = {"type": "string", "description": "What is written on it.", "x-python-name": name}
    return specification


KEYWORDS = ("class", "async", "lambda", "None", "True")
ODD = ("", " ", "1st", "_", "été", "漢字", "ＡＢＣ", "x" * 300)
SPLIT = ("two words", "a-b", "a.b", "a:b", "a$b")
RUNTIME = ("decode", "validation", "datetime", "date")

PLACES = [
    Place(
        "schema",
        rename_schema,
        ("HTTPError", "Field", "Model", "Import", "Class", "Datetime", "Models"),
        "schema-name",
        (
            *("class", "None", "True", "Self", "Request", "Sequence", "ClassVar", "Literal", "Content", "Mapping"),
            *("OpenStrEnum", "UnknownVariant", "TypeAlias", "box", "B", "Big_Box", "__init__", "two words", "a-b"),
            *ODD,
        ),
    ),
    Place(
        "operation",
        rename_operation,
        ("list_all", "from_dict", "get_class", "import_from"),
        "operation-id",
        ("class", "print", "Request", "encode_json", "fill_path", "encode_query", "list", *ODD, *SPLIT),
    ),
    Place(
        "tag",
        rename_tag,
        ("Boxes", "print", "api", "core", "__init__", "two words", "a-b"),
        "tag",
        ("class", "lambda", *ODD),
    ),
    Place(
        "query parameter",
        rename_query,
        (
            "None",
            "True",
            "print",
            "type",
            "self",
            "Self",
            "Request",
            "field",
            "filter[x]",
            "a.b",
            "kwargs",
            "name",
            "sort by",
        ),
        "parameter-name",
        ("class", "lambda", "body", "Accept", "encode_json", "Limit", "x" * 300, *RUNTIME, *ODD),
    ),
    Place(
        "header parameter",
        rename_header,
        ("X-Box", "type", "Self"),
        "parameter-name",
        ("Authorization", "Content-Type", "Host", "Cookie", "a b", "a:b", "class", *RUNTIME),
    ),
    Place(
        "path parameter",
        rename_path_parameter,
        ("box_id", "box-id", "None", "self", "Request"),
        "parameter-name",
        ("class", "1st", "_", "body", "encode_json", *RUNTIME),
    ),
    Place(
        "name in a path", rename_path_parameter, (), "path", ("", " ", "two words", "a/b", "a.b", "a:b", "été", "a}b")
    ),
    Place(
        "argument",
        rename_argument,
        ("self", "print", "type_", "class_", "kwargs"),
        "parameter-name",
        ("class", "None", "Request", "_private", "__init__", "limit", "kind", "body", *SPLIT, *RUNTIME, "1st", "été"),
    ),
    Place("empty argument", rename_argument, (), "keyword", ("", " ")),
    Place(
        "field",
        rename_field,
        (
            "class",
            "None",
            "async",
            "print",
            "type",
            "Request",
            "ClassVar",
            "two words",
            "a.b",
            "_private",
            "__class__",
            "mro",
        ),
        "field-name",
        ("list", "self", "field", "from_dict", "to_dict", "additional_properties", "str", *RUNTIME, *ODD),
    ),
    Place(
        "attribute",
        rename_attribute,
        ("print", "type", "class_", "match", "frozen"),
        "field-name",
        ("class", "None", "Box", "Self", "_private", "__init__", "color", "list", "from_dict", *SPLIT, *RUNTIME, "1st"),
    ),
]
# The name of the file is that of the package.
API_NAMES = ("core", "class", "None", "my-api", "My", "1st", "a b", "été", "_x", "x" * 101)
