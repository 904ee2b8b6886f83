"""A model's calendar: fiscal years, their periods and totals, the current period; and the model's versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

CALENDAR_MONTHS = "Calendar Months/Quarters/Years"
WEEKS_GENERAL = "Weeks: General"
_WEEKS: dict[str, tuple[int, ...]] = {
    "Weeks: 4-4-5, 4-5-4 or 5-4-4": (4, 4, 5) * 4,
    "Weeks: 13 4-week Periods": (4,) * 13,
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = timedelta(days=1)


class Period(NamedTuple):
    """A period of the timescale, or a total of such: then `parts` are the ids of the periods it adds up."""

    id: str
    text: str
    first: date
    last: date
    parts: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Calendar:
    """A model's calendar.

    Attributes:
        kind: `calendarType` as Anaplan writes it: calendar months, 4-4-5 weeks, 13 periods of 4 weeks, or
            "Weeks: General", which has no fiscal years but `weeks` weeks from `start` on.
        year: The current fiscal year; a fiscal year of months is the calendar year.
        current: Last day of the current period, None when it is not set.
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
        """All periods in their order, each total after its parts."""
        if self.kind == WEEKS_GENERAL:
            return [self._weeks(f"50000{n:05d}", f"Week {n + 1}", n, 1) for n in range(self.weeks)]
        years = range(self.year - self.past_years, self.year + self.future_years + 1)
        return [period for year in years for period in self._of_year(year)]

    def leaf(self, day: date) -> Period | None:
        """The period, not a total, in which a day lies."""
        return next((leaf for leaf in self.periods() if not leaf.parts and leaf.first <= day <= leaf.last), None)

    def year_ends(self) -> tuple[date, date]:
        """First and last day of the current fiscal year."""
        leaves = [period for period in self._of_year(self.year) if not period.parts]
        return leaves[0].first, leaves[-1].last

    def _of_year(self, year: int) -> Iterator[Period]:
        leaves = list(self._leaves(year))
        totals = [("Q", 3)] * self.quarter_totals + [("H", 6)] * self.half_year_totals
        for count, leaf in enumerate(leaves, 1):
            yield leaf
            for letter, size in totals if len(leaves) == 12 else ():
                if count % size == 0:
                    number, inside = count // size, leaves[count - size : count]
                    yield self._total(f"5{year}{size}{number:04d}", f"{letter}{number} {label(year)}", inside)
        yield self._total(f"5{year}00000", label(year), leaves)

    def _leaves(self, year: int) -> Iterator[Period]:
        if self.kind == CALENDAR_MONTHS:
            for month in range(1, 13):
                first = date(year, month, 1)
                last = date(year + month // 12, month % 12 + 1, 1) - _DAY
                yield Period(f"5{year}1{month:04d}", f"{_MONTHS[month - 1]} {year % 100:02d}", first, last)
            return
        lengths = _WEEKS[self.kind]
        before = (year - self.start.year) * 52
        for number, length in enumerate(lengths, 1):
            yield self._weeks(f"5{year}1{number:04d}", f"P{number} {label(year)}", before, length)
            before += length

    def _weeks(self, id: str, text: str, before: int, length: int) -> Period:
        first = self.start + timedelta(weeks=before)
        return Period(id, text, first, first + timedelta(weeks=length) - _DAY)

    @staticmethod
    def _total(id: str, text: str, leaves: list[Period]) -> Period:
        return Period(id, text, leaves[0].first, leaves[-1].last, tuple(leaf.id for leaf in leaves))


def label(year: int) -> str:
    """A fiscal year as the API writes it, such as FY26."""
    return f"FY{year % 100:02d}"


@dataclass(slots=True, kw_only=True)
class Version:
    """A version of a model: actual, forecast, or with a `formula`. The dates are days; None is an end of the timescale.

    `switchover` is the first day that does not come from the actual version.
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
    """The versions that every new model has."""
    actual = Version(id="107000000001", name="Actual", is_actual=True)
    return [actual, Version(id="107000000002", name="Forecast", is_current=True)]
