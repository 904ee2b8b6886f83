"""Read cron expressions as schedules of CloudWorks, which knows few kinds of them."""

from __future__ import annotations

import re
from itertools import pairwise

from anaplan_client.cloudworks import models

LAST_WEEK = -1
"""The last week of a month."""
DAY_NAMES = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_FIELDS = {"minute": (0, 59), "hour": (0, 23), "day of month": (1, 31), "month": (1, 12), "day of week": (0, 7)}


def parse_cron(expression: str) -> models.Schedule:
    """Return the schedule of a cron expression of five fields, without its name, days and time zone.

    Raises:
        ValueError: The expression is not one, or CloudWorks has no such schedule. The message says which field.
    """
    parts = expression.split()
    if len(parts) != len(_FIELDS):
        raise ValueError(f"expression must have 5 fields, such as '30 6 * * 1-5' (got {len(parts)})")
    minute, hour, day, month, weekday = parts
    minutes, hours, days = _values("minute", minute), _values("hour", hour), _values("day of month", day)
    if _values("month", month) != list(range(1, 13)):
        raise ValueError(f"month must be * (got {month!r}): CloudWorks runs in every month")
    if len(minutes) != 1:
        raise ValueError(f"minute must be one number (got {minute!r}): CloudWorks runs at most once an hour")
    times = [f"{value:02}:{minutes[0]:02}" for value in hours]
    in_month = re.fullmatch(r"(\w+)(#([1-4])|L)", weekday)
    numbers = [] if in_month else sorted({value % 7 for value in _values("day of week", weekday)})
    is_every_day, is_every_weekday = len(days) == 31, len(numbers) == 7
    if in_month or not is_every_day:
        if len(hours) > 1:
            raise ValueError(f"hour must be one number for a day of the month (got {hour!r})")
        if not (is_every_day if in_month else is_every_weekday and len(days) == 1):
            raise ValueError(
                f"day of month must be * or one number, and never with a day of week (got {day!r} and {weekday!r})"
            )
    if in_month:
        (number,) = _values("day of week", in_month[1])
        week = int(in_month[3]) if in_month[3] else LAST_WEEK
        kind = models.ScheduleType.MONTHLY_RELATIVE_WEEKDAY
        return models.Schedule(type=kind, time=times[0], day_of_week=number % 7, repeat_every=week)
    if not is_every_day:
        return models.Schedule(type=models.ScheduleType.MONTHLY_SPECIFIC_DAY, time=times[0], day_of_month=days[0])
    if len(hours) == 1:
        kind = models.ScheduleType.DAILY if is_every_weekday else models.ScheduleType.WEEKLY
        return models.Schedule(type=kind, time=times[0], days_of_week=numbers)
    steps = {later - earlier for earlier, later in pairwise(hours)}
    if len(steps) != 1:
        raise ValueError(f"hour must have equal steps, such as 8-18/2 (got {hour!r})")
    kind = models.ScheduleType.HOURLY
    (every,) = steps
    return models.Schedule(type=kind, from_time=times[0], to_time=times[-1], repeat_every=every, days_of_week=numbers)


def _values(field: str, text: str) -> list[int]:
    """Return the numbers that a field of a cron expression stands for, in order."""
    least, most = _FIELDS[field]
    values: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        # Both 0 and 7 are Sunday.
        every = f"{least}-{6 if field == 'day of week' else most}"
        first, dash, last = (every if span == "*" else span).partition("-")
        start = _number(field, first)
        end = _number(field, last) if dash else most if slash else start
        if not least <= start <= end <= most or (slash and not (step.isascii() and step.isdigit() and int(step))):
            raise ValueError(f"{field} must be within {least} to {most}, with steps above 0 (got {text!r})")
        values.update(range(start, end + 1, int(step or 1)))
    return sorted(values)


def _number(field: str, text: str) -> int:
    if field == "day of week" and (name := day_number(text)) is not None:
        return name
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{field} must be a number, a range, a list, a step or * (got {text!r})")
    return int(text)


def day_number(text: str) -> int | None:
    """Return the number of a day of the week by its name, or None for another text. Three letters are enough."""
    matches = [index for index, name in enumerate(DAY_NAMES) if len(text) >= 3 and name.startswith(text.lower())]
    return matches[0] if matches else None
