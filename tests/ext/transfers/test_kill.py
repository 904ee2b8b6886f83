"""An upload whose process is killed is resumed by another one, which sends again at most what was in flight.

The points are random, but the same in every run. A few with 40 MB belong to the suite; twenty with 1 GB take some
minutes:

    KILL_POINTS=20 KILL_MEGABYTES=1000 .venv/bin/python -m pytest tests/test_kill.py -n 0 -s
"""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from attrs import define, field

from anaplan_ext.emulator import Emulator, Exchange, Fault
from anaplan_ext.transfers.chunking import MAX_CONCURRENCY

POINTS = int(os.environ.get("KILL_POINTS", "4"))
SIZE = int(os.environ.get("KILL_MEGABYTES", "40")) * 1_000_000
COUNT = 40
CHUNK = SIZE // COUNT
FILE = "113000000000"

PROGRAM = """
import asyncio, sys
from pathlib import Path
from anaplan_ext import AsyncClient, Client

face, url, model, size, path, manifest = sys.argv[1:]
path, manifest = Path(path), Path(manifest)
options = dict(model_id=model, user_email="ada@example.com", password="password", base_url=url)
options["upload_chunk_size"] = int(size)
upload = dict(manifest=manifest, resume=manifest if manifest.exists() else None)

async def later():
    async with AsyncClient(**options) as client:
        await client.upload_file(113000000000, path, **upload)

def now():
    with Client(**options) as client:
        client.upload_file(113000000000, path, **upload)

asyncio.run(later()) if face == "async" else now()
"""


def points() -> list[tuple[str, str, int]]:
    """Which face is killed when this number of chunks has reached this state."""
    random = Random(3)
    faces, states = ("async", "sync"), ("taken", "noted", "in flight")
    return [(faces[at % 2], states[at % 3], random.randrange(1, COUNT)) for at in range(POINTS)]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A CSV of which no two parts are alike, and its SHA-256."""
    path, digest, random = tmp_path_factory.mktemp("source") / "content.csv", hashlib.sha256(), Random(1)
    lines = "".join(f"{random.randrange(10**6)},{random.random():.4f},region {line % 97}\n" for line in range(60_000))
    block = lines.encode()[:999_980]
    with path.open("wb") as file:
        for number in range(SIZE // 1_000_000):
            piece = block + b"%019d\n" % number
            file.write(piece)
            digest.update(piece)
    assert path.stat().st_size == SIZE
    return path, digest.hexdigest()


@define
class Killer:
    """Kills a process when the emulator, or the manifest, has come to a certain point."""

    state: str
    number: int
    manifest: Path
    process: subprocess.Popen[str] | None = None
    taken: int = 0
    started: threading.Event = field(factory=threading.Event)

    def observe(self, exchange: Exchange) -> None:
        """Called before each response is sent: what was received is not confirmed yet."""
        if exchange.method == "PUT" and exchange.status == 204:
            self.taken += 1
            if self.state == "taken" and self.taken == self.number:
                self.kill()

    def watch(self, emulator: Emulator) -> None:
        """Looks until it is time; the last chunk is held, so that the upload cannot be done before."""
        reached: dict[str, Callable[[], bool]] = {
            "taken": lambda: True,
            "noted": lambda: len(noted(self.manifest)) >= self.number,
            "in flight": lambda: self.taken >= self.number and emulator.in_flight > 0,
        }
        while not reached[self.state]():
            assert self.process is not None
            assert self.process.poll() is None, self.process.communicate()[1]
            self.started.wait(0.0005)
        if self.state != "taken":
            self.kill()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()


def noted(manifest: Path) -> set[int]:
    """The chunks that a manifest has, which is whole whenever it is read."""
    try:
        return {int(index) for index in json.loads(manifest.read_text())["sent"]}
    except FileNotFoundError:
        return set()


def put(emulator: Emulator) -> dict[str, list[int]]:
    """The chunks that were taken, by the token with which they came: each process has its own."""
    found: dict[str, list[int]] = {}
    for exchange in list(emulator.exchanges):
        if (match := re.search(r"/chunks/(\d+)$", exchange.path)) and exchange.status == 204:
            found.setdefault(dict(exchange.request_headers)["authorization"], []).append(int(match[1]))
    return found


def held(emulator: Emulator) -> str:
    """The SHA-256 of what the emulator has for the file."""
    digest = hashlib.sha256()
    (file,) = [file for file in emulator.model(emulator.development_model_id).files if file.id == FILE]
    for piece in file.copies[emulator.tenant.users[0].id].content:
        digest.update(piece)
    return digest.hexdigest()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("face", "state", "number"), points())
def test_an_upload_that_was_killed_is_resumed(
    face: str, state: str, number: int, source: tuple[Path, str], tmp_path: Path
) -> None:
    path, digest = source
    manifest = tmp_path / "manifest.json"
    killer = Killer(state, number, manifest)
    with Emulator(record_bodies=False, observer=killer.observe) as emulator:
        command = [sys.executable, "-c", PROGRAM, face, emulator.url, emulator.development_model_id]
        command += [str(CHUNK), str(path), str(manifest)]
        emulator.inject(Fault(method="PUT", path=f"/chunks/{COUNT - 1}$", kind="stall", times=None))
        killer.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        killer.watch(emulator)
        complaints = killer.process.communicate()[1]
        assert killer.process.returncode == -signal.SIGKILL, complaints
        emulator.clear_faults()
        known = noted(manifest)
        resumed = subprocess.run(command, capture_output=True, text=True, check=False)
        assert resumed.returncode == 0, resumed.stderr
        assert held(emulator) == digest
        before, after = put(emulator).values()
    assert list(tmp_path.iterdir()) == []
    # What was recorded had been received, and what was received but not recorded was still in flight.
    assert known <= set(before)
    again = set(before) - known
    assert len(again) <= MAX_CONCURRENCY
    # Each chunk that was not noted, and no other, was sent by the second process, once.
    assert sorted(after) == sorted(set(range(COUNT)) - known)
    print(f"{face}, {number} chunks {state}: {len(known)} noted, {len(before)} taken, {len(again)} sent again")
