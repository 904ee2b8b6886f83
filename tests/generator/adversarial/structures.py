"""Odd structures: changes of the small specification, with the rule that refuses each, or what is right."""

from typing import Any

from attrs import frozen


@frozen
class Structure:
    """A change of the small specification: each pointer gets its value, and DELETED goes."""

    name: str
    changes: dict[str, Any]
    rule: str = ""
    results: tuple[str, ...] = ("True",)


DELETED = "goes"
LIST = "paths /boxes get"
CREATE = "paths /boxes post"
UPLOAD = "paths /boxes/{boxId}/content put"
BOX = "components schemas Box"
ID = f"{BOX} properties id"
REQUEST = "components schemas BoxRequest"
LABEL = f"{REQUEST} properties label"
LIMIT = "components parameters Limit"
RESPONSE = "components schemas BoxesResponse"
TEXT = {"type": "string", "description": "A text."}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def node(description: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "description": description, "properties": properties}


def listed(entry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "description": "Some.", "items": entry}


PART = f"{BOX} properties part"
CIRCLES = [
    Structure(
        "a schema that refers to itself",
        {f"{BOX} properties inner": listed(ref("Box")), f"{BOX} properties outer": ref("Box")},
        results=("api.models.Box.from_dict({'id': '1', 'outer': {'id': '2'}}).outer.id == '2'",),
    ),
    Structure(
        "two schemas that refer to each other",
        {PART: ref("Part"), "components schemas Part": node("A part.", whole=ref("Box"), boxes=listed(ref("Box")))},
        results=(
            "api.models.Box.from_dict({'id': '1', 'part': {'boxes': [{'id': '3'}]}}).part.boxes[0].id == '3'",
            "api.models.Part.from_dict({'whole': {'id': '2'}}).whole.id == '2'",
        ),
    ),
    Structure(
        "three schemas in a circle",
        {
            PART: ref("Part"),
            "components schemas Part": node("A part.", lid=ref("Lid")),
            "components schemas Lid": node("A lid.", box=ref("Box")),
        },
        results=("api.models.Lid.from_dict({'box': {'id': 'i', 'part': {'lid': {}}}}).box.part.lid is not None",),
    ),
    Structure(
        "a circle of what is sent",
        {
            f"{REQUEST} properties part": ref("Part"),
            "components schemas Part": {**node("A part.", box=ref("BoxRequest")), "additionalProperties": False},
        },
        results=(
            "api.models.Part(box=api.models.BoxRequest(label='x')).to_dict() == {'box': {'label': 'x'}}",
            "api.models.BoxRequest(part=api.models.Part()).to_dict() == {'part': {}}",
        ),
    ),
    Structure(
        "a circle through a map",
        {
            PART: ref("Part"),
            "components schemas Part": node(
                "A part.", boxes={"type": "object", "description": "By name.", "additionalProperties": ref("Box")}
            ),
        },
        results=("api.models.Part.from_dict({'boxes': {'a': {'id': 'i'}}}).boxes['a'].id == 'i'",),
    ),
    Structure(
        "a schema that requires itself",
        {f"{BOX} properties inner": ref("Box"), f"{BOX} required": ["id", "inner"]},
        "schema-circle",
    ),
    Structure(
        "two schemas that require each other",
        {
            PART: ref("Part"),
            f"{BOX} required": ["id", "part"],
            "components schemas Part": {**node("A part.", box=ref("Box")), "required": ["box"]},
        },
        "schema-circle",
    ),
    Structure("an alias of itself", {"components schemas Alias": ref("Alias"), PART: ref("Alias")}, "reference"),
    Structure(
        "aliases of each other",
        {"components schemas One": ref("Two"), "components schemas Two": ref("One"), PART: ref("One")},
        "reference",
    ),
    Structure("a parameter that is itself", {LIMIT: {"$ref": "#/components/parameters/Limit"}}, "reference"),
    Structure("a reference to a text", {PART: {"$ref": "#/info/title"}}, "reference"),
    Structure("a reference to another file", {PART: {"$ref": "other.yaml#/Box"}}, "reference"),
    Structure("a reference to the whole", {PART: {"$ref": "#"}}, "reference"),
]
UNSUPPORTED_OF_SCHEMAS: dict[str, Any] = {
    "pattern": "a+", "multipleOf": 2, "exclusiveMinimum": True, "exclusiveMaximum": True, "uniqueItems": True,
    "minProperties": 1, "maxProperties": 2, "default": "x", "readOnly": True, "writeOnly": True,
    "xml": {"name": "x"}, "title": "Title", "not": {"type": "integer"}, "allOf": [{"type": "string"}],
    "anyOf": [{"type": "string"}], "x-unknown": 1, "x-anaplan-role": "User", "minimum": 1, "minItems": 1,
    "format": "odd", "discriminator": {"propertyName": "x"}, "x-python-name": 5, "x-anaplan-spellings": "text",
}  # fmt: skip
RULES_OF_SCHEMAS = {
    "x-anaplan-spellings": "field-spellings",
    "exclusiveMinimum": "openapi",
    "exclusiveMaximum": "openapi",
}
KEYWORDS = [
    *(
        Structure(f"{key} of a field", {f"{LABEL} {key}": value}, RULES_OF_SCHEMAS.get(key, "keyword"))
        for key, value in UNSUPPORTED_OF_SCHEMAS.items()
    ),
    *(
        Structure(f"{key} of entries", {LABEL: listed({"type": "string", key: UNSUPPORTED_OF_SCHEMAS[key]})}, "keyword")
        for key in ("pattern", "default", "xml", "minimum", "x-unknown")
    ),
    *(
        Structure(f"{key} of a parameter's schema", {f"{LIMIT} schema {key}": value}, "keyword")
        for key, value in {
            "pattern": "a",
            "multipleOf": 2,
            "exclusiveMinimum": True,
            "default": 5,
            "nullable": True,
        }.items()
    ),
    *(
        Structure(f"{key} of a parameter", {f"{LIMIT} {key}": value}, "keyword")
        for key, value in {"allowEmptyValue": True, "allowReserved": True, "x-odd": 1}.items()
    ),
    *(
        Structure(f"{key} of an operation", {f"{LIST} {key}": value}, "keyword")
        for key, value in {
            "servers": [{"url": "https://elsewhere.com"}],
            "callbacks": {"done": {"{$request.body}": {}}},
            "x-anaplan-rolle": "User",
            "x-anaplan-role": ["User"],
        }.items()
    ),
    *(
        Structure(f"{key} of a path", {f"paths /boxes {key}": value}, "keyword" if key == "x-odd" else "path-method")
        for key, value in {
            "servers": [{"url": "https://elsewhere.com"}],
            "parameters": [{"$ref": "#/components/parameters/Limit"}],
            "summary": "Boxes.",
            "description": "Boxes.",
            "head": {"responses": {"200": {"description": "Yes."}}},
            "x-odd": 1,
        }.items()
    ),
    Structure(
        "links of a response", {f"{LIST} responses 200 links": {"next": {"operationId": "create_box"}}}, "keyword"
    ),
    Structure("an extension of a response", {f"{LIST} responses 200 x-odd": 1}, "keyword"),
    Structure("an extension at the top", {"x-odd": 1}, "keyword"),
    Structure(
        "a default response",
        {f"{LIST} responses default": {"description": "Anything else."}},
        results=("'`StatusError` (default): Anything else.' in api.list_boxes.__doc__",),
    ),
    Structure(
        "a default response alone",
        {f"{LIST} responses": {"default": {"description": "Any."}}},
        "errors response-success component-used",
    ),
    Structure("a range of statuses", {f"{LIST} responses 4XX": {"description": "Any error."}}, "keyword"),
    Structure("a key next to a reference", {f"{BOX} properties color description": "Its color."}, "keyword"),
    Structure("nullable next to a reference", {f"{BOX} properties color nullable": True}, "keyword"),
    Structure("a required name without a property", {f"{BOX} required": ["id", "weight"]}, "keyword"),
    Structure(
        "more fields of one type next to properties", {f"{BOX} additionalProperties": {"type": "string"}}, "keyword"
    ),
    Structure(
        "an external example",
        {f"{CREATE} requestBody content application/json examples red": {"externalValue": "https://x.y"}},
        "keyword",
    ),
    Structure(
        "encoding of JSON",
        {f"{CREATE} requestBody content application/json encoding": {"label": {"contentType": "text/plain"}}},
        "keyword",
    ),
    Structure("content without a schema", {f"{UPLOAD} requestBody content application/x-gzip": {}}, "keyword"),
    Structure("limits of a date", {LABEL: {**TEXT, "format": "date", "minLength": 3}}, "keyword"),
    Structure(
        "limits of a moment",
        {
            LABEL: {
                "type": "integer",
                "description": "Milliseconds.",
                "format": "int64",
                "x-anaplan-type": "epoch-milliseconds",
                "minimum": 0,
            }
        },
        "keyword",
    ),
    Structure(
        "a format of another type",
        {LABEL: {"type": "integer", "description": "How many.", "format": "date"}},
        "keyword",
    ),
    Structure("a nullable schema", {f"{BOX} nullable": True}, "keyword"),
    Structure(
        "content of a parameter",
        {
            LIMIT: {
                "name": "limit",
                "in": "query",
                "description": "How many.",
                "content": {"application/json": {"schema": TEXT}},
            }
        },
        "keyword",
    ),
    Structure(
        "limits of a number with a width",
        {LABEL: {"type": "integer", "description": "How many.", "format": "int64", "minimum": 2}},
        results=("raises(ValueError, lambda: api.models.BoxRequest(label=1))", "api.models.BoxRequest(label=2)"),
    ),
    Structure(
        "limits of entries",
        {LABEL: listed({"type": "string", "maxLength": 2})},
        results=(
            "raises(ValueError, lambda: api.models.BoxRequest(label=['abc']))",
            "api.models.BoxRequest(label=['ab'])",
        ),
    ),
    Structure(
        "a deprecated operation",
        {f"{LIST} deprecated": True, f"{LIST} externalDocs": {"url": "https://x.y/a"}},
        results=(
            "warns(DeprecationWarning, lambda: api.list_boxes(limit=1))",
            "not warns(DeprecationWarning, lambda: api.create_box(body=api.models.BoxRequest(label='x')))",
            "api.list_boxes.__name__ == 'list_boxes' and 'limit' in inspect.signature(api.list_boxes).parameters",
            "'Deprecated by Anaplan. Each call warns' in api.list_boxes.__doc__",
            "'documentation: https://x.y/a' in ' '.join(api.list_boxes.__doc__.split())",
            "api.list_boxes.__deprecated__ == 'Anaplan has deprecated list_boxes.'",
        ),
    ),
    Structure(
        "a deprecated parameter and field",
        {f"{LIST} parameters 1 deprecated": True, f"{ID} deprecated": True, f"{BOX} deprecated": False},
        results=(
            "'Deprecated by Anaplan.' in api.list_boxes.__doc__",
            "fields_of(api.models.Box)['id'].endswith('Deprecated by Anaplan.')",
            "not warns(DeprecationWarning, lambda: api.list_boxes(limit=1))",
        ),
    ),
    Structure("an open schema in so many words", {f"{BOX} additionalProperties": True}),
    Structure(
        "contact, license and terms",
        {"info contact": {"name": "A"}, "info license": {"name": "B"}, "info termsOfService": "https://x.y"},
    ),
    Structure(
        "links to more documentation",
        {
            "externalDocs": {"url": "https://x.y"},
            f"{LIST} externalDocs": {"url": "https://x.y"},
            f"{BOX} externalDocs": {"url": "https://x.y"},
            "tags 0 externalDocs": {"url": "https://x.y"},
        },
    ),
    Structure("headers of a response", {f"{LIST} responses 200 headers": {"Location": {"schema": {"type": "string"}}}}),
]
BASIC = {"type": "http", "scheme": "basic"}
SCHEMES = "components securitySchemes"
SECURITY = [
    Structure(
        "no security",
        {f"{LIST} security": []},
        results=("api.list_boxes().public", "'authorization' not in inspect.signature(api.list_boxes).parameters"),
    ),
    Structure(
        "own security",
        {f"{LIST} security": [{"Basic": []}], SCHEMES: {"Basic": BASIC}},
        results=("api.list_boxes(authorization='a').authorization == 'a'",),
    ),
    Structure(
        "the same security",
        {"security": [{"Basic": []}], f"{LIST} security": [{"Basic": []}], SCHEMES: {"Basic": BASIC}},
        results=("not api.list_boxes().public", "'authorization' not in inspect.signature(api.list_boxes).parameters"),
    ),
    Structure("optional security", {f"{LIST} security": [{}, {"Basic": []}], SCHEMES: {"Basic": BASIC}}, "security"),
    Structure(
        "two schemes at once",
        {f"{LIST} security": [{"Basic": [], "Other": []}], SCHEMES: {"Basic": BASIC, "Other": BASIC}},
        "security",
    ),
    Structure("an unknown scheme", {f"{LIST} security": [{"Basic": []}]}, "security"),
    Structure(
        "a key in the query",
        {f"{LIST} security": [{"Key": []}], SCHEMES: {"Key": {"type": "apiKey", "in": "query", "name": "key"}}},
        "security",
    ),
    Structure(
        "a key in a cookie",
        {"security": [{"Key": []}], SCHEMES: {"Key": {"type": "apiKey", "in": "cookie", "name": "key"}}},
        "security",
    ),
    Structure(
        "a key in another header",
        {"security": [{"Key": []}], SCHEMES: {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
        "security",
    ),
    Structure("a flow", {SCHEMES: {"O": {"type": "oauth2", "flows": {}}}, "security": [{"O": []}]}, "keyword"),
]
OTHERS = [
    Structure("a cookie", {f"{LIST} parameters 1 in": "cookie"}, "parameter-place"),
    Structure("a style", {f"{LIST} parameters 1 style": "spaceDelimited"}, "parameter-type"),
    Structure("an object in the query", {f"{LIST} parameters 1 schema": {"type": "object"}}, "parameter-type"),
    Structure("an enum of numbers", {"components schemas Color enum": [1, 2]}, "schema-enum example-fits"),
    Structure("an enum with null", {"components schemas Color enum": ["RED", "BLUE", None]}, "schema-enum"),
    Structure("an enum of the same", {"components schemas Color enum": ["RED", "BLUE", "red"]}, "schema-enum"),
    Structure(
        "an enum like numbers", {"components schemas Color enum": ["RED", "BLUE", "2", "VALUE_2"]}, "schema-enum"
    ),
    Structure(
        "two spellings of one field",
        {f"{RESPONSE} properties label x-anaplan-spellings": ["Label", "Label"]},
        "field-spellings",
    ),
    Structure(
        "the spelling of another field",
        {f"{RESPONSE} properties label x-anaplan-spellings": ["boxes"]},
        "field-spelling-declared",
    ),
    Structure(
        "two fields of one name", {f"{BOX} properties boxID": TEXT, f"{BOX} properties boxId": TEXT}, "field-name"
    ),
    Structure(
        "two parameters of one name",
        {
            f"{LIST} parameters 1": {
                "name": "Limit",
                "in": "query",
                "description": "How many.",
                "schema": {"type": "string"},
            }
        },
        "parameter-name",
    ),
    Structure(
        "a map of maps",
        {
            f"{BOX} properties maps": {
                "type": "object",
                "description": "Maps.",
                "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer"}},
            }
        },
        results=("api.models.Box.from_dict({'id': 'i', 'maps': {'a': {'b': 1}}}).maps == {'a': {'b': 1}}",),
    ),
    Structure(
        "lists of lists of lists",
        {f"{BOX} properties deep": listed(listed(listed({"type": "integer"})))},
        results=("api.models.Box.from_dict({'id': 'i', 'deep': [[[1]]]}).deep == [[[1]]]",),
    ),
    Structure(
        "an array without entries", {f"{BOX} properties bad": {"type": "array", "description": "What?"}}, "keyword"
    ),
    Structure("no paths", {"paths": {}}, "tag component-used"),
    Structure("a type that is none", {f"{ID} type": "text"}, "openapi"),
    Structure("types of 3.1 in 3.0", {f"{ID} type": ["string", "null"]}, "openapi"),
    Structure("Swagger", {"openapi": DELETED, "swagger": "2.0"}, "openapi"),
    Structure("a method in capitals", {"paths /boxes GET": {"responses": {}}}, "openapi"),
    Structure("a role that is a number", {f"{LIST} x-anaplan-role": 5}, "keyword"),
    Structure("a role that is empty", {f"{LIST} x-anaplan-role": ""}, "keyword"),
    Structure("a hint that is a list", {f"{LIST} responses 403 x-anaplan-hint": ["a"]}, "keyword"),
    Structure("a server with a query", {"servers 0 url": "https://api.anaplan.com/2/0?x=1"}, "server"),
    Structure("a server with a variable in its path", {"servers 0 url": "https://api.anaplan.com/{version}"}, "server"),
    Structure(
        "two tags of one package",
        {
            "tags": [{"name": "boxes", "description": "A."}, {"name": "Boxes", "description": "B."}],
            f"{LIST} tags": ["Boxes"],
        },
        "tag",
    ),
    Structure(
        "two schemas of one module",
        {"components schemas BoxREQUEST": {**node("B.", a=TEXT)}, PART: ref("BoxREQUEST")},
        "schema-name",
    ),
]
STRUCTURES = [*CIRCLES, *KEYWORDS, *SECURITY, *OTHERS]


def change(specification: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Change a specification. A number in a pointer is an index of a list."""
    for pointer, value in changes.items():
        here: Any = specification
        *path, last = [int(key) if key.isdigit() and len(key) == 1 else key for key in pointer.split(" ")]
        for key in path:
            here = here[key]
        if value == DELETED:
            del here[last]
        else:
            here[last] = value
    return specification
