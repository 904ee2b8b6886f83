"""The rules that sources must follow, by the id that each problem is reported with."""

RULES = {
    "yaml": "A specification is one YAML object without duplicate keys.",
    "reference": "A `$ref` leads to a place in the same file.",
    "openapi": "A specification is valid OpenAPI 3.0: known keys, unique ids, every path parameter described.",
    "engine": "openapi-python-client accepts every part of it without a warning.",
    "async-name": "A name that looks asynchronous is in the table of `generator/unasync.py`, and each name is used.",
    "api-description": "An API has a description; it is the package's docstring.",
    "server": "The first server has `x-anaplan-host`. All have one path, without a slash at the end.",
    "tag": "A tag is used, and described at the top; it is a package with a docstring.",
    "path-method": "A path has GET, PUT, POST, DELETE and PATCH only, and no parameters of its own.",
    "operation-id": "An operation has an `operationId` in snake_case, a verb and a noun; it names the function.",
    "operation-summary": "An operation has a summary that is a sentence; it starts the docstring.",
    "operation-role": "An operation has `x-anaplan-role`, the minimum role that Anaplan requires.",
    "operation-effect": "An operation has `x-anaplan-effect`, its repeatability; `safe` is for GET.",
    "operation-sensitive": "`x-anaplan-sensitive` is `true`: the content of request or response is secret.",
    "operation-method": "`x-anaplan-method` names methods of the client, such as `alm.get_revisions`.",
    "operation-tag": "An operation has exactly one tag.",
    "parameter-place": "A parameter is in the path or the query.",
    "parameter-name": "A parameter does not have a name that the generated function uses itself.",
    "parameter-type": "A parameter is a string, integer, number, boolean or date; in the path a string or an integer; "
    "in the query also an enum or strings.",
    "parameter-only": "`x-anaplan-only` names a media type of a successful response.",
    "parameter-description": "A parameter has a description.",
    "unit": "The description of a number says its unit, or what it counts.",
    "body-type": "A body is JSON with a named schema or an array of one, or binary.",
    "body-none": "`x-anaplan-content-type` is a media type, and only an operation without a body has it.",
    "request-strict": "A schema that only requests use is closed, so that a misspelled field is rejected.",
    "response-type": "A response is JSON with a named schema; only a successful one may be binary.",
    "response-types": "All successful responses of an operation have one type.",
    "response-success": "A successful response is described.",
    "response-tolerant": "A schema that responses use is open, because Anaplan may add fields at any time.",
    "response-hint": "Only an error response has `x-anaplan-hint`, and its only placeholder is `{role}`.",
    "errors": "401 and 429 are described; 400 where there is a body, and 404 where the path names something.",
    "schema-name": "The name of a schema is PascalCase, because it names the class.",
    "schema-description": "A schema has a description.",
    "schema-shape": "A named schema is an object with properties, or an enum.",
    "schema-enum": "The values of an enum are strings that differ in more than case.",
    "field-name": "A field's name, or its `x-python-name`, is an identifier in Python that is not reserved.",
    "field-description": "A field has a description.",
    "field-type": "A field has one type: a `$ref`, an array, a map, or a primitive.",
    "field-enum": "An enum is a named schema, so that it is an open class.",
    "field-spellings": "A field with several spellings is not required.",
    "field-spelling-declared": "Each spelling of a field is a field of its own too, with the same type.",
    "value-type": "`x-anaplan-type` is a type of an `int64`, and no type of ours is a `format`.",
    "field-null": "A required field is never null.",
    "example-missing": "A JSON body has an example, and so has a successful JSON response.",
    "example-fits": "An example fits its schema.",
    "component-used": "Every component is used.",
}


def write_table() -> str:
    """Return the rules as a Markdown table."""
    return "\n".join(
        ["| Rule | What holds |", "|---|---|", *(f"| `{rule}` | {text} |" for rule, text in RULES.items())]
    )
