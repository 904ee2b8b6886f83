from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest

from anaplan_ext.emulator import Calendar, Emulator, Model, Version

from .conftest import Api, message

MONTHS = "Calendar Months/Quarters/Years"
FORECAST, ACTUAL = "107000000002", "107000000001"


@pytest.fixture
def model(emulator: Emulator) -> Model:
    return emulator.model(emulator.development_model_id)


def put(api: Api, path: str, body: dict[str, Any] | None = None, **query: str) -> Any:
    return api.put(f"{api.dev}/{path}", json=body, params=query) if body else api.put(f"{api.dev}/{path}", params=query)


def test_current_period(api: Api) -> None:
    unset = {"periodText": "", "lastDay": "", "calendarType": MONTHS}
    assert api.get(f"{api.dev}/currentPeriod").json()["currentPeriod"] == unset
    march = {"periodText": "Mar 26", "lastDay": "2026-03-31", "calendarType": MONTHS}
    for response in (put(api, "currentPeriod", {"date": "2026-03-15"}), api.get(f"{api.dev}/currentPeriod")):
        assert response.json()["currentPeriod"] == march
    for body in ({"date": "2027-01-01"}, {"date": "2026-02-30"}, {"date": "20260315"}, {"day": "2026-03-15"}):
        assert message(put(api, "currentPeriod", body))[0] == 400
    assert api.get(f"{api.dev}/modelCalendar").json()["modelCalendar"]["currentPeriod"]["periodText"] == "Mar 26"
    assert put(api, "currentPeriod", {"date": ""}).json()["currentPeriod"] == unset


def test_the_date_in_the_query() -> None:
    with Emulator(observer=None) as emulator:  # the specification has one form
        api = Api(emulator)
        assert put(api, "currentPeriod", date="2026-12-31").json()["currentPeriod"]["periodText"] == "Dec 26"
        assert message(put(api, "currentPeriod", {"date": "2026-03-15"}, date="2026-12-31"))[0] == 400
        assert message(put(api, "currentPeriod"))[0] == 400
        assert put(api, "currentPeriod", date="").json()["currentPeriod"]["periodText"] == ""


def test_fiscal_year(api: Api, model: Model) -> None:
    module = model.add_module("Sales", applies_to=["Time"], line_items=["Units"])
    units = model.part("lineItems", "Units", "Sales").id
    january = {"dimensionName": "Time", "itemName": "Jan 26"}
    cell = {"lineItemId": units, "dimensions": [january], "value": 3}
    assert api.post(f"{api.dev}/modules/{module}/data", [cell]).json()["numberOfCellsChanged"] == 1
    put(api, "currentPeriod", {"date": "2026-03-15"})
    year = {"year": "FY27", "startDate": "2027-01-01", "endDate": "2027-12-31"}
    assert put(api, "modelCalendar/fiscalYear", {"year": "FY27"}).json()["modelCalendar"] == {"fiscalYear": year}
    calendar = api.get(f"{api.dev}/modelCalendar").json()["modelCalendar"]
    assert (calendar["fiscalYear"], calendar["currentPeriod"]["periodText"]) == (year, "")
    put(api, "modelCalendar/fiscalYear", {"year": "FY26"})
    assert model.cells[units] == {}, "what was in the periods that went is lost"
    for wrong in ({"year": "2027"}, {"year": "FY1"}, {"years": "FY27"}):
        assert message(put(api, "modelCalendar/fiscalYear", wrong))[0] == 400
    assert message(api.get(f"{api.dev}/modelCalendar/fiscalYear"))[0] == 405


@pytest.mark.parametrize(
    ("calendar", "first", "last", "count"),
    [
        (Calendar(), "Jan 26", "FY26", 17),
        (Calendar(past_years=1, future_years=1, quarter_totals=False, half_year_totals=True), "Jan 25", "FY27", 45),
        (Calendar(kind="Weeks: 4-4-5, 4-5-4 or 5-4-4"), "P1 FY26", "FY26", 17),
        (Calendar(kind="Weeks: 13 4-week Periods"), "P1 FY26", "FY26", 14),
        (Calendar(kind="Weeks: General", weeks=20), "Week 1", "Week 20", 20),
    ],
)
def test_calendars(api: Api, model: Model, calendar: Calendar, first: str, last: str, count: int) -> None:
    model.calendar = calendar
    row = api.get(f"{api.dev}/modelCalendar").json()["modelCalendar"]
    assert row["calendarType"] == calendar.kind
    assert ("fiscalYear" in row, "weeksCount" in row) == ((False, True) if last == "Week 20" else (True, False))
    view = model.add_module("Plan", applies_to=["Time"], line_items=["Units"])
    items = api.get(f"{api.dev}/views/{view}/dimensions/20000000003/items").json()["items"]
    assert (items[0]["name"], items[-1]["name"], len(items)) == (first, last, count)
    assert len({item["id"] for item in items}) == count
    leaves = [period for period in calendar.periods() if not period.parts]
    assert all((following.first - previous.last).days == 1 for previous, following in itertools.pairwise(leaves))
    if last == "Week 20":
        assert message(put(api, "modelCalendar/fiscalYear", {"year": "FY27"}))[0] == 400


def test_versions(api: Api, model: Model) -> None:
    variance = Version(id="107000000003", name="Variance", formula="Actual - Forecast", switchover=date(2026, 3, 1))
    model.versions.append(variance)
    actual, _, row = api.get(f"{api.dev}/versions").json()["versionMetadata"]
    assert (actual["isActual"], actual["isCurrent"]) == (True, False)
    assert actual["editFrom"] == {"periodText": "Start of Timescale", "date": "1900-01-01"}
    assert actual["editTo"] == {"periodText": "End of Timescale", "date": "2399-12-31"}
    assert not {"switchover", "formula"} & set(actual)
    assert row["switchover"] == {"periodText": "Mar 26", "date": "2026-03-01"}
    assert row["formula"] == "Actual - Forecast"


def test_switchover_moves_forward_only(api: Api) -> None:
    path = f"versions/{FORECAST}/switchover"
    switchover = put(api, path, {"date": "2026-05-20"}).json()["versionSwitchover"]
    assert switchover == {
        "id": FORECAST,
        "name": "Forecast",
        "calendarType": MONTHS,
        "date": "2026-05-01",
        "periodText": "May 26",
    }
    for wrong in ("2026-05-01", "2026-04-30", "2027-01-01", "soon"):
        assert message(put(api, path, {"date": wrong}))[0] == 400
    assert put(api, path, {"date": "2026-06-01"}).json()["versionSwitchover"]["periodText"] == "Jun 26"
    assert put(api, path, {"date": ""}).json()["versionSwitchover"]["date"] == ""
    assert put(api, path, {"date": "2026-01-01"}).status_code == 200, "blank again, so any date is forward"
    assert message(put(api, f"versions/{ACTUAL}/switchover", {"date": "2026-05-20"}))[0] == 400
    assert message(put(api, "versions/107999999999/switchover", {"date": "2026-05-20"}))[0] == 404


def test_a_locked_model(api: Api, model: Model) -> None:
    model.active_state = "LOCKED"
    for path, body in (
        ("currentPeriod", {"date": "2026-05-20"}),
        ("modelCalendar/fiscalYear", {"year": "FY27"}),
        (f"versions/{FORECAST}/switchover", {"date": "2026-05-20"}),
    ):
        assert message(put(api, path, body))[0] == 423
    assert api.get(f"{api.dev}/versions").status_code == 200
