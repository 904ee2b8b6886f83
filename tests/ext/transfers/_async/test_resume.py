"""Uploads that resume another one, and how a stream is completed."""

import errno
import json
import os
import re
import threading
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from anaplan_ext import AsyncClient, PermissionDeniedError, RetryPolicy, TransferProgress, UploadError, UploadManifest
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.transfers._async import upload as flow

FILE = "113000000000"
MB = 1_000_000
CONTENT = "".join(f"{number},row {number}\n" for number in range(300_000)).encode()
COUNT = -(-len(CONTENT) // MB)
ALL = set(range(COUNT))


def pieces(content: bytes = CONTENT, size: int = 70_001) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.fixture(params=["bytes", "text", "path", "stream", "open file"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Gives the same content again and again."""
    path = tmp_path / "content.csv"
    path.write_bytes(CONTENT)
    with path.open("rb") as file:

        def from_start() -> Any:
            file.seek(0)
            return file

        kinds: dict[str, Callable[[], Any]] = {
            "bytes": lambda: CONTENT,
            "text": CONTENT.decode,
            "path": lambda: path,
            "stream": pieces,
            "open file": from_start,
        }
        yield kinds[request.param]


@pytest.fixture
async def one_by_one(emulator: Emulator) -> AsyncIterator[AsyncClient]:
    """A client that has confirmed all earlier chunks when one fails."""
    async with AsyncClient(
        emulator.workspace_id,
        emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        retry_policy=RetryPolicy(count=0),
        upload_chunk_size=MB,
        upload_parallel=False,
    ) as client:
        yield client


def tokens(emulator: Emulator) -> set[str]:
    """What requests were signed with so far. A cancelled one may come to its end much later, but with one of these."""
    emulator.expire_tokens()
    return {dict(exchange.request_headers).get("authorization", "") for exchange in emulator.exchanges}


def put(emulator: Emulator, before: Collection[str] = ()) -> list[int]:
    """The chunks that were taken, without those that were signed with a token of before."""
    found = [(exchange, re.search(r"/chunks/(\d+)$", exchange.path)) for exchange in list(emulator.exchanges)]
    return [
        int(match[1])
        for exchange, match in found
        if match
        and (exchange.method, exchange.status) == ("PUT", 204)
        and dict(exchange.request_headers)["authorization"] not in before
    ]


async def fail(emulator: Emulator, client: AsyncClient, content: Any, *chunks: int, **options: Any) -> UploadError:
    """Uploads while Anaplan rejects these chunks permanently, and returns the error."""
    for chunk in chunks:
        emulator.inject(Fault(method="PUT", path=f"/chunks/{chunk}$", status=503, times=None))
    with pytest.raises(UploadError) as raised:
        await client.upload_file(FILE, content, **options)
    emulator.clear_faults()
    return raised.value


def kept(error: UploadError) -> UploadManifest:
    """The manifest of an error, as another process would read it."""
    assert error.manifest is not None
    return json.loads(json.dumps(error.manifest))  # type: ignore[no-any-return]


@pytest.mark.slow
async def test_a_resumed_upload_sends_only_what_is_missing(
    emulator: Emulator, one_by_one: AsyncClient, source: Callable[[], Any]
) -> None:
    await one_by_one.upload_file(FILE, b"what was there before")
    error = await fail(emulator, one_by_one, source(), 3)
    known = kept(error)
    assert error.chunks == (3,)
    sent = {int(index) for index in known["sent"]}
    assert sent == {0, 1, 2}
    before = tokens(emulator)
    await one_by_one.upload_file(FILE, source(), resume=known)
    assert sorted(put(emulator, before)) == sorted(ALL - sent)
    # It was announced before, and is not announced again, which would delete what was sent.
    assert emulator.count("POST", f"/files/{FILE}$") == 2
    assert await one_by_one.get_file(FILE) == CONTENT


async def test_a_resumed_upload_can_be_resumed(emulator: Emulator, client: AsyncClient) -> None:
    error = await fail(emulator, client, CONTENT, 0, 2)
    first = kept(error)
    error = await fail(emulator, client, CONTENT, 2, resume=first)
    second = kept(error)
    # The chunk that failed may have ended the upload before another was confirmed.
    assert first["sent"].items() <= second["sent"].items()
    assert error.chunks == (2,)
    before = tokens(emulator)
    await client.upload_file(FILE, CONTENT, resume=second)
    assert sorted(put(emulator, before)) == sorted(ALL - {int(index) for index in second["sent"]})
    assert await client.get_file(FILE) == CONTENT


@pytest.mark.slow
async def test_what_was_sent_counts_as_done(emulator: Emulator, client: AsyncClient, source: Callable[[], Any]) -> None:
    known = kept(await fail(emulator, client, source(), 3))
    steps: list[TransferProgress] = []
    await client.upload_file(FILE, source(), resume=known, progress=steps.append)
    assert steps[-1].done_bytes == len(CONTENT)
    assert steps[-1].done_chunks == COUNT
    assert sorted({step.done_chunks for step in steps}) in (list(range(COUNT + 1)), list(range(1, COUNT + 1)))


async def test_of_an_upload_that_was_done_nothing_is_sent(
    emulator: Emulator, client: AsyncClient, tmp_path: Path
) -> None:
    path = tmp_path / "manifest.json"
    last: list[str] = []

    def look(step: TransferProgress) -> None:
        if step.done_chunks == step.total_chunks:
            last.append(path.read_text())

    await client.upload_file(FILE, CONTENT, manifest=path, progress=look)
    assert not path.exists()
    # The process was killed before it could remove the manifest.
    path.write_text(last[0])
    before = len(emulator.exchanges)
    await client.upload_file(FILE, CONTENT, resume=path, manifest=path)
    assert len(emulator.exchanges) == before
    assert not path.exists()
    assert await client.get_file(FILE) == CONTENT


@pytest.mark.slow
async def test_a_manifest_is_kept_in_a_file_until_the_upload_is_done(
    emulator: Emulator, client: AsyncClient, source: Callable[[], Any], tmp_path: Path
) -> None:
    path = tmp_path / "manifest.json"
    seen: list[TransferProgress] = []

    def look(step: TransferProgress) -> None:
        known = json.loads(path.read_text())
        assert len(known["sent"]) >= step.done_chunks
        seen.append(step)

    error = await fail(emulator, client, source(), 4, manifest=path, progress=look)
    assert seen
    assert json.loads(path.read_text()) == error.manifest
    before = tokens(emulator)
    await client.upload_file(FILE, source(), resume=path, manifest=path, progress=look)
    assert sorted(put(emulator, before)) == sorted(ALL - {int(index) for index in kept(error)["sent"]})
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["content.csv"]
    assert await client.get_file(FILE) == CONTENT


async def test_a_source_that_raises_leaves_a_manifest_to_resume_from(
    emulator: Emulator, client: AsyncClient, tmp_path: Path
) -> None:
    def broken() -> Iterator[bytes]:
        yield CONTENT[: 3 * MB + 500]
        raise OSError("the connection to the source is gone")

    path = tmp_path / "manifest.json"
    with pytest.raises(UploadError, match="source is gone") as raised:
        await client.upload_file_stream(FILE, broken(), manifest=path)
    assert isinstance(raised.value.__cause__, OSError)
    assert raised.value.manifest == json.loads(path.read_text())
    assert emulator.count("POST", "/complete") == 0
    sent = {int(index) for index in json.loads(path.read_text())["sent"]}
    before = tokens(emulator)
    await client.upload_file_stream(FILE, pieces(), resume=path, manifest=path)
    assert sorted(put(emulator, before)) == sorted(ALL - sent)
    assert await client.get_file(FILE) == CONTENT


async def test_a_manifest_that_cannot_be_written_is_an_error_before_a_chunk_is_sent(
    emulator: Emulator, client: AsyncClient, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        await client.upload_file(FILE, CONTENT, manifest=tmp_path / "nowhere" / "manifest.json")
    assert put(emulator) == []


# What is rejected

CHANGED = bytearray(CONTENT)
CHANGED[10] ^= 1


async def test_changed_content_is_refused_before_any_request(
    emulator: Emulator, client: AsyncClient, one_by_one: AsyncClient, tmp_path: Path
) -> None:
    known = kept(await fail(emulator, one_by_one, CONTENT, 3))
    assert known["sent"].keys() == {"0", "1", "2"}
    path = tmp_path / "content.csv"
    path.write_bytes(CHANGED)
    before = tokens(emulator)
    for content in (bytes(CHANGED), CHANGED, CHANGED.decode(), path, CONTENT[:-1], CONTENT + b"\n", pieces()):
        with pytest.raises(ValueError, match="resume: the content has changed"):
            await client.upload_file(FILE, content, resume=known)
    assert tokens(emulator) == before


async def test_the_manifest_of_something_else_is_refused_before_any_request(
    emulator: Emulator, client: AsyncClient, production: AsyncClient, tmp_path: Path
) -> None:
    known = kept(await fail(emulator, client, CONTENT, 3))
    broken = tmp_path / "manifest.json"
    broken.write_text('{"model_id": ')
    before = tokens(emulator)
    with pytest.raises(ValueError, match="to model"):
        await production.upload_file(FILE, CONTENT, resume=known)
    with pytest.raises(ValueError, match=f"to file {FILE}, not 113000000001"):
        await client.upload_file("113000000001", CONTENT, resume=known)
    with pytest.raises(ValueError, match="manifest"):
        await client.upload_file(FILE, CONTENT, resume=broken)
    with pytest.raises(ValueError, match="manifest"):
        await client.upload_file(FILE, CONTENT, resume={**known, "sent": {"-1": "aa"}})  # type: ignore[typeddict-item]
    with pytest.raises(ValueError, match="has changed"):
        await client.upload_file(FILE, CONTENT, resume={**known, "sent": {**known["sent"], "99": "aa"}})
    with pytest.raises(FileNotFoundError):
        await client.upload_file(FILE, CONTENT, resume=tmp_path / "nowhere.json")
    assert tokens(emulator) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "content", [bytes(CHANGED), CONTENT[: 2 * MB], CONTENT[: 2 * MB + 1]], ids=["changed", "a chunk short", "cut off"]
)
async def test_a_stream_that_has_changed_is_never_completed(
    content: bytes, emulator: Emulator, client: AsyncClient
) -> None:
    await client.upload_file(FILE, b"what was there before")
    emulator.inject(Fault(method="POST", path="/complete", status=503))
    with pytest.raises(UploadError) as raised:
        await client.upload_file_stream(FILE, pieces())
    known = kept(raised.value)
    assert {int(index) for index in known["sent"]} == ALL
    before = put(emulator)
    with pytest.raises(ValueError, match="resume: the content has changed"):
        await client.upload_file_stream(FILE, pieces(content), resume=known)
    assert emulator.count("POST", "/complete") == 1
    assert put(emulator) == before
    assert await client.get_file(FILE) == b"what was there before"


async def test_an_upload_that_made_its_file_goes_on_with_that(emulator: Emulator) -> None:
    async with AsyncClient(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        upload_chunk_size=MB,
        allow_file_creation=True,
        retry_policy=RetryPolicy(count=0),
    ) as client:
        emulator.inject(Fault(method="PUT", path="/chunks/3$", status=503))
        with pytest.raises(UploadError) as raised:
            await client.upload_file(113999999999, CONTENT)
        known = kept(raised.value)
        made = known["file_id"]
        assert made not in (FILE, "113999999999")
        files = len(await client.list_files())
        await client.upload_file(113999999999, CONTENT, resume=known)
        assert len(await client.list_files()) == files
        assert await client.get_file(made) == CONTENT


# One argument for every night


@pytest.mark.slow
async def test_one_argument_serves_every_night(
    emulator: Emulator,
    client: AsyncClient,
    one_by_one: AsyncClient,
    source: Callable[[], Any],
    tmp_path: Path,
) -> None:
    path = tmp_path / "manifest.json"
    # The first night there is no manifest, and nothing fails.
    await client.upload_file(FILE, source(), manifest=path)
    assert not path.exists()
    # The next night something fails, and the night after resumes that upload.
    error = await fail(emulator, one_by_one, source(), 3, manifest=path)
    sent = {int(index) for index in kept(error)["sent"]}
    assert sent == {0, 1, 2}
    before = tokens(emulator)
    await client.upload_file(FILE, source(), manifest=path)
    assert sorted(put(emulator, before)) == sorted(ALL - sent)
    assert not path.exists()
    assert await client.get_file(FILE) == CONTENT


@pytest.mark.slow
async def test_what_is_to_be_resumed_and_kept_at_one_path_need_not_be_there(
    emulator: Emulator, client: AsyncClient, source: Callable[[], Any], tmp_path: Path
) -> None:
    path = tmp_path / "manifest.json"
    await client.upload_file(FILE, source(), resume=path, manifest=str(path))
    error = await fail(emulator, client, source(), 3, resume=str(path), manifest=path)
    before = tokens(emulator)
    await client.upload_file(FILE, source(), resume=path, manifest=path)
    assert sorted(put(emulator, before)) == sorted(ALL - {int(index) for index in kept(error)["sent"]})
    assert await client.get_file(FILE) == CONTENT


def changed(at: int) -> bytes:
    content = bytearray(CONTENT)
    content[at] ^= 1
    return bytes(content)


OTHER: dict[str, bytes] = {
    "its beginning": changed(10),
    "its end": changed(len(CONTENT) - 1),
    "appended": CONTENT + b"more\n" * 300_000,
    "one more byte": CONTENT + b"\n",
    "shorter": CONTENT[: 2 * MB],
    "tiny": b"id\n",
    "all of it": CONTENT.translate(bytes(byte ^ 1 for byte in range(256))),
}


@pytest.mark.slow
@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER)
@pytest.mark.parametrize("kind", ["bytes", "path", "stream"])
async def test_a_manifest_of_other_content_is_gone_on_from_as_far_as_it_fits(
    kind: str, other: bytes, emulator: Emulator, client: AsyncClient, one_by_one: AsyncClient, tmp_path: Path
) -> None:
    path, content = tmp_path / "manifest.json", tmp_path / "content.csv"
    content.write_bytes(other)
    made: dict[str, Callable[[bytes], Any]] = {"bytes": bytes, "path": lambda _: content, "stream": pieces}
    first = CONTENT if kind != "stream" else pieces()
    await fail(emulator, one_by_one, first, COUNT - 1, manifest=path)
    assert len(json.loads(path.read_bytes())["sent"]) == COUNT - 1
    if kind == "stream" and len(CONTENT) - len(other) > MB and other[:MB] == CONTENT[:MB]:
        # Only its end shows that Anaplan would keep later chunks; the next upload sends everything.
        with pytest.raises(UploadError, match=r"the content has changed: it has [12] chunks, and more") as raised:
            await client.upload_file(FILE, made[kind](other), manifest=path)
        assert kept(raised.value)["sent"] == {}
        assert emulator.count("POST", "/complete") == 0
    await client.upload_file(FILE, made[kind](other), manifest=path)
    assert await client.get_file(FILE) == other
    assert not path.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes", [{"model_id": "F" * 32}, {"file_id": "113000000001"}, {"length": 7}, {"length": None}, {"sent": {}}]
)
async def test_the_manifest_of_another_upload_at_the_path_is_replaced(
    changes: dict[str, Any], emulator: Emulator, client: AsyncClient, tmp_path: Path
) -> None:
    path = tmp_path / "manifest.json"
    known = kept(await fail(emulator, client, CONTENT, 3))
    path.write_text(json.dumps({**known, **changes}))
    before = tokens(emulator)
    await client.upload_file(FILE, CONTENT, manifest=path)
    assert sorted(put(emulator, before)) == sorted(ALL)
    assert await client.get_file(FILE) == CONTENT


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["bytes", "stream"])
async def test_the_manifest_of_an_upload_that_was_complete_does_not_stand_in_the_way(
    kind: str, emulator: Emulator, client: AsyncClient, tmp_path: Path
) -> None:
    path, last = tmp_path / "manifest.json", list[str]()

    def look(step: TransferProgress) -> None:
        if step.done_chunks == COUNT:
            last.append(path.read_text())

    await client.upload_file(FILE, CONTENT if kind == "bytes" else pieces(), manifest=path, progress=look)
    # The process was killed before it could delete the manifest; the next night, the end of the content is another.
    path.write_text(last[-1])
    content = changed(len(CONTENT) - 1)
    if kind == "stream":
        with pytest.raises(UploadError, match="400"):
            await client.upload_file(FILE, pieces(content), manifest=path)
        assert json.loads(path.read_text())["sent"] == {}
    await client.upload_file(FILE, content if kind == "bytes" else pieces(content), manifest=path)
    assert await client.get_file(FILE) == content
    assert not path.exists()


async def test_what_a_manifest_would_replace_or_cannot_be_shows_before_any_request(
    emulator: Emulator, client: AsyncClient, tmp_path: Path
) -> None:
    source, link = tmp_path / "content.csv", tmp_path / "link"
    source.write_bytes(CONTENT)
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ValueError, match="manifest must be the path of a manifest"):
        await client.upload_file(FILE, source, manifest=source)
    with pytest.raises(ValueError, match="manifest must not be a symbolic link"):
        await client.upload_file(FILE, source, manifest=link)
    with pytest.raises(IsADirectoryError):
        await client.upload_file(FILE, source, manifest=tmp_path)
    with pytest.raises(FileNotFoundError):
        await client.upload_file(FILE, source, manifest=tmp_path / "nowhere" / "manifest.json")
    assert emulator.count() == 0
    assert source.read_bytes() == CONTENT
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["content.csv", "link"]


async def test_an_upload_that_does_not_begin_leaves_no_manifest(
    emulator: Emulator, client: AsyncClient, tmp_path: Path
) -> None:
    emulator.inject(Fault(method="POST", path="/files/", status=403, times=None))
    with pytest.raises(PermissionDeniedError):
        await client.upload_file(FILE, CONTENT, manifest=tmp_path / "manifest.json")
    assert list(tmp_path.iterdir()) == []


# What goes wrong on this side


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more\n")


CHANGES: dict[str, Callable[[Path], object]] = {
    "appended": append,
    "cut": lambda path: os.truncate(path, 2 * MB + 3),
    "emptied": lambda path: path.write_bytes(b""),
    "rewritten": lambda path: path.write_bytes(bytes(CHANGED)),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("kind", ["path", "open file"])
@pytest.mark.parametrize("size", [len(CONTENT), 1000], ids=["large", "small"])
async def test_a_file_that_changes_during_an_upload_is_an_error_with_the_manifest(
    size: int,
    kind: str,
    change: Callable[[Path], object],
    emulator: Emulator,
    client: AsyncClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # So that an open file is not read to its end before anything is sent.
    monkeypatch.setattr(flow, "MAX_CONCURRENCY", 1)
    path = tmp_path / "content.csv"
    path.write_bytes(CONTENT[:size])
    os.utime(path, (1, 1))
    changed_at: list[int] = []

    def look(step: TransferProgress) -> None:
        if not changed_at:
            changed_at.append(step.done_bytes)
            change(path)

    with path.open("rb") as file:
        content: Any = path if kind == "path" else file
        if size == 1000 and kind == "open file":
            # It was read to its end before anything was sent.
            await client.upload_file(FILE, content, progress=look)
            assert await client.get_file(FILE) == CONTENT[:size]
            return
        with pytest.raises(UploadError, match=r"content: .*content.csv was changed while it was read") as raised:
            await client.upload_file(FILE, content, progress=look)
    assert raised.value.manifest is not None
    assert emulator.count("POST", "/complete") == 0
    path.write_bytes(CONTENT)
    await client.upload_file(FILE, path)
    assert await client.get_file(FILE) == CONTENT


async def test_a_file_that_is_replaced_during_an_upload_is_uploaded_as_it_was(
    client: AsyncClient, tmp_path: Path
) -> None:
    path, other = tmp_path / "content.csv", tmp_path / "other.csv"
    path.write_bytes(CONTENT)

    def look(step: TransferProgress) -> None:
        if not step.done_chunks:
            other.write_bytes(CHANGED)
            other.replace(path)

    await client.upload_file(FILE, path, progress=look)
    assert await client.get_file(FILE) == CONTENT


@pytest.mark.slow
@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EACCES, errno.EIO])
async def test_a_manifest_that_cannot_be_written_any_more_is_an_error_with_the_manifest(
    fault: int,
    emulator: Emulator,
    client: AsyncClient,
    source: Callable[[], Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, writes, fsync = tmp_path / "manifest.json", list[int](), os.fsync

    def fail_later(descriptor: int) -> None:
        writes.append(descriptor)
        if len(writes) > 2:
            raise OSError(fault, os.strerror(fault))
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail_later)
        with pytest.raises(UploadError, match=re.escape(os.strerror(fault))) as raised:
            await client.upload_file(FILE, source(), manifest=path)
    assert isinstance(raised.value.__cause__, OSError)
    known = kept(raised.value)
    # What was confirmed is told, also what could not be written.
    assert len(known["sent"]) > len(json.loads(path.read_text())["sent"])
    before = tokens(emulator)
    await client.upload_file(FILE, source(), resume=known)
    assert sorted(put(emulator, before)) == sorted(ALL - {int(index) for index in known["sent"]})
    assert await client.get_file(FILE) == CONTENT


@pytest.mark.slow
async def test_what_progress_raises_is_raised_as_it_is(client: AsyncClient, source: Callable[[], Any]) -> None:
    class StopError(Exception):
        pass

    def look(step: TransferProgress) -> None:
        if step.done_chunks:
            raise StopError

    with pytest.raises(StopError):
        await client.upload_file(FILE, source(), progress=look)


async def test_a_manifest_that_cannot_be_deleted_is_no_failure_of_the_upload(
    client: AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    unlink = Path.unlink

    def refuse(self: Path, missing_ok: bool = False) -> None:
        if self.name == "manifest.json":
            raise PermissionError("not yours")
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    await client.upload_file(FILE, CONTENT, manifest=tmp_path / "manifest.json")
    assert "could not be deleted: not yours" in caplog.text


# The end of a stream


@contextmanager
def released_when_held(emulator: Emulator) -> Iterator[None]:
    """Lets a held request go as soon as it is there."""
    over = threading.Event()

    def watch() -> None:
        while not emulator.stalled and not over.wait(0.001):
            pass
        emulator.release()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    yield
    over.set()
    watcher.join()


async def test_completing_a_stream_has_all_the_time_it_needs_and_is_asked_for_once(emulator: Emulator) -> None:
    timeouts: list[float] = []

    async def look(request: httpx.Request) -> None:
        if request.url.path.endswith("/complete"):
            timeouts.append(min(request.extensions["timeout"].values()))

    async with AsyncClient(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        timeout=5,
        hooks={"request": [look]},
    ) as client:
        emulator.inject(Fault(method="POST", path="/complete", kind="stall", after_effect=True))
        with released_when_held(emulator):
            await client.upload_file_stream(FILE, pieces())
        assert await client.get_file(FILE) == CONTENT
    assert emulator.count("POST", "/complete") == 1
    # Anaplan has taken forty minutes for it.
    assert len(timeouts) == 1
    assert timeouts[0] >= 40 * 60


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="reset"),
        Fault(kind="reset", after_effect=True),
        Fault(kind="truncate"),
        Fault(kind="malformed"),
        Fault(status=500),
        Fault(status=503),
        Fault(status=504, after_effect=True),
        Fault(status=404),
    ],
    ids=["reset", "reset after it", "truncated", "malformed", "500", "503", "504 after it", "404"],
)
async def test_a_stream_that_is_not_said_to_be_complete_is_completed_by_resuming(
    fault: Fault, emulator: Emulator, client: AsyncClient, tmp_path: Path
) -> None:
    path = tmp_path / "manifest.json"
    known = {"kind": fault.kind, "after_effect": fault.after_effect, "status": fault.status}
    emulator.inject(Fault(method="POST", path="/complete", **known))  # type: ignore[arg-type]
    with pytest.raises(UploadError, match="every chunk was confirmed, but not that the file is complete") as raised:
        await client.upload_file_stream(FILE, pieces(), manifest=path)
    assert emulator.count("POST", "/complete") == 1
    assert raised.value.chunks == ()
    assert kept(raised.value) == json.loads(path.read_text())
    before = put(emulator)
    await client.upload_file_stream(FILE, pieces(), resume=kept(raised.value), manifest=path)
    assert put(emulator) == before
    assert emulator.count("POST", "/complete") == 2
    assert not path.exists()
    assert await client.get_file(FILE) == CONTENT


async def test_completing_that_was_turned_away_is_tried_again(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="POST", path="/complete", status=429))
    await client.upload_file_stream(FILE, pieces())
    assert emulator.count("POST", "/complete") == 2
    assert await client.get_file(FILE) == CONTENT
