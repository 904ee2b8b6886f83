"""The limits of what is sent, checked before anything is."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.alm.models import OnlineStatus
from anaplan_client.audit.models import SearchRequest
from anaplan_client.core.codec import validation

from ..support import bounded


@pytest.mark.parametrize("value", [None, "", "x", "x" * 60])
def test_text_within_its_limits_passes(value: str | None) -> None:
    validation.check_string("name", value, maximum=60)


@pytest.mark.parametrize(("value", "expected"), [("", "at least 1"), ("x" * 61, "at most 60")])
def test_text_outside_its_limits_is_refused_by_name(value: str, expected: str) -> None:
    with pytest.raises(ValueError, match=f"^name must have {expected} character"):
        validation.check_string("name", value, minimum=1, maximum=60)


@pytest.mark.parametrize("value", [1, True, b"x", ["x"], object()])
def test_anything_but_text_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="name"):
        validation.check_string("name", value)


def test_a_refused_text_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="name") as raised:
        validation.check_string("name", "canary" * 20, maximum=60)
    assert "canary" not in str(raised.value)


@bounded()
@given(st.text(), st.integers(0, 10), st.none() | st.integers(0, 20))
def test_text_passes_exactly_when_its_length_is_in_the_range(value: str, minimum: int, maximum: int | None) -> None:
    fits = minimum <= len(value) and (maximum is None or len(value) <= maximum)
    try:
        validation.check_string("name", value, minimum=minimum, maximum=maximum)
    except ValueError:
        assert not fits
    else:
        assert fits


@bounded()
@given(st.integers() | st.floats(allow_nan=False), st.none() | st.integers(), st.none() | st.integers())
def test_a_number_passes_exactly_when_it_is_in_the_range(
    value: float, minimum: float | None, maximum: float | None
) -> None:
    in_range = (minimum is None or minimum <= value) and (maximum is None or value <= maximum)
    fits = math.isfinite(value) and in_range
    try:
        validation.check_number("limit", value, minimum=minimum, maximum=maximum)
    except ValueError:
        assert not fits
    else:
        assert fits


@pytest.mark.parametrize("value", [True, False, "1", b"1", [1]])
def test_anything_but_a_number_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="limit"):
        validation.check_number("limit", value, minimum=0)


def test_a_number_that_is_left_out_passes() -> None:
    validation.check_number("limit", None, minimum=1, maximum=0)


def test_not_a_number_is_outside_every_range() -> None:
    with pytest.raises(ValueError, match="limit"):
        validation.check_number("limit", math.nan, minimum=1, maximum=5000)


@pytest.mark.parametrize("value", [None, "online", OnlineStatus.OFFLINE, OnlineStatus("online")])
def test_a_documented_value_passes_as_member_and_as_text(value: str | None) -> None:
    validation.check_enum("status", value, OnlineStatus)


@pytest.mark.parametrize("value", ["asleep", "", "ONLINE", OnlineStatus("asleep")])
def test_an_undocumented_value_is_refused_with_those_that_are_known(value: object) -> None:
    with pytest.raises(ValueError, match=r"^status must be one of online, offline \(got "):
        validation.check_enum("status", value, OnlineStatus)


@pytest.mark.parametrize("value", [1, b"online", ["online"], True])
def test_a_value_of_another_type_is_no_member_of_an_enum(value: object) -> None:
    with pytest.raises(TypeError, match=r"^status must be OnlineStatus \(got "):
        validation.check_enum("status", value, OnlineStatus)


@pytest.mark.parametrize("value", [None, ["x"], ("x", "y"), [None] * 3])
def test_a_list_within_its_limits_passes(value: object) -> None:
    validation.check_array("items", value, minimum=1, maximum=3)


@pytest.mark.parametrize(
    ("value", "expected"), [([], r"at least 1 element \(got 0"), ([1] * 4, r"at most 3 elements \(got 4")]
)
def test_a_list_outside_its_limits_is_refused_by_name(value: object, expected: str) -> None:
    with pytest.raises(ValueError, match=rf"^items must have {expected}\)$"):
        validation.check_array("items", value, minimum=1, maximum=3)


@pytest.mark.parametrize("value", ["text", b"bytes", 1, {"a": 1}, {1}, iter([])])
def test_what_only_looks_like_a_list_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match=r"^items must be a list \(got "):
        validation.check_array("items", value)


@pytest.mark.parametrize("value", [None, {}, {"a": 1}])
def test_a_dictionary_passes(value: object) -> None:
    validation.check_object("properties", value)


@pytest.mark.parametrize("value", ["text", [("a", 1)], 1])
def test_anything_but_a_dictionary_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match=r"^properties must be a dictionary \(got "):
        validation.check_object("properties", value)


@pytest.mark.parametrize("value", [None, "", "x", 0, 1.5, True, 10**30])
def test_a_value_of_several_types_passes(value: object) -> None:
    validation.check_primitive("value", value)


def test_a_value_that_no_cell_can_have_is_refused_by_name() -> None:
    for value in (math.nan, math.inf):
        with pytest.raises(ValueError, match="value must be a finite number"):
            validation.check_primitive("value", value)
    for value in ([1], {}, object()):
        with pytest.raises(TypeError, match=r"^value must be a string, a number or a boolean \(got "):
            validation.check_primitive("value", value)


@pytest.mark.parametrize("microsecond", [0, 1000, 999_000])
def test_a_moment_in_whole_milliseconds_passes(microsecond: int) -> None:
    validation.check_milliseconds("date_from", datetime(2026, 1, 31, microsecond=microsecond, tzinfo=UTC))
    validation.check_milliseconds("date_from", None)


@pytest.mark.parametrize("microsecond", [1, 999, 1001, 999_999])
def test_a_moment_between_milliseconds_is_refused_with_one_that_passes(microsecond: int) -> None:
    moment = datetime(2026, 1, 31, microsecond=microsecond, tzinfo=UTC)
    with pytest.raises(ValueError, match="date_from must be in whole milliseconds") as raised:
        validation.check_milliseconds("date_from", moment)
    passes = datetime.fromisoformat(str(raised.value).partition("use ")[2].partition(" ")[0])
    validation.check_milliseconds("date_from", passes)
    assert 0 <= (moment - passes).total_seconds() < 0.001


@pytest.mark.parametrize(("value", "error"), [(1_769_817_600_000, TypeError), (datetime(2026, 1, 31), ValueError)])
def test_milliseconds_are_given_as_a_moment(value: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="date_from must"):
        validation.check_milliseconds("date_from", value)


def test_a_search_of_audit_events_sends_milliseconds_only() -> None:
    moment = datetime(2026, 1, 31, 12, 0, 0, 123_000, tzinfo=UTC)
    body = SearchRequest(date_from=moment, date_to=moment + timedelta(milliseconds=1))
    assert body.to_dict() == {"from": 1_769_860_800_123, "to": 1_769_860_800_124}
    with pytest.raises(ValueError, match="date_to must be in whole milliseconds"):
        SearchRequest(date_from=moment, date_to=moment + timedelta(microseconds=1))
