"""Responses in Anaplan's envelopes."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.responses import Response

from ..state.objects import Json
from ..state.server_state import ServerState, format_timestamp
from .errors import HTTPError
from .request import JSON, Request


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
    if path.startswith("/token/"):
        return json_response({"status": error.code, "statusMessage": error.message}, error.status)
    status = {"code": error.status, "message": error.message}
    body = {"status": status, "path": path, "timestamp": format_timestamp(server.now(), milliseconds=True)}
    return json_response(body, error.status, error.headers)
