"""Schedules of integrations: build them, from cron expressions too, and compute when they run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import evolve

from anaplan_client.cloudworks import models

from .cron import DAY_NAMES, day_number, parse_cron
from .cron import LAST_WEEK as LAST_WEEK

Day: TypeAlias = int | str
"""A day of the week: a name such as `monday` or `mon`, or 0 (Sunday) to 6 (Saturday)."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def daily(
    name: str, at: str, *, start: date, end: date, timezone: str, days: Collection[Day] = DAY_NAMES
) -> models.Schedule:
    """Return a schedule that runs once a day on some days of the week.

    Args:
        name: Name of the schedule.
        at: Time of the day, such as `06:30`.
        start: The first day.
        end: The last day, which Anaplan requires.
        timezone: Time zone of the times, such as `Europe/London`.
        days: Days of the week, all by default.

    Returns:
        The schedule, for `set_schedule`. Nothing is sent.

    Raises:
        ValueError: A value is outside its range.
    """
    schedule = models.Schedule(type=models.ScheduleType.DAILY, time=at, days_of_week=_day_numbers(days))
    return _finish(schedule, name, start, end, timezone)


def weekly(name: str, at: str, *, days: Collection[Day], start: date, end: date, timezone: str) -> models.Schedule:
    """Return a schedule that runs every week on some days.

    Args:
        name: Name of the schedule.
        at: Time of the day, such as `06:30`.
        days: Days of the week.
        start: The first day.
        end: The last day, which Anaplan requires.
        timezone: Time zone of the times, such as `Europe/London`.

    Returns:
        The schedule, for `set_schedule`. Nothing is sent.

    Raises:
        ValueError: A value is outside its range.
    """
    schedule = models.Schedule(type=models.ScheduleType.WEEKLY, time=at, days_of_week=_day_numbers(days))
    return _finish(schedule, name, start, end, timezone)


def hourly(
    name: str,
    *,
    first: str,
    last: str,
    every: int = 1,
    start: date,
    end: date,
    timezone: str,
    days: Collection[Day] = DAY_NAMES,
) -> models.Schedule:
    """Return a schedule that runs several times a day.

    Args:
        name: Name of the schedule.
        first: First time of a day, such as `08:00`.
        last: Last time of a day, such as `18:00`.
        every: Number of hours between two runs, 1 to 23.
        start: The first day.
        end: The last day, which Anaplan requires.
        timezone: Time zone of the times, such as `Europe/London`.
        days: Days of the week, all by default.

    Returns:
        The schedule, for `set_schedule`. Nothing is sent.

    Raises:
        ValueError: A value is outside its range.
    """
    schedule = models.Schedule(
        type=models.ScheduleType.HOURLY,
        from_time=first,
        to_time=last,
        repeat_every=every,
        days_of_week=_day_numbers(days),
    )
    return _finish(schedule, name, start, end, timezone)


def monthly(name: str, at: str, *, day: int, start: date, end: date, timezone: str) -> models.Schedule:
    """Return a schedule that runs on a day of every month. Months without that day are left out.

    Args:
        name: Name of the schedule.
        at: Time of the day, such as `06:30`.
        day: Day of the month, 1 to 31.
        start: The first day.
        end: The last day, which Anaplan requires.
        timezone: Time zone of the times, such as `Europe/London`.

    Returns:
        The schedule, for `set_schedule`. Nothing is sent.

    Raises:
        ValueError: A value is outside its range.
    """
    schedule = models.Schedule(type=models.ScheduleType.MONTHLY_SPECIFIC_DAY, time=at, day_of_month=day)
    return _finish(schedule, name, start, end, timezone)


def monthly_weekday(
    name: str, at: str, *, weekday: Day, week: int, start: date, end: date, timezone: str
) -> models.Schedule:
    """Return a schedule that runs on a day of the week of every month, such as the first Monday.

    Args:
        name: Name of the schedule.
        at: Time of the day, such as `06:30`.
        weekday: Day of the week.
        week: Number of the week in the month, 1 to 4, or -1 for the last.
        start: The first day.
        end: The last day, which Anaplan requires.
        timezone: Time zone of the times, such as `Europe/London`.

    Returns:
        The schedule, for `set_schedule`. Nothing is sent.

    Raises:
        ValueError: A value is outside its range.
    """
    (number,) = _day_numbers([weekday])
    schedule = models.Schedule(
        type=models.ScheduleType.MONTHLY_RELATIVE_WEEKDAY, time=at, day_of_week=number, repeat_every=week
    )
    return _finish(schedule, name, start, end, timezone)


def from_cron(expression: str, *, name: str, start: date, end: date, timezone: str) -> models.Schedule:
    """Return the schedule of a cron expression of five fields: minute, hour, day of month, month, day of week.

    CloudWorks knows few kinds of schedules. These have one: a time each day or on some days of the week, every N hours
    on these days, a day of the month, and the Nth or last day of the week in a month (`1#2`, `1L`).

    Args:
        expression: The expression, such as `30 6 * * 1-5` or `0 8-18/2 * * mon-fri`.
        name: Name of the schedule.
        start: The first day.
        end: The last day, which Anaplan requires.
        timezone: Time zone of the times, such as `Europe/London`.

    Returns:
        The schedule, for `set_schedule`. Nothing is sent.

    Raises:
        ValueError: The expression is not one, or CloudWorks has no such schedule. The message says which field.
    """
    return _finish(parse_cron(expression), name, start, end, timezone)


