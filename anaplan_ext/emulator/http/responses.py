"""Responses in Anaplan's envelopes; listings are searched, sorted and paged."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from starlette.responses import Response

from ..state.server_state import ServerState
from ..state.timestamps import format_timestamp
from ..state.values import Json
from .request import JSON, HTTPError, Request
from .validation import parse_whole_number

_T = TypeVar("_T")


def json_response(body: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Create a compact JSON response."""
    return Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), status, headers, JSON)


def success_response(
    request: Request,
    schema: str,
    payload: Json,
    *,
    status: int = 200,
    paging: Json | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Create a response in the envelope of `/2/0`; empty lists in the payload are omitted."""
    meta: Json = {"paging": paging} if paging is not None else {}
    meta["schema"] = f"{request.server.url}/2/0/objects/{schema}"
    body: Json = {"meta": meta, "status": {"code": status, "message": "Created" if status == 201 else "Success"}}
    return json_response(body | {key: value for key, value in payload.items() if value != []}, status, headers)


def error_response(server: ServerState, path: str, error: HTTPError) -> Response:
    """Create an error response in the envelope of the path's host."""
    if path.startswith(("/oauth/", "/auth/")):
        # The errors of other codes are none of its own.
        own = {429: "too_many_requests", 500: "server_error"}.get(error.status, "invalid_request")
        code = own if error.code.startswith("FAILURE") else error.code
        return json_response({"error": code, "error_description": error.message}, error.status)
    if path.startswith(("/token/", "/audit/", "/admin/1/0/permissions/")):
        return json_response({"status": _code(error), "statusMessage": error.message}, error.status, error.headers)
    if path.startswith("/admin/"):
        if error.code == "FAILURE_BAD_CREDENTIAL" and error.status == 401:
            error.code = "UNAUTHORIZED"
        return json_response({"status": _code(error), "message": error.message}, error.status, error.headers)
    if path.startswith("/scim/"):
        schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"]
        fault: Json = {"schemas": schemas, "status": str(error.status), "detail": error.message}
        fault |= {} if error.code.startswith("FAILURE_") else {"scimType": error.code}
        return Response(json.dumps(fault), error.status, dict(error.headers), "application/scim+json")
    status = {"code": error.status, "message": error.message}
    body = {"status": status, "path": path, "timestamp": format_timestamp(server.now(), milliseconds=True)}
    return json_response(body, error.status, error.headers)


def _code(error: HTTPError) -> str:
    """Return the code of an error; that of a status that any path may have."""
    return "FAILURE_UNAVAILABLE" if error.status == 429 or error.status > 500 else error.code


def list_response(
    request: Request,
    schema: str,
    key: str,
    objects: Sequence[_T],
    serialize: Callable[[_T], Json],
    *,
    sortable: Collection[str] = (),
    sign_required: bool = False,
) -> Response:
    """Build one page of a listing by `sort`, `limit` and `offset`, capped by the emulator's page limit.

    Fields outside `sortable` are rejected, or ignored if it is empty. With `sign_required`, fields need a `+` or `-`.
    """
    if "sort" in request.query:
        rows = [serialize(item) for item in objects]
        rows = _sort_rows(rows, request.query["sort"], sortable, sign_required=sign_required)
        return _build_page(request, schema, key, rows, lambda row: row)
    return _build_page(request, schema, key, objects, serialize)


def _build_page(
    request: Request, schema: str, key: str, objects: Sequence[_T], serialize: Callable[[_T], Json]
) -> Response:
    page_limit = request.server.page_limit
    offset = parse_whole_number(request, "offset", 0, 0)
    limit = min(parse_whole_number(request, "limit", page_limit, 1), page_limit)
    rows = [serialize(item) for item in objects[offset : offset + limit]]
    end = offset + len(rows)
    paging: Json = {"currentPageSize": len(rows), "totalSize": len(objects), "offset": offset}
    base_url = f"{request.server.url}{request.path}?"
    if (end < len(objects) and rows) or (request.server.misleading_next and objects):
        paging["next"] = base_url + urlencode(request.query | {"limit": limit, "offset": end})
    if offset > 0:
        paging["previous"] = base_url + urlencode(request.query | {"limit": limit, "offset": max(0, offset - limit)})
    return success_response(request, schema, {key: rows}, paging=paging)


def _sort_rows(rows: list[Json], sort: str, sortable: Collection[str], *, sign_required: bool) -> list[Json]:
    for term in reversed(sort.split(",")):
        sign, name = (term[0], term[1:]) if term[:1] in ("+", "-") else ("", term.strip())
        if sortable and (name not in sortable or (sign_required and not sign)):
            raise HTTPError(400, f"Cannot sort by `{term}`")
        rows = sorted(rows, key=lambda row: _sort_key(row.get(name)), reverse=sign == "-")
    return rows


def _sort_key(value: object) -> tuple[bool, float, str]:
    return (False, value, "") if isinstance(value, (int, float)) else (True, 0, str(value or "").lower())


def search(objects: Sequence[_T], text: str | None, searchable_text: Callable[[_T], str]) -> Sequence[_T]:
    """Filter objects whose text contains the query, ignoring case; `%` and `_` are wildcards."""
    if not text:
        return objects
    pattern = re.compile(re.escape(text).replace("%", ".*").replace("_", "."), re.IGNORECASE)
    return [item for item in objects if pattern.search(searchable_text(item))]
