"""What an upload has done so far, as it is kept and read again."""

import errno
import json
import os
import stat
import time
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from anaplan_ext import UploadError, UploadManifest
from anaplan_ext.transfers.manifest import MAX_AGE_SECONDS, Record, find, read

MODEL = "A1B2C3D4E5F6A1B2C3D4E5F6A1B2C3D4"


def manifest(**changes: Any) -> Any:
    known = {"model_id": MODEL, "file_id": "113000000000", "length": 5_000_000, "chunk_size": 1_000_000}
    return known | {"sent": {"0": "aa", "3": "bb"}} | changes


def without(name: str) -> Any:
    return {key: value for key, value in manifest().items() if key != name}


@pytest.mark.parametrize("length", [5_000_000, 0, None])
def test_a_manifest_is_read_from_json_in_memory_or_in_a_file(length: int | None, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest(length=length)))
    assert read(manifest(length=length)) == read(path) == read(str(path)) == manifest(length=length)


def test_what_is_read_is_a_copy() -> None:
    given = manifest()
    read(given)["sent"]["1"] = "cc"
    assert given == manifest()


BROKEN: list[Any] = [
    {},
    *(without(name) for name in UploadManifest.__annotations__),
    manifest(more=1),
    manifest(model_id=1),
    manifest(file_id=113),
    manifest(length=-1),
    manifest(length="5"),
    manifest(length=1.5),
    manifest(length=True),
    manifest(chunk_size=999_999),
    manifest(chunk_size=50_000_001),
    manifest(chunk_size=1_500_000.5),
    manifest(chunk_size="1000000"),
    manifest(chunk_size=None),
    manifest(sent=None),
    manifest(sent=["aa"]),
    manifest(sent={"a": "aa"}),
    manifest(sent={"-1": "aa"}),
    manifest(sent={"01": "aa"}),
    manifest(sent={" 1": "aa"}),
    manifest(sent={"1000": "aa"}),
    manifest(sent={"0": None}),
    manifest(sent={0: "aa"}),
]


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_manifest_is_rejected(broken: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"resume must be the manifest of an upload"):
        read(broken)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(broken))
    if json.loads(path.read_text()) == broken:
        with pytest.raises(ValueError, match=r"resume must be the manifest of an upload"):
            read(path)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "5", '"text"', "\x00", "{}"])
def test_a_file_that_holds_no_manifest_is_rejected(text: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"resume must be the manifest of an upload"):
        read(path)


def test_a_manifest_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nowhere.json")


def test_a_record_without_a_path_is_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    record = Record(manifest(sent={}))
    record.write()
    record.mark_sent(2, "cc")
    before = record.snapshot()
    record.mark_sent(0, "aa")
    record.delete()
    assert (before["sent"], record.snapshot()["sent"]) == ({"2": "cc"}, {"2": "cc", "0": "aa"})
    assert list(tmp_path.iterdir()) == []


def test_a_record_with_a_path_is_kept_there_until_its_end(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text("what was there before")
    record = Record(manifest(sent={}), path)
    record.write()
    assert read(path) == manifest(sent={})
    record.mark_sent(2, "cc")
    assert read(path) == record.snapshot() == manifest(sent={"2": "cc"})
    assert list(tmp_path.iterdir()) == [path]
    record.delete()
    assert list(tmp_path.iterdir()) == []
    record.delete()


def test_a_record_is_always_whole_for_whoever_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    record = Record(manifest(sent={}), path)
    record.write()
    threads = [
        Thread(target=lambda start: [record.mark_sent(index, "d" * 64) for index in range(start, 80, 4)], args=[start])
        for start in range(4)
    ]
    for thread in threads:
        thread.start()
    seen = [read(path)["sent"].keys()]
    while any(thread.is_alive() for thread in threads):
        seen.append(read(path)["sent"].keys())
    for thread in threads:
        thread.join()
    assert all(before <= after for before, after in pairwise(seen))
    assert read(path)["sent"].keys() == {str(index) for index in range(80)}


def test_a_process_that_ends_while_it_writes_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "manifest.json"
    record = Record(manifest(sent={}), path)
    record.write()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            record.mark_sent(0, "aa")
    assert read(path) == manifest(sent={})
    record.mark_sent(1, "bb")
    assert read(path)["sent"] == {"0": "aa", "1": "bb"}


# Kept safely


def test_a_manifest_is_for_its_owner_alone_and_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, order = tmp_path / "manifest.json", list[str]()
    fsync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        order.append("fsync")
        fsync(descriptor)

    def replaced(self: Path, target: Path) -> Path:
        order.append("replace")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    before = os.umask(0)
    try:
        Record(manifest(), path).write()
    finally:
        os.umask(before)
    assert order == ["fsync", "replace"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_that_lies_in_wait_is_not_written_through(tmp_path: Path) -> None:
    path, victim = tmp_path / "manifest.json", tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / ".manifest.json.part").symlink_to(victim)
    Record(manifest(), path).write()
    assert victim.read_text() == "precious"
    assert read(path) == manifest()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["manifest.json", "victim"]


@pytest.mark.parametrize("dangling", [False, True])
def test_a_manifest_is_not_read_through_a_link(dangling: bool, tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    if not dangling:
        target.write_text(json.dumps(manifest()))
    link.symlink_to(target)
    with pytest.raises(ValueError, match="resume must not be a symbolic link"):
        read(link)
    with pytest.raises(ValueError, match="manifest must not be a symbolic link"):
        find(link)


def test_a_manifest_that_cannot_be_written_leaves_the_one_before_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "manifest.json"
    record = Record(manifest(sent={}), path)
    record.write()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            record.mark_sent(0, "aa")
    assert read(path) == manifest(sent={})
    assert list(tmp_path.iterdir()) == [path]
    # What was confirmed is known all the same.
    assert record.snapshot() == manifest(sent={"0": "aa"})


# Found where one is to be kept


@pytest.mark.parametrize("held", ["", "\0" * 40, "{", '{"model_id": ', "{}", json.dumps(manifest(sent=None)), " \n"])
def test_what_a_broken_process_left_is_as_good_as_no_manifest(held: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    assert find(path) is None
    path.write_text(held)
    assert find(path) is None


@pytest.mark.parametrize("held", ["id,amount\n1,10\n", "text", "[1]", "5", "<html>"])
def test_a_file_that_never_was_a_manifest_is_not_replaced(held: str, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(held)
    with pytest.raises(ValueError, match="manifest must be the path of a manifest or a new file"):
        find(path)
    assert path.read_text() == held


@pytest.mark.parametrize(("age", "counts"), [(0, True), (MAX_AGE_SECONDS - 60, True), (MAX_AGE_SECONDS + 1, False)])
def test_a_manifest_is_found_until_anaplan_may_have_dropped_its_chunks(age: int, counts: bool, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    Record(manifest(), path).write()
    then = time.time() - age
    os.utime(path, (then, then))
    assert find(path) == (manifest() if counts else None)


@pytest.mark.parametrize("path", ["", "nowhere/manifest.json"])
def test_where_no_manifest_can_be_is_an_error_of_the_system(path: str, tmp_path: Path) -> None:
    with pytest.raises(OSError):  # noqa: PT011 (which one is the system's business)
        Record(manifest(), tmp_path / path).write()


def test_an_error_tells_how_much_was_sent_and_not_what() -> None:
    error = UploadError("113000000000", "no", (1, 2), manifest())
    assert str(error) == "upload to file 113000000000 failed at chunk 1, 2: no; 2 chunks were sent, see .manifest"
    assert str(UploadError("113000000000", "no")) == "upload to file 113000000000 failed: no"
