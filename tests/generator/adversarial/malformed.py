"""Malformed specifications: pieces of the small one that are something else, with the rules that reject each."""

from attrs import frozen


@frozen
class Spoiled:
    """A piece of the small specification, `old`, and what it becomes: the template with each of the texts for `@`.

    Each has the rules that it breaks; none, if it is right.
    """

    old: str
    template: str
    texts: dict[str, str]
    version: str = "3.0.3"


MESSAGE = "        message: {type: string, description: What went wrong.}"
WHOLE = {
    "": "yaml",
    "# only a comment\n": "yaml",
    "- a\n": "yaml",
    "text\n": "yaml",
    "3\n": "yaml",
    "null\n": "yaml",
    "a: 1\n---\nb: 2\n": "yaml",
    "a: " + "[" * 1000 + "]" * 1000: "yaml",
    "openapi: 3.0.3\n": "openapi",
    "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n": "openapi",
}
"""Whole specifications, with the rules that they break."""

SPOILED = [
    Spoiled(
        "paths:\n  /boxes:",
        "@",
        {
            "paths: null\nx:\n  /boxes:": "openapi",
        },
    ),
    Spoiled(
        "servers:\n  - url: https://api.anaplan.com/2/0\n    x-anaplan-host: api",
        "@",
        {
            "servers: [3]": "openapi",
            "servers: {a: 1}": "openapi",
            "servers:": "openapi",
            "servers: []": "server",
        },
    ),
    Spoiled(
        "url: https://api.anaplan.com/2/0",
        "url: @",
        {
            "3": "openapi",
            "'https://[api'": "server",
            "/2/0": "server",
            "'https://a:b:c/2/0'": "server",
        },
    ),
    Spoiled(
        "x-anaplan-host: api",
        "x-anaplan-host: @",
        {
            "[api]": "server",
            "{a: 1}": "server",
        },
    ),
    Spoiled(
        "tags:\n  - name: boxes\n    description: What there is.",
        "@",
        {
            "tags: [3]": "openapi",
        },
    ),
    Spoiled(
        "  - name: boxes\n",
        "  - name: @\n",
        {
            "3": "openapi",
            "null": "openapi",
        },
    ),
    Spoiled(
        "tags: [boxes]",
        "tags: @",
        {
            "[3]": "openapi",
            "boxes": "openapi",
        },
    ),
    Spoiled(
        "operationId: list_boxes",
        "@",
        {
            "operationId: 3": "openapi",
            "operationId: [a]": "openapi",
            "operationId:": "openapi",
            "operationId: 2020-01-01": "yaml",
        },
    ),
    Spoiled(
        "x-anaplan-effect: safe",
        "x-anaplan-effect: @",
        {
            "[safe]": "operation-effect",
            "{a: safe}": "operation-effect",
            "safe\n      x-anaplan-method: 3": "keyword",
            "safe\n      x-anaplan-method: {a: b}": "keyword",
            "safe\n      x-anaplan-method: [[a]]": "keyword",
            "safe\n      x-anaplan-sensitive:": "operation-sensitive",
        },
    ),
    Spoiled(
        "x-anaplan-effect: non-idempotent\n      requestBody",
        "@",
        {
            "x-anaplan-effect: non-idempotent\n      x-anaplan-content-type: 3\n      requestBody": "keyword",
        },
    ),
    Spoiled(
        "summary: List the boxes.",
        "summary: @",
        {
            "3": "openapi",
            "[a.]": "openapi",
        },
    ),
    Spoiled(
        '        - $ref: "#/components/parameters/Limit"\n',
        "        - @\n",
        {
            "3": "openapi",
            "$ref: 3": "openapi",
            "$ref: [a]": "openapi",
        },
    ),
    Spoiled(
        "- name: sort",
        "- name: @",
        {
            "3": "openapi",
            "yes": "",
        },
    ),
    Spoiled(
        "in: query\n          desc",
        "in: @\n          desc",
        {
            "3": "openapi",
            "[query]": "openapi",
        },
    ),
    Spoiled(
        "- name: sort\n",
        "- name: sort\n          @\n",
        {
            "x-anaplan-only: 3": "keyword",
            "x-anaplan-only: [a]": "keyword",
            "x-python-name: [a]": "keyword",
        },
    ),
    Spoiled(
        "schema: {type: string}\n      resp",
        "schema: @\n      resp",
        {
            "3": "openapi",
            "true": "openapi",
            "{type: [string]}": "openapi",
            "{type: {a: b}}": "openapi",
            "{type: string, format: [a]}": "openapi",
            "{type: string, enum: abc}": "openapi",
            "{type: string, enum: []}": "openapi",
            "{type: string, enum: [[a]]}": "parameter-type",
            "{type: integer, minimum: a}": "openapi",
            "{type: number, minimum: .inf}": "yaml",
            "{type: number, minimum: .nan}": "yaml",
            "{type: number, minimum: 1.0e+400}": "yaml",
            "{type: string, maxLength: -1}": "openapi",
            "{type: string, maxLength: 1.5}": "openapi",
            "{type: string, maxLength: 5.0}": "openapi",
            "{type: string, minLength: 5, maxLength: 2}": "keyword",
            "{type: integer, minimum: true}": "openapi",
            "{type: integer, minimum: 1.5}": "keyword",
            "{type: array}": "keyword",
            "{type: array, items: [a]}": "openapi",
            "{type: array, items: true}": "openapi",
            "{type: integer, exclusiveMinimum: 3}": "openapi",
        },
    ),
    Spoiled(
        "        message: {type: string,",
        "        @,",
        {
            "message: {type: string, x-anaplan-spellings: 3": "field-spellings",
            "message: {type: string, x-anaplan-spellings: [3]": "field-spellings",
            "message: {type: string, x-anaplan-spellings: {a: b}": "field-spellings",
            "message: {type: string, x-anaplan-spellings: ": "field-spellings",
            "message: {type: string, x-anaplan-spellings: [[a]]": "field-spellings",
            "message: {type: string, x-anaplan-spellings: [message]": "field-spellings",
            "message: {type: integer, format: int64, x-anaplan-type: [id]": "value-type",
            "message: {type: integer, format: int64, x-anaplan-type: {a: b}": "value-type",
            "message: {type: integer, format: int64, x-anaplan-type: ": "value-type",
            "message: {type: integer, format: int64, x-anaplan-type: false": "value-type",
            "message: {type: integer, format: int64, x-anaplan-type: ''": "value-type",
            "message: {type: string, format: {a: b}": "openapi",
            "3: {type: string, description: T.}\n        message: {type: string": "field-name",
            "true: {type: string, description: T.}\n        message: {type: string": "yaml",
            "null: {type: string, description: T.}\n        message: {type: string": "yaml",
            "2020-01-01: {type: string, description: T.}\n        message: {type: string": "yaml",
            "[a, b]: {type: string, description: T.}\n        message: {type: string": "yaml",
            "{a: b}: {type: string, description: T.}\n        message: {type: string": "yaml",
            "? [a]\n        : {type: string, description: T.}\n        message: {type: string": "yaml",
            "message: {type: string, description: T.}\n        message: {type: string": "yaml",
            "3: {type: string}\n        '3': {type: string}\n        message: {type: string": "yaml",
            "message: !own {type: string": "yaml",
            "message: !!set {type: string": "yaml",
            "o: !!omap [a: 1]\n        message: {type: string": "openapi",
            "message: {oneOf: [{type: string}], discriminator: 3": "openapi",
            "message: {oneOf: [3]": "openapi",
            "message: {oneOf: []": "openapi",
        },
    ),
    Spoiled(
        "        message: {type: string, description: What went wrong.}",
        "        @",
        {
            "message: 3": "openapi",
            "message:": "openapi",
            "message: []": "openapi",
            "message: &a {type: string, description: What went wrong.}\n        other: *a": "",
            "message: &a {type: string, description: What went wrong.}\n        other: {<<: *a, maxLength: 3}": "",
            "message: &a {type: string, description: What failed.}\n        other: {<<: [*a, *a], maxLength: 3}": "",
            "message: {<<: 3, type: string, description: What went wrong.}": "yaml",
            "message: &a {type: string, description: What., x: *a}": "openapi",
            "message: &a {type: array, description: What., items: *a}": "openapi",
            "message: *nothing": "yaml",
        },
    ),
    Spoiled(
        "      properties:\n        message: {type: string, description: What went wrong.}",
        "      @",
        {
            "properties: [a]": "openapi",
            "properties:": "openapi",
        },
    ),
    Spoiled(
        "      properties:\n        message:",
        "      @\n      properties:\n        message:",
        {
            "required: message": "openapi",
            "required: [3]": "openapi",
            "additionalProperties: 3": "openapi",
        },
    ),
    Spoiled(
        "description: What went wrong.",
        "description: @",
        {
            "3": "openapi",
            "": "openapi",
            "!!python/object/apply:os.system [ls]": "yaml",
            "!own x": "yaml",
            "!!binary aGVsbG8=": "yaml",
            "2020-01-01T00:00:00Z": "yaml",
            "2020-01-01": "yaml",
            "2020-13-41": "yaml",
            '"a\\0b"': "text",
            '"a\\ud800b"': "text",
            '"a\\qb"': "yaml",
        },
    ),
    Spoiled(
        "  title: Anaplan",
        "@",
        {
            "\ttitle: Anaplan": "yaml",
        },
    ),
    Spoiled(
        '"204": {description: Made.}',
        "@",
        {
            "204: {description: Made.}": "",
            "20.4: {description: Made.}": "yaml",
            "0204: {description: Made.}": "",
            "2XX: {description: Made.}": "keyword",
            '"２０４": {description: Made.}': "openapi",
            '"999": {description: Made.}': "openapi",
            '"100": {description: Made.}': "response-success",
            '"304": {description: Made.}': "response-success",
            'x-foo: 3\n        "204": {description: Made.}': "keyword",
            '"204": 3': "openapi",
            '"204": null': "openapi",
            '"204": {description: Made., content: [a]}': "openapi",
            '"204": {description: Made., content: }': "openapi",
            '"204": {description: Made., content: {}}': "media-type",
            '"204": {description: Made., content: {application/json: }}': "openapi",
        },
    ),
    Spoiled(
        '      responses: # of create\n        "204": {description: Made.}',
        "@",
        {
            '      responses: null\n      x-x:\n        "204": {description: Made.}': "openapi",
        },
    ),
    Spoiled(
        "x-anaplan-hint: Send something else.",
        "@",
        {
            "x-anaplan-hint: 3": "keyword",
        },
    ),
    Spoiled(
        "red: {value: {color: RED}}",
        "red: @",
        {
            "{value: {color: RED}, x-anaplan-hint: 3}": "keyword",
            "": "openapi",
            "{$ref: 3}": "openapi",
        },
    ),
    Spoiled(
        "              red: {value: {color: RED}}\n              blue: {value: {color: BLUE}}",
        "@",
        {
            "              - a": "openapi",
        },
    ),
    Spoiled(
        "paths:\n",
        "@\n",
        {
            "security: 3\npaths:": "openapi",
            "security: [3]\npaths:": "openapi",
            "security: [{A: 3}]\npaths:": "openapi",
            "security: [{A: []}]\npaths:": "security",
            "paths:\n  /x:": "openapi",
            "paths:\n  /x: [a]": "openapi",
            "paths:\n  /x: {get: 3}": "openapi",
            "paths:\n  /x: {get: }": "openapi",
            "paths:\n  x-foo: 3": "path",
            "paths:\n  x-anaplan-role: User": "path",
            "paths:\n  /x: {$ref: '#/paths/~1boxes'}": "reference",
        },
    ),
    Spoiled(
        "#/components/schemas/BoxRequest",
        "@",
        {
            "#/components~1schemas/BoxRequest": "reference",
            "#/components/schemas/Box%52equest": "reference",
            "#/components/schemas/BoxRequest/": "reference",
            "#/tags/0": "reference",
            "#/paths/~1boxes/get": "reference",
            "#/components/parameters/Limit": "reference",
            "#/components/schemas/BoxRequest/properties/color": "reference",
            "#/components/schemas/BoxRequest/properties": "reference",
        },
    ),
    Spoiled(
        '"#/components/responses/Refused"',
        "@",
        {
            '"#/components/schemas/Box"': "reference",
        },
    ),
    Spoiled(
        "openapi: 3.0.3",
        "openapi: @",
        {
            "3.0": "openapi",
            "3.1.0": "",
            "3.2.0": "openapi",
            "[3.1.0]": "openapi",
            "3.1.0\nwebhooks: {}": "openapi",
        },
    ),
    Spoiled(
        "message: {type: string,",
        "message: {@,",
        {
            "type: [3, 'null']": "openapi",
            "type: ['null']": "openapi",
            "anyOf: [3, {type: 'null'}]": "openapi",
            "const: [1]": "example-fits field-enum unit",
            "type: integer, exclusiveMinimum: 3": "keyword",
            "type: string, examples: []": "openapi",
            "type: string, $defs: {a: {}}": "openapi",
        },
        version="3.1.0",
    ),
    Spoiled(
        '{$ref: "#/components/schemas/BoxRequest"}',
        "@",
        {
            '{$ref: "#/components/schemas/BoxRequest", description: A.}': "keyword",
        },
        version="3.1.0",
    ),
    Spoiled(
        "  /boxes:\n",
        "  @\n",
        {
            "3:": "openapi",
            "boxes:": "openapi",
        },
    ),
    Spoiled(
        "/boxes/{boxId}/content:",
        "@",
        {
            "/boxes/{boxId}/{boxId}:": "path",
        },
    ),
    Spoiled(
        'info:\n  title: Anaplan Good API\n  version: "1.0"\n  description: Boxes and what is in them.',
        "@",
        {
            "info: [a]": "openapi",
        },
    ),
    Spoiled(
        "title: Anaplan Good API",
        "@",
        {
            "title: 3": "openapi",
        },
    ),
    Spoiled(
        'version: "1.0"',
        "@",
        {
            "version: 1.0": "openapi",
        },
    ),
    Spoiled(
        "description: Boxes and what is in them.",
        "@",
        {
            "description: 3": "openapi",
        },
    ),
    Spoiled(
        "x-gzip:\n            schema: {type: string, format: binary}",
        "@",
        {
            "x-gzip:\n            x-anaplan-operation: 3\n            schema: {format: binary}": "keyword",
        },
    ),
    Spoiled(
        "              example: {boxes: [{id: B1, color: RED}]}\n",
        "              example: {boxes: [{id: B1, color: RED}]}\n            text/csv:\n"
        "              x-anaplan-operation: @\n              schema: {type: string, format: binary}\n",
        {
            "[a]": "keyword",
            "{operationId: 3}": "keyword",
            "{operationId: read_boxes, x-anaplan-effect: [a], summary: 3, tags: 3}": "keyword",
            "{operationId: read_boxes, responses: 3}": "keyword",
            "{operationId: read_boxes, summary: Read.}": "",
        },
    ),
]
DEEP = "{type: array, description: A., items: " * 400 + "{type: string}" + "}" * 400
SPOILED += [
    Spoiled(MESSAGE, "        message: @", {DEEP: "yaml"}),
    Spoiled(
        "{type: string}\n      resp",
        "{type: integer, minimum: @}\n      resp",
        {"9" * 5000: "yaml", "0x" + "f" * 5000: "yaml"},
    ),
]
