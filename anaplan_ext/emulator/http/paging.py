"""Search, sort and page listings."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from starlette.responses import Response

from ..state.objects import Json
from .errors import Refusal
from .request import Call
from .responses import success
from .validation import whole_number

_T = TypeVar("_T")


def listing(
    call: Call,
    schema: str,
    key: str,
    things: Sequence[_T],
    show: Callable[[_T], Json],
    *,
    sortable: Collection[str] = (),
    signed: bool = False,
) -> Response:
    """One page of a listing, as `sort`, `limit` and `offset` ask, capped by the emulator's page limit.

    With `sortable` other fields are refused, else ignored; `signed` fields need a `+` or `-` in front.
    """
    if "sort" in call.query:
        rows = _sorted([show(thing) for thing in things], call.query["sort"], sortable, signed)
        return _page(call, schema, key, rows, lambda row: row)
    return _page(call, schema, key, things, show)


def _page(call: Call, schema: str, key: str, things: Sequence[_T], show: Callable[[_T], Json]) -> Response:
    most = call.world.page_limit
    offset, limit = whole_number(call, "offset", 0, 0), min(whole_number(call, "limit", most, 1), most)
    shown = [show(thing) for thing in things[offset : offset + limit]]
    end = offset + len(shown)
    paging: Json = {"currentPageSize": len(shown), "totalSize": len(things), "offset": offset}
    address = f"{call.world.url}{call.path}?"
    if (end < len(things) and shown) or (call.world.misleading_next and things):
        paging["next"] = address + urlencode(call.query | {"limit": limit, "offset": end})
    if offset > 0:
        paging["previous"] = address + urlencode(call.query | {"limit": limit, "offset": max(0, offset - limit)})
    return success(call, schema, {key: shown}, paging=paging)


def _sorted(rows: list[Json], sort: str, sortable: Collection[str], signed: bool) -> list[Json]:
    for term in reversed(sort.split(",")):
        sign, name = (term[0], term[1:]) if term[:1] in ("+", "-") else ("", term.strip())
        if sortable and (name not in sortable or (signed and not sign)):
            raise Refusal(400, f"Cannot sort by `{term}`")
        rows = sorted(rows, key=lambda row: _sort_key(row.get(name)), reverse=sign == "-")
    return rows


def _sort_key(value: object) -> tuple[bool, float, str]:
    return (False, value, "") if isinstance(value, (int, float)) else (True, 0, str(value or "").lower())


def search(things: Sequence[_T], text: str | None, words: Callable[[_T], str]) -> Sequence[_T]:
    """The things of whose words (name and id) one contains the text, in any case; `%` and `_` are wildcards."""
    if not text:
        return things
    pattern = re.compile(re.escape(text).replace("%", ".*").replace("_", "."), re.IGNORECASE)
    return [thing for thing in things if pattern.search(words(thing))]
