"""Every rule by its id: the smallest change of the good specification that breaks it, and the line that is told."""

from pathlib import Path

import pytest

from generator import unasync
from generator.lint import rules
from generator.lint.rule_ids import RULES
from generator.render.package import render
from generator.spec import document
from generator.spec.document import InvalidSpecificationError, Problem

from ..conftest import GOOD

FILE = "openapi/anaplan_good.yaml"
TEXT = GOOD.read_text(encoding="utf-8")

# rule: (what is replaced, by what, the text whose line is told; it occurs once in the changed specification)
BAD: dict[str, tuple[str, str, str]] = {
    "yaml": ("paths:", "paths: :", "paths: :"),
    "reference": ("schemas/BoxRequest", "schemas/Nothing", "schemas/Nothing"),
    "openapi": ("summary: Make", "sumary: Make", "post: # create"),
    "api-description": ("  description: Boxes and what is in them.\n", "", "info:"),
    "server": ("2/0\n", "2/0/\n", "- url:"),
    "tag": ("    description: What there is.\n", "", "- name: boxes"),
    "path-method": ("    get: # list\n", "    summary: Boxes.\n    get: # list\n", "summary: Boxes."),
    "operation-id": ("operationId: create_box", "operationId: createBox", "operationId: createBox"),
    "operation-summary": ("summary: Make a box.", "summary: Make a box", "post: # create"),
    "operation-role": ("      x-anaplan-role: Workspace Administrator\n", "", "post: # create"),
    "operation-effect": ("x-anaplan-effect: non-idempotent", "x-anaplan-effect: twice", "post: # create"),
    "operation-method": (
        "      x-anaplan-effect: non-idempotent\n",
        "      x-anaplan-effect: non-idempotent\n      x-anaplan-method: client.boxes.create\n",
        "x-anaplan-method:",
    ),
    "operation-sensitive": (
        "      x-anaplan-effect: non-idempotent\n",
        "      x-anaplan-effect: non-idempotent\n      x-anaplan-sensitive: yes, it is\n",
        "x-anaplan-sensitive:",
    ),
    "operation-tag": ("put: # upload\n      tags: [boxes]\n", "put: # upload\n", "put: # upload"),
    "parameter-place": ("in: query\n          desc", "in: cookie\n          desc", "- name: sort"),
    "parameter-name": ("- name: sort", "- name: body", "- name: body"),
    "parameter-type": ("schema: {type: string}\n      resp", "schema: {}\n      resp", "- name: sort"),
    "parameter-only": ("- name: sort\n", "- name: sort\n          x-anaplan-only: text/csv\n", "- name: sort"),
    "parameter-description": ("          description: What to sort by.\n", "", "- name: sort"),
    "unit": ("description: How many boxes.", "description: The boxes.", '- $ref: "#/components/parameters/Limit"'),
    "body-type": (
        "x-gzip:\n            schema: {type: string, format: binary}",
        "x-gzip:\n            schema: {type: string}",
        "requestBody: # of upload",
    ),
    "body-parts": (
        "application/x-gzip:\n            schema: {type: string, format: binary}",
        "multipart/form-data:\n            schema: {type: string}",
        "requestBody: # of upload",
    ),
    "schema-union": (
        "            items: {type: integer}\n",
        '            items: {$ref: "#/components/schemas/Lid"}\n'
        '    Lid:\n      description: A lid.\n      oneOf: [{$ref: "#/components/schemas/BoxesResponse"}]\n',
        "    Lid:",
    ),
    "body-none": (
        "x-anaplan-effect: non-idempotent\n      requestBody",
        "x-anaplan-effect: non-idempotent\n      x-anaplan-content-type: application/json\n      requestBody",
        "x-anaplan-content-type",
    ),
    "request-strict": ("      additionalProperties: false\n", "", "    BoxRequest:"),
    "response-type": (
        '"404": {description: There is no such box.}',
        '"404": {description: None., content: {text/plain: {schema: {type: string}}}}',
        '"404": {description: None.',
    ),
    "response-types": (
        '"204": {description: Made.}',
        '"200": {description: It., content: {application/json: {schema: {$ref: "#/components/schemas/Box"}, '
        'example: {id: B}}}}\n        "204": {description: Made.}',
        "responses: # of create",
    ),
    "response-success": ('        "204": {description: Made.}\n', "", "responses: # of create"),
    "response-tolerant": (
        "      description: A box.\n",
        "      description: A box.\n      additionalProperties: false\n",
        "    Box:",
    ),
    "response-hint": (
        '"204": {description: Made.}',
        '"204": {description: Made., x-anaplan-hint: It is made.}',
        '"204": {description: Made.,',
    ),
    "errors": ('        "404": {description: There is no such box.}\n', "", "responses: # of upload"),
    "schema-name": ("Color", "color", "    color:\n      type"),
    "schema-description": ("      description: A box.\n", "", "    Box:"),
    "schema-shape": (
        "      properties:\n        message: {type: string, description: What went wrong.}\n",
        "",
        "    Error:",
    ),
    "schema-enum": ("[RED, BLUE]", "[RED, BLUE, red]", "    Color:"),
    "field-name": ("        labels:\n", "        field:\n", "        field:"),
    "field-description": ("{type: string, description: What went wrong.}", "{type: string}", "        message:"),
    "field-type": ("items: {type: integer}", "items: {type: object, properties: {}}", "items: {type: object"),
    "field-enum": ("description: What went wrong.", "description: It., enum: [A, B]", "        message:"),
    "field-spellings": (
        "        id:\n          type: string\n          desc",
        "        ID: {type: string, description: Another.}\n        id:\n          type: string\n"
        "          x-anaplan-spellings: [ID]\n          desc",
        "        id:",
    ),
    "field-spelling-declared": (
        "        message: {type: string,",
        "        message: {type: string, x-anaplan-spellings: [Message],",
        "        message:",
    ),
    "value-type": (
        "message: {type: string,",
        "message: {type: string, x-anaplan-type: id,",
        "        message:",
    ),
    "field-null": (
        "          type: string\n          desc",
        "          type: string\n          nullable: true\n          desc",
        "        id:",
    ),
    "example-missing": (
        "              example: {boxes: [{id: B1, color: RED}]}\n",
        "",
        '"200":\n          description: The boxes',
    ),
    "error-example": (
        '          examples:\n            wrong: {$ref: "#/components/examples/Wrong"}\n  examples:\n    Wrong:\n'
        "      x-anaplan-hint: Send something else.\n      value: {message: A}\n",
        "",
        "    Refused:",
    ),
    "example-fits": ("color: RED}]", "color: 1}]", '"200":\n          description: The boxes'),
    "text": ("summary: Make a box.", 'summary: "Make \\0."', 'summary: "Make'),
    "keyword": ("summary: Make a box.", "summary: Make a box.\n      callbacks: {}", "callbacks: {}"),
    "security": ("summary: Make a box.", "summary: Make a box.\n      security:\n        - {}", "        - {}"),
    "media-type": ("application/x-gzip:", "gzip:", "          gzip:"),
    "path": ("  /boxes:\n", "  /boxes a:\n", "  /boxes a:"),
    "schema-circle": (
        "      required: [id]\n      properties:\n",
        '      required: [id, inner]\n      properties:\n        inner: {$ref: "#/components/schemas/Box"}\n',
        "    Box:",
    ),
    "component-used": (
        "    Error:\n",
        "    Lid: {type: string, description: A lid., enum: [A]}\n    Error:\n",
        "    Lid:",
    ),
}


