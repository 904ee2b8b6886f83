"""Encode single values as JSON, the counterpart of `decode`: JSON has no dates, and some ids are numbers there."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_ID_DIGITS = 100
"""More digits are no id, and Python does not convert thousands of them."""
_MILLISECOND = timedelta(milliseconds=1)


def timestamp(value: datetime) -> str:
    """Write a timestamp in ISO form, with `Z` for UTC."""
    text = value.isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def epoch_milliseconds(value: object) -> object:
    """Write a timestamp as milliseconds since 1970, or in ISO form if that would lose microseconds."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        return timestamp(value) if isinstance(value, datetime) else value
    milliseconds, rest = divmod(value - _EPOCH, _MILLISECOND)
    return timestamp(value) if rest else milliseconds


def numeric_id(value: object) -> object:
    """Write an id that is a number in JSON as that number, if it is one."""
    if not isinstance(value, str) or not value.isdecimal() or len(value) > _MAX_ID_DIGITS:
        return value
    return int(value) if str(int(value)) == value else value
