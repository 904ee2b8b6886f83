"""Reading a request strictly and writing the answer in Anaplan's envelopes."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.responses import Response

from ..state.objects import Json
from ..state.server_state import World, iso
from .errors import Refusal
from .request import JSON, Call


def json_response(body: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer, compact."""
    return Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), status, headers, JSON)


def success(
    call: Call,
    schema: str,
    payload: Json,
    *,
    status: int = 200,
    paging: Json | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The usual envelope of `/2/0`; empty lists in the payload are left out."""
    meta: Json = {"paging": paging} if paging is not None else {}
    meta["schema"] = f"{call.world.url}/2/0/objects/{schema}"
    body: Json = {"meta": meta, "status": {"code": status, "message": "Created" if status == 201 else "Success"}}
    return json_response(body | {key: value for key, value in payload.items() if value != []}, status, headers)


def failure(world: World, path: str, refusal: Refusal) -> Response:
    """An error in the envelope of the host that serves the path."""
    if path.startswith("/token/"):
        return json_response({"status": refusal.code, "statusMessage": refusal.message}, refusal.status)
    status = {"code": refusal.status, "message": refusal.message}
    body = {"status": status, "path": path, "timestamp": iso(world.now(), milliseconds=True)}
    return json_response(body, refusal.status, refusal.headers)
