"""Audit events: list and search them, as JSON or in the Common Event Format."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from starlette.responses import Response

from ..http.request import HTTPError, Request
from ..http.responses import json_response
from ..http.validation import parse_json
from ..state.audit import PREFIXES, AuditEvent
from ..state.timestamps import format_timestamp
from ..state.values import Json

BAD_REQUEST = "FAILURE_BAD_REQUEST"
_HOUR_MS = 3_600_000
_MAX_HOURS = 720
_HOST, _VERSION = "audit.emulator", "1.0.0"


def list_events(request: Request) -> Response:
    """List the events of a time range in the query."""
    names = ("dateFrom", "dateTo", "intervalInHours")
    numbers = {name: _parse_number(name, request.query[name]) for name in names if name in request.query}
    start, end = _parse_range(request, *(numbers.get(name) for name in names))
    return _respond(request, start, end)


def search_events(request: Request) -> Response:
    """List the events of a time range in the body."""
    names = ("from", "to", "interval")
    body: object = {}
    if request.body.strip():
        try:
            body = parse_json(request.body)
        except HTTPError:
            body = None
    if not isinstance(body, dict) or not body.keys() <= set(names):
        raise HTTPError(400, "The body is not a JSON object with the documented fields", BAD_REQUEST)
    fields: Json = body  # pyright: ignore[reportUnknownVariableType]
    for name, value in fields.items():
        if type(value) is not int or value < 0:
            raise _bad_number(name)
    start, end = _parse_range(request, *(fields.get(name) for name in names))
    return _respond(request, start, end)


def _bad_number(name: str) -> HTTPError:
    return HTTPError(400, f"`{name}` must be a whole number within its range", BAD_REQUEST)


def _parse_number(name: str, text: str, minimum: int = 0, maximum: int = 10**18) -> int:
    if not re.fullmatch("[0-9]{1,18}", text) or not minimum <= int(text) <= maximum:
        raise _bad_number(name)
    return int(text)


def _parse_range(request: Request, start: int | None, end: int | None, hours: int | None) -> tuple[int, int]:
    """Return both ends, which belong to the range, in milliseconds since 1970."""
    now = int(request.server.now() * 1000)
    if hours is not None:
        if start is not None or end is not None:
            raise HTTPError(400, "Give either a time range or an interval", BAD_REQUEST)
        if not 1 <= hours <= _MAX_HOURS:
            raise _bad_number("interval" if request.method == "POST" else "intervalInHours")
        return now - hours * _HOUR_MS, now
    last = now if end is None else end
    first = last - _MAX_HOURS * _HOUR_MS if start is None else start
    if first > last:
        raise HTTPError(400, "The time range must not end before its start", BAD_REQUEST)
    if last - first > _MAX_HOURS * _HOUR_MS:
        raise HTTPError(400, "The time range must not exceed 30 days", BAD_REQUEST)
    return first, last


def _respond(request: Request, start: int, end: int) -> Response:
    if not request.user.tenant_auditor:
        raise HTTPError(401, "The user may not read audit events", "FAILURE_UNAUTHORIZED_USER_ACTION")
    limit = _parse_number("limit", request.query.get("limit", "10000"), 1, 10_000)
    offset = _parse_number("offset", request.query.get("offset", "0"))
    now, days = request.server.now(), request.server.audit_days
    # An unknown type is taken as all of them.
    prefix = PREFIXES.get(request.query.get("type", "all"), "")
    events = [
        event
        for event in request.server.audit.events
        if event.created <= now
        and event.at >= now - days * 86_400
        and start <= int(event.at * 1000) <= end
        and event.code.startswith(prefix)
    ]
    events.sort(key=lambda event: event.at)
    if "text/plain" in request.headers.get("accept", ""):
        return Response("".join(f"{_cef_line(event)}\n" for event in events), media_type="text/plain")
    page = events[offset : offset + min(limit, request.server.page_limit)]
    paging: Json = {"currentPageSize": len(page), "totalSize": len(events), "offSet": offset}
    following = offset + len(page)
    url = f"{request.server.url}/audit/api/1/events/search?"
    if following < len(events) and page:
        paging["nextOffset"] = following
        paging["nextUrl"] = url + urlencode({"limit": limit, "offset": following})
    if offset:
        paging["previousUrl"] = url + urlencode({"limit": limit, "offset": max(0, offset - limit)})
    return json_response({"meta": {"paging": paging}, "response": [_event_row(request, event) for event in page]})


def _event_row(request: Request, event: AuditEvent) -> Json:
    tenant_id = request.server.tenant.id
    row: Json = {
        "id": event.id,
        "eventTypeId": event.code,
        "userId": event.user_id,
        "tenantId": tenant_id,
        "objectId": event.object_id,
        "objectTypeId": event.object_type,
        "objectTenantId": tenant_id,
        "message": event.message,
        "success": event.success,
        "ipAddress": event.ip_address,
        "userAgent": event.user_agent,
        "sessionId": event.session_id,
        "hostName": _HOST,
        "serviceVersion": _VERSION,
        "eventDate": int(event.at * 1000),
        "eventTimeZone": "UTC",
        "createdDate": int(event.created * 1000),
        "createdTimeZone": "UTC",
        "checksum": str(event.id * 7919),
    }
    return row | ({} if event.attributes is None else {"additionalAttributes": event.attributes})


def _cef_line(event: AuditEvent) -> str:
    fields = {"id": event.id, "userId": event.user_id, "objectId": event.object_id, "success": event.success}
    pairs = " ".join(f"{name}={str(value).lower()}" for name, value in fields.items())
    head = f"CEF:0|Anaplan, Inc.|{_HOST}|{_VERSION}|{event.code}|{event.message}|"
    return f"{format_timestamp(event.at)}  {head}{pairs}"
