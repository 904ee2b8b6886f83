"""A limit that processes share in a file."""

import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from anaplan_ext.transport import rate_file
from anaplan_ext.transport.errors import RateLimitStoreError
from anaplan_ext.transport.rate_file import FileRateStore
from anaplan_ext.transport.rate_limit import RateLimit
from anaplan_ext.transport.rate_stores import make_store

LIMIT = RateLimit(per_second=10, burst=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "limit"


def turns_of(store: FileRateStore, count: int, now: float = 100.0) -> list[float]:
    return [round(store.take_turn(LIMIT, now).at, 6) for _ in range(count)]


def test_two_stores_of_a_file_share_its_turns(path: Path) -> None:
    first, second = FileRateStore(path), FileRateStore(path)
    turns = [turns_of(store, 1)[0] for store in (first, second, second, first)]
    assert turns == [100.0, 100.1, 100.2, 100.3]
    first.slow_down(sent=100.0, now=101.0, pause=9.0)
    assert second.last_throttled(101.0) == 101.0
    assert second.take_turn(LIMIT, 101.0) == (110.0, 101.0)
    assert path.stat().st_size == 32


def test_the_file_and_its_folder_are_created_and_it_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "limit"
    store = FileRateStore(path)
    assert not path.parent.exists()
    assert turns_of(store, 2) == [100.0, 100.1]
    store.close()
    store.close()
    assert turns_of(store, 1) == [100.2]


def test_a_file_that_was_deleted_or_replaced_is_not_used_any_more(path: Path, tmp_path: Path) -> None:
    store = FileRateStore(path)
    turns_of(store, 5)
    path.unlink()
    assert turns_of(store, 1) == [100.0]
    assert path.exists()
    turns_of(FileRateStore(tmp_path / "other"), 8)
    (tmp_path / "other").replace(path)
    assert turns_of(store, 1) == [100.8]


@pytest.mark.parametrize("content", [b"", b"\0" * 32, b"\0" * 7])
def test_a_file_without_content_is_a_new_one(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    assert turns_of(FileRateStore(path), 2) == [100.0, 100.1]


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"id,name\n1,one\n",
        b"anaplan1",
        rate_file._RECORD.pack(b"anaplan1", 0.0, 0.0, 1.0) + b"x",
        rate_file._RECORD.pack(b"anaplan2", 0.0, 0.0, 1.0),
        rate_file._RECORD.pack(b"anaplan1", float("nan"), 0.0, 1.0),
        rate_file._RECORD.pack(b"anaplan1", 0.0, float("nan"), 1.0),
        rate_file._RECORD.pack(b"anaplan1", 0.0, 0.0, float("nan")),
        rate_file._RECORD.pack(b"anaplan1", 0.0, 0.0, 0.0),
        rate_file._RECORD.pack(b"anaplan1", 0.0, 0.0, 1.5),
    ],
)
def test_any_other_content_is_an_error_and_stays(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    with pytest.raises(RateLimitStoreError, match="not a file of a rate limit; delete it") as caught:
        FileRateStore(path).take_turn(LIMIT, 0.0)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_times_from_before_a_restart_are_forgotten(path: Path) -> None:
    store = FileRateStore(path)
    turns_of(store, 1, now=1e6)
    assert turns_of(store, 1, now=5.0) == [5.0]


def test_what_cannot_be_opened_or_written_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path, tmp_path / "file" / "limit"):
        with pytest.raises(RateLimitStoreError, match=r"cannot be used: (Is a directory|Not a directory|File exists)"):
            FileRateStore(path).take_turn(LIMIT, 0.0)
    monkeypatch.setattr(rate_file, "_write", lambda descriptor, content: 8)
    with pytest.raises(RateLimitStoreError, match="the disk is full"):
        FileRateStore(tmp_path / "limit").take_turn(LIMIT, 0.0)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_without_permission_is_an_error(path: Path) -> None:
    path.write_bytes(b"")
    path.chmod(stat.S_IRUSR)
    with pytest.raises(RateLimitStoreError, match="Permission denied"):
        FileRateStore(path).take_turn(LIMIT, 0.0)


# Held by a process that does not go on

HOLDER = """
    import os, sys, time
    from anaplan_ext.transport import rate_file
    from pathlib import Path
    store = rate_file.FileRateStore(Path(sys.argv[1]))
    store._lock()
    print("locked", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(path: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "locked\n"
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_holder_that_is_killed_leaves_no_lock_and_one_that_stops_is_told(
    holder: "subprocess.Popen[str]", path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_file, "LOCK_TIMEOUT_SECONDS", 0.01)
    store = FileRateStore(path)
    with holder:
        with pytest.raises(RateLimitStoreError, match=r"locked by another process for 0\.01 s"):
            store.take_turn(LIMIT, 100.0)
        holder.send_signal(signal.SIGKILL)
    assert turns_of(store, 1) == [100.0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_child_has_a_lock_of_its_own(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_file, "LOCK_TIMEOUT_SECONDS", 0.01)
    store = FileRateStore(path)
    store._lock()
    if (child := os.fork()) == 0:
        store.after_fork()
        try:
            store.take_turn(LIMIT, 100.0)
        except RateLimitStoreError:
            os._exit(7)
        os._exit(8)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    # The child has ended without releasing what its parent holds.
    with pytest.raises(RateLimitStoreError, match="locked by another process"):
        FileRateStore(path).take_turn(LIMIT, 100.0)


TAKER = """
    import sys
    from pathlib import Path
    from anaplan_ext.transport.rate_file import FileRateStore
    from anaplan_ext.transport.rate_limit import RateLimit
    store = FileRateStore(Path(sys.argv[1]))
    print(*[store.take_turn(RateLimit(per_second=10, burst=1), 100.0).at for _ in range(2000)])
"""


@pytest.mark.slow
def test_no_turn_is_lost_or_given_twice_among_processes(path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(TAKER), str(path)]
    takers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    turns = sorted(float(turn) for taker in takers for turn in taker.communicate()[0].split())
    assert turns == pytest.approx([100 + index / 10 for index in range(8000)])


def test_the_clock_is_the_one_of_all_processes() -> None:
    command = [sys.executable, "-c", "from anaplan_ext.transport import clock; print(clock.now())"]
    before = time.monotonic()
    there = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert before <= there <= time.monotonic()


@pytest.mark.parametrize(
    ("shared", "path"),
    [
        ("file:/tmp/limit", "/tmp/limit"),
        ("file:///tmp/a%20b", "/tmp/a b"),
        ("file://localhost/tmp/limit", "/tmp/limit"),
        ("file:~/limit", str(Path.home() / "limit")),
        ("file:limit", str(Path.cwd() / "limit")),
    ],
)
def test_the_path_of_a_url(shared: str, path: str) -> None:
    store = make_store(RateLimit(shared=shared).shared)
    assert isinstance(store, FileRateStore)
    assert store._path == Path(path)
