"""Ctrl-C and the cancellation of a task leave nothing behind: no thread, no socket, no half file."""

import asyncio
import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from anaplan_client.core.http.stopping import current_stop
from anaplan_ext import AsyncClient, Client, TaskTimeout, UploadError
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.transfers.progress import Tracker

from .interrupted import EXPORT, FILE, options
from .leaks import no_leaks

ROOT = Path(__file__).resolve().parents[3]
JOBS = {
    # What is in flight at the interruption: the path of requests, and whether they are held.
    "sign-in": ("/token/authenticate$", True),
    "wait": (r"/tasks/[0-9A-F]{32}$", False),
    "upload": ("/chunks/[0-9]+$", True),
    "download": ("/chunks/[0-9]+$", True),
    "outage": ("/chunks/[0-9]+$", False),
}


@pytest.fixture
def busy() -> Iterator[Emulator]:
    """An emulator whose tasks do not end; after the test, this process is as it was before."""
    # Without an observer: the first read of the specifications takes longer than a client may wait here.
    with no_leaks(), Emulator(task_polls=10**6, download_chunk_size=100_000, observer=None) as emulator:
        emulator.model(emulator.development_model_id).files[0].content = bytes(1_000_000)
        yield emulator


def hold(emulator: Emulator, job: str) -> None:
    path, held = JOBS[job]
    if job == "outage":
        emulator.inject(Fault(path=path, status=429, headers=(("Retry-After", "100"),), times=None))
    if held:
        # Some chunks come through before.
        emulator.inject(Fault(path=path, kind="stall", nth=1 if job == "sign-in" else 3, times=None))


def under_way(emulator: Emulator, job: str) -> bool:
    path, held = JOBS[job]
    if held:
        return len(emulator.stalled) >= (1 if job == "sign-in" else 2)
    # In an outage, the first throttled chunks hold back all others.
    return emulator.count("PUT", path) >= 1 if job == "outage" else emulator.count("GET", path) >= 3


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.skipif(sys.platform == "win32", reason="interruptions are sent differently there")
@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("face", ["sync", "async"])
def test_an_interruption_leaves_nothing_behind(face: str, job: str, busy: Emulator, tmp_path: Path) -> None:
    hold(busy, job)
    command = [
        sys.executable,
        "-m",
        "tests.contract.faults.interrupted",
        busy.url,
        busy.development_model_id,
        face,
        job,
    ]
    with subprocess.Popen([*command, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        until(lambda: under_way(busy, job))
        child.send_signal(signal.SIGINT)
        output, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    left = json.loads(output)
    assert (left["threads"], left["sockets"], left["files"]) == ([], 0, [])
    if job == "wait":
        # The task continues, and can be found again.
        (task,) = busy.model(busy.development_model_id).tasks
        assert any(task.id in note for note in left["notes"])
        assert task.is_running
    until(lambda: busy.in_flight == 0)


@pytest.mark.parametrize("job", [job for job in JOBS if job != "sign-in"])  # which continues for others
def test_a_cancelled_task_leaves_nothing_behind(job: str, busy: Emulator, tmp_path: Path) -> None:
    hold(busy, job)

    async def cancelled() -> None:
        async with AsyncClient(**options(busy.url, busy.development_model_id, job)) as client:  # type: ignore[arg-type]
            jobs: dict[str, Callable[[], Awaitable[object]]] = {
                "wait": lambda: client.run_action(EXPORT),
                "upload": lambda: client.upload_file(FILE, bytes(8_000_000)),
                "outage": lambda: client.upload_file(FILE, bytes(8_000_000)),
                "download": lambda: client.download_file(FILE, tmp_path / "download.csv"),
            }
            task = asyncio.ensure_future(jobs[job]())
            await asyncio.to_thread(until, lambda: under_way(busy, job))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0)  # in which what is closed ends
            assert asyncio.all_tasks() == {asyncio.current_task()}
            busy.clear_faults()
            # The client can be used as before. After a 429 it would pause first, as long as Anaplan says.
            if job != "outage":
                assert len(await client.list_files()) == 1

    asyncio.run(cancelled())
    assert list(tmp_path.iterdir()) == []
    until(lambda: busy.in_flight == 0)


@pytest.mark.parametrize("job", ["upload", "download"])
def test_a_chunk_is_not_moved_to_its_end_for_a_transfer_that_has_failed(
    job: str, busy: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()
    moved: list[int] = []

    def part(self: Tracker, index: int, scale: float, size: int) -> None:
        if index == 0:
            moved.append(size)
            begun.set()
            # It continues when the transfer has ended.
            stop = current_stop.get()
            assert stop is not None
            assert stop.wait(60)
        elif index == 1:
            assert begun.wait(60)
            raise LookupError("the second chunk fails")

    monkeypatch.setattr(Tracker, "add", part)
    content = random.Random(1).randbytes(4_000_000)
    busy.download_chunk_size = 2_000_000
    busy.model(busy.development_model_id).files[0].content = content
    with (
        Client(**options(busy.url, busy.development_model_id, job)) as client,  # type: ignore[arg-type]
        pytest.raises((LookupError, UploadError), match="second chunk"),
    ):
        client.upload_file(FILE, content) if job == "upload" else client.get_file(FILE)
    assert moved == [0]
    until(lambda: busy.in_flight == 0)
    sent = [one for one in busy.exchanges if one.method == "PUT" and one.path.endswith("/chunks/0")]
    assert not [one.status for one in sent if one.status]


def test_a_handle_is_waited_for_in_another_process(busy: Emulator) -> None:
    script = """
import json, sys
from anaplan_ext import Client, TaskHandle
handle = TaskHandle.from_dict(json.loads(sys.argv[2]))
with Client(user_email="ada@example.com", password="password", base_url=sys.argv[1]) as client:
    ended = client.wait_for_task(handle, timeout=60)
    task = getattr(ended, "task", ended)
    print(task.id, task.result.successful)
"""
    with Client(**options(busy.url, busy.development_model_id, "wait")) as client:  # type: ignore[arg-type]
        with pytest.raises(TaskTimeout) as run:
            client.run_action(EXPORT, timeout=0)
        target = client.with_model(busy.production_model_id).alm
        source, latest = client.alm.get_latest_revision(), target.get_latest_revision()
        assert source is not None
        assert latest is not None
        with pytest.raises(TaskTimeout) as sync:
            target.sync_models(source.id, busy.development_model_id, latest.id, timeout=0)
    busy.task_polls = 0
    for error in (run.value, sync.value):
        command = [sys.executable, "-c", script, busy.url, json.dumps(error.handle.to_dict())]
        output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout
        assert output == f"{error.task_id} True\n"
