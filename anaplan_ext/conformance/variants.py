"""How a probe changes a request that was sent as it is: another page, order, id, path or sign-in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from attrs import evolve

from anaplan_client.core import Request

from .samples import Sample, get_entries, get_paging

Change: TypeAlias = Callable[[Sample, Mapping[str, str]], "Request[object] | None"]
"""Returns the changed request for a response to the plain one; None if it cannot be made.

The mapping has the workspace of each model that was seen.
"""
BEYOND = 1000
"""Entries between the last one of a list and the page behind it."""
UNKNOWN = {"digits": "999999999998", "upper": "0" * 31 + "F", "lower": "0" * 31 + "f"}
"""Ids that no object has, by their form."""


def with_params(**params: str) -> Change:
    """Return the change that sets parameters of the query."""
    return lambda base, _: evolve(base.request, params={**base.request.params, **params})


def without_params(*names: str) -> Change:
    """Return the change that removes parameters of the query."""
    return lambda base, _: evolve(
        base.request, params={key: value for key, value in base.request.params.items() if key not in names}
    )


def with_path(change: Callable[[str], str]) -> Change:
    """Return the change of the path by a function."""
    return lambda base, _: evolve(base.request, path=change(base.request.path))


def page(limit: int, offset: int | None = None) -> Change:
    """Return the change to a page, by the parameters of the API: SCIM counts from 1."""

    def change(base: Sample, _: Mapping[str, str]) -> Request[object]:
        if base.operation.startswith("scim."):
            params = {"count": str(limit)} | ({} if offset is None else {"startIndex": str(offset + 1)})
        else:
            params = {"limit": str(limit)} | ({} if offset is None else {"offset": str(offset)})
        return evolve(base.request, params={**base.request.params, **params})

    return change


def page_beyond(base: Sample, workspaces: Mapping[str, str]) -> Request[object]:
    """Return the request for a page behind the last entry."""
    total = (get_paging(base.value) or (0, 0, 0))[1]
    return page(10, (total if isinstance(total, int) else 0) + BEYOND)(base, workspaces)  # type: ignore[return-value]


def search_first(key: str, parameter: str = "s") -> Change:
    """Return the change that searches for the text of the first entry, in the other case."""

    def change(base: Sample, _: Mapping[str, str]) -> Request[object] | None:
        first = get_entries(base.value)[:1]
        text = str(first[0].get(key) or "") if first else ""
        # `%` and `_` are wildcards.
        if not text.isascii() or not text or set(text) & set("%_"):
            return None
        return evolve(base.request, params={**base.request.params, parameter: text.swapcase()})

    return change


def unknown_id(segment: int = -1) -> Change:
    """Return the change of a segment of the path to an id of the same form that no object has."""

    def change(base: Sample, _: Mapping[str, str]) -> Request[object] | None:
        segments = base.request.path.split("/")
        known = segments[segment]
        form = "digits" if known.isdigit() else "upper" if known.isupper() else "lower"
        segments[segment] = UNKNOWN[form]
        return evolve(base.request, path="/".join(segments))

    return change


def in_workspace(base: Sample, workspaces: Mapping[str, str]) -> Request[object] | None:
    """Return the request with the path below the workspace of its model."""
    start, slash, rest = base.request.path.partition("/models/")
    model = rest.partition("/")[0]
    if not slash or model not in workspaces:
        return None
    return evolve(base.request, path=f"{start}/workspaces/{workspaces[model]}/models/{rest}")


def without_token(base: Sample, _: Mapping[str, str]) -> Request[object]:
    """Return the request without a token."""
    return evolve(base.request, public=True)


def with_unknown_token(base: Sample, _: Mapping[str, str]) -> Request[object]:
    """Return the request with a token that Anaplan never issued."""
    return evolve(base.request, authorization="AnaplanAuthToken not-a-token")


VARIANTS: dict[str, Change] = {
    "limit": page(1),
    "second": page(1, 1),
    "beyond": page_beyond,
    "unknown id": unknown_id(),
    "unknown parent": unknown_id(-2),
    "other case": with_path(lambda path: "/".join([*path.split("/")[:-1], path.split("/")[-1].swapcase()])),
    "slash": with_path(lambda path: path + "/"),
    "unknown path": with_path(lambda path: path + "/nothing"),
    "fiscal year": with_path(lambda path: path + "/fiscalYear"),
    "in workspace": in_workspace,
    "no token": without_token,
    "unknown token": with_unknown_token,
    "search name": search_first("name"),
    "search email": search_first("email"),
    "plain models": without_params("modelDetails"),
    "plain workspaces": without_params("tenantDetails"),
    "plain items": without_params("includeAll"),
    "sort up name": with_params(sort="+name"),
    "sort down name": with_params(sort="-name"),
    "sort up email": with_params(sort="+email"),
    "sort down email": with_params(sort="-email"),
    "sort bare name": with_params(sort="name"),
    "sort bare email": with_params(sort="email"),
    "sort unknown": with_params(sort="+noSuchField"),
    "sort by name": with_params(sortBy="name"),
    "sort by name down": with_params(sortBy="-name"),
    "large limit": with_params(limit="20000"),
    "limit 0": with_params(limit="0"),
    "limit text": with_params(limit="many"),
    "dates reversed": with_params(appliedAfter="2026-02-01", appliedBefore="2026-01-01"),
    "date text": with_params(appliedAfter="yesterday"),
    "interval 721": with_params(intervalInHours="721"),
    "dates apart": with_params(dateFrom="1704067200000", dateTo="1711929600000"),
    "unknown type": with_params(type="no_such_type"),
    "count 101": with_params(count="101"),
    "bad filter": with_params(filter="noSuchAttribute zz 1"),
    "own user": with_path(lambda path: path + "/me"),
}
"""Each variant by its name."""
TOKEN_VARIANTS = ("no token", "unknown token")
"""Variants that say something although the plain request is rejected."""
