"""A newcomer describes an operation in a specification, runs the one command, and has all of it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main

from ..conftest import OPENAPI, Tree, contents, copy_inputs

SPECIFICATION = "openapi/anaplan_alm.yaml"
OPERATION = """\
  /models/{modelId}/alm/revisions/{revisionId}/notes:
    put:
      tags: [revisions]
      operationId: set_revision_notes
      summary: Write the notes of a revision.
      description: >-
        The notes replace those that are there. A long explanation, which does not fit into one line of the docstring,
        is wrapped.
      x-anaplan-role: Workspace Administrator
      x-anaplan-effect: idempotent
      x-anaplan-method: alm.set_revision_notes
      parameters:
        - $ref: "#/components/parameters/ModelId"
        - name: revisionId
          in: path
          required: true
          description: The revision.
          schema: {type: string}
          example: 1B9A346A6CE14318925862FE85080068
        - name: dryRun
          in: query
          description: Whether only to say what would be written.
          schema: {type: boolean}
        - name: keepLines
          in: query
          description: How many of the old lines to keep.
          schema: {type: integer, minimum: 0, maximum: 5}
        - name: writtenOn
          in: query
          description: The day to write above the notes.
          schema: {type: string, format: date}
      requestBody:
        description: The new notes.
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/RevisionNotesRequest"}
            example: {text: Ready for June}
      responses:
        "200":
          description: The notes as they are now.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/RevisionNotes"}
              example: {noteId: N1, text: Ready for June, writtenOn: "2021-03-10T11:31:08Z", lines: 1}
        "400": {description: The notes are too long.}
        "401": {$ref: "#/components/responses/Unauthorized"}
        "404": {description: There is no such revision.}
        "423": {description: The notes are locked.}
        "429": {$ref: "#/components/responses/TooManyRequests"}

"""
SCHEMAS = """\
    RevisionNotesRequest:
      type: object
      description: What is to be noted.
      additionalProperties: false
      required: [text]
      properties:
        text: {type: string, minLength: 1, maxLength: 20, description: "The notes, 1 to 20 characters."}
        pageCode: {type: string, format: password, description: What opens the page; a secret.}
    RevisionNotes:
      type: object
      description: What is noted about a revision.
      required: [noteId, text]
      properties:
        noteId: {type: string, x-python-name: id, description: Id of the notes.}
        text: {type: string, description: The notes.}
        writtenOn: {type: string, format: date-time, description: When they were written.}
        lines: {type: integer, description: How many lines they have.}
"""
# Runs where only the new tree and what is installed can be imported; says what it saw.
SCRIPT = """
import datetime, inspect, json, sys
from anaplan_client import alm
from anaplan_client.alm import set_revision_notes
from anaplan_client.alm.models import RevisionNotes, RevisionNotesRequest

body = RevisionNotesRequest(text="Ready for “June”", page_code="1234")
full = set_revision_notes("A/B", "R 1", dry_run=False, keep_lines=5, written_on=datetime.date(2021, 3, 10), body=body)
least = set_revision_notes("A", "R", body=RevisionNotesRequest(text="x"))
answer = full.decode(b'{"noteId": 7, "text": "x", "writtenOn": "2021-03-10T11:31:08Z", "color": "RED"}')

