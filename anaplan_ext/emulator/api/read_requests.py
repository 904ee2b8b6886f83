"""Large reads of views and lists: start, poll, fetch by page, delete; idle ones are reclaimed."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from ..engine.grid import Table, build_grid
from ..http.request import CSV, HTTPError, Request
from ..http.responses import success_response
from ..http.validation import parse_index, read_body
from ..state.tasks import ReadRequest
from ..state.values import Json
from .lists import build_table, find_list
from .modules import require_view

MAX_IDLE_SECONDS = 1800.0
"""Seconds after the start, or the last request for a page divisible by 100, until a read request is reclaimed."""

_END_STATES = {"done": ("COMPLETE", True), "fail": ("COMPLETE", False), "cancel": ("CANCELLED", False)}


def start_read_request(request: Request) -> Response:
    """Start to read a view or list as it is now. 429 when the model has too many read requests."""
    server, model, kind = request.server, request.model, request.params["kind"]
    table = _build_view_table(request) if kind == "views" else build_table(model, find_list(request), include_all=True)
    _delete_idle(request)
    if len(model.read_requests) >= server.limits.read_requests:
        raise HTTPError(429, "There are too many read requests: delete those that are no longer needed")
    script, size = server.take_script("readRequests", request.params["object"]), server.limits.page_rows
    read_request = ReadRequest(
        id=server.next_id(),
        kind=kind,
        object_id=request.params["object"],
        page=partial(_page_text, table, size),
        pages=max(1, -(-table.count // size)),
        started_at=server.now(),
        last_used_at=server.now(),
        outcome=script.outcome if script else "done",
    )
    if read_request.outcome != "vanish":
        model.read_requests[read_request.id] = read_request
    return _status_response(request, read_request, "NOT_STARTED")


def get_read_request(request: Request) -> Response:
    """Return the state; each poll moves the read request forward."""
    read_request = _find_read_request(request)
    read_request.polls += 1
    return _status_response(request, read_request, _get_state(request, read_request))


def delete_read_request(request: Request) -> Response:
    """Delete the read request with all its pages."""
    read_request = _find_read_request(request)
    del request.model.read_requests[read_request.id]
    state = _get_state(request, read_request)
    return _status_response(request, read_request, "CANCELLED" if state == "IN_PROGRESS" else state)


def get_page(request: Request) -> Response:
    """Return the CSV text of one page; only the first has the header."""
    read_request = _find_read_request(request)
    number = parse_index(request.params["page"], _count_available_pages(request, read_request))
    if number is None:
        raise HTTPError()
    if number % 100 == 0:
        read_request.last_used_at = request.server.now()
    return Response(read_request.page(number), media_type=CSV)


def _build_view_table(request: Request) -> Table:
    export_type = "GRID_ALL_PAGES"
    if request.body.strip():
        export_type = read_body(request, {"exportType": str}, optional=("exportType",)).get("exportType", export_type)
    view = require_view(request, request.params["object"])
    try:
        return build_grid(request.server.tenant, request.model, view).to_table(export_type, {})
    except KeyError:
        raise HTTPError(400, "Invalid exportType") from None


def _page_text(table: Table, size: int, number: int) -> bytes:
    return table.text(number * size, (number + 1) * size)


def _delete_idle(request: Request) -> None:
    oldest_allowed = request.server.now() - MAX_IDLE_SECONDS
    read_requests = request.model.read_requests
    for read_request in [candidate for candidate in read_requests.values() if candidate.last_used_at < oldest_allowed]:
        del read_requests[read_request.id]


def _find_read_request(request: Request) -> ReadRequest:
    _delete_idle(request)
    read_request = request.model.read_requests.get(request.params["request"])
    parent = (request.params["kind"], request.params["object"])
    if read_request is None or (read_request.kind, read_request.object_id) != parent:
        raise HTTPError()
    return read_request


def _is_finished(request: Request, read_request: ReadRequest) -> bool:
    is_due = request.server.now() - read_request.started_at >= request.server.task_seconds
    return read_request.polls > request.server.task_polls and is_due


def _get_state(request: Request, read_request: ReadRequest) -> str:
    return _END_STATES[read_request.outcome][0] if _is_finished(request, read_request) else "IN_PROGRESS"


def _count_available_pages(request: Request, read_request: ReadRequest) -> int:
    """Count all pages at the end, half of them before, none if the read request failed."""
    if not _is_finished(request, read_request):
        return read_request.pages // 2
    return read_request.pages if read_request.outcome == "done" else 0


def _status_response(request: Request, read_request: ReadRequest, state: str) -> Response:
    kind = "view" if read_request.kind == "views" else "list"
    path = request.path.rstrip("/").partition("/readRequests")[0]
    row: Json = {
        "requestId": read_request.id,
        "requestState": state,
        "url": f"{request.server.url}{path}/readRequests/{read_request.id}",
    }
    if read_request.polls:
        # The id is a number here, as documented.
        row[f"{kind}Id"] = int(read_request.object_id)
        row["availablePages"] = _count_available_pages(request, read_request)
        row["successful"] = not _is_finished(request, read_request) or _END_STATES[read_request.outcome][1]
    return success_response(request, f"{kind}ReadRequest", {f"{kind}ReadRequest": row})
