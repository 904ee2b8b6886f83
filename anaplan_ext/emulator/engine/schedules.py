"""When a schedule of CloudWorks runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..state.values import Json

MAX_OCCURRENCES = 1000
"""Number of occurrences that are made up for after a jump of the clock."""
_LAST_WEEK = -1


def find_problem(schedule: Json) -> str | None:
    """Return the name of a field that is missing or has no valid value."""
    needed = {
        "hourly": ("fromTime", "toTime", "daysOfWeek", "repeatEvery"),
        "daily": ("time", "daysOfWeek"),
        "weekly": ("time", "daysOfWeek"),
        "monthly_specific_day": ("time", "dayOfMonth"),
        "monthly_relative_weekday": ("time", "dayOfWeek", "repeatEvery"),
    }
    kind = str(schedule["type"])
    for name in ("name", "startDate", "endDate", "timezone", *needed[kind]):
        if schedule.get(name) in (None, "", []):
            return name
    for name in ("time", "fromTime", "toTime"):
        if name in needed[kind] and _parse_time(schedule[name]) is None:
            return name
    if kind == "hourly" and not 1 <= int(schedule["repeatEvery"]) <= 23:
        return "repeatEvery"
    if kind == "monthly_relative_weekday" and schedule["repeatEvery"] not in (1, 2, 3, 4, _LAST_WEEK):
        return "repeatEvery"
    if schedule["endDate"] < schedule["startDate"]:
        return "endDate"
    try:
        ZoneInfo(schedule["timezone"])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "timezone"
    return None


def list_occurrences(schedule: Json, after: float, until: float) -> list[float]:
    """Return the moments at which a schedule runs, in epoch seconds: later than `after`, and not after `until`."""
    zone = ZoneInfo(schedule["timezone"])
    first = max(date.fromisoformat(schedule["startDate"]), datetime.fromtimestamp(after, zone).date())
    last = min(date.fromisoformat(schedule["endDate"]), datetime.fromtimestamp(until, zone).date())
    moments: list[float] = []
    while first <= last and len(moments) < MAX_OCCURRENCES:
        if _is_day(schedule, first):
            for clock in _times(schedule):
                moment = datetime.combine(first, clock, zone).astimezone(UTC).timestamp()
                moments += [moment] if after < moment <= until else []
        first += timedelta(days=1)
    return moments


def _is_day(schedule: Json, day: date) -> bool:
    weekday = day.isoweekday() % 7  # Sunday is 0
    match schedule["type"]:
        case "monthly_specific_day":
            return bool(day.day == schedule["dayOfMonth"])
        case "monthly_relative_weekday":
            is_last = (day + timedelta(days=7)).month != day.month
            week = schedule["repeatEvery"]
            in_week = is_last if week == _LAST_WEEK else (day.day - 1) // 7 + 1 == week
            return in_week and weekday == schedule["dayOfWeek"]
        case _:
            return weekday in schedule["daysOfWeek"]


def _times(schedule: Json) -> Iterator[time]:
    if schedule["type"] != "hourly":
        yield _parse_time(schedule["time"]) or time()
        return
    start, end = _parse_time(schedule["fromTime"]) or time(), _parse_time(schedule["toTime"]) or time()
    for hour in range(start.hour, 24, int(schedule["repeatEvery"])):
        if (moment := start.replace(hour=hour)) <= end:
            yield moment


def _parse_time(text: object) -> time | None:
    try:
        return datetime.strptime(str(text), "%H:%M").time()
    except ValueError:
        return None
