"""Reading JSON tolerantly."""

import gc
import math
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.core.codec import decode
from anaplan_client.integration.models import ModelsResponse

from ..support import bounded

MOMENT = datetime(2021, 3, 10, 11, 31, 8, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HUGE = 10**400

NOT_TEXT: list[object] = [None, True, False, [], {}, ["a"]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", ""),
        (" ", " "),
        ("é", "é"),
        ("112000000007", "112000000007"),
        (112000000007, "112000000007"),
        (0, "0"),
        (-1, "-1"),
        (10**30, "1" + "0" * 30),
        (1.5, "1.5"),
    ],
)
def test_a_string_is_taken_as_it_is_and_a_number_in_decimal_form(value: object, text: str) -> None:
    assert decode.string(value) == text


@pytest.mark.parametrize("value", NOT_TEXT)
def test_what_is_neither_text_nor_number_is_no_string(value: object) -> None:
    with pytest.raises(TypeError, match="expected a string"):
        decode.string(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [(0, 0), (-1, -1), (10**30, 10**30), ("2010876", 2010876), ("-1", -1), ("007", 7), (1.0, 1), (-0.0, 0)],
)
def test_an_integer_may_come_as_digits_or_without_a_fraction(value: object, number: int) -> None:
    read = decode.integer(value)
    assert (read, type(read)) == (number, int)