def refused(function):
    try:
        function()
    except (KeyError, TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"

print(json.dumps({
    "file": alm.__file__,
    "signature": str(inspect.signature(set_revision_notes)),
    "docstring": inspect.getdoc(set_revision_notes),
    "model docstring": inspect.getdoc(RevisionNotes),
    "face": "set_revision_notes" in alm.__all__ and "set_revision_notes" in dir(alm)
        and alm.set_revision_notes is set_revision_notes,
    "models": {"RevisionNotes", "RevisionNotesRequest"} <= set(alm.models.__all__),
    "request": {
        name: getattr(full, name)
        for name in ("operation", "method", "host", "path", "effect", "role", "accept", "params", "content_type")
    },
    "content": full.content.decode(),
    "least": [dict(least.params), least.content.decode()],
    "answer": [answer.id, answer.text, answer.written_on.isoformat(), answer.lines, answer.additional_properties],
    "repr": repr(body),
    "refused": {
        "text too long": refused(lambda: RevisionNotesRequest(text="x" * 21)),
        "text empty": refused(lambda: RevisionNotesRequest(text="")),
        "number too large": refused(lambda: set_revision_notes("A", "R", keep_lines=6, body=body)),
        "number too small": refused(lambda: set_revision_notes("A", "R", keep_lines=-1, body=body)),
        "text for a number": refused(lambda: set_revision_notes("A", "R", keep_lines="1", body=body)),
        "id empty": refused(lambda: set_revision_notes("", "R", body=body)),
        "id with dots": refused(lambda: set_revision_notes("A", "..", body=body)),
        "no text in the answer": refused(lambda: full.decode(b'{"noteId": "N1"}')),
    },
}))
"""
DOCSTRING = """\
Write the notes of a revision.

`PUT /2/0/models/{modelId}/alm/revisions/{revisionId}/notes`

The notes replace those that are there. A long explanation, which does not fit into one line of the docstring,
is wrapped.

Idempotent: safe to retry. Minimum role: Workspace Administrator.

Args:
    model_id: The model. For example, `7282C939A7F54B9A88CB39920592F338`.
    revision_id: The revision. For example, `1B9A346A6CE14318925862FE85080068`.
    dry_run: Whether only to say what would be written.
    keep_lines: How many of the old lines to keep. At least 0, at most 5.
    written_on: The day to write above the notes.
    body: The new notes.

Returns:
    A request that decodes to `RevisionNotes`. The notes as they are now.

Raises:
    TypeError: An argument has the wrong type, or the body has a value that JSON cannot represent.
    ValueError: An id is empty, or has surrounding whitespace or control characters, or a value is outside its
        limits, or the body has a number or text that JSON cannot represent.

Errors when sent:
    - `BadRequestError` (400): The notes are too long.
    - `AuthenticationError` (401): The token is missing, invalid or expired.
    - `NotFoundError` (404): There is no such revision.
    - `ModelLockedError` (423): The notes are locked.
    - `RateLimitError` (429): The tenant's request limit is reached."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tree]:
    """A project in which only the specification was edited before the command ran again, and what it was before."""
    root = copy_inputs(tmp_path_factory.mktemp("extended"), OPENAPI / "anaplan_alm.yaml")
    assert main(["--root", str(root)]) == 0
    before = contents(root)
    path = root / SPECIFICATION
    text = path.read_text(encoding="utf-8")
    for place, addition in (("\ncomponents:\n", OPERATION), ("\n  schemas:\n", "")):
        assert text.count(place) == 1
        text = text.replace(place, f"\n{addition}{place.lstrip()}" if addition else f"{place}{SCHEMAS}")
    path.write_text(text, encoding="utf-8")
    assert main(["--check", "--root", str(root)]) == 1
    assert main(["--root", str(root)]) == 0
    return root, before


@pytest.fixture(scope="module")
def extended(project: tuple[Path, Tree]) -> Path:
    """The project with the new operation."""
    return project[0]


@pytest.fixture(scope="module")
def seen(extended: Path) -> dict[str, Any]:
    """What a program that uses the new operation sees."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=extended, capture_output=True, text=True, encoding="utf-8", check=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    assert Path(result["file"]).is_relative_to(extended)
    return result


def test_nothing_but_the_expected_files_is_new_or_changed(project: tuple[Path, Tree]) -> None:
    before, after = project[1], contents(project[0])
    assert before.keys() - after.keys() == set()
    assert after.keys() - before.keys() == {
        "anaplan_client/alm/api/revisions/set_revision_notes.py",
        "anaplan_client/alm/models/revision_notes.py",
        "anaplan_client/alm/models/revision_notes_request.py",
    }
    assert {name for name in before if after[name] != before[name]} == {
        SPECIFICATION,
        "anaplan_client/alm/__init__.py",
        "anaplan_client/alm/models/__init__.py",
        "anaplan_client/alm/openapi.json",
        "docs/operations.md",
    }


def test_the_function_is_typed(seen: dict[str, Any]) -> None:
    assert seen["signature"] == (
        "(model_id: str, revision_id: str, *, dry_run: bool | None = None, keep_lines: int | None = None, "
        "written_on: datetime.date | None = None, "
        "body: anaplan_client.alm.models.revision_notes_request.RevisionNotesRequest) "
        "-> anaplan_client.core.request.Request[anaplan_client.alm.models.revision_notes.RevisionNotes]"
    )


def test_the_docstrings_have_the_prose_the_limits_the_role_and_the_errors(seen: dict[str, Any]) -> None:
    assert seen["docstring"] == DOCSTRING
    assert seen["model docstring"] == "What is noted about a revision."


def test_the_lazy_faces_list_the_function_and_the_models(seen: dict[str, Any]) -> None:
    assert seen["face"]
    assert seen["models"]


def test_the_request_is_built(seen: dict[str, Any]) -> None:
    assert seen["request"] == {
        "operation": "alm.set_revision_notes",
        "method": "PUT",
        "host": "api",
        "path": "/2/0/models/A%2FB/alm/revisions/R%201/notes",
        "effect": "idempotent",
        "role": "Workspace Administrator",
        "accept": "application/json",
        "params": {"dryRun": "false", "keepLines": "5", "writtenOn": "2021-03-10"},
        "content_type": "application/json",
    }
    assert seen["content"] == '{"text":"Ready for “June”","pageCode":"1234"}'
    assert seen["least"] == [{}, '{"text":"x"}']


def test_the_answer_is_decoded_and_keeps_what_is_not_described(seen: dict[str, Any]) -> None:
    assert seen["answer"] == ["7", "x", "2021-03-10T11:31:08+00:00", None, {"color": "RED"}]


def test_a_secret_is_not_shown(seen: dict[str, Any]) -> None:
    assert seen["repr"] == "RevisionNotesRequest(text='Ready for “June”')"


def test_the_limits_are_enforced(seen: dict[str, Any]) -> None:
    assert seen["refused"] == {
        "text too long": "ValueError: text must have at most 20 characters (got 21)",
        "text empty": "ValueError: text must have at least 1 character (got 0)",
        "number too large": "ValueError: keep_lines must be at most 5 (got 6)",
        "number too small": "ValueError: keep_lines must be at least 0 (got -1)",
        "text for a number": "TypeError: keep_lines must be an integer (got str)",
        "id empty": "ValueError: model_id must be an id (got '')",
        "id with dots": "ValueError: revision_id must be an id (got '..')",
        "no text in the answer": "KeyError: 'text'",
    }


def test_the_page_of_operations_lists_it(extended: Path) -> None:
    page = (extended / "docs/operations.md").read_text(encoding="utf-8")
    assert (
        "| `PUT /models/{modelId}/alm/revisions/{revisionId}/notes` | `alm.set_revision_notes` "
        "| `client.alm.set_revision_notes` | Write the notes of a revision. | Workspace Administrator | idempotent |\n"
    ) in page


def test_what_was_generated_passes_the_check(extended: Path) -> None:
    assert main(["--check", "--root", str(extended)]) == 0
