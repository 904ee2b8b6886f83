"""What an upload has done so far, as it is kept and read again."""

import json
import os
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from anaplan_ext import UploadError, UploadManifest
from anaplan_ext.manifest import Record, check_same, read

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
def test_what_is_no_manifest_is_refused(broken: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"resume: .* manifest"):
        read(broken)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(broken))
    if json.loads(path.read_text()) == broken:
        with pytest.raises(ValueError, match=r"resume: .* manifest"):
            read(path)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "5", '"text"', "\x00", "{}"])
def test_a_file_that_holds_no_manifest_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"resume: .* manifest"):
        read(path)


def test_a_manifest_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nowhere.json")


@pytest.mark.parametrize(
    ("length", "now", "model", "says"),
    [
        (5, 6, MODEL, "it was 5 bytes, it is 6 bytes"),
        (None, 5, MODEL, "it was a stream, it is 5 bytes"),
        (5, None, MODEL, "it was 5 bytes, it is a stream"),
        (5, 5, "F" * 32, f"to model {MODEL}, not {'F' * 32}"),
    ],
)
def test_the_manifest_of_another_upload_is_refused(length: int | None, now: int | None, model: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check_same(manifest(length=length), model, now)
    check_same(manifest(length=length), MODEL, length)


def test_a_record_without_a_path_is_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    record = Record(manifest(sent={}))
    record.begin()
    record.sent(2, "cc")
    before = record.copy()
    record.sent(0, "aa")
    record.end()
    assert (before["sent"], record.copy()["sent"]) == ({"2": "cc"}, {"2": "cc", "0": "aa"})
    assert list(tmp_path.iterdir()) == []


def test_a_record_with_a_path_is_kept_there_until_its_end(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text("what was there before")
    record = Record(manifest(sent={}), path)
    record.begin()
    assert read(path) == manifest(sent={})
    record.sent(2, "cc")
    assert read(path) == record.copy() == manifest(sent={"2": "cc"})
    assert list(tmp_path.iterdir()) == [path]
    record.end()
    assert list(tmp_path.iterdir()) == []
    record.end()


def test_a_record_is_always_whole_for_whoever_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    record = Record(manifest(sent={}), path)
    record.begin()
    threads = [
        Thread(target=lambda start: [record.sent(index, "d" * 64) for index in range(start, 80, 4)], args=[start])
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
    record.begin()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            record.sent(0, "aa")
    assert read(path) == manifest(sent={})
    record.sent(1, "bb")
    assert read(path)["sent"] == {"0": "aa", "1": "bb"}


def test_an_error_tells_how_much_was_sent_and_not_what() -> None:
    error = UploadError("113000000000", "no", (1, 2), manifest())
    assert str(error) == "upload to file 113000000000, chunk 1, 2: no (2 chunks were sent, see .manifest)"
    assert str(UploadError("113000000000", "no")) == "upload to file 113000000000: no"
