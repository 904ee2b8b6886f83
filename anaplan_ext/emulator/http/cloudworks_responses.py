"""Responses and checks of requests in the forms of CloudWorks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from starlette.responses import Response

from ..state.values import Json
from .request import HTTPError, Request
from .responses import json_response
from .validation import parse_whole_number, read_body

_T = TypeVar("_T")

DEFAULT_LIMIT = 25
"""Number of entries of a page without a `limit`."""
_SUCCESS: Json = {"status": {"code": 200, "message": "Success"}}


def found(objects: Mapping[str, _T], object_id: str) -> _T:
    """Return an object by its id, or reject the request with 404."""
    if object_id not in objects:
        raise HTTPError(404, "Resource not found")
    return objects[object_id]


def success(payload: Json | None = None) -> Response:
    """Create a response in the envelope of CloudWorks."""
    return json_response(_SUCCESS | (payload or {}))


def read_object(
    request: Request, fields: Mapping[str, type], optional: Collection[str] = (), *, body: object = None
) -> Json:
    """Return a body, or another object in it, with these fields. Reject anything else with 400."""
    if body is None:
        try:
            return read_body(request, fields, optional=optional)
        except HTTPError:
            raise invalid_body() from None
    if not isinstance(body, dict):
        raise invalid_body()
    value: Json = body  # pyright: ignore[reportUnknownVariableType]
    has_all = all(value.get(name) is not None for name in fields if name not in optional)
    if not has_all or not all(name in fields and type(entry) is fields[name] for name, entry in value.items()):
        raise invalid_body()
    return value


def invalid_body() -> HTTPError:
    """Create the error for a body of another form."""
    return HTTPError(400, "Invalid request body")


def invalid_value(name: str) -> HTTPError:
    """Create the error for a value that a field or parameter cannot have."""
    return HTTPError(400, f"Invalid value for {name}")


def require(condition: object, name: str) -> None:
    """Reject the request with 400 if a field or parameter has an invalid value."""
    if not condition:
        raise invalid_value(name)


def page(request: Request, key: str, objects: Sequence[_T], serialize: Callable[[_T], Json]) -> tuple[list[Json], Json]:
    """Return the entries of a page, and the metadata of the list."""
    numbers: list[int] = []
    for name, default, minimum in (("offset", 0, 0), ("limit", DEFAULT_LIMIT, 1)):
        try:
            numbers.append(parse_whole_number(request, name, default, minimum))
        except HTTPError:
            raise invalid_value(name) from None
    offset, limit = numbers[0], min(numbers[1], request.server.page_limit)
    rows = [serialize(item) for item in objects[offset : offset + limit]]
    paging: Json = {"currentPageSize": len(rows), "totalSize": len(objects), "offset": offset}
    return rows, {"paging": paging, "schema": f"{request.server.url}/2/0/integrations/objects/{key}"}
