"""Write the values of a column as text, exactly or not at all."""

# The stubs of pyarrow know the types of few arrays.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeAlias, cast

import pyarrow as pa
import pyarrow.compute
from pyarrow import types

from .errors import FrameValueError

Values: TypeAlias = "pa.Array[pa.Scalar[pa.DataType]]"
Text: TypeAlias = "pa.StringArray"

_pc: Any = pyarrow.compute

_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
"""The days of years 1 to 9999, counted from 1970."""


def to_text(values: Values, column: str, first_row: int) -> Text:
    """Return the values as text; null stays null.

    Numbers have all their digits and no exponent, booleans are `true` and `false`, and dates are `2026-01-31`. A
    timestamp without a time zone is a date if it is midnight.

    Args:
        values: The values.
        column: Name of the column, for errors.
        first_row: Row of the first value, counted from 1.

    Raises:
        FrameValueError: The type cannot be written, or one of the values cannot.
    """
    values = _plain(values)
    kind = values.type
    if types.is_string(kind) or types.is_large_string(kind) or kind == pa.string_view() or types.is_null(kind):
        return _cast(values, pa.string())
    if types.is_boolean(kind) or types.is_integer(kind):
        return _cast(values, pa.string())
    if types.is_floating(kind):
        return _float_text(values, column, first_row)
    if types.is_decimal(kind):
        return _without_exponent(_cast(values, pa.string()), "E")
    if types.is_date(kind):
        return _day_text(_whole_days(values, column, first_row), column, first_row)
    if types.is_timestamp(kind):
        return _day_text(_midnights(values, column, first_row), column, first_row)
    raise FrameValueError(f"the type {kind} cannot be written; convert it to text", column)


def check_values(values: Values, column: str, first_row: int) -> None:
    """Raise `FrameValueError` if `to_text` does, without writing numbers."""
    if types.is_floating(values.type):
        _check_finite(values, column, first_row)
    elif _can_fail(values.type):
        to_text(values, column, first_row)


def _can_fail(kind: pa.DataType) -> bool:
    """Return whether some values of this type cannot be written."""
    return not (
        types.is_string(kind) or types.is_large_string(kind) or types.is_boolean(kind) or types.is_integer(kind)
    )


def _plain(values: Values) -> Values:
    """Return the values of a dictionary, runs, or an extension of a plain type."""
    if isinstance(values, pa.DictionaryArray):
        texts = _plain(values.dictionary)
        return (_cast(texts, pa.string()) if texts.type == pa.string_view() else texts).take(values.indices)
    if isinstance(values, pa.RunEndEncodedArray):
        return _plain(cast("Values", _pc.run_end_decode(values)))
    if isinstance(values, pa.ExtensionArray):
        storage = values.storage
        return _plain(storage) if types.is_string(storage.type) or types.is_large_string(storage.type) else values
    return values


def _float_text(values: Values, column: str, first_row: int) -> Text:
    # The digits of a shorter float are its own, not those of the longer one.
    numbers = _cast(values, pa.float32()) if types.is_float16(values.type) else values
    _check_finite(numbers, column, first_row)
    return _without_exponent(_cast(numbers, pa.string()), "e")


def _check_finite(numbers: Values, column: str, first_row: int) -> None:
    _check(_pc.is_finite(numbers), column, first_row, "it is not a number, or infinite; make it null")


def _without_exponent(numbers: Text, exponent: str) -> Text:
    """Write numbers such as 1e+20 in full."""
    has_exponent = _pc.fill_null(_pc.match_substring(numbers, exponent), False)
    texts = [format(Decimal(text or 0), "f") for text in numbers.filter(has_exponent).to_pylist()]
    written: Text = _pc.replace_with_mask(numbers, has_exponent, pa.array(texts, pa.string())) if texts else numbers
    return written


def _midnights(values: Values, column: str, first_row: int) -> Values:
    zone: str | None = getattr(values.type, "tz", None)
    if zone is not None:
        reason = f"its time zone is {zone}, and Anaplan has none; convert it to a date or to text"
        raise FrameValueError(reason, column)
    return _whole_days(values, column, first_row)


def _whole_days(moments: Values, column: str, first_row: int) -> Values:
    """Return the days of dates or timestamps that have no time of day."""
    days = moments.cast(pa.date32(), safe=False)
    is_midnight = _pc.equal(days.cast(moments.type), moments)
    _check(is_midnight, column, first_row, "it has a time of day, and Anaplan has only dates; convert it to text")
    return days


def _day_text(days: Values, column: str, first_row: int) -> Text:
    numbers = days.view(pa.int32())
    in_range = _pc.and_(_pc.greater_equal(numbers, _FIRST_DAY), _pc.less_equal(numbers, _LAST_DAY))
    _check(in_range, column, first_row, "its year must be between 1 and 9999")
    return _cast(days, pa.string())


def _check(accepted: pa.BooleanArray, column: str, first_row: int, reason: str) -> None:
    """Raise `FrameValueError` with the first row that is not accepted. Null is."""
    position = _pc.index(accepted, False).as_py()
    if position >= 0:
        raise FrameValueError(reason, column, first_row + position)


def _cast(values: Values, kind: pa.DataType) -> pa.StringArray:
    return cast("pa.StringArray", values.cast(kind))
