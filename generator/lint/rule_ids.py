"""The rules that sources must follow, by the id that each problem is reported with."""

RULES = {
    "yaml": "A specification is one YAML object, and says each key once.",
    "reference": "A `$ref` leads to a place in the same file.",
    "openapi": "A specification is valid OpenAPI 3.0: known keys, unique ids, every path parameter described.",
    "engine": "openapi-python-client takes every part of it, without a warning.",
    "async-name": "A name that looks asynchronous is in the table of `generator/unasync.py`, which has none unused.",
    "api-description": "An API has a description; it is the package's docstring.",
    "server": "An API has one server, with `x-anaplan-host` and without a slash at the end.",
    "tag": "A tag is used, and described at the top; it is a package with a docstring.",
    "path-method": "A path has GET, PUT, POST, DELETE and PATCH only, and no parameters of its own.",
    "operation-id": "An operation has an `operationId` in snake_case, a verb and a noun; it names the function.",
    "operation-summary": "An operation has a summary that is a sentence; it starts the docstring.",
    "operation-role": "An operation has `x-anaplan-role`, the least role that Anaplan asks for.",
    "operation-effect": "An operation has `x-anaplan-effect`, which says how it may be repeated; `none` is for GET.",
    "operation-method": "`x-anaplan-method` names methods of the client, such as `alm.get_revisions`.",
    "operation-tag": "An operation has exactly one tag.",
    "parameter-place": "A parameter is in the path or the query.",
    "parameter-name": "A parameter is not called like something that the generated function uses.",
    "parameter-type": "A parameter is a string, integer, number, boolean or date; in the path a string or an integer; "
    "in the query also an enum or strings.",
    "parameter-only": "`x-anaplan-only` names a media type that the operation answers.",
    "parameter-description": "A parameter has a description.",
    "unit": "The description of a number says its unit, or what it counts.",
    "body-type": "A body is JSON with a named schema or an array of one, or binary.",
    "body-none": "`x-anaplan-content-type` is of an operation without a body, and names a media type.",
    "request-strict": "A schema that only requests use is closed, so that a typing error is refused.",
    "answer-type": "An answer is JSON with a named schema; only a successful one may be binary.",
    "answer-types": "All successful answers of an operation have one type.",
    "answer-success": "A successful answer is described.",
    "answer-tolerant": "A schema that answers use is open: Anaplan adds fields at any time.",
    "answer-hint": "`x-anaplan-hint` is of an answer other than success, and has no placeholder but `{role}`.",
    "errors": "401 and 429 are described; 400 where there is a body, and 404 where the path names something.",
    "schema-name": "A schema is called in PascalCase; it names the class.",
    "schema-description": "A schema has a description.",
    "schema-shape": "A named schema is an object with properties, or an enum.",
    "schema-enum": "An enum is of strings that differ not only in case.",
    "field-name": "A field's name, or its `x-python-name`, is a name that is free in Python.",
    "field-description": "A field has a description.",
    "field-type": "A field has one type: a `$ref`, an array, a map, or a primitive.",
    "field-enum": "An enum is a named schema, so that it is an open class.",
    "field-spellings": "A field with several spellings is not required.",
    "field-null": "A required field is never null.",
    "example-missing": "A JSON body, and a successful JSON answer, has an example.",
    "example-fits": "An example fits its schema.",
    "component-used": "Every component is used.",
}


def write_table() -> str:
    """Return the rules as a Markdown table."""
    return "\n".join(
        ["| Rule | What holds |", "|---|---|", *(f"| `{rule}` | {text} |" for rule, text in RULES.items())]
    )
