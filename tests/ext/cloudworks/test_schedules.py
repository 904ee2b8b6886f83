"""Schedules: from cron expressions, checked, and when they run, as the emulator computes it too."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.cloudworks.models import Schedule, ScheduleStatus, ScheduleType
from anaplan_ext.cloudworks import schedules
from anaplan_ext.cloudworks.schedules import from_cron, next_runs
from anaplan_ext.emulator.engine.schedules import list_occurrences

SPAN: dict[str, Any] = {"name": "s", "start": date(2026, 1, 1), "end": date(2027, 12, 31), "timezone": "Europe/London"}
EVERY_DAY, WORKDAYS = list(range(7)), [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("expression", "fields"),
    [
        ("30 6 * * *", {"type": "daily", "time": "06:30", "days_of_week": EVERY_DAY}),
        ("0 0 * * 0-6", {"type": "daily", "time": "00:00", "days_of_week": EVERY_DAY}),
        ("0 0 * * 1-7", {"type": "daily", "time": "00:00", "days_of_week": EVERY_DAY}),
        ("30 6 * * 1-5", {"type": "weekly", "time": "06:30", "days_of_week": WORKDAYS}),
        ("30 6 * * mon-FRI", {"type": "weekly", "time": "06:30", "days_of_week": WORKDAYS}),
        ("5 23 * * 7", {"type": "weekly", "time": "23:05", "days_of_week": [0]}),
        ("5 23 * * sat,sun", {"type": "weekly", "time": "23:05", "days_of_week": [0, 6]}),
        ("5 23 * * 1,3-5/2", {"type": "weekly", "time": "23:05", "days_of_week": [1, 3, 5]}),
        ("0 8-18/2 * * 1", {"type": "hourly", "from_time": "08:00", "to_time": "18:00", "repeat_every": 2}),
        ("15 * * * *", {"type": "hourly", "from_time": "00:15", "to_time": "23:15", "repeat_every": 1}),
        ("0 */6 * * *", {"type": "hourly", "from_time": "00:00", "to_time": "18:00", "repeat_every": 6}),
        ("0 20/2 * * *", {"type": "hourly", "from_time": "20:00", "to_time": "22:00", "repeat_every": 2}),
        ("0 6,18 * * *", {"type": "hourly", "from_time": "06:00", "to_time": "18:00", "repeat_every": 12}),
        ("0 6 1 * *", {"type": "monthly_specific_day", "time": "06:00", "day_of_month": 1}),
        ("0 6 31 */1 *", {"type": "monthly_specific_day", "time": "06:00", "day_of_month": 31}),
        ("0 6 * * 1#1", {"type": "monthly_relative_weekday", "day_of_week": 1, "repeat_every": 1}),
        ("0 6 * * fri#4", {"type": "monthly_relative_weekday", "day_of_week": 5, "repeat_every": 4}),
        ("0 6 * * 7L", {"type": "monthly_relative_weekday", "day_of_week": 0, "repeat_every": -1}),
    ],
)
def test_a_cron_expression_is_the_schedule_that_runs_at_the_same_times(expression: str, fields: dict[str, Any]) -> None:
    schedule = from_cron(expression, **SPAN)
    assert {name: getattr(schedule, name) for name in fields} == fields
    assert (schedule.start_date, schedule.end_date, schedule.timezone) == (SPAN["start"], SPAN["end"], "Europe/London")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "expression must have 5 fields"),
        ("0 6 * *", "expression must have 5 fields"),
        ("0 6 * * * *", "expression must have 5 fields"),
        ("* 6 * * *", "minute must be one number"),
        ("0,30 6 * * *", "minute must be one number"),
        ("60 6 * * *", "minute must be within 0 to 59"),
        ("0 24 * * *", "hour must be within 0 to 23"),
        ("0 6-3 * * *", "hour must be within 0 to 23"),
        ("0 */0 * * *", "with steps above 0"),
        ("0 */x * * *", "with steps above 0"),
        ("0 1,5,6 * * *", "hour must have equal steps"),
        ("0 6 1 * 1", "never with a day of week"),
        ("0 6 1,15 * *", "day of month must be"),
        ("0 6,8 1 * *", "hour must be one number"),
        ("0 6,8 * * 1#1", "hour must be one number"),
        ("0 6 1 * 1#1", "day of month must be"),
        ("0 6 * 1-6 *", r"month must be \*"),
        ("0 6 * * 8", "day of week must be within 0 to 7"),
        ("0 6 * * 1#5", "day of week must be a number"),
        ("0 6 * * x", "day of week must be a number"),
        ("0 ٣ * * *", "hour must be a number"),
        ("@daily", "expression must have 5 fields"),
    ],
)
def test_what_cloudworks_cannot_do_is_rejected_with_the_field(expression: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_cron(expression, **SPAN)


@pytest.mark.parametrize(
    ("expression", "after", "moments"),
    [
        ("30 6 * * *", "2026-03-28T06:30Z", ["2026-03-29T06:30+01:00", "2026-03-30T06:30+01:00"]),
        ("30 1 * * *", "2026-03-28T12:00Z", ["2026-03-29T02:30+01:00", "2026-03-30T01:30+01:00"]),
        ("30 1 * * *", "2026-10-24T12:00Z", ["2026-10-25T01:30+01:00", "2026-10-26T01:30+00:00"]),
        ("0 6 31 * *", "2026-01-31T06:00Z", ["2026-03-31T06:00+01:00", "2026-05-31T06:00+01:00"]),
        ("0 6 * * 5L", "2026-05-01T00:00Z", ["2026-05-29T06:00+01:00", "2026-06-26T06:00+01:00"]),
        ("0 6 * * 1#2", "2026-01-01T00:00Z", ["2026-01-12T06:00+00:00", "2026-02-09T06:00+00:00"]),
        ("0 22-23 * * *", "2027-12-31T21:00Z", ["2027-12-31T22:00+00:00", "2027-12-31T23:00+00:00"]),
        ("0 6 * * *", "2025-06-01T00:00Z", ["2026-01-01T06:00+00:00", "2026-01-02T06:00+00:00"]),
        ("0 6 * * *", "2027-12-31T06:00Z", []),
    ],
)
def test_the_next_runs_are_in_the_zone_of_the_schedule(expression: str, after: str, moments: list[str]) -> None:
    found = next_runs(from_cron(expression, **SPAN), datetime.fromisoformat(after), 2)
    # A time that comes twice never equals one of another zone, so moments are compared as numbers.
    assert [moment.timestamp() for moment in found] == [datetime.fromisoformat(text).timestamp() for text in moments]
    assert [moment.isoformat(timespec="minutes") for moment in found] == moments


numbers = st.sampled_from(["6", "8-18/2", "*/6", "0,12", "23"])
weekdays = st.sampled_from(["*", "1-5", "0", "6,0", "2#3", "4L"])


@given(
    st.builds(lambda minute, hour, day: f"{minute} {hour} * * {day}", st.integers(0, 59), numbers, weekdays),
    st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Etc/UTC"]),
    st.datetimes(datetime(2025, 11, 1), datetime(2028, 1, 31), timezones=st.just(UTC)),
)
def test_the_emulator_runs_schedules_at_the_same_moments(expression: str, zone: str, after: datetime) -> None:
    try:
        schedule = from_cron(expression, **{**SPAN, "timezone": zone})
    except ValueError:
        return
    until = after + timedelta(days=40)
    expected = [moment for moment in next_runs(schedule, after, 500) if moment <= until]
    found = list_occurrences(schedule.to_dict(), after.timestamp(), until.timestamp())
    assert sorted(found) == [moment.timestamp() for moment in expected]


def test_a_disabled_schedule_never_runs() -> None:
    schedule = evolve(from_cron("0 6 * * *", **SPAN), status=ScheduleStatus.INACTIVE)
    assert next_runs(schedule, datetime(2026, 1, 1, tzinfo=UTC)) == []
    with pytest.raises(ValueError, match="after must have a time zone"):
        next_runs(schedule, datetime(2026, 1, 1))


def test_each_kind_has_its_function() -> None:
    rest: dict[str, Any] = {name: SPAN[name] for name in ("start", "end", "timezone")}
    assert schedules.daily("s", "06:30", **rest) == from_cron("30 6 * * *", **SPAN)
    assert schedules.weekly("s", "06:30", days=schedules.WEEKDAYS, **rest) == from_cron("30 6 * * 1-5", **SPAN)
    hourly = schedules.hourly("s", first="08:00", last="18:00", every=2, **rest)
    assert hourly == from_cron("0 8-18/2 * * *", **SPAN)
    assert schedules.monthly("s", "06:00", day=3, **rest) == from_cron("0 6 3 * *", **SPAN)
    last_friday = schedules.monthly_weekday("s", "06:00", weekday="fri", week=schedules.LAST_WEEK, **rest)
    assert last_friday == from_cron("0 6 * * 5L", **SPAN)


GOOD = from_cron("30 6 * * *", **SPAN)
HOURLY = from_cron("0 8-18/2 * * *", **SPAN)


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        (evolve(GOOD, name=" "), "name must not be empty"),
        (evolve(GOOD, name=None), "name must not be empty"),
        (evolve(GOOD, end_date=None), "end must be a day"),
        (evolve(GOOD, end_date=date(2025, 1, 1)), "not before start"),
        (evolve(GOOD, timezone="Mars/Base"), "timezone must be"),
        (evolve(GOOD, timezone=None), "timezone must be"),
        (evolve(GOOD, timezone="../etc"), "timezone must be"),
        (evolve(GOOD, time="6:30"), "time must be"),
        (evolve(GOOD, time="24:00"), "time must be"),
        (evolve(GOOD, time=None), "time must be"),
        (evolve(GOOD, days_of_week=None), "days_of_week"),
        (evolve(GOOD, type=None), "type must be one of"),
        (evolve(HOURLY, repeat_every=24), "repeat_every must be 1 to 23"),
        (evolve(HOURLY, repeat_every=None), "repeat_every must be 1 to 23"),
        (evolve(HOURLY, to_time="07:00"), "to_time must not be before"),
        (evolve(GOOD, type=ScheduleType.MONTHLY_SPECIFIC_DAY), "day_of_month"),
        (evolve(GOOD, type=ScheduleType.MONTHLY_RELATIVE_WEEKDAY, day_of_week=1, repeat_every=5), "week must be"),
        (evolve(GOOD, type=ScheduleType.MONTHLY_RELATIVE_WEEKDAY, repeat_every=1), "week must be"),
    ],
)
def test_an_incomplete_schedule_is_rejected(schedule: Schedule, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        schedules.check_schedule(schedule)


@pytest.mark.parametrize("days", [[], ["someday"], [7], [-1], [True], ["mo"]])
def test_days_of_the_week_are_names_or_numbers(days: Any) -> None:
    with pytest.raises(ValueError, match="days must"):
        schedules.daily("s", "06:30", days=days, start=SPAN["start"], end=SPAN["end"], timezone="Etc/UTC")
