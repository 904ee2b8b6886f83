"""Specifications that the generator refuses: each with one thing wrong, and what is said about it, with its place."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from attrs import frozen

from generator.lint import rules
from generator.spec import document
from generator.spec.document import InvalidSpecificationError, Problem

HERE = Path(__file__).parent.parent
ROOT = HERE.parent.parent
FILE = "openapi/anaplan_good.yaml"
GOOD = (HERE / "anaplan_good.yaml").read_text(encoding="utf-8")


@frozen
class Bad:
    """A way to spoil the good specification.

    `old` becomes `new` wherever it stands. In the text that results, `at` occurs once, at the place of the problem.
    """

    id: str
    old: str
    new: str
    at: str
    message: str


def cases(items: Iterable[Bad]) -> pytest.MarkDecorator:
    """One test for each way."""
    return pytest.mark.parametrize("bad", items, ids=lambda bad: bad.id)


def problems(text: str, root: Path) -> list[Problem]:
    """What is wrong with a specification."""
    path = root / FILE
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return rules.check(document.load(path, root))


def refuses(bad: Bad, root: Path) -> None:
    """Holds that there is a problem where and what it should be, and no other."""
    assert bad.old in GOOD, "the case is out of date"
    text = GOOD.replace(bad.old, bad.new)
    assert text.count(bad.at) == 1, "the place is not clear"
    line = text[: text.index(bad.at)].count("\n") + 1
    found = [str(problem) for problem in problems(text, root)]
    assert found
    for problem in found:
        assert problem.startswith(f"{FILE}:{line}: "), found
        assert bad.message in problem


@cases(
    [
        Bad(
            "no server",
            "servers:\n  - url: https://api.anaplan.com/2/0\n    x-anaplan-host: api\n",
            "",
            "# A small specification",
            "the first server must have an x-anaplan-host",
        ),
        Bad(
            "a server with another path",
            "    x-anaplan-host: api\n",
            "    x-anaplan-host: api\n  - url: https://auth.anaplan.com\n    x-anaplan-host: auth\n",
            "  - url: https://auth.anaplan.com",
            "a server must end with the path of the first, without a trailing slash (got https://auth.anaplan.com)",
        ),
        Bad(
            "a server with a slash at the end",
            "    x-anaplan-host: api\n",
            "    x-anaplan-host: api\n  - url: https://{region}.api.anaplan.com/2/0/\n"
            "    variables: {region: {default: eu3}}\n",
            "  - url: https://{region}",
            "a server must end with the path of the first",
        ),
        Bad(
            "the first server with a slash at the end",
            "https://api.anaplan.com/2/0\n",
            "https://api.anaplan.com/2/0/\n",
            "  - url: https://api.anaplan.com/2/0/",
            "without a trailing slash",
        ),
        Bad(
            "unknown host",
            "x-anaplan-host: api",
            "x-anaplan-host: apis",
            "servers:",
            "of api, auth, audit, cloudworks, app",
        ),
    ]
)
def test_one_server_on_a_known_host_is_needed(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


def test_another_region_may_serve_the_api_below_a_path(tmp_path: Path) -> None:
    good = GOOD.replace(
        "    x-anaplan-host: api\n",
        "    x-anaplan-host: api\n  - url: https://api.anaplan.com/boxes/2/0\n",
    )
    assert problems(good, tmp_path) == []


@cases(
    [
        Bad("no id", "      operationId: list_boxes\n", "", "get: # list", "operationId is missing"),
        Bad(
            "camelCase id",
            "operationId: list_boxes",
            "operationId: listBoxes",
            "operationId: listBoxes",
            "operationId must be snake_case, a verb and a noun, such as list_revisions (got 'listBoxes')",
        ),
        Bad(
            "verb without noun",
            "operationId: list_boxes",
            "operationId: list",
            "operationId: list\n",
            "operationId must be snake_case, a verb and a noun, such as list_revisions (got 'list')",
        ),
        Bad(
            "no summary",
            "      summary: List the boxes.\n",
            "",
            "get: # list",
            "list_boxes: summary must be a sentence",
        ),
        Bad(
            "summary without a full stop",
            "summary: List the boxes.",
            "summary: List the boxes",
            "get: # list",
            "list_boxes: summary must be a sentence",
        ),
        Bad(
            "no role",
            "      summary: Make a box.\n      x-anaplan-role: Workspace Administrator\n",
            "      summary: Make a box.\n",
            "post: # create",
            "create_box: x-anaplan-role is missing",
        ),
        Bad(
            "no effect",
            "      x-anaplan-effect: non-idempotent\n",
            "",
            "post: # create",
            "create_box: x-anaplan-effect must be one of safe, idempotent, non-idempotent",
        ),
        Bad(
            "unknown effect",
            "x-anaplan-effect: non-idempotent",
            "x-anaplan-effect: twice",
            "post: # create",
            "create_box: x-anaplan-effect must be one of safe, idempotent, non-idempotent",
        ),
        Bad(
            "PUT without effect",
            "x-anaplan-effect: idempotent",
            "x-anaplan-effect: safe # put",
            "x-anaplan-effect: safe # put",
            "upload_content: x-anaplan-effect must be safe for GET; of the others, only POST may be safe",
        ),
        Bad(
            "GET with an effect",
            "summary: List the boxes.\n      x-anaplan-role: Standard User\n      x-anaplan-effect: safe",
            "summary: List the boxes.\n      x-anaplan-role: Standard User\n      x-anaplan-effect: idempotent # get",
            "x-anaplan-effect: idempotent # get",
            "list_boxes: x-anaplan-effect must be safe for GET; of the others, only POST may be safe",
        ),
        Bad(
            "no name of a method",
            "      x-anaplan-effect: non-idempotent\n",
            "      x-anaplan-effect: non-idempotent\n      x-anaplan-method: client.boxes.create\n",
            "x-anaplan-method: client",
            "create_box: x-anaplan-method must name one or more methods of the client, such as",
        ),
        Bad(
            "no tag",
            "    get: # list\n      tags: [boxes]\n",
            "    get: # list\n",
            "get: # list",
            "list_boxes: there must be exactly one tag",
        ),
        Bad(
            "two tags",
            "    get: # list\n      tags: [boxes]\n",
            "    get: # list\n      tags: [boxes, boxes]\n",
            "get: # list",
            "list_boxes: there must be exactly one tag",
        ),
    ]
)
def test_an_operation_needs_its_name_and_its_facts(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


@cases(
    [
        Bad(
            "cookie",
            "        - name: sort\n          in: query\n",
            "        - name: sort\n          in: cookie\n",
            "- name: sort",
            "list_boxes: parameter sort must be in the path, the query or a header",
        ),
        Bad(
            "header of the client",
            "        - name: sort\n          in: query\n",
            "        - name: Content-Length\n          in: header\n",
            "- name: Content-Length",
            "list_boxes: parameter Content-Length: its name must be that of a header of Anaplan's own",
        ),
        Bad(
            "name of another parameter",
            "        - name: sort\n          in: query\n",
            "        - name: Limit\n          in: header\n",
            "- name: Limit",
            "list_boxes: parameter Limit: its name must be unique in all places, ignoring case",
        ),
        Bad(
            "another style",
            "        - name: sort\n          in: query\n",
            "        - name: sort\n          in: query\n          style: pipeDelimited\n",
            "- name: sort",
            "list_boxes: parameter sort must have the style form",
        ),
        Bad(
            "secret in a query",
            "          schema: {type: string}\n      responses:",
            "          schema: {type: string, format: password}\n      responses:",
            "- name: sort",
            "list_boxes: parameter sort must be a string, integer, number, boolean",
        ),
        Bad(
            "no description",
            "          description: What to sort by.\n",
            "",
            "- name: sort",
            "list_boxes: parameter sort: description is missing",
        ),
        Bad(
            "no description behind a $ref",
            "      description: How many boxes.\n",
            "",
            '- $ref: "#/components/parameters/Limit"',
            "list_boxes: parameter limit: description is missing",
        ),
        Bad(
            "array of arrays",
            "          schema: {type: string}\n      responses:",
            "          schema: {type: array, items: {type: array, items: {type: string}}}\n      responses:",
            "- name: sort",
            "list_boxes: parameter sort must be a string, integer, number, boolean",
        ),
        Bad(
            "moment in a query",
            "          schema: {type: string}\n      responses:",
            "          schema: {type: integer, format: int64, x-anaplan-type: epoch-milliseconds}\n      responses:",
            "- name: sort",
            "list_boxes: parameter sort must be a string, integer, number, boolean, "
            "and not of the format epoch-milliseconds or id or binary",
        ),
        Bad(
            "object behind a $ref",
            "          schema: {type: string}\n      responses:",
            '          schema: {$ref: "#/components/schemas/Box"}\n      responses:',
            "- name: sort",
            "list_boxes: parameter sort must be a string, integer, number, boolean",
        ),
    ]
)
def test_a_parameter_is_a_described_primitive_in_the_path_or_query(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


@cases(
    [
        Bad(
            "schema without a name",
            '            schema: {$ref: "#/components/schemas/BoxRequest"}\n            examples:',
            "            schema: {type: object, properties: {box: "
            '{$ref: "#/components/schemas/BoxRequest"}}}\n            examples:',
            "requestBody: # of create",
            "create_box: the body must be JSON with a named schema ($ref) or an array of one, or binary",
        ),
        Bad(
            "another media type",
            "        content:\n          application/json:\n            schema: "
            '{$ref: "#/components/schemas/BoxRequest"}\n',
            "        content:\n          application/xml:\n            schema: "
            '{$ref: "#/components/schemas/BoxRequest"}\n',
            "requestBody: # of create",
            "create_box: the body must be JSON with a named schema ($ref) or an array of one, or binary",
        ),
        Bad(
            "JSON or binary",
            "          application/x-gzip:\n            schema: {type: string, format: binary}\n",
            "          application/json:\n"
            '            schema: {$ref: "#/components/schemas/BoxRequest"}\n            example: {}\n',
            "requestBody: # of upload",
            "upload_content: the body must be JSON with a named schema ($ref) or an array of one, or binary",
        ),
        Bad(
            "text",
            "          application/x-gzip:\n            schema: {type: string, format: binary}\n",
            "          application/x-gzip:\n            schema: {type: string}\n",
            "requestBody: # of upload",
            "upload_content: the body must be JSON with a named schema ($ref) or an array of one, or binary",
        ),
        Bad(
            "open object",
            "      additionalProperties: false\n",
            "",
            "    BoxRequest:",
            "schema BoxRequest: a schema of requests only must have additionalProperties: false",
        ),
    ]
)
def test_a_body_is_a_closed_named_object_or_binary(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


@cases(
    [
        Bad(
            "schema without a name",
            "          description: What is in it.\n          content:\n            application/octet-stream:\n"
            "              schema: {type: string, format: binary}\n        "
            '"204": {description: Nothing is in it.}\n        "401": {$ref: "#/components/responses/Refused"}\n',
            "          description: What is in it.\n          content:\n            application/json:\n"
            "              schema: {type: string}\n              example: text\n        "
            '"401": {$ref: "#/components/responses/Refused"} # of download\n',
            '"200":\n          description: What is in it.',
            "download_content: response 200 (application/json) must have a named schema ($ref) or be binary",
        ),
        Bad(
            "binary error",
            '"404": {description: There is no such box.}',
            '"404": {description: There is no such box., content: {text/plain: {schema: '
            "{type: string, format: binary}}}}",
            '"404": {description: There is no such box.',
            "upload_content: response 404 (text/plain) must have a named schema ($ref) or be binary",
        ),
        Bad(
            "two types",
            '"204": {description: Made.}',
            '"204": {description: Made.}\n'
            '        "200": {description: A box., content: {application/json: {schema: '
            '{$ref: "#/components/schemas/Box"}, example: {id: B1}}}}',
            "responses: # of create",
            "create_box: all successful responses must have one type",
        ),
        Bad(
            "no success",
            '        "204": {description: Made.}\n',
            "",
            "responses: # of create",
            "create_box: a successful response must be described",
        ),
        Bad(
            "no error",
            '        "404": {description: There is no such box.}\n',
            "",
            "responses: # of upload",
            "upload_content: error 404 must be described, because its path names something",
        ),
    ]
)
def test_answers_have_one_named_type_and_an_error(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


@cases(
    [
        Bad(
            "camelCase",
            "Color",
            "color",
            "    color:\n      type: string",
            "schema name must be PascalCase, because it names the class (got color)",
        ),
        Bad(
            "underscore",
            "BoxRequest",
            "Box_Request",
            "    Box_Request:",
            "schema name must be PascalCase, because it names the class (got Box_Request)",
        ),
        Bad("no description", "      description: A box.\n", "", "    Box:", "schema Box: description is missing"),
        Bad(
            "no description of an enum",
            "      description: What a box looks like.\n",
            "",
            "    Color:",
            "schema Color: description is missing",
        ),
        Bad(
            "no properties",
            "      properties:\n        message: {type: string, description: What went wrong.}\n",
            "",
            "    Error:",
            "schema Error must be an object with properties, an enum or a union of such objects",
        ),
        Bad(
            "an alias",
            "      enum: [RED, BLUE]\n",
            "",
            "    Color:",
            "schema Color must be an object with properties, an enum or a union of such objects",
        ),
    ]
)
def test_a_named_schema_is_a_described_object_or_enum(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


@cases(
    [
        Bad(
            "no description",
            "          type: string\n          description: Id of the box.\n",
            "          type: string\n",
            "        id:\n",
            "Box.id: description is missing",
        ),
        Bad(
            "all of several",
            "          type: string\n          description: Id of the box.\n",
            "          allOf: [{type: string}]\n          description: Id of the box.\n",
            "          allOf:",
            "allOf is not supported; describe the one object that is sent or received",
        ),
        Bad(
            "several types",
            "          type: string\n          description: Id of the box.\n",
            '          oneOf: [{type: string}, {$ref: "#/components/schemas/Color"}]\n'
            "          description: Id of the box.\n",
            "        id:\n",
            "Box.id must have one type",
        ),
        Bad(
            "enum without a name",
            "          type: string\n          description: Id of the box.\n",
            "          type: string\n          enum: [B1, B2]\n          description: Id of the box.\n",
            "        id:\n",
            "Box.id: an enum must be a named schema ($ref)",
        ),
        Bad(
            "object without a name",
            "          additionalProperties:\n            type: string\n",
            "          properties: {en: {type: string, description: English.}}\n",
            "        labels:",
            "Box.labels: an object must be a named schema ($ref) or a map with additionalProperties",
        ),
    ]
)
def test_a_property_has_a_description_and_one_type(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


@cases(
    [
        Bad(
            "answer without one",
            "              example: {boxes: [{id: B1, color: RED}]}\n",
            "",
            '"200":\n          description: The boxes.',
            "list_boxes: the response 200 has no example",
        ),
        Bad(
            "answer that is refused",
            "example: {boxes: [{id: B1, color: RED}]}",
            "example: {boxes: [{color: RED}]}",
            '"200":\n          description: The boxes.',
            "list_boxes: the response 200 has an example that its schema rejects: boxes.0: 'id' is a required property",
        ),
        Bad(
            "answer with an unknown value",
            "example: {boxes: [{id: B1, color: RED}]}",
            "example: {boxes: [{id: B1, color: GRAY}]}",
            '"200":\n          description: The boxes.',
            "list_boxes: the response 200 has an example that its schema rejects: boxes.0.color: 'GRAY' is not one of",
        ),
        Bad(
            "body without one",
            "            examples:\n              red: {value: {color: RED}}\n"
            "              blue: {value: {color: BLUE}}\n",
            "",
            "requestBody: # of create",
            "create_box: the request body has no example",
        ),
        Bad(
            "one of two bodies is refused",
            "blue: {value: {color: BLUE}}",
            "blue: {value: {size: 3}}",
            "requestBody: # of create",
            "create_box: the request body has an example that its schema rejects: : Additional properties",
        ),
    ]
)
def test_a_json_body_or_answer_has_an_example_that_fits(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


@cases(
    [
        Bad(
            "that its schema rejects",
            "      value: {message: A}\n",
            "      value: {message: 1}\n",
            "    Refused:",
            "list_boxes: the response 400 has an example that its schema rejects: message: 1 is not of type 'string'",
        ),
        Bad(
            "only elsewhere",
            "      value: {message: A}\n",
            "      externalValue: https://boxes.test/wrong.json\n",
            "      externalValue:",
            "externalValue is not supported; give the value",
        ),
    ]
)
def test_an_error_has_an_example_that_fits(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


HINT = "      x-anaplan-hint: Send something else.\n"


@cases(
    [
        Bad(
            "of a success",
            "example: {boxes: [{id: B1, color: RED}]}",
            "examples: {one: {x-anaplan-hint: Fine., value: {boxes: [{id: B1, color: RED}]}}}",
            '"200":\n          description: The boxes.',
            "list_boxes: x-anaplan-hint must be of an error, with no placeholder but {role} (got 200)",
        ),
        Bad(
            "of a redirect",
            '        "404": {description: There is no such box.}',
            '        "404": {description: None.}\n        "302": {description: Led on., x-anaplan-hint: Follow.}',
            '        "302": {description: Led on.',
            "upload_content: x-anaplan-hint must be of an error, with no placeholder but {role} (got 302)",
        ),
        Bad(
            "with another placeholder",
            '        "404": {description: There is no such box.}',
            '        "404": {description: None., x-anaplan-hint: "Ask {name}, a {role}"}',
            '        "404": {description: None.',
            "upload_content: x-anaplan-hint must be of an error, with no placeholder but {role} (got 404)",
        ),
        Bad(
            "without a message",
            '        "404": {description: There is no such box.}',
            '        "404":\n          description: None.\n          content:\n            application/json:\n'
            '              schema: {$ref: "#/components/schemas/Error"}\n'
            "              examples: {a: {x-anaplan-hint: Go., value: {}}}",
            '        "404":\n          description: None.',
            "upload_content: the example with x-anaplan-hint has no message",
        ),
        Bad(
            "two for one message",
            '        "404": {description: There is no such box.}',
            '        "404":\n          description: None.\n          content:\n            application/json:\n'
            '              schema: {$ref: "#/components/schemas/Error"}\n'
            "              examples: {a: {x-anaplan-hint: Go., value: {message: A}}}",
            '        "404":\n          description: None.',
            "upload_content: the message 'A' has two hints",
        ),
    ]
)
def test_a_hint_is_of_one_error(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


def test_a_hint_may_hold_a_single_brace_and_the_role(tmp_path: Path) -> None:
    assert HINT in GOOD
    hint = '      x-anaplan-hint: "Close its `}` or `{`, or ask a {role}"\n'
    assert problems(GOOD.replace(HINT, hint), tmp_path) == []


@cases(
    [
        Bad(
            "schema",
            "    Error:\n",
            "    Lid: {type: string, description: A lid., enum: [OPEN]}\n    Error:\n",
            "    Lid:",
            "schemas/Lid is not used",
        ),
        Bad(
            "parameter",
            "  parameters:\n    Limit:\n",
            "  parameters:\n"
            "    Lid: {name: lid, in: query, description: The lid., schema: {type: string}}\n    Limit:\n",
            "    Lid:",
            "parameters/Lid is not used",
        ),
        Bad(
            "response",
            "  responses:\n    Refused:\n",
            "  responses:\n    Lid: {description: A lid.}\n    Refused:\n",
            "    Lid:",
            "responses/Lid is not used",
        ),
        Bad(
            "a name that another one starts with",
            "    Error:\n",
            "    Bo: {type: string, description: Half a box., enum: [OPEN]}\n    Error:\n",
            "    Bo:",
            "schemas/Bo is not used",
        ),
    ]
)
def test_a_component_is_used(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


@cases(
    [
        Bad("no title", "  title: Anaplan Good API\n", "", "info:", "title"),
        Bad("misspelt key", "summary: Make a box.", "sumary: Make a box.", "post: # create", "sumary"),
        Bad("number for text", 'version: "1.0"', "version: 1.0", "version: 1.0", "1.0 is not of type"),
        Bad("no description of an answer", '"204": {description: Made.}', '"204": {}', '"204": {}', ""),
    ]
)
def test_what_is_not_openapi_is_refused_at_its_place(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


@cases(
    [
        Bad(
            "used twice",
            "operationId: create_box",
            "operationId: list_boxes # again",
            "operationId: list_boxes # again",
            "list_boxes",
        ),
        Bad(
            "nothing fills the path",
            "  /boxes/{boxId}/content:",
            "  /shelves/{shelfId}/boxes/{boxId}/content:",
            "  /shelves/{shelfId}/boxes/{boxId}/content:",
            "shelfId",
        ),
    ]
)
def test_what_does_not_fit_together_is_refused_at_its_place(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


@cases(
    [
        Bad(
            f"{kind} {name}",
            f'components/{kind}/{name}"',
            f'components/{kind}/Missing"',
            f'components/{kind}/Missing"',
            "Missing",
        )
        for kind, name in (("schemas", "BoxesResponse"), ("schemas", "Box"), ("parameters", "Limit"))
    ]
)
def test_a_component_that_is_mentioned_exists(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


@cases(
    [
        Bad("no description of the API", "  description: Boxes and what is in them.\n", "", "info:", ""),
        Bad(
            "parameters of a path",
            "    get: # list\n",
            "    parameters:\n      - {name: zone, in: query, description: The zone., schema: {type: string}}\n"
            "    get: # list\n",
            "    parameters:\n      - {name: zone",
            "",
        ),
        Bad(
            "another method",
            "    get: # list\n",
            "    head: # look\n      tags: [boxes]\n      operationId: look_up\n      summary: Look.\n"
            "      x-anaplan-role: none\n      x-anaplan-effect: safe\n"
            "      responses: {'200': {description: Seen.}, '404': {description: Missing.}}\n    get: # list\n",
            "head: # look",
            "",
        ),
        Bad(
            "enum as a parameter",
            "          schema: {type: string}\n      responses:",
            "          schema: {type: string, enum: [ID, COLOR]}\n      responses:",
            "- name: sort",
            "",
        ),
        Bad(
            "two kinds of answer with one name",
            "              example: {boxes: [{id: B1, color: RED}]}\n",
            "              example: {boxes: [{id: B1, color: RED}]}\n"
            "            text/csv: {schema: {type: string, format: binary}}\n",
            "      operationId: list_boxes",
            "operationId must be unique (got 'list_boxes' twice)",
        ),
        Bad(
            "second name in another case",
            "              example: {boxes: [{id: B1, color: RED}]}\n",
            "              example: {boxes: [{id: B1, color: RED}]}\n            text/csv:\n"
            "              x-anaplan-operation: {operationId: downloadBoxes}\n"
            "              schema: {type: string, format: binary}\n",
            "      operationId: list_boxes",
            "operationId must be snake_case, a verb and a noun, such as list_revisions (got 'downloadBoxes')",
        ),
        Bad(
            "parameter of a kind of answer that there is not",
            "        - name: sort\n",
            "        - name: sort\n          x-anaplan-only: text/csv\n",
            "- name: sort",
            "list_boxes: parameter sort: x-anaplan-only must name a media type of a successful response",
        ),
        Bad(
            "required field with two spellings",
            "          type: string\n          description: Id of the box.\n",
            "          type: string\n          x-anaplan-spellings: [ID]\n          description: Id of the box.\n"
            "        ID: {type: string, description: Another spelling.}\n",
            "        id:\n",
            "Box.id: a field with several spellings must not be required",
        ),
        Bad(
            "spelling that is no field",
            "        message: {type: string, description: What went wrong.}\n",
            "        message: {type: string, x-anaplan-spellings: [Message], description: What went wrong.}\n",
            "        message: {type: string, x-",
            "Error.message: its spelling Message must be a field too, with the same type",
        ),
        Bad(
            "spelling of another type",
            "        message: {type: string, description: What went wrong.}\n",
            "        message: {type: string, x-anaplan-spellings: [Message], description: What went wrong.}\n"
            "        Message: {type: integer, description: Number of them.}\n",
            "        message: {type: string, x-",
            "Error.message: its spelling Message must be a field too, with the same type",
        ),
        Bad(
            "type of ours as a format",
            "        message: {type: string, description: What went wrong.}\n",
            "        message: {type: integer, format: epoch-milliseconds, description: When it went wrong.}\n",
            "        message: {type: integer",
            "format must be int64, with the x-anaplan-type epoch-milliseconds: other tools know no such format",
        ),
        Bad(
            "type of ours of a text",
            "        message: {type: string, description: What went wrong.}\n",
            "        message: {type: string, x-anaplan-type: id, description: What went wrong.}\n",
            "        message: {type: string, x",
            "x-anaplan-type must be epoch-milliseconds or id, of an int64",
        ),
        Bad(
            "unknown type of ours",
            "        message: {type: string, description: What went wrong.}\n",
            "        message: {type: integer, format: int64, x-anaplan-type: days, description: Number of days.}\n",
            "        message: {type: integer",
            "x-anaplan-type must be epoch-milliseconds or id, of an int64",
        ),
        Bad(
            "one value that may be left out",
            "          schema: {type: string}\n      responses:",
            "          schema: {type: string, enum: [ID]}\n      responses:",
            "- name: sort",
            "",
        ),
        Bad(
            "parameter called like another argument",
            "      requestBody: # of create\n",
            "      parameters:\n        - {name: body, in: query, description: It., schema: {type: string}}\n"
            "      requestBody: # of create\n",
            "- {name: body",
            "",
        ),
        Bad(
            "parameter called like a function that builds the request",
            "        - name: sort\n",
            "        - name: validation\n",
            "- name: validation",
            "",
        ),
        Bad(
            "numbers as an enum",
            '        color: {$ref: "#/components/schemas/Color"}\n    Color:\n',
            '        color: {$ref: "#/components/schemas/Color"}\n        size: {$ref: "#/components/schemas/Size"}\n'
            "    Size:\n      type: integer\n      description: How large it is.\n      enum: [1, 2]\n    Color:\n",
            "    Size:\n",
            "",
        ),
        Bad("values of an enum with one name", "enum: [RED, BLUE]", "enum: [RED, BLUE, blue]", "    Color:", ""),
        Bad(
            "two fields with one name",
            "        labels:\n",
            "        boxId: {type: string, x-python-name: id, description: Id as well.}\n        labels:\n",
            "        boxId:",
            "",
        ),
        Bad(
            "no name in x-python-name",
            "        labels:\n",
            "        boxId: {type: string, x-python-name: box-id, description: Id as well.}\n        labels:\n",
            "        boxId:",
            "",
        ),
        Bad(
            "field called like a part of every model",
            "        labels:\n",
            "        field: {type: string, description: A field.}\n        labels:\n",
            "        field:",
            "",
        ),
        Bad(
            "null for a required field",
            "          type: string\n          description: Id of the box.\n",
            "          type: string\n          nullable: true\n          description: Id of the box.\n",
            "        id:\n",
            "",
        ),
    ]
)
def test_what_cannot_be_written_well_is_refused(bad: Bad, tmp_path: Path) -> None:
    refuses(bad, tmp_path)


def test_what_a_second_kind_of_answer_needs_is_enough(tmp_path: Path) -> None:
    text = GOOD.replace(
        "              example: {boxes: [{id: B1, color: RED}]}\n",
        "              example: {boxes: [{id: B1, color: RED}]}\n            text/csv:\n"
        "              x-anaplan-operation: {operationId: download_boxes}\n"
        "              schema: {type: string, format: binary}\n",
    ).replace("        - name: sort\n", "        - name: sort\n          x-anaplan-only: text/csv\n")
    assert not problems(text, tmp_path)


@pytest.mark.parametrize("schema", ["type: number", "type: array, items: {type: string}", "type: string, enum: [A]"])
def test_a_path_has_single_values_only(schema: str, tmp_path: Path) -> None:
    text = GOOD.replace(
        "description: The box.\n      schema: {type: string}", f"description: The box.\n      schema: {{{schema}}}"
    )
    assert {problem.rule for problem in problems(text, tmp_path)} - {"unit"} == {"parameter-type"}


def test_all_problems_are_told_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = GOOD.replace("summary: Make a box.", "summary: Make a box").replace("      description: A refusal.\n", "")
    text = text.replace("summary: List the boxes.", "summary: List the boxes").replace(
        "x-anaplan-host: api", "x-anaplan-host: apis"
    )
    found = problems(text, tmp_path)
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    assert [problem.message.partition(":")[0] for problem in found] == [
        "the first server must have an x-anaplan-host of api, auth, audit, cloudworks, app",
        "list_boxes",
        "create_box",
        "schema Error",
    ]


def test_the_good_specification_has_no_problem(tmp_path: Path) -> None:
    assert problems(GOOD, tmp_path) == []


@pytest.mark.parametrize("path", sorted((ROOT / "openapi").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_specifications_of_the_project_have_no_problem(path: Path) -> None:
    assert rules.check(document.load(path, ROOT)) == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("paths:\n  /boxes: [a, b\n", 3, "not YAML: expected ',' or ']'"),
        ("info:\n\ttitle: Boxes\n", 2, r"not YAML: found character '\t' that cannot start any token"),
        ("info:\n  title: a: b\n", 2, "not YAML: mapping values are not allowed here"),
        ("info: 1\npaths: {}\ninfo: 2\n", 3, 'not YAML: found duplicate key "info"'),
        ("info: 1\npaths: *all\n", 2, "not YAML: found undefined alias 'all'"),
        ("info: 1\n---\ninfo: 2\n", 2, "not YAML: but found another document"),
        ("- openapi\n- info\n", 1, "expected an OpenAPI document"),
        ("openapi\n", 1, "expected an OpenAPI document"),
        ("", 1, "expected an OpenAPI document"),
        pytest.param("info:\n  title: \x07\n", 2, "not YAML: unacceptable character"),
    ],
    ids=[
        "open bracket",
        "tab",
        "two colons",
        "key twice",
        "unknown alias",
        "two documents",
        "list",
        "word",
        "empty",
        "control character",
    ],
)
def test_what_is_not_one_yaml_object_is_refused_with_its_line(
    text: str, line: int, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidSpecificationError) as raised:
        problems(text, tmp_path)
    (problem,) = raised.value.problems
    assert (problem.file, problem.line) == (FILE, line)
    assert problem.message.startswith(message)
    assert str(raised.value) == f"{FILE}:{line}: {problem.message} [yaml]"


@pytest.mark.parametrize(
    ("pointer", "at"),
    [
        ((), "# A small specification"),
        (("paths", "/boxes", "post"), "post: # create"),
        (("paths", "/boxes", "post", "responses", "204"), '"204": {description: Made.}'),
        (("paths", "/boxes", "get", "parameters", 1), "- name: sort"),
        (("paths", "/boxes", "get", "parameters", 7), "parameters:\n        - $ref"),
        (("components", "schemas", "Box", "properties", "size", "type"), "properties:\n        id:"),
    ],
    ids=["nowhere", "key", "quoted key", "entry", "missing entry", "missing key"],
)
def test_a_place_has_the_line_of_its_deepest_part(pointer: tuple[str | int, ...], at: str, tmp_path: Path) -> None:
    path = tmp_path / "anaplan_good.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert document.load(path, tmp_path).line(pointer) == GOOD[: GOOD.index(at)].count("\n") + 1


def test_reading_keeps_plain_values_and_quoted_statuses(tmp_path: Path) -> None:
    path = tmp_path / "anaplan_some.yaml"
    path.write_text("a: 1\nb: 1.5\nc: true\nd: 'x'\ne: null\n200: [{f: \"y\"}]\n", encoding="utf-8")
    node = document.load(path, tmp_path).node
    assert node == {"a": 1, "b": 1.5, "c": True, "d": "x", "e": None, "200": [{"f": "y"}]}
    assert [type(value) for value in node.values()] == [int, float, bool, str, type(None), list]
