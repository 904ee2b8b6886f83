"""Current period, fiscal year and model calendar; versions and their switchover dates."""

from __future__ import annotations

from datetime import date
from functools import partial

from starlette.responses import Response

from ..engine.dimensions import Dimension, find_dimension, load_dimension
from ..http.request import HTTPError, Request, find_by_id
from ..http.responses import list_response, success_response
from ..http.validation import parse_date, read_body, require_unlocked
from ..state.periods import WEEKS_GENERAL, Calendar, Version, format_year
from ..state.values import Json

_START, _END = date(1900, 1, 1), date(2399, 12, 31)
_YEARS = range(2000, 2100)


def get_current_period(request: Request) -> Response:
    """Return the current period; its texts are empty if there is none."""
    row = _period_row(request.model.calendar) | {"calendarType": request.model.calendar.kind}
    return success_response(request, "currentPeriod", {"currentPeriod": row})


def set_current_period(request: Request) -> Response:
    """Set the current period to that of a date; an empty date clears it."""
    require_unlocked(request)
    calendar = request.model.calendar
    if request.body.strip():
        if "date" in request.query:
            raise HTTPError(400, "The date must be given in the query or in the body, not in both")
        day = _parse_day(read_body(request, {"date": str})["date"])
    elif "date" in request.query:
        day = _parse_day(request.query["date"])
    else:
        raise HTTPError(400, "Missing mandatory property `date`")
    period = calendar.find_period(day) if day else None
    if day and period is None:
        raise HTTPError(400, "The date is outside the model calendar")
    calendar.current = period.last if period else None
    return get_current_period(request)


def get_calendar(request: Request) -> Response:
    """Return the fields of the model calendar that its kind has."""
    calendar = request.model.calendar
    row: Json = {"calendarType": calendar.kind, "currentPeriod": _period_row(calendar)}
    if calendar.kind == WEEKS_GENERAL:
        row |= {"startDate": calendar.start.isoformat(), "weeksCount": calendar.weeks}
    else:
        row |= {
            "fiscalYear": _fiscal_year_row(calendar),
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
    return success_response(request, "modelCalendar", {"modelCalendar": row})


def set_fiscal_year(request: Request) -> Response:
    """Set the current fiscal year and delete the cells of periods that no longer exist."""
    require_unlocked(request)
    calendar = request.model.calendar
    label = read_body(request, {"year": str})["year"]
    years = {format_year(year): year for year in _YEARS}
    if calendar.kind == WEEKS_GENERAL or label not in years:
        raise HTTPError(400, "The fiscal year is out of range, or the calendar has none")
    calendar.year = years[label]
    if calendar.current and calendar.find_period(calendar.current) is None:
        calendar.current = None
    _delete_lost_cells(request)
    return success_response(request, "modelCalendar", {"modelCalendar": {"fiscalYear": _fiscal_year_row(calendar)}})


def list_versions(request: Request) -> Response:
    """List the model's versions."""
    serialize = partial(_version_row, request.model.calendar)
    return list_response(request, "versionMetadata", "versionMetadata", request.model.versions, serialize)


def set_switchover(request: Request) -> Response:
    """Move the switchover date of a forecast forward; an empty date clears it."""
    require_unlocked(request)
    calendar, version = request.model.calendar, find_by_id(request.model.versions, request.params["version"])
    day = _parse_day(read_body(request, {"date": str})["date"])
    period = calendar.find_period(day) if day else None
    if version.is_actual:
        raise HTTPError(400, "The actual version has no switchover date")
    if day and period is None:
        raise HTTPError(400, "The date is outside the model calendar")
    if period and version.switchover and period.first <= version.switchover:
        raise HTTPError(400, "The date must be after the switchover date that is set")
    version.switchover = period.first if period else None
    row: Json = {"id": version.id, "name": version.name, "calendarType": calendar.kind}
    row |= _date_row(calendar, version.switchover)
    return success_response(request, "versionSwitchover", {"versionSwitchover": row})


def _parse_day(text: str) -> date | None:
    return parse_date(text, "The date must be of the format `YYYY-MM-DD`") if text else None


def _period_row(calendar: Calendar) -> Json:
    period = calendar.find_period(calendar.current) if calendar.current else None
    return {"periodText": period.text if period else "", "lastDay": period.last.isoformat() if period else ""}


def _fiscal_year_row(calendar: Calendar) -> Json:
    first, last = calendar.year_bounds()
    return {"year": format_year(calendar.year), "startDate": first.isoformat(), "endDate": last.isoformat()}


def _version_row(calendar: Calendar, version: Version) -> Json:
    row: Json = {
        "id": version.id,
        "name": version.name,
        "isActual": version.is_actual,
        "isCurrent": version.is_current,
        "editFrom": _date_row(calendar, version.edit_from or _START),
        "editTo": _date_row(calendar, version.edit_to or _END),
    }
    row |= {"switchover": _date_row(calendar, version.switchover)} if version.switchover else {}
    texts = {"formula": version.formula, "code": version.code, "notes": version.notes}
    return row | {key: text for key, text in texts.items() if text}


def _date_row(calendar: Calendar, day: date | None) -> Json:
    ends = {_START: "Start of Timescale", _END: "End of Timescale"}
    period = calendar.find_period(day) if day else None
    text = period.text if period else ends.get(day or _START, "") if day else ""
    return {"date": day.isoformat() if day else "", "periodText": text}


def _delete_lost_cells(request: Request) -> None:
    time: Dimension = load_dimension(request.server.tenant, request.model, find_dimension(request.model, "Time"))
    for part in request.model.parts("lineItems"):
        if "Time" in part.applies_to:
            position, cells = part.applies_to.index("Time"), request.model.cells.get(part.id, {})
            for key in [key for key in cells if key[position] not in time.by_id]:
                del cells[key]
