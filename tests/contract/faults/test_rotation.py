"""Refresh tokens that rotate, among processes that are killed at random: each token is used once, and none is lost.

A run of all tests takes seconds. `pytest --exhaustive` takes 8 processes with 1,000 refreshes each.

Between Anaplan's response and the write of its tokens there is a window: a process that is killed in it takes the only
valid token with it. Each token that is lost must be one of these: it was issued to a process that was then killed.
"""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO

import pytest
from attrs import define, field

from anaplan_ext import Client, DeviceCode, FileTokenStore, OAuth
from anaplan_ext.emulator import Emulator, Exchange
from anaplan_ext.emulator.state.oauth import DEVICE_CLIENT_ID

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no SIGKILL"),
]
ROOT = Path(__file__).resolve().parents[3]
# So soon that every token of the store is refreshed.
SHORT_SECONDS = 30


@define
class Ledger:
    """Which child got which refresh token for which: an observer of the emulator."""

    successors: dict[str, tuple[str, str]] = field(factory=dict[str, tuple[str, str]])
    """The child that used a token, and the token that it got."""
    rejected: Counter[str] = field(factory=Counter[str])
    """How often a token was rejected."""

    def __call__(self, exchange: Exchange) -> None:
        assert isinstance(exchange.request_body, bytes)
        assert isinstance(exchange.response_body, bytes)
        # A child that was killed while it sent a request has none.
        if exchange.path != "/oauth/token" or exchange.status is None:
            return
        old = json.loads(exchange.request_body).get("refresh_token")
        if exchange.status == 200 and old is not None:
            assert old not in self.successors
            child = dict(exchange.request_headers).get("x-child", "")
            self.successors[old] = (child, json.loads(exchange.response_body)["refresh_token"])
        elif exchange.status != 200 and old is not None:
            self.rejected[old] += 1


@define
class Children:
    """The processes, by name. Their lines arrive in one queue."""

    emulator: Emulator
    file: Path
    running: dict[str, subprocess.Popen[str]] = field(factory=dict[str, subprocess.Popen[str]])
    left: dict[str, int] = field(factory=dict[str, int])
    killed: set[str] = field(factory=set[str])
    lines: SimpleQueue[tuple[str, str]] = field(factory=SimpleQueue)
    started: int = 0

    def start(self, count: int) -> None:
        name, self.started = str(self.started), self.started + 1
        command = [sys.executable, "-m", "tests.contract.faults.rotating", self.emulator.url, str(self.file)]
        process = subprocess.Popen([*command, str(count), name], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        self.running[name], self.left[name] = process, count
        Thread(target=self._read, args=(name, process.stdout), daemon=True).start()

    def _read(self, name: str, output: IO[str]) -> None:
        with output:
            for line in output:
                self.lines.put((name, line.strip()))
        self.lines.put((name, "ended"))

    def kill(self, name: str) -> None:
        self.killed.add(name)
        self.running[name].kill()


def sign_in(emulator: Emulator, file: Path) -> int:
    """Use the tokens of the file, and return how often a user had to sign in for that: once, or not at all."""
    shown: list[DeviceCode] = []

    def approve(code: DeviceCode) -> None:
        shown.append(code)
        emulator.approve_device(code.user_code)

    oauth = OAuth(DEVICE_CLIENT_ID, store=FileTokenStore(file), on_device_code=approve)
    with Client(auth=oauth, base_url=emulator.url) as client:
        client.list_workspaces()
    return len(shown)


def rotate(emulator: Emulator, file: Path, processes: int, count: int, kills: int, seed: int) -> tuple[Children, int]:
    """Run the processes to their end, and return them and how often a user had to sign in again."""
    chance, children, sign_ins = random.Random(seed), Children(emulator, file), 0
    for _ in range(processes):
        children.start(count)
    # After how many refreshes of all another child is killed: spread over the whole run.
    total = processes * count
    moments = sorted((chance.randrange(1, total) for _ in range(kills)), reverse=True)
    done = 0
    while children.running:
        name, line = children.lines.get(timeout=300)
        if line == "refreshed":
            done += 1
            children.left[name] -= 1
            while moments and done >= moments[-1]:
                moments.pop()
                # Somewhere within the next refreshes, and not right after one.
                _wait(chance.uniform(0, 0.02))
                if alive := sorted(children.running.keys() - children.killed):
                    children.kill(chance.choice(alive))
        elif line == "ended":
            process = children.running.pop(name)
            code = process.wait()
            left = children.left[name]
            assert code in (0, 3) or name in children.killed, f"child {name} ended with {code}"
            if code == 3:
                sign_ins += sign_in(emulator, file)
            if left and (code != 0):
                children.start(left)
    return children, sign_ins


def _wait(seconds: float) -> None:
    with suppress(Empty):
        SimpleQueue[None]().get(timeout=seconds)


def _is_valid(emulator: Emulator, file: Path) -> bool:
    stored = FileTokenStore(file).load()
    assert stored is not None
    token = emulator.oauth.refresh_tokens[stored.refresh_token or ""]
    return not token.is_used


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def emulator(ledger: Ledger) -> Iterator[Emulator]:
    with Emulator(observer=ledger, token_seconds=SHORT_SECONDS) as emulator:
        emulator.oauth.interval = 0
        yield emulator


@pytest.mark.parametrize("kills", [False, True])
def test_processes_that_share_a_file_use_each_token_once(
    kills: bool, emulator: Emulator, ledger: Ledger, tmp_path: Path, exhaustive: bool
) -> None:
    file = tmp_path / "tokens.json"
    processes, count, many = (8, 1000, 400) if exhaustive else (3, 20, 6)
    assert sign_in(emulator, file) == 1
    children, sign_ins = rotate(emulator, file, processes, count, many if kills else 0, seed=1)
    refreshes = len(ledger.successors)
    # A token that was rejected is one whose successor was issued to a process that was killed before it was written.
    takers = {old: ledger.successors[old][0] for old in ledger.rejected}
    print(
        f"{refreshes} refreshes by {processes} processes, {len(children.killed)} killed: {len(takers)} tokens lost in "
        f"the window, {len(set(takers.values()) - children.killed)} outside of it, {sign_ins} sign-ins again"
    )
    assert refreshes >= processes * count
    assert set(takers.values()) <= children.killed
    assert len(takers) <= len(children.killed)
    assert sign_ins == len(takers)
    assert kills or not ledger.rejected
    # Each successor that was stored was used, but for the last one.
    stored = FileTokenStore(file).load()
    assert stored is not None
    lost = {successor for old, (_, successor) in ledger.successors.items() if old in takers}
    unused = {new for _, new in ledger.successors.values()} - ledger.successors.keys() - lost
    assert unused <= {stored.refresh_token}
    assert _is_valid(emulator, file)
