"""What an upload sends: everything, or what a manifest lacks."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.transfers.chunking import plan_ranges
from anaplan_ext.transfers.upload_plan import (
    ChunkJob,
    ManifestMismatchError,
    check_digests,
    describe_mismatch,
    match_manifest,
    new_manifest,
    plan_upload,
)

from ...core.support import bounded

MODEL, FILE, MB = "A1B2C3D4E5F6A1B2C3D4E5F6A1B2C3D4", "113000000000", 1_000_000
NEW = new_manifest(MODEL, FILE, 3 * MB, MB)
ALL = {0: "aa", 1: "bb", 2: "cc"}


def sent(**digests: str) -> Any:
    return {**NEW, "sent": {name[1:]: digest for name, digest in digests.items()}}


@pytest.mark.parametrize(
    ("manifest", "missing"),
    [
        (NEW, [0, 1, 2]),
        (sent(_0="aa"), [1, 2]),
        (sent(_0="aa", _2="cc"), [1]),
        (sent(_0="aa", _1="bb", _2="cc"), []),
        # What is something else now is sent again, and what lies behind the end is no chunk.
        (sent(_0="aa", _1="xx"), [1, 2]),
        (sent(_0="xx"), [0, 1, 2]),
        (sent(_0="aa", _9="xx"), [1, 2]),
        # An upload that was complete resumes nothing.
        (sent(_0="aa", _1="bb", _2="xx"), [0, 1, 2]),
    ],
)
def test_what_is_missing_or_something_else_now_is_sent(manifest: Any, missing: list[int]) -> None:
    planned = plan_upload(manifest, ALL)
    assert planned.jobs == [ChunkJob(index, index * MB, (index + 1) * MB) for index in missing]
    assert planned.is_new == (len(missing) == 3)
    assert planned.manifest["sent"] == {str(index): ALL[index] for index in {0, 1, 2} - set(missing)}


@bounded(100)
@given(st.integers(0, 20 * MB), st.integers(MB, 3 * MB), st.data())
def test_jobs_and_what_is_kept_make_up_the_content(length: int, size: int, data: st.DataObject) -> None:
    manifest = new_manifest(MODEL, FILE, length, size)
    every = plan_ranges(length, size)
    digests = {index: f"{index}" for index in range(len(every))}
    before = data.draw(st.dictionaries(st.integers(0, len(every)), st.booleans()))
    manifest["sent"] = {str(index): f"{index}" if same else "other" for index, same in before.items()}
    planned = plan_upload(manifest, digests)
    kept = {int(index) for index in planned.manifest["sent"]}
    assert {job.index for job in planned.jobs} == set(range(len(every))) - kept
    assert all(before[index] for index in kept)
    covered = sorted([(job.start, job.end) for job in planned.jobs] + [every[index] for index in kept])
    assert covered == every
    assert (covered[0][0], covered[-1][1]) == (0, length)


def test_empty_content_has_one_chunk() -> None:
    assert plan_upload(new_manifest(MODEL, FILE, 0, MB), {}).jobs == [ChunkJob(0, 0, 0)]


def test_a_manifest_to_resume_from_has_to_fit_chunk_by_chunk() -> None:
    check_digests(sent(_0="aa", _2="cc"), ALL)
    for manifest, chunk in ((sent(_0="aa", _1="xx"), 1), (sent(_7="aa"), 7)):
        with pytest.raises(
            ManifestMismatchError, match=f"resume: the content has changed since chunk {chunk} was sent"
        ):
            check_digests(manifest, ALL)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"length": 5}, "it was 5 bytes, it is 3000000 bytes"),
        ({"length": None}, "it was a stream, it is 3000000 bytes"),
        ({"model_id": "F" * 32}, f"to model {'F' * 32}, not {MODEL}"),
        ({"file_id": "113000000001"}, f"to file 113000000001, not {FILE}"),
    ],
)
def test_the_manifest_of_another_upload_does_not_fit(changes: Any, says: str) -> None:
    held: Any = {**NEW, **changes, "sent": {"0": "aa"}}
    assert says in describe_mismatch(held, NEW)
    assert match_manifest(held, NEW, is_strict=False, may_create_file=True) is None
    with pytest.raises(ManifestMismatchError, match=f"^resume: .*{says}"):
        match_manifest(held, NEW, is_strict=True, may_create_file=False)
    if "file_id" in changes:  # an upload that created its file resumes into it
        assert match_manifest(held, NEW, is_strict=True, may_create_file=True) == held


def test_the_manifest_of_the_same_upload_fits_whatever_its_chunk_size() -> None:
    held: Any = {**NEW, "chunk_size": 2 * MB, "sent": {"0": "aa"}}
    assert describe_mismatch(held, NEW) == ""
    for strict in (False, True):
        assert match_manifest(held, NEW, strict, may_create_file=False) == held
    assert match_manifest(None, NEW, is_strict=True, may_create_file=False) is None
