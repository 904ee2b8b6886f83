"""CloudWorks: schedules of integrations."""

from __future__ import annotations

from starlette.responses import Response

from ..engine.schedules import find_problem
from ..http.cloudworks_responses import read_object, require, success
from ..http.request import HTTPError, Request
from ..state.cloudworks import Integration
from .cloudworks import authorize, find_integration

_SCHEDULE: dict[str, type] = {
    "name": str,
    "type": str,
    "time": str,
    "fromTime": str,
    "toTime": str,
    "daysOfWeek": list,
    "dayOfMonth": int,
    "dayOfWeek": int,
    "repeatEvery": int,
    "startDate": str,
    "endDate": str,
    "timezone": str,
    "status": str,
}
_SCHEDULE_TYPES = ("hourly", "daily", "weekly", "monthly_specific_day", "monthly_relative_weekday")


def create_schedule(request: Request) -> Response:
    """Create the schedule of an integration that has none."""
    return _set_schedule(request, exists=False)


def replace_schedule(request: Request) -> Response:
    """Replace the schedule of an integration."""
    return _set_schedule(request, exists=True)


def _set_schedule(request: Request, *, exists: bool) -> Response:
    authorize(request)
    integration = find_integration(request)
    body = read_object(request, {"integrationId": str, "schedule": dict}, () if exists else ("integrationId",))
    require(body.get("integrationId", integration.id) == integration.id, "integration_id")
    optional = [name for name in _SCHEDULE if name != "type"]
    schedule = read_object(request, _SCHEDULE, optional, body=body["schedule"])
    require(schedule["type"] in _SCHEDULE_TYPES, "type")
    days: list[object] = [*schedule.get("daysOfWeek", []), schedule.get("dayOfWeek", 0)]
    require(all(type(day) is int and 0 <= day <= 6 for day in days), "daysOfWeek")
    require(1 <= schedule.get("dayOfMonth", 1) <= 31, "dayOfMonth")
    require(schedule.get("status", "Active") in ("Active", "Inactive"), "status")
    if (problem := find_problem(schedule)) is not None:
        raise HTTPError(400, f"Invalid value for {problem}")
    if exists and integration.schedule is None:
        raise HTTPError(404, "Resource not found")
    if not exists and integration.schedule is not None:
        raise HTTPError(400, "Duplicate resource name not allowed")
    status = (integration.schedule or {}).get("status", "Active")
    integration.schedule = {"status": status} | schedule
    integration.scheduled_until = request.server.now()
    request.server.effects["schedules"] += not exists
    return success()


def delete_schedule(request: Request) -> Response:
    """Delete the schedule of an integration."""
    authorize(request)
    _scheduled(request).schedule = None
    return success()


def set_schedule_status(request: Request) -> Response:
    """Enable or disable the schedule of an integration."""
    authorize(request)
    integration = _scheduled(request)
    status = {"enabled": "Active", "disabled": "Inactive"}[request.params["status"]]
    integration.schedule = (integration.schedule or {}) | {"status": status}
    integration.scheduled_until = request.server.now()
    return success()


def _scheduled(request: Request) -> Integration:
    integration = find_integration(request)
    if integration.schedule is None:
        raise HTTPError(404, "Resource not found")
    return integration