@pytest.mark.parametrize("value", ["", "x", "1.5", "1e3", "0x10", 1.5, math.inf, -math.inf, math.nan, *NOT_TEXT])
def test_what_has_no_whole_value_is_no_integer(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        decode.integer(value)


@pytest.mark.parametrize(
    ("value", "number"), [(0, 0.0), (1, 1.0), (0.25, 0.25), ("0.25", 0.25), ("1e3", 1000.0), ("-7", -7.0)]
)
def test_a_number_may_come_in_a_string(value: object, number: float) -> None:
    read = decode.number(value)
    assert (read, type(read)) == (number, float)


@pytest.mark.parametrize("value", ["", "x", "1,5", *NOT_TEXT])
def test_what_has_no_value_is_no_number(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        decode.number(value)


@pytest.mark.parametrize(
    ("value", "truth"),
    [(True, True), (False, False), ("true", True), ("false", False), ("TRUE", True), ("False", False)],
)
def test_a_boolean_may_come_in_a_string(value: object, truth: bool) -> None:
    assert decode.boolean(value) is truth


@pytest.mark.parametrize("value", ["", "yes", "1", " true", 0, 1, 1.0, None, [], {}])
def test_what_is_not_true_or_false_is_no_boolean(value: object) -> None:
    with pytest.raises(TypeError, match="expected a boolean"):
        decode.boolean(value)


@pytest.mark.parametrize(
    "text",
    [
        "2021-03-10T11:31:08Z",
        "2021-03-10T11:31:08.000Z",
        "2021-03-10T11:31:08+00:00",
        "2021-03-10T11:31:08.000+00:00",
        "2021-03-10T11:31:08+0000",
        "2021-03-10T11:31:08.000+0000",
        "2021-03-10T11:31:08+00",
        "2021-03-10T13:31:08+02:00",
        "2021-03-10T13:31:08+0200",
        "2021-03-10T06:01:08-0530",
        # Without an offset all of Anaplan's are UTC.
        "2021-03-10T11:31:08",
        "2021-03-10T11:31:08.000",
        "2021-03-10 11:31:08",
        "20210310T113108Z",
    ],
)
def test_a_timestamp_is_aware_whatever_its_offset_looks_like(text: str) -> None:
    read = decode.timestamp(text)
    assert read == MOMENT
    assert read.tzinfo is not None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-03-10T11:31:08.5Z", MOMENT.replace(microsecond=500_000)),
        ("2021-03-10T11:31:08.123456499Z", MOMENT.replace(microsecond=123_456)),
        ("2021-03-10T11:31:08.123456789Z", MOMENT.replace(microsecond=123_457)),
        ("2021-03-10 11:31:08.1234565+0000", MOMENT.replace(microsecond=123_457)),
        ("2021-03-10T11:31:07.9999995Z", MOMENT),
        ("2021-03-10T11:31:07.9999999 +0000", MOMENT),
        ("2021-03-10T11:31:08.000000+00:00:00.0000009", MOMENT),
        ("2021-03-10", datetime(2021, 3, 10, tzinfo=UTC)),
        ("2021-03-10T11:31Z", MOMENT.replace(second=0)),
        ("2021-03-10T24:00:00Z", datetime(2021, 3, 11, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime.min.replace(tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999Z", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_a_timestamp_may_be_more_or_less_precise(text: str, moment: datetime) -> None:
    assert decode.timestamp(text) == moment


@bounded()
@given(st.datetimes(), st.none() | st.integers(-14 * 60, 14 * 60), st.sampled_from(["T", " "]), st.booleans())
def test_every_moment_is_read_back(moment: datetime, offset: int | None, separator: str, colon: bool) -> None:
    zone = None if offset is None else timezone(timedelta(minutes=offset))
    text = moment.replace(tzinfo=zone).isoformat(separator)
    if zone is not None and not colon:
        text = text[:-3] + text[-2:]
    read = decode.timestamp(text)
    assert read.replace(tzinfo=None) == moment
    assert read.utcoffset() == timedelta(minutes=offset or 0)


@pytest.mark.parametrize(
    "value",
    ["", " ", "x", "now", "2021-13-01T00:00:00Z", "2021-02-30", "2021-03-10T25:00:00Z", "2021-03-10T11:61:08Z"],
)
def test_a_text_that_is_no_moment_is_a_value_error(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the texts are those of the readers
        decode.timestamp(value)


@pytest.mark.parametrize("value", [None, True, 1615375868000, 1.5, [], {}])
def test_a_timestamp_is_text(value: object) -> None:
    with pytest.raises(TypeError, match="expected a date and time"):
        decode.timestamp(value)


@pytest.mark.parametrize("value", ["1571258347545", "9" * 30, "9999-12-31T23:59:59.9999999Z"])
def test_a_text_beyond_every_calendar_is_a_value_error(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode.timestamp(value)


@pytest.mark.parametrize("value", ["12", "10:30", "March", "-1", "Friday"])
def test_a_part_of_a_date_is_no_moment(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode.timestamp(value)


@pytest.mark.parametrize(
    "value",
    [
        "2021-03-10T11:31:08+99:99",
        "2021-03-10T11:31:08-24:00",
        pytest.param("2021-03-10 11:31:08+99:99"),
    ],
)
def test_an_offset_of_a_day_or_more_is_a_value_error(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode.timestamp(value)


def test_a_zone_by_name_is_a_value_error() -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode.timestamp("2021-03-10 11:31:08 XYZ")


@bounded()
@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_epoch_milliseconds_are_read_exactly(value: int) -> None:
    read = decode.epoch_milliseconds(value)
    assert read - EPOCH == timedelta(milliseconds=value)
    assert read.tzinfo is UTC
    assert decode.epoch_milliseconds(str(value)) == read


def test_a_moment_in_iso_form_is_read_where_milliseconds_are_documented() -> None:
    assert decode.epoch_milliseconds("2021-04-01T01:02:03Z") == datetime(2021, 4, 1, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        -62_135_596_800_001,
        253_402_300_800_000,
        10**18,
        -(10**18),
        10**30,
        HUGE,
        str(10**18),
        sys.float_info.max,
        "x",
        "",
    ],
)
def test_epoch_milliseconds_out_of_range_are_a_value_error(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode.epoch_milliseconds(value)


@pytest.mark.parametrize("value", [None, True, 1.5, math.nan, math.inf, [], {}])
def test_epoch_milliseconds_are_a_whole_number(value: object) -> None:
    with pytest.raises(TypeError, match="expected an integer"):
        decode.epoch_milliseconds(value)


@pytest.mark.parametrize("text", ["2021-04-01", "0001-01-01", "9999-12-31"])
def test_a_day_is_read(text: str) -> None:
    assert decode.date(text) == date.fromisoformat(text)


@pytest.mark.parametrize("value", ["", "x", "2021-02-30", "01.04.2021", None, True, []])
def test_what_is_no_day_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        decode.date(value)


@pytest.mark.parametrize(
    "decoder",
    [
        decode.integer,
        decode.number,
        decode.boolean,
        decode.timestamp,
        decode.epoch_milliseconds,
        decode.date,
        decode.fields,
        lambda value: decode.list_of(decode.string, value),
        lambda value: decode.map_of(decode.string, value),
    ],
)
def test_absent_null_and_empty_text_are_none_where_no_text_is_expected(decoder: Callable[[object], Any]) -> None:
    assert decode.optional(decoder, None) is None
    assert decode.optional(decoder, "") is None


def test_empty_text_stays_where_text_is_expected() -> None:
    assert decode.optional_string(None) is None
    assert decode.optional_string("") == ""
    assert decode.optional_string("x") == "x"


OPTIONAL: list[Any] = [
    pytest.param(decode.optional_integer, decode.integer, id="integer"),
    pytest.param(decode.optional_number, decode.number, id="number"),
    pytest.param(decode.optional_boolean, decode.boolean, id="boolean"),
    pytest.param(
        lambda value: decode.optional_list_of(decode.integer, value),
        lambda value: decode.list_of(decode.integer, value),
        id="list",
    ),
    pytest.param(
        lambda value: decode.optional_map_of(decode.integer, value),
        lambda value: decode.map_of(decode.integer, value),
        id="map",
    ),
]
VALUES: list[object] = [None, "", "x", "1", "true", 0, 1, -1.5, 2.0, math.nan, True, False, [], ["1"], {}, {"a": 1}]


@pytest.mark.parametrize(("short", "long"), OPTIONAL)
def test_the_short_forms_of_optional_are_no_different(
    short: Callable[[object], Any], long: Callable[[object], Any]
) -> None:
    def outcome(function: Callable[[object], Any], value: object) -> object:
        try:
            found = function(value)
        except (TypeError, ValueError) as error:
            return type(error), str(error)
        return type(found), repr(found)

    for value in VALUES:
        assert outcome(short, value) == outcome(lambda value: decode.optional(long, value), value)


def test_the_short_form_of_optional_text_differs_in_empty_text_only() -> None:
    for value in (0, 1.5, 112000000007):
        assert decode.optional_string(value) == decode.string(value)
    for wrong in (True, [], {}):
        with pytest.raises(TypeError, match="expected a string"):
            decode.optional_string(wrong)


@pytest.mark.parametrize(
    ("decoder", "value", "expected"),
    [
        (decode.integer, 0, 0),
        (decode.number, 0.0, 0.0),
        (decode.boolean, False, False),
        (decode.string, 0, "0"),
        (decode.fields, {}, {}),
        (lambda value: decode.list_of(decode.string, value), [], []),
    ],
)
def test_what_is_false_or_zero_or_empty_is_not_none(
    decoder: Callable[[object], Any], value: object, expected: object
) -> None:
    assert decode.optional(decoder, value) == expected


def test_an_array_is_read_item_by_item() -> None:
    assert decode.list_of(decode.integer, ["1", 2, 3.0]) == [1, 2, 3]
    for value in (None, "", "abc", {}, 1, True):
        with pytest.raises(TypeError, match="expected an array"):
            decode.list_of(decode.string, value)
    with pytest.raises(TypeError):
        decode.list_of(decode.string, ["a", None])


def test_an_object_whose_keys_are_data_is_read_value_by_value() -> None:
    assert decode.map_of(decode.integer, {"a": "1", "": 2}) == {"a": 1, "": 2}
    for value in (None, "", [], 1, True):
        with pytest.raises(TypeError, match="expected an object"):
            decode.map_of(decode.string, value)


def test_the_rest_of_the_fields_is_a_copy() -> None:
    value: dict[str, object] = {"a": 1, "b": 2}
    assert decode.unknown_fields(value, {"a": "x"}) == {"b": 2}
    assert decode.unknown_fields(value, dict.fromkeys("abc", "x")) == {}
    for known in ("", "a", "ab"):
        decode.unknown_fields(value, dict.fromkeys(known, "x")).clear()
    assert value == {"a": 1, "b": 2}


@pytest.mark.parametrize("value", ["", "x", 0, -1, 1.5, True, False])
def test_a_value_of_several_types_is_taken_as_it_is(value: str | float | bool) -> None:
    read = decode.primitive(value)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize("value", [None, [], {}, ["x"]])
def test_a_value_of_none_of_several_types_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="expected a string, a number or a boolean"):
        decode.primitive(value)


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({}, None),
        ({"a": 1}, 1),
        ({"b": 2}, 2),
        ({"a": None, "b": 2}, 2),
        ({"a": 0, "b": 2}, 0),
        ({"a": 1, "b": None}, 1),
    ],
)
def test_a_field_with_two_names_is_found_under_both(fields: dict[str, object], value: object) -> None:
    assert decode.first_present({**fields, "c": 3}, "a", "b") == value


@pytest.mark.parametrize("collecting", [True, False])
def test_the_garbage_collector_of_the_process_is_not_switched(
    collecting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def switch() -> None:
        raise AssertionError("switched")

    was = gc.isenabled()
    (gc.enable if collecting else gc.disable)()
    try:
        for name in ("enable", "disable", "freeze", "set_threshold"):
            monkeypatch.setattr(gc, name, switch)
        long = b'{"models": [%s]}' % b",".join([b'{"id": "1", "name": "x"}'] * 10_000)
        assert len(decode.model(ModelsResponse)(long).models or []) == 10_000
        assert gc.isenabled() is collecting
    finally:
        monkeypatch.undo()
        (gc.enable if was else gc.disable)()


def test_a_body_is_json_in_any_of_its_encodings() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert decode.parse_json('{"name": "é"}'.encode(encoding)) == {"name": "é"}


@pytest.mark.parametrize(
    "content", [b"", b" ", b"<html></html>", b"{", b'{"a": 1', b"\xff", b'{"a": "\xff"}', b"{} {}"]
)
def test_a_body_that_is_no_json_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode.parse_json(content)


def test_a_binary_body_is_kept_and_an_empty_answer_passed_over() -> None:
    assert decode.binary(b"\x00\xff") == b"\x00\xff"
    assert decode.none(b"whatever") is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@bounded(300)
@given(json_values)
def test_every_other_value_is_refused_with_a_type_or_value_error(value: object) -> None:
    # Timestamps are left to the tables above: what their reader makes of free text depends on today's date.
    for decoder in (
        decode.string,
        decode.integer,
        decode.number,
        decode.boolean,
        decode.epoch_milliseconds,
        decode.date,
    ):
        with suppress(TypeError, ValueError):
            decoder(value)


def test_an_integer_beyond_all_floats_is_a_value_error() -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode.number(HUGE)


def test_a_body_nested_beyond_all_measure_is_a_value_error() -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode.parse_json(b"[" * 100_000)
