"""Responses without their values, for one's own tests: names of fields, types, and documented constants stay."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from ..drift.documents import Document, Node, Pointer, get_object, load_document
from ..drift.redaction import is_name
from .samples import Sample, get_entries

MAX_ENTRIES = 2
"""Number of entries of each list that are kept, and of the keys of a map."""
_ID = re.compile(r"[0-9A-Fa-f]{32}")
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ].*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def write_fixtures(folder: Path, samples: Mapping[str, Sample]) -> list[Path]:
    """Write a response of each operation without its values, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for operation, sample in sorted(samples.items()):
        path = folder / f"{operation}.json"
        path.write_text(json.dumps(redact(sample), indent=2) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def redact(sample: Sample) -> Node:
    """Return the content of a response without its values."""
    api, _, name = sample.operation.partition(".")
    document = load_document(api)
    constants: frozenset[str] = frozenset()
    if document is not None and name in document.operations:
        constants = _list_constants(document, document.operations[name], sample)
    body = cast("Node", _redact(sample.value, constants))
    count = len(get_entries(body))
    # Clients check these numbers, which are those of the fixture.
    if paging := get_object(get_object(body, "meta"), "paging"):
        paging.update({key: count for key in ("currentPageSize", "totalSize") if key in paging})
    body.update({key: count for key in ("itemsPerPage", "totalResults") if key in body})
    if "code" in get_object(body, "status"):
        get_object(body, "status")["code"] = sample.status
    return body


def _list_constants(document: Document, operation: Pointer, sample: Sample) -> frozenset[str]:
    """Return the documented values of enums of a response, which are no values of users."""
    at, response = document.resolve((*operation, "responses", str(sample.status)))
    constants: set[str] = set()
    seen: set[Pointer] = set()
    pending = [(*at, "content", media, "schema") for media in get_object(response, "content")]
    while pending:
        pointer, node = document.resolve(pending.pop())
        if pointer in seen:
            continue
        seen.add(pointer)
        constants |= {str(value) for value in cast("list[object]", node.get("enum", []))}
        pending += [(*pointer, "properties", key) for key in get_object(node, "properties")]
        pending += [(*pointer, key) for key in ("items", "additionalProperties") if isinstance(node.get(key), dict)]
    return frozenset(constants)


def _redact(value: object, constants: frozenset[str]) -> object:
    if isinstance(value, dict):
        fields = cast("Node", value)
        named = {key: _redact(item, constants) for key, item in fields.items() if is_name(key)}
        others = [item for key, item in fields.items() if not is_name(key)][:MAX_ENTRIES]
        return named | {f"key{index}": _redact(item, constants) for index, item in enumerate(others)}
    if isinstance(value, list):
        return [_redact(item, constants) for item in cast("list[object]", value)[:MAX_ENTRIES]]
    if isinstance(value, str):
        return value if value in constants else _redact_text(value)
    return type(value)() if isinstance(value, int | float) else value


def _redact_text(text: str) -> str:
    if _TIMESTAMP.fullmatch(text):
        return "2026-01-01T00:00:00.000Z"
    if _DATE.fullmatch(text):
        return "2026-01-01"
    if _ID.fullmatch(text):
        return "0" * 32
    return "0" * len(text) if text.isdigit() else "text" if text else ""
