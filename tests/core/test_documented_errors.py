"""The errors in the docstring of an operation: those that its documented responses raise, and no others."""

import inspect
import json
import re
from collections.abc import Iterator

import pytest

from anaplan_client.core.errors import StatusError
from anaplan_client.core.http.response import Response
from anaplan_client.core.http.results import read_response

from .specification import Operation, json_media, operations

OPERATIONS = operations()
ENTRY = re.compile(r"^ +- (`\w+`(?: or `\w+`)*) \((\d{3})\): ", re.MULTILINE)


def list_documented_errors(operation: Operation) -> dict[int, set[str]]:
    """Return the classes of errors in the docstring, by status."""
    text = inspect.getdoc(operation.function) or ""
    entries = ENTRY.findall(text.partition("Errors when sent:")[2])
    assert len(entries) == len({status for _, status in entries})
    return {int(status): set(re.findall(r"\w+", names.replace(" or ", " "))) for names, status in entries}


def list_rejections(operation: Operation) -> Iterator[tuple[int, bytes]]:
    """Yield the status and the content of each documented rejection: without content, and its examples."""
    for status, node in operation.rejections.items():
        yield status, b""
        content = node.get("content", {})
        media = content.get(json_media(content) or "", {})
        if "example" in media:
            yield status, json.dumps(media["example"]).encode()
        for example in operation.error_examples(node):
            yield status, json.dumps(example["value"]).encode()


def find_raised_error(operation: Operation, status: int, content: bytes) -> str:
    body, *_ = next(operation.bodies())
    request = operation.function(**operation.arguments(optional=False) | body)
    with pytest.raises(StatusError) as caught:
        read_response(request, "https://api.test/", Response(status, {"content-type": "application/json"}, content))
    return type(caught.value).__name__


@pytest.mark.parametrize("operation", OPERATIONS, ids=repr)
def test_an_operation_documents_the_errors_that_it_raises(operation: Operation) -> None:
    raised: dict[int, set[str]] = {}
    for status, content in list_rejections(operation):
        raised.setdefault(status, set()).add(find_raised_error(operation, status, content))
    assert list_documented_errors(operation) == raised


def test_a_status_with_two_errors_documents_both() -> None:
    both = {str(operation): list_documented_errors(operation) for operation in OPERATIONS}
    assert both["audit.list_events"][401] == {"AuthenticationError", "PermissionDeniedError"}
    assert both["alm.create_sync_task"][400] == {"BadRequestError", "ModelLockedError"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=repr)
def test_an_operation_says_nothing_twice(operation: Operation) -> None:
    text = inspect.getdoc(operation.function) or ""
    for section in ("Args", "Raises"):
        names = re.findall(r"^    (\w+): ", text.partition(f"\n{section}:\n")[2].partition("\n\n")[0], re.MULTILINE)
        assert len(names) == len(set(names))
    paragraphs = [part for part in text.split("\n\n") if part]
    assert len(paragraphs) == len(set(paragraphs))