def _day_numbers(days: Collection[Day]) -> list[int]:
    numbers: set[int] = set()
    for day in days:
        number = day_number(day) if isinstance(day, str) else day
        if type(number) is not int or not 0 <= number <= 6:
            raise ValueError(f"days must be names such as 'monday', or 0 (Sunday) to 6 (got {day!r})")
        numbers.add(number)
    if not numbers:
        raise ValueError("days must have at least one day (got none)")
    return sorted(numbers)


def _finish(schedule: models.Schedule, name: str, start: date, end: date, timezone: str) -> models.Schedule:
    finished = evolve(schedule, name=name, start_date=start, end_date=end, timezone=timezone)
    check_schedule(finished)
    return finished


def check_schedule(schedule: models.Schedule) -> None:
    """Raise `ValueError` for a schedule that lacks something, or has a value outside its range."""
    if not schedule.name or not schedule.name.strip():
        raise ValueError(f"name must not be empty (got {schedule.name!r})")
    if schedule.start_date is None or schedule.end_date is None or schedule.end_date < schedule.start_date:
        raise ValueError(
            f"end must be a day, and not before start (got {schedule.end_date}, and {schedule.start_date} as the start)"
        )
    _zone(schedule.timezone)
    kind = schedule.type
    if kind is None or kind not in list(models.ScheduleType):
        raise ValueError(f"type must be one of {', '.join(models.ScheduleType)} (got {kind!r})")
    is_hourly = kind == models.ScheduleType.HOURLY
    times = {"from_time": schedule.from_time, "to_time": schedule.to_time} if is_hourly else {"time": schedule.time}
    for field, text in times.items():
        if text is None or not _TIME.fullmatch(text):
            raise ValueError(f"{field} must be a time such as 06:30 (got {text!r})")
    if is_hourly and (schedule.from_time or "") > (schedule.to_time or ""):
        raise ValueError(f"to_time must not be before from_time (got {schedule.to_time}, after {schedule.from_time})")
    if is_hourly and not 1 <= (schedule.repeat_every or 0) <= 23:
        raise ValueError(f"repeat_every must be 1 to 23 hours (got {schedule.repeat_every})")
    if kind == models.ScheduleType.MONTHLY_SPECIFIC_DAY and schedule.day_of_month is None:
        raise ValueError("day_of_month must be set")
    if kind == models.ScheduleType.MONTHLY_RELATIVE_WEEKDAY and (
        schedule.day_of_week is None or schedule.repeat_every not in (1, 2, 3, 4, LAST_WEEK)
    ):
        raise ValueError(f"week must be 1 to 4, or -1 for the last, of a day of the week (got {schedule.repeat_every})")
    if not kind.startswith("monthly") and not schedule.days_of_week:
        raise ValueError("days_of_week must have at least one day (got none)")


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"timezone must be the name of a time zone, such as Europe/London (got {name!r})") from None


def next_runs(schedule: models.Schedule, after: datetime, count: int = 1) -> list[datetime]:
    """Return when a schedule runs next, as far as its documentation tells.

    A time that a change of clocks skips is read with the offset before it. One that comes twice is the first. An
    inactive schedule never runs.

    Args:
        schedule: The schedule.
        after: A moment with a time zone. Runs at this very moment are left out.
        count: The largest number of runs.

    Returns:
        At most `count` moments in the schedule's time zone, in order. Fewer if the schedule ends before.

    Raises:
        ValueError: The schedule lacks something, or `after` has no time zone.
    """
    check_schedule(schedule)
    if after.tzinfo is None:
        raise ValueError(f"after must have a time zone (got {after.isoformat()})")
    if schedule.status == models.ScheduleStatus.INACTIVE:
        return []
    found: list[datetime] = []
    for moment in _iterate(schedule, after.astimezone(_zone(schedule.timezone)).date()):
        if len(found) >= count:
            break
        if moment > after:
            found.append(moment)
    return found


def _iterate(schedule: models.Schedule, since: date) -> Iterator[datetime]:
    zone = _zone(schedule.timezone)
    start, end = schedule.start_date or date.min, schedule.end_date or date.max
    # A day before, since the moments of a day are compared in UTC.
    day = max(start, since - timedelta(days=1))
    while day <= end:
        if _is_day(schedule, day):
            for at in _times(schedule):
                # Through UTC, so that the moments are real ones.
                yield datetime.combine(day, at, zone).astimezone(UTC).astimezone(zone)
        day += timedelta(days=1)


def _is_day(schedule: models.Schedule, day: date) -> bool:
    number = day.isoweekday() % 7
    if schedule.type == models.ScheduleType.MONTHLY_SPECIFIC_DAY:
        return day.day == schedule.day_of_month
    if schedule.type == models.ScheduleType.MONTHLY_RELATIVE_WEEKDAY:
        is_last = (day + timedelta(days=7)).month != day.month
        is_week = is_last if schedule.repeat_every == LAST_WEEK else (day.day - 1) // 7 + 1 == schedule.repeat_every
        return is_week and number == schedule.day_of_week
    return number in (schedule.days_of_week or [])


def _times(schedule: models.Schedule) -> Iterator[time]:
    if schedule.type != models.ScheduleType.HOURLY:
        yield time.fromisoformat(schedule.time or "")
        return
    first, last = time.fromisoformat(schedule.from_time or ""), time.fromisoformat(schedule.to_time or "")
    for hour in range(first.hour, 24, schedule.repeat_every or 1):
        if (at := first.replace(hour=hour)) <= last:
            yield at
