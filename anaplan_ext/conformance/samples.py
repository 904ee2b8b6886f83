"""A response of a tenant and its request, and how to read the parts that every listing has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import cast

from attrs import define, field

from anaplan_client.core import Request

Json = dict[str, object]

_IDS = ("id", "taskId", "integrationId", "modelId", "name")
"""Fields that identify the entry of a listing, best first."""


@define(slots=False, kw_only=True)
class Sample:
    """One response. `variant` says how its request differs from the plain one, which is called `base`."""

    operation: str
    variant: str
    request: Request[object] = field(repr=False)
    status: int
    media: str = ""
    """Media type of a success; empty for a rejection."""
    content: bytes = field(default=b"", repr=False)
    """The complete content of a success, or the first 2 kB of a rejection."""
    is_documented: bool = True
    """Whether a success has a documented status and media type."""

    @property
    def is_success(self) -> bool:
        """Return whether the request had a documented success."""
        return self.is_documented and 200 <= self.status < 300

    @cached_property
    def value(self) -> Json:
        """The content as an object; empty if it is something else."""
        try:
            value: object = json.loads(self.content)
        except ValueError:
            return {}
        return cast("Json", value) if isinstance(value, dict) else {}


def get_entries(value: Json) -> list[Json]:
    """Return the entries of a listing: the first list of objects, or that of the first object that has one."""
    for item in value.values():
        if found := _objects(item):
            return found
    for key, item in value.items():
        if key not in ("meta", "status") and isinstance(item, dict):
            for inner in cast("Json", item).values():
                if found := _objects(inner):
                    return found
    return []


def get_paging(value: Json) -> tuple[object, object, object] | None:
    """Return size of the page, number of all entries, and offset of the first one; None if there is no paging."""
    if "totalResults" in value:
        start = value.get("startIndex")
        return value.get("itemsPerPage"), value["totalResults"], start - 1 if isinstance(start, int) else None
    paging = get_object(get_object(value, "meta"), "paging")
    if not paging:
        return None
    return paging.get("currentPageSize"), paging.get("totalSize"), paging.get("offset", paging.get("offSet"))


def get_object(value: Mapping[str, object], key: str) -> Json:
    """Return an object in an object; empty if it is missing or something else."""
    found = value.get(key)
    return cast("Json", found) if isinstance(found, dict) else {}


def identify(entry: Json) -> object:
    """Return what distinguishes an entry from the others."""
    return next((entry[key] for key in _IDS if key in entry), json.dumps(entry, sort_keys=True))


def _objects(value: object) -> list[Json]:
    entries = cast("list[object]", value) if isinstance(value, list) else []
    return cast("list[Json]", entries) if entries and all(isinstance(entry, dict) for entry in entries) else []
