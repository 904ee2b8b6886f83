"""Large reads of views and lists: started, looked at, fetched page by page, deleted, or reclaimed when idle."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from ..engine.grid import Table, build, find_view
from ..http.errors import Refusal
from ..http.request import CSV, Call
from ..http.responses import success
from ..http.validation import read_body
from ..state.objects import Json, ReadRequest
from .lists import find_list, table

IDLE = 1800.0
"""Seconds without a request for a page divisible by 100, or the start, after which a read request is reclaimed."""

_ENDS = {"done": ("COMPLETE", True), "fail": ("COMPLETE", False), "cancel": ("CANCELLED", False)}


def start(call: Call) -> Response:
    """Starts to read all of a view or list as it is now; 429 when there are too many read requests in the model."""
    world, kind = call.world, call.params["kind"]
    found = _view_table(call) if kind == "views" else table(call.model, find_list(call), include_all=True)
    _reclaim(call)
    if len(call.model.read_requests) >= world.limits.read_requests:
        raise Refusal(429, "There are too many read requests: delete those that are no longer needed")
    script, size = world.take_script("readRequests", call.params["object"]), world.limits.page_rows
    request = ReadRequest(
        id=world.next_id(),
        kind=kind,
        object_id=call.params["object"],
        page=partial(_page, found, size),
        pages=max(1, -(-found.count // size)),
        started=world.now(),
        touched=world.now(),
        outcome=script.outcome if script else "done",
    )
    if request.outcome != "vanish":
        call.model.read_requests[request.id] = request
    return _answer(call, request, "NOT_STARTED")


def get(call: Call) -> Response:
    """How far it is; looking at it lets it move on."""
    request = _find(call)
    request.looks += 1
    return _answer(call, request, _state(call, request))


def delete(call: Call) -> Response:
    """Drops it with all its pages."""
    request = _find(call)
    del call.model.read_requests[request.id]
    return _answer(call, request, _state(call, request) if _is_over(call, request) else "CANCELLED")


def get_page(call: Call) -> Response:
    """The CSV text of one page; only the first has the header."""
    request, number = _find(call), call.params["page"]
    if not (number.isascii() and number.isdigit()) or int(number) >= _available(call, request):
        raise Refusal()
    if int(number) % 100 == 0:
        request.touched = call.world.now()
    return Response(request.page(int(number)), media_type=CSV)


def _view_table(call: Call) -> Table:
    wanted = "GRID_ALL_PAGES"
    if call.body.strip():
        wanted = read_body(call, {"exportType": str}, optional=("exportType",)).get("exportType", wanted)
    view = find_view(call.model, call.params["object"])
    if view is None:
        raise Refusal()
    try:
        return build(call.world.tenant, call.model, view).layout(wanted, {})
    except KeyError:
        raise Refusal(400, "Invalid exportType") from None


def _page(found: Table, size: int, number: int) -> bytes:
    return found.text(number * size, (number + 1) * size)


def _reclaim(call: Call) -> None:
    oldest = call.world.now() - IDLE
    for request in [request for request in call.model.read_requests.values() if request.touched < oldest]:
        del call.model.read_requests[request.id]


def _find(call: Call) -> ReadRequest:
    _reclaim(call)
    request = call.model.read_requests.get(call.params["request"])
    if request is None or (request.kind, request.object_id) != (call.params["kind"], call.params["object"]):
        raise Refusal()
    return request


def _is_over(call: Call, request: ReadRequest) -> bool:
    late = call.world.now() - request.started >= call.world.task_seconds
    return request.looks > call.world.task_polls and late


def _state(call: Call, request: ReadRequest) -> str:
    return _ENDS[request.outcome][0] if _is_over(call, request) else "IN_PROGRESS"


def _available(call: Call, request: ReadRequest) -> int:
    """All pages at the end, half of them while it runs, none of one that failed."""
    if not _is_over(call, request):
        return request.pages // 2
    return request.pages if request.outcome == "done" else 0


def _answer(call: Call, request: ReadRequest, state: str) -> Response:
    kind = "view" if request.kind == "views" else "list"
    path = call.path.rstrip("/").partition("/readRequests")[0]
    row: Json = {
        "requestId": request.id,
        "requestState": state,
        "url": f"{call.world.url}{path}/readRequests/{request.id}",
    }
    if request.looks:
        successful = not _is_over(call, request) or _ENDS[request.outcome][1]
        # The id arrives as a number here, as documented.
        row |= {f"{kind}Id": int(request.object_id), "availablePages": _available(call, request)}
        row["successful"] = successful
    return success(call, f"{kind}ReadRequest", {f"{kind}ReadRequest": row})
