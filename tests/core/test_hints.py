"""What to do about a rejection: by its message, whatever its quotes and case, or else by its status."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.core import BadRequestError, ErrorContext, ModelLockedError, NotFoundError, StatusError
from anaplan_client.core.errors import make_status_error
from anaplan_client.core.hints import find_hint

from .support import FACES, Face, answering, answers, bounded, request

BY_STATUS = {400: "look again", 404: "look elsewhere"}
BY_MESSAGE = {
    "Missing mandatory property `status`": "Add `status`",
    "Identified an unrecognized `<field_name>`.": "Remove it",
    "<id> is not recognized": "Mind the case",
    "Use [a-z]* (or \\d+)": "Use it",
}


@pytest.mark.parametrize(
    ("status", "message", "hint"),
    [
        (400, "Missing mandatory property `status`", "Add `status`"),
        (400, "missing mandatory  property 'status'.", "Add `status`"),
        (400, "  Missing mandatory\nproperty “status” ", "Add `status`"),
        (400, "Identified an unrecognized `color`.", "Remove it"),
        (400, "Identified an unrecognized color", "Remove it"),
        (400, "Identified an unrecognized `a.b c`", "Remove it"),
        (400, "Identified an unrecognized", "look again"),
        (404, "A1 is not recognized", "Mind the case"),
        (404, "is not recognized", "look elsewhere"),
        (400, "Use [a-z]* (or \\d+)", "Use it"),
        (400, "Use abc (or 12)", "look again"),
        (400, "Missing mandatory property `name`", "look again"),
        (400, "Sorry: Missing mandatory property `status`", "look again"),
        (400, "", "look again"),
        (409, "A1 exists", ""),
    ],
)
def test_a_message_is_found_whatever_its_quotes_case_and_space(status: int, message: str, hint: str) -> None:
    assert find_hint(BY_STATUS, BY_MESSAGE, status, message) == hint


@bounded()
@given(st.text(min_size=1), st.text())
def test_any_documented_message_is_found_and_no_message_fails(documented: str, message: str) -> None:
    assert find_hint({}, {documented: "x"}, 400, documented) == "x"
    assert find_hint({}, {documented: "x"}, 400, message) in ("", "x")


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize(
    ("message", "hint"), [("missing mandatory property status", "Add `status`"), ("Something else", "look again")]
)
async def test_an_error_has_the_hint_of_its_message(message: str, hint: str, kind: str) -> None:
    face = Face(kind)
    sent = request(hints=BY_STATUS, message_hints=BY_MESSAGE)
    body = {"status": {"code": 400, "message": message}}
    with answering(answers(400, json=body)), pytest.raises(BadRequestError) as caught:
        await face.send(sent)
    assert caught.value.context.hint == caught.value.hint == hint
    assert str(caught.value).startswith(f"{message}; ")
    assert hint in str(caught.value)
    await face.close()


def context(status: int, message: str = "", hint: str = "") -> ErrorContext:
    return ErrorContext(
        operation="a.b", method="GET", url="https://a.test", role="Visitor", status=status, message=message, hint=hint
    )


@pytest.mark.parametrize(
    ("status", "hint", "told"),
    [
        (400, "", ""),
        (400, "Look", "Look"),
        (403, "", "needs the role Visitor"),
        # The role is told even if the documented advice does not name it.
        (403, "Ensure access", "Ensure access (needs the role Visitor)"),
        (403, "Ask a {role}", "Ask a Visitor"),
        (404, "Check the id", "Check the id (needs the role Visitor)"),
        (422, "Use another model", "Use another model"),
        (424, "lacks {role}", "lacks Visitor"),
    ],
)
def test_the_hint_of_an_error_is_the_documented_one_or_the_usual_one(status: int, hint: str, told: str) -> None:
    error = make_status_error(context(status, "Sorry", hint))
    assert error.hint == told
    assert str(error).endswith(f"; {told}" if told else f"returned {status}")


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "Cannot change status when model is in Locked or Archived mode", ModelLockedError),
        (400, "The target model is locked", ModelLockedError),
        (400, "Model is Locked", ModelLockedError),
        (400, "The model is unlocked", BadRequestError),
        (400, "Locked out", BadRequestError),
        (400, "", BadRequestError),
        (404, "The model is locked", NotFoundError),
        (423, "", ModelLockedError),
    ],
)
def test_a_locked_model_is_told_by_the_status_or_by_the_message_of_a_400(
    status: int, message: str, kind: type[StatusError]
) -> None:
    assert type(make_status_error(context(status, message))) is kind
