"""The rules that sources must follow, by the id that each problem is reported with."""

RULES = {
    "yaml": "A specification is one YAML object without duplicate keys.",
    "reference": "A `$ref` leads to a place in the same file.",
    "openapi": "A specification is valid OpenAPI 3.0, or 3.1 that 3.0 can say: known keys, unique ids, known paths.",
    "engine": "openapi-python-client accepts every part of it without a warning.",
    "package": "What is generated compiles, imports, and fits the hand-written code by its types.",
    "text": "Texts and keys have no control characters, direction marks or halves of characters.",
    "keyword": "Every keyword is one that has an effect there, or is for readers; nothing is ignored.",
    "security": "An operation is signed by the header `Authorization`, in one of several ways, or not at all.",
    "async-name": "A name that looks asynchronous is in the table of `generator/unasync.py`, and each name is used.",
    "api-name": "The name of a file is `anaplan_` and the name of its package.",
    "api-description": "An API has a description; it is the package's docstring.",
    "server": "The first server has `x-anaplan-host`. The path of each ends with that of the first, without a slash.",
    "tag": "A tag is used, and described at the top; it is a package with a docstring.",
    "path-method": "A path has GET, PUT, POST, DELETE and PATCH only, and no parameters of its own.",
    "path": "A path has only characters that need no quoting, and names in braces.",
    "operation-id": "An operation has an `operationId` in snake_case, a verb and a noun; it names the function.",
    "operation-summary": "An operation has a summary that is a sentence; it starts the docstring.",
    "operation-role": "An operation has `x-anaplan-role`, the minimum role that Anaplan requires.",
    "operation-effect": "An operation has `x-anaplan-effect`, its repeatability; GET is `safe`, and POST may be.",
    "operation-sensitive": "`x-anaplan-sensitive` is `true`: the content of request or response is secret.",
    "operation-method": "`x-anaplan-method` names methods of the client, such as `alm.get_revisions`.",
    "operation-tag": "An operation has exactly one tag.",
    "parameter-place": "A parameter is in the path, the query or a header.",
    "parameter-name": "A parameter has a name of its own that the generated function does not use, and a header one "
    "that the client does not write. One in the path has no `x-python-name`, because its name is sent nowhere.",
    "parameter-type": "A parameter is a string, integer, number, boolean, date or enum, but no number in the path; "
    "in the query or a header also an array of these; no secret is in the path or query.",
    "parameter-only": "`x-anaplan-only` names a media type of a successful response.",
    "parameter-description": "A parameter has a description.",
    "unit": "The description of a number says its unit, or what it counts.",
    "media-type": "The name of content is a media type.",
    "body-type": "A body is JSON, a form, multipart or binary; JSON is a named schema, an array, a map or free-form.",
    "body-parts": "A form has primitives and enums, and arrays of these; a multipart body has them and binary parts.",
    "body-none": "`x-anaplan-content-type` is a media type, and only an operation without a body has it.",
    "request-strict": "A schema that only requests use is closed, so that a misspelled field is rejected.",
    "response-type": "A response is JSON with a named schema; a successful one may also be an array, a map, "
    "free-form or binary.",
    "response-types": "All successful responses of an operation have one type.",
    "response-success": "A successful response is described.",
    "response-tolerant": "A schema that responses use is open, because Anaplan may add fields at any time.",
    "response-hint": "Only an error response or its example has `x-anaplan-hint`, with no placeholder but `{role}`. "
    "The example has a message, and each message of an operation one hint.",
    "errors": "401 and 429 are described; 400 where there is a body, and 404 where the path names something.",
    "schema-name": "The name of a schema is PascalCase, because it names the class.",
    "schema-circle": "A schema does not require itself, directly or indirectly.",
    "schema-description": "A schema has a description.",
    "schema-shape": "A named schema is an object with properties, an enum or a union.",
    "schema-union": "A union is one of several objects. Where one is read, a discriminator tells which.",
    "schema-enum": "The values of an enum are strings that differ in more than case.",
    "field-name": "A field's name, or its `x-python-name`, is an identifier in Python that is not reserved.",
    "field-description": "A field has a description.",
    "field-type": "A field has one type: a `$ref`, an array, a map, a free-form object, a primitive, or any JSON.",
    "field-enum": "An enum is a named schema, so that it is an open class; an enum of one string is a constant.",
    "field-spellings": "A field with several spellings is not required.",
    "field-spelling-declared": "Each spelling of a field is a field of its own too, with the same type.",
    "value-type": "`x-anaplan-type` is a type of an `int64`, and no type of ours is a `format`.",
    "field-null": "A required field is never null.",
    "example-missing": "A JSON body has an example, and so has a successful JSON response.",
    "error-example": "A JSON error response has an example, in Anaplan's words.",
    "example-fits": "An example fits its schema.",
    "component-used": "Every component is used.",
}


def write_table() -> str:
    """Return the rules as a Markdown table."""
    return "\n".join(
        ["| Rule | What holds |", "|---|---|", *(f"| `{rule}` | {text} |" for rule, text in RULES.items())]
    )