def found(text: str, root: Path) -> list[Problem]:
    path = root / FILE
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    try:
        return rules.check(document.load(path, root))
    except InvalidSpecificationError as refusal:
        return refusal.problems


@pytest.mark.parametrize("rule", BAD)
def test_a_specification_that_breaks_one_rule_is_told_its_id_and_line(rule: str, tmp_path: Path) -> None:
    old, new, at = BAD[rule]
    assert old in TEXT
    text = TEXT.replace(old, new)
    assert text.count(at) == 1
    line = text[: text.index(at)].count("\n") + 1
    assert {(problem.rule, problem.line) for problem in found(text, tmp_path)} == {(rule, line)}


def test_what_the_engine_drops_is_told_its_id_and_line(tmp_path: Path) -> None:
    path = tmp_path / "anaplan_good.yaml"
    path.write_text(TEXT.replace("{boxId}/content:", "{crateId}/content:"), encoding="utf-8")
    with pytest.raises(InvalidSpecificationError) as raised:
        render(document.load(path, tmp_path), tmp_path / "target")
    line = TEXT[: TEXT.index("get: # download")].count("\n") + 1
    assert ("engine", line) in {(problem.rule, problem.line) for problem in raised.value.problems}


def test_an_unmapped_asynchronous_name_is_told_its_id_and_line() -> None:
    with pytest.raises(InvalidSpecificationError) as raised:
        unasync.convert("x = 1\nimport asyncio\n", "it.py")
    assert [(problem.rule, problem.line) for problem in raised.value.problems] == [("async-name", 2)]


def test_every_rule_has_a_test_and_every_id_that_is_used_is_a_rule() -> None:
    # `test_verify.py` has the tests of `package`, and `adversarial` those of names of files.
    assert {*BAD, "engine", "async-name", "package", "api-name"} == set(RULES)
