"""Current period, fiscal year and model calendar; versions and their switchover dates."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from ..engine.dimensions import Dimension, load, reference
from ..http.errors import Refusal
from ..http.paging import listing
from ..http.request import Call
from ..http.responses import success
from ..http.validation import read_body, require_unlocked
from ..state.objects import Json
from ..state.periods import WEEKS_GENERAL, Calendar, Version, label

_START, _END = date(1900, 1, 1), date(2399, 12, 31)
_YEARS = range(2000, 2100)


def get_current_period(call: Call) -> Response:
    """The current period; empty texts when there is none."""
    row = _period(call.model.calendar) | {"calendarType": call.model.calendar.kind}
    return success(call, "currentPeriod", {"currentPeriod": row})


def put_current_period(call: Call) -> Response:
    """Makes the period of a date the current one, or with an empty date none."""
    require_unlocked(call)
    calendar = call.model.calendar
    if call.body.strip():
        if "date" in call.query:
            raise Refusal(400, "The date must be given in the query or in the body, not in both")
        day = _date(read_body(call, {"date": str})["date"])
    elif "date" in call.query:
        day = _date(call.query["date"])
    else:
        raise Refusal(400, "Missing mandatory property `date`")
    period = calendar.leaf(day) if day else None
    if day and period is None:
        raise Refusal(400, "The date is outside the model calendar")
    calendar.current = period.last if period else None
    return get_current_period(call)


def get_calendar(call: Call) -> Response:
    """The model calendar, with what its kind has."""
    calendar = call.model.calendar
    row: Json = {"calendarType": calendar.kind, "currentPeriod": _period(calendar)}
    if calendar.kind == WEEKS_GENERAL:
        row |= {"startDate": calendar.start.isoformat(), "weeksCount": calendar.weeks}
    else:
        row |= {
            "fiscalYear": _fiscal_year(calendar),
            "pastYearsCount": calendar.past_years,
            "futureYearsCount": calendar.future_years,
            "totalsSelection": {
                "quarterTotals": calendar.quarter_totals,
                "halfYearTotals": calendar.half_year_totals,
                "yearToDateSummary": False,
                "yearToGoSummary": False,
                "totalOfAllPeriods": False,
            },
        }
    return success(call, "modelCalendar", {"modelCalendar": row})


def put_fiscal_year(call: Call) -> Response:
    """Makes another fiscal year the current one; the cells of periods that are then gone are lost."""
    require_unlocked(call)
    calendar = call.model.calendar
    wanted = read_body(call, {"year": str})["year"]
    years = {label(year): year for year in _YEARS}
    if calendar.kind == WEEKS_GENERAL or wanted not in years:
        raise Refusal(400, "The fiscal year is out of range, or the calendar has none")
    calendar.year = years[wanted]
    if calendar.current and calendar.leaf(calendar.current) is None:
        calendar.current = None
    _drop_lost_cells(call)
    return success(call, "modelCalendar", {"modelCalendar": {"fiscalYear": _fiscal_year(calendar)}})


def list_versions(call: Call) -> Response:
    """The model's versions."""
    calendar = call.model.calendar
    return listing(call, "versionMetadata", "versionMetadata", call.model.versions, lambda one: _version(calendar, one))


def put_switchover(call: Call) -> Response:
    """Moves the switchover date of a forecast forward, or with an empty date takes it away."""
    require_unlocked(call)
    version = next((one for one in call.model.versions if one.id == call.params["version"]), None)
    if version is None:
        raise Refusal()
    day = _date(read_body(call, {"date": str})["date"])
    period = call.model.calendar.leaf(day) if day else None
    if version.is_actual:
        raise Refusal(400, "The actual version has no switchover date")
    if day and period is None:
        raise Refusal(400, "The date is outside the model calendar")
    if period and version.switchover and period.first <= version.switchover:
        raise Refusal(400, "The date must be after the switchover date that is set")
    version.switchover = period.first if period else None
    row: Json = {"id": version.id, "name": version.name, "calendarType": call.model.calendar.kind}
    return success(
        call, "versionSwitchover", {"versionSwitchover": row | _dated(call.model.calendar, version.switchover)}
    )


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Refusal(400, "The date must be of the format `YYYY-MM-DD`")


def _period(calendar: Calendar) -> Json:
    period = calendar.leaf(calendar.current) if calendar.current else None
    return {"periodText": period.text if period else "", "lastDay": period.last.isoformat() if period else ""}


def _fiscal_year(calendar: Calendar) -> Json:
    first, last = calendar.year_ends()
    return {"year": label(calendar.year), "startDate": first.isoformat(), "endDate": last.isoformat()}


def _version(calendar: Calendar, version: Version) -> Json:
    row: Json = {
        "id": version.id,
        "name": version.name,
        "isActual": version.is_actual,
        "isCurrent": version.is_current,
        "editFrom": _dated(calendar, version.edit_from or _START),
        "editTo": _dated(calendar, version.edit_to or _END),
    }
    row |= {"switchover": _dated(calendar, version.switchover)} if version.switchover else {}
    texts = {"formula": version.formula, "code": version.code, "notes": version.notes}
    return row | {key: text for key, text in texts.items() if text}


def _dated(calendar: Calendar, day: date | None) -> Json:
    ends = {_START: "Start of Timescale", _END: "End of Timescale"}
    period = calendar.leaf(day) if day else None
    text = period.text if period else ends.get(day or _START, "") if day else ""
    return {"date": day.isoformat() if day else "", "periodText": text}


def _drop_lost_cells(call: Call) -> None:
    time: Dimension = load(call.world.tenant, call.model, reference(call.model, "Time"))
    for part in call.model.parts("lineItems"):
        if "Time" in part.applies_to:
            place, cells = part.applies_to.index("Time"), call.model.cells.get(part.id, {})
            for key in [key for key in cells if key[place] not in time.by_id]:
                del cells[key]
