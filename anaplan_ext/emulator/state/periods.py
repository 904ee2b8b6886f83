"""A model's calendar (fiscal years, periods and totals, current period) and its versions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from attrs import define

CALENDAR_MONTHS = "Calendar Months/Quarters/Years"
WEEKS_GENERAL = "Weeks: General"
_WEEKS: dict[str, tuple[int, ...]] = {
    "Weeks: 4-4-5, 4-5-4 or 5-4-4": (4, 4, 5) * 4,
    "Weeks: 13 4-week Periods": (4,) * 13,
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = timedelta(days=1)


class Period(NamedTuple):
    """A period of the timescale. A total has the ids of its periods as `parts`."""

    id: str
    text: str
    first: date
    last: date
    parts: tuple[str, ...] = ()


@define(kw_only=True)
class Calendar:
    """A model's calendar.

    Attributes:
        kind: `calendarType` as Anaplan writes it: calendar months, 4-4-5 weeks, 13 periods of 4 weeks, or
            "Weeks: General", which has no fiscal years but `weeks` weeks from `start`.
        year: The current fiscal year; one of months is the calendar year.
        current: Last day of the current period, None if unset.
    """

    kind: str = CALENDAR_MONTHS
    year: int = 2026
    past_years: int = 0
    future_years: int = 0
    quarter_totals: bool = True
    half_year_totals: bool = False
    start: date = date(2026, 1, 5)
    weeks: int = 52
    current: date | None = None

    def periods(self) -> list[Period]:
        """List all periods in order, each total after its parts."""
        if self.kind == WEEKS_GENERAL:
            return [self._build_weeks(f"50000{n:05d}", f"Week {n + 1}", n, 1) for n in range(self.weeks)]
        years = range(self.year - self.past_years, self.year + self.future_years + 1)
        return [period for year in years for period in self._iter_year(year)]

    def find_period(self, day: date) -> Period | None:
        """Find the period (not a total) that contains a day."""
        leaves = (period for period in self.periods() if not period.parts)
        return next((leaf for leaf in leaves if leaf.first <= day <= leaf.last), None)

    def year_bounds(self) -> tuple[date, date]:
        """Return the first and last day of the current fiscal year."""
        leaves = [period for period in self._iter_year(self.year) if not period.parts]
        return leaves[0].first, leaves[-1].last

    def _iter_year(self, year: int) -> Iterator[Period]:
        leaves = list(self._iter_leaves(year))
        totals = [("Q", 3)] * self.quarter_totals + [("H", 6)] * self.half_year_totals
        for count, leaf in enumerate(leaves, 1):
            yield leaf
            for letter, size in totals if len(leaves) == 12 else ():
                if count % size == 0:
                    number, inside = count // size, leaves[count - size : count]
                    yield self._build_total(
                        f"5{year}{size}{number:04d}", f"{letter}{number} {format_year(year)}", inside
                    )
        yield self._build_total(f"5{year}00000", format_year(year), leaves)

    def _iter_leaves(self, year: int) -> Iterator[Period]:
        if self.kind == CALENDAR_MONTHS:
            for month in range(1, 13):
                first = date(year, month, 1)
                last = date(year + month // 12, month % 12 + 1, 1) - _DAY
                yield Period(f"5{year}1{month:04d}", f"{_MONTHS[month - 1]} {year % 100:02d}", first, last)
            return
        lengths = _WEEKS[self.kind]
        weeks_before = (year - self.start.year) * 52
        for number, length in enumerate(lengths, 1):
            yield self._build_weeks(f"5{year}1{number:04d}", f"P{number} {format_year(year)}", weeks_before, length)
            weeks_before += length

    def _build_weeks(self, period_id: str, text: str, weeks_before: int, length: int) -> Period:
        first = self.start + timedelta(weeks=weeks_before)
        return Period(period_id, text, first, first + timedelta(weeks=length) - _DAY)

    @staticmethod
    def _build_total(total_id: str, text: str, leaves: list[Period]) -> Period:
        return Period(total_id, text, leaves[0].first, leaves[-1].last, tuple(leaf.id for leaf in leaves))


def format_year(year: int) -> str:
    """Format a fiscal year as the API does, for example FY26."""
    return f"FY{year % 100:02d}"


@define(kw_only=True)
class Version:
    """A version of a model: actual, forecast, or with a `formula`. A date of None is an end of the timescale.

    `switchover` is the first day that is not taken from the actual version.
    """

    id: str
    name: str
    is_actual: bool = False
    is_current: bool = False
    formula: str = ""
    code: str = ""
    notes: str = ""
    edit_from: date | None = None
    edit_to: date | None = None
    switchover: date | None = None


def default_versions() -> list[Version]:
    """Create the versions of a new model."""
    actual = Version(id="107000000001", name="Actual", is_actual=True)
    return [actual, Version(id="107000000002", name="Forecast", is_current=True)]
