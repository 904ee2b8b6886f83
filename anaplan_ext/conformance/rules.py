"""Rules that judge whether responses are as believed. No judgment has a value of a response."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, TypeAlias

from anaplan_client.core import Observed

from ..drift.comparison import Difference, compare
from ..drift.documents import load_document
from .samples import Json, Sample, get_entries, get_object, get_paging, identify

Verdict: TypeAlias = Literal["holds", "contradicted", "untested"]


class Judgment(NamedTuple):
    """What a response says about a belief. `seen` says what was there instead, or why nothing can be said."""

    verdict: Verdict
    seen: str = ""


Rule: TypeAlias = Callable[[Sample, Sample], Judgment]
"""Judges the response to a variant of a request, given the response to the plain one, which may be the same."""

HOLDS = Judgment("holds")
_TELLS_NOTHING = (403, 429, 502, 503, 504)
"""Statuses of roles, limits and gateways."""


def contradicted(seen: str) -> Judgment:
    """Return the judgment that a response is not as believed."""
    return Judgment("contradicted", seen)


def untested(reason: str) -> Judgment:
    """Return the judgment that a response says nothing about a belief."""
    return Judgment("untested", reason)


def check_shape(_: Sample, sample: Sample) -> Judgment:
    """Judge status, media type, required fields and types by the specification."""
    return _judge_differences(sample, ("status", "media type", "missing field", "type"))


def check_fields(_: Sample, sample: Sample) -> Judgment:
    """Judge whether all fields and all values of enums are in the specification."""
    return _judge_differences(sample, ("unknown field", "enum value"))


def _judge_differences(sample: Sample, kinds: Sequence[str]) -> Judgment:
    if not sample.is_documented:
        return contradicted(f"a success with status {sample.status} that is not documented")
    api, _, _ = sample.operation.partition(".")
    document = load_document(api)
    if document is None:
        return untested("there is no specification")
    observed = Observed(sample.request, sample.status, {"content-type": sample.media}, sample.content)
    differences = [found for found in compare(document, observed) if found.kind in kinds]
    return contradicted("; ".join(sorted({_describe(found) for found in differences}))) if differences else HOLDS


def _describe(difference: Difference) -> str:
    place = f" {difference.where}" if difference.where else ""
    return f"{difference.kind}{place}: expected {difference.expected}, got {difference.seen}"


def check_envelope(_: Sample, sample: Sample) -> Judgment:
    """Judge the envelope of a success: `meta.schema`, and the code and message of `status`."""
    if "schema" not in get_object(sample.value, "meta"):
        return contradicted("no meta.schema")
    status = get_object(sample.value, "status")
    if status.get("code") != sample.status:
        return contradicted("status.code is not the status of HTTP")
    return HOLDS if isinstance(status.get("message"), str) else contradicted("no status.message")


def check_paging(_: Sample, sample: Sample) -> Judgment:
    """Judge whether a page counts its entries, and says where it is."""
    entries, paging = get_entries(sample.value), get_paging(sample.value)
    if paging is None:
        return contradicted("no paging")
    size, total, offset = paging
    if size != len(entries):
        return contradicted("the size of the page is not the number of its entries")
    if offset != 0:
        return contradicted("the first page does not have the offset 0")
    if not isinstance(total, int) or total < len(entries):
        return contradicted("the total is less than the entries of the page")
    return HOLDS


def check_limit(base: Sample, sample: Sample) -> Judgment:
    """Judge a page of at most one entry."""
    if (wrong := _wrong_status(sample, 200)) is not None:
        return wrong
    if not (first := get_entries(base.value)):
        return untested("the list is empty")
    entries, paging = get_entries(sample.value), get_paging(sample.value)
    if len(entries) != 1:
        return contradicted("another number of entries than the limit")
    if paging is None or paging[0] != 1:
        return contradicted("the size of the page is not the number of its entries")
    if paging[1] != (get_paging(base.value) or (0, 0, 0))[1]:
        return contradicted("another total than without a limit")
    return HOLDS if identify(entries[0]) == identify(first[0]) else contradicted("another first entry")


def check_second(base: Sample, sample: Sample) -> Judgment:
    """Judge a page that begins at the second entry."""
    if (wrong := _wrong_status(sample, 200)) is not None:
        return wrong
    if len(first := get_entries(base.value)) < 2:
        return untested("the list has less than two entries")
    entries, paging = get_entries(sample.value), get_paging(sample.value)
    if len(entries) != 1 or identify(entries[0]) != identify(first[1]):
        return contradicted("the entry is not the second one of the list")
    return HOLDS if paging is not None and paging[2] == 1 else contradicted("the page has another offset")


def check_beyond(base: Sample, sample: Sample) -> Judgment:
    """Judge a page behind the last entry."""
    if (wrong := _wrong_status(sample, 200)) is not None:
        return wrong
    return contradicted("entries behind the last one") if get_entries(sample.value) else HOLDS


def has_ids(pattern: str) -> Rule:
    """Return the rule that the id of each entry has a form."""
    form = re.compile(pattern)

    def check(_: Sample, sample: Sample) -> Judgment:
        ids = [str(entry["id"]) for entry in get_entries(sample.value) if "id" in entry]
        if not ids:
            return untested("the list is empty")
        wrong = next((found for found in ids if not form.fullmatch(found)), None)
        return HOLDS if wrong is None else contradicted(f"an id of the form {_form_of(wrong)}")

    return check


def _form_of(text: str) -> str:
    """Return the form of an id without the id: its length and the kinds of its characters."""
    kinds = (("digits", str.isdigit), ("upper case", str.isupper), ("lower case", str.islower))
    found = [name for name, is_kind in kinds if any(map(is_kind, text))]
    return f"{len(text)} characters: {', '.join(found) or 'other characters'}"


def is_sorted(name: str, *, descending: bool = False) -> Rule:
    """Return the rule that the entries are in the order of a field, ignoring case."""

    def check(base: Sample, sample: Sample) -> Judgment:
        if (wrong := _wrong_status(sample, 200)) is not None:
            return wrong
        values = [str(entry.get(name) or "").casefold() for entry in get_entries(sample.value)]
        if len(set(values)) < 2:
            return untested("the list has less than two different values")
        return HOLDS if values == sorted(values, reverse=descending) else contradicted("entries in another order")

    return check


def is_unchanged(base: Sample, sample: Sample) -> Judgment:
    """Judge whether a variant of a request has the same entries in the same order."""
    if (wrong := _wrong_status(sample, 200)) is not None:
        return wrong
    if not (expected := [identify(entry) for entry in get_entries(base.value)]):
        return untested("the list is empty")
    same = [identify(entry) for entry in get_entries(sample.value)] == expected
    return HOLDS if same else contradicted("other entries")


def contains_text(key: str) -> Rule:
    """Return the rule that a search finds the first entry, and only entries with its text."""

    def check(base: Sample, sample: Sample) -> Judgment:
        if (wrong := _wrong_status(sample, 200)) is not None:
            return wrong
        if not (entries := get_entries(base.value)):
            return untested("the list is empty")
        first = entries[0]
        found, text = get_entries(sample.value), str(first.get(key)).casefold()
        if identify(first) not in [identify(entry) for entry in found]:
            return contradicted("the entry is not found")
        others = [entry for entry in found if text not in " ".join(map(str, entry.values())).casefold()]
        return contradicted("entries without the text are found") if others else HOLDS

    return check


def has_status(status: int) -> Rule:
    """Return the rule that a request has a status."""

    def check(_: Sample, sample: Sample) -> Judgment:
        return _wrong_status(sample, status) or HOLDS

    return check


def rejects(status: int, form: str) -> Rule:
    """Return the rule that a request is rejected with a status and an error of a form; see `FORMS`."""
    is_form = FORMS[form]

    def check(_: Sample, sample: Sample) -> Judgment:
        if (wrong := _wrong_status(sample, status)) is not None:
            return wrong
        return HOLDS if is_form(sample.value, status) else contradicted("an error of another form")

    return check


def _is_status_object(body: Json, status: int) -> bool:
    return get_object(body, "status").get("code") == status and "message" in get_object(body, "status")


def _has_path_and_timestamp(body: Json, status: int) -> bool:
    return _is_status_object(body, status) and {"path", "timestamp"} <= body.keys()


def _is_scim_error(body: Json, status: int) -> bool:
    return body.get("status") == str(status) and isinstance(body.get("detail"), str) and "schemas" in body


FORMS: dict[str, Callable[[Json, int], bool]] = {
    "status": _is_status_object,
    "status, path and timestamp": _has_path_and_timestamp,
    "scim": _is_scim_error,
    "any": lambda _, __: True,
}
"""The forms of errors: which body has each."""


def has_fields(*names: str) -> Rule:
    """Return the rule that some entry of a listing, or else the response, has these fields."""

    def check(_: Sample, sample: Sample) -> Judgment:
        if (wrong := _wrong_status(sample, 200)) is not None:
            return wrong
        objects = get_entries(sample.value) or _inner_objects(sample.value)
        if not objects:
            return untested("the list is empty")
        missing = [name for name in names if not any(name in entry for entry in objects)]
        return contradicted(f"no {', '.join(missing)}") if missing else HOLDS

    return check


def lacks_fields(*names: str) -> Rule:
    """Return the rule that no entry of a listing has any of these fields."""

    def check(_: Sample, sample: Sample) -> Judgment:
        if (wrong := _wrong_status(sample, 200)) is not None:
            return wrong
        entries = get_entries(sample.value)
        if not entries:
            return untested("the list is empty")
        present = [name for name in names if any(name in entry for entry in entries)]
        return contradicted(f"{', '.join(present)} is there") if present else HOLDS

    return check


def has_paths(*paths: str) -> Rule:
    """Return the rule that a response has a value at each path, such as `meta.paging.offSet`."""

    def check(_: Sample, sample: Sample) -> Judgment:
        if (wrong := _wrong_status(sample, 200)) is not None:
            return wrong
        missing = [path for path in paths if not _has_path(sample.value, path)]
        return contradicted(f"no {', '.join(missing)}") if missing else HOLDS

    return check


def _has_path(value: Json, path: str) -> bool:
    *parents, last = path.split(".")
    for name in parents:
        value = get_object(value, name)
    return last in value


def has_key(key: str) -> Rule:
    """Return the rule that the result of a success is under a key. It may be left out if it is empty."""

    def check(_: Sample, sample: Sample) -> Judgment:
        if key in sample.value:
            return HOLDS
        rest = sample.value.keys() - {"meta", "status"}
        return contradicted("the result is under another key") if rest else untested("the list is empty")

    return check


def has_at_most(count: int) -> Rule:
    """Return the rule that a response has at most this number of entries."""

    def check(_: Sample, sample: Sample) -> Judgment:
        if (wrong := _wrong_status(sample, 200)) is not None:
            return wrong
        return contradicted("more entries") if len(get_entries(sample.value)) > count else HOLDS

    return check


def is_empty(_: Sample, sample: Sample) -> Judgment:
    """Judge whether a success has no entries."""
    if (wrong := _wrong_status(sample, 200)) is not None:
        return wrong
    return contradicted("entries") if get_entries(sample.value) else HOLDS


def has_media_type(media: str) -> Rule:
    """Return the rule that a success has a media type."""

    def check(_: Sample, sample: Sample) -> Judgment:
        return HOLDS if sample.media == media else contradicted("another media type")

    return check


def all_entries(test: Callable[[Json], bool], otherwise: str) -> Rule:
    """Return the rule that each entry of a listing passes a test."""

    def check(_: Sample, sample: Sample) -> Judgment:
        if (wrong := _wrong_status(sample, 200)) is not None:
            return wrong
        entries = get_entries(sample.value)
        if not entries:
            return untested("the list is empty")
        return HOLDS if all(map(test, entries)) else contradicted(otherwise)

    return check


def _inner_objects(value: Json) -> list[Json]:
    return [get_object(value, key) for key in value if key not in ("meta", "status") and get_object(value, key)]


def _wrong_status(sample: Sample, status: int) -> Judgment | None:
    """Return what another status than the expected one says; None if it is the expected one."""
    if sample.status == status and sample.is_documented:
        return None
    if sample.status in _TELLS_NOTHING and sample.status != status:
        return untested(f"rejected with {sample.status}")
    what = "" if sample.is_documented else ", which is not the documented success"
    return contradicted(f"status {sample.status}{what}")
