"""Long answers: read in compiled code where they are exactly as documented, and tolerantly where they are not."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.core import decode, exact
from anaplan_client.integration.models import ListItemsResponse, ModelsResponse

from .specification import Specification
from .support import bounded
from .test_models import IDS, SCHEMAS

BLANKS = b" " * decode.LONG


def is_loose(specification: Specification, name: str) -> bool:
    """Whether only `decode` reads it: moments in milliseconds, and what can hold others of its kind."""
    reached = specification.reached([{"$ref": f"#/components/schemas/{name}"}])
    texts = [json.dumps(specification.schemas[other]) for other in reached]
    return "TaskResult" in reached or any('"epoch-milliseconds"' in text for text in texts)


@pytest.mark.parametrize(("specification", "name"), SCHEMAS, ids=IDS)
def test_what_is_documented_is_read_exactly_and_as_decode_reads_it(specification: Specification, name: str) -> None:
    model = getattr(specification.models, name)
    loose = is_loose(specification, name)

    @bounded(25)
    @given(specification.values({"$ref": f"#/components/schemas/{name}"}, exact=True), st.booleans())
    def check(value: dict[str, Any], ascii_only: bool) -> None:
        found = exact.read(model, json.dumps(value, ensure_ascii=ascii_only).encode())
        assert repr(found) == repr(model.from_dict(value)) if found else loose

    check()


@pytest.mark.parametrize(("specification", "name"), SCHEMAS, ids=IDS)
def test_a_long_answer_is_read_as_a_short_one_is(specification: Specification, name: str) -> None:
    model = getattr(specification.models, name)

    @bounded(25)
    @given(specification.values({"$ref": f"#/components/schemas/{name}"}))
    def check(value: dict[str, Any]) -> None:
        content = json.dumps(value).encode()
        read = decode.answer(model)
        assert repr(read(content + BLANKS)) == repr(read(content))

    check()


def test_only_a_long_answer_is_read_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "read", lambda model, content: "exactly")
    read = decode.answer(ModelsResponse)
    assert read(b"{}" + BLANKS) == "exactly"
    assert read(b"{}") == ModelsResponse()


MODEL = '{"models": [{"id": "1", "name": "x", %s}]}'


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (MODEL % '"colour": "green"', lambda model: model.additional_properties == {"colour": "green"}),
        (MODEL % '"activeState": "FROZEN"', lambda model: model.active_state == "FROZEN"),
        (MODEL % '"activeState": ""', lambda model: model.active_state is None),
        (MODEL % '"lastSavedSerialNumber": "7"', lambda model: model.last_saved_serial_number == 7),
        (MODEL % '"currentWorkspaceName": 7', lambda model: model.current_workspace_name == "7"),
        (MODEL % '"modelTransactionRunning": "true"', lambda model: model.model_transaction_running is True),
        (MODEL % '"lastModified": "2026-01-02T03:04:05"', lambda model: model.last_modified.tzinfo is not None),
        (MODEL % '"memoryUsage": NaN', lambda model: model.memory_usage != model.memory_usage),
        (MODEL % '"name": "\\ud800"', lambda model: model.name == "\ud800"),
    ],
)
def test_what_is_not_quite_as_documented_is_read_nevertheless(content: str, read: Callable[[Any], bool]) -> None:
    assert exact.read(ModelsResponse, content.encode()) is None
    found = decode.answer(ModelsResponse)(content.encode() + BLANKS).models
    assert found is not None
    assert read(found[0])


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", ValueError),
        (b"[]", TypeError),
        (b'{"listItems": [{}]}', KeyError),
        (b'{"listItems": {"id": "1"}}', TypeError),
        (b'{"listItems": [{"id": "1"}]', ValueError),
        (b'{"listItems": [{"id": "\xff"}]}', ValueError),
        (b'{"listItems": ' + b"[" * 100_000, ValueError),
    ],
)
def test_what_is_no_answer_is_refused_as_a_short_one_is(content: bytes, error: type[Exception]) -> None:
    for body in (content, content + BLANKS):
        with pytest.raises(error):
            decode.answer(ListItemsResponse)(body)
