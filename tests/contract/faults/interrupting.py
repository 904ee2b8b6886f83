"""Interrupts the synchronous client at random moments, and tells what was wrong after it: a process of its own.

python -m tests.contract.faults.interrupting URL MODEL FOLDER SEED COUNT
"""

import json
import os
import random
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from attrs import define, field

from anaplan_ext import AnaplanError, Client, RetryPolicy

from .leaks import open_files

FILE, OTHER, EXPORT = 113000000000, 113000000001, 116000000000
CONTENT = b"".join(b"%d;%d\n" % (number, number * 7919) for number in range(60_000))
MAX_SECONDS = 2.0


@define
class Alarm:
    """Interrupts what is done, and sometimes once more soon after it."""

    again: list[float] = field(factory=list[float])
    error: type[BaseException] = KeyboardInterrupt
    is_armed: bool = False
    rang: float | None = None

    def ring(self, _: int, __: FrameType | None) -> None:
        if not self.is_armed:
            return
        if self.rang is None:
            self.rang = time.monotonic()
        if self.again:
            signal.setitimer(signal.ITIMER_REAL, self.again.pop())
        raise self.error

    def swallowed(self, error: object) -> None:
        """Rings once more where Python ignores what a signal raises, which is within the callbacks of its collector."""
        self.rang = None
        if self.is_armed:
            signal.setitimer(signal.ITIMER_REAL, 0.01)

    def interrupt(self, seconds: float, job: Callable[[], object]) -> str:
        """What the job came to."""
        try:
            try:
                self.is_armed = True
                signal.setitimer(signal.ITIMER_REAL, seconds)
                job()
                return "done"
            finally:
                self.is_armed = False
                signal.setitimer(signal.ITIMER_REAL, 0)
        except AnaplanError as error:
            return type(error).__name__
        except (KeyboardInterrupt, SystemExit):
            return "interrupted"


@define
class Stalling:
    """Servers of which nothing, or too little, comes."""

    silent: socket.socket = field(factory=lambda: socket.create_server(("127.0.0.1", 0)))
    full: socket.socket = field(factory=lambda: socket.create_server(("127.0.0.1", 0), backlog=0))
    waiting: list[socket.socket] = field(factory=list[socket.socket])

    def start(self) -> None:
        for _ in range(4):  # until no more are taken
            waiting = socket.socket()
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(self.full.getsockname())
            self.waiting.append(waiting)
        dripping = socket.create_server(("127.0.0.1", 0))
        self.dripping_url = f"http://127.0.0.1:{dripping.getsockname()[1]}"
        threading.Thread(target=self._accept, args=(dripping,), daemon=True, name="server").start()

    dripping_url: str = ""

    def url(self, scheme: str, listener: socket.socket) -> str:
        return f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"

    def _accept(self, listener: socket.socket) -> None:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=self._drip, args=(connection,), daemon=True, name="server").start()

    def _drip(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
            while True:
                connection.sendall(b" ")
                time.sleep(0.01)


class Run:
    def __init__(self, url: str, model: str, folder: Path) -> None:
        self.url, self.model, self.folder = url, model, folder
        self.stalling = Stalling()
        self.stalling.start()
        self.released = threading.Event()
        self.client = self.new_client()

    def new_client(self, url: str | None = None) -> Client:
        return Client(
            model_id=self.model,
            user_email="ada@example.com",
            password="password",
            base_url=url or self.url,
            timeout=600,
            status_poll_delay=0.05,
            upload_chunk_size=1_000_000,
            retry_policy=RetryPolicy(count=1),
        )

    def resolve(self, host: Any, *args: Any, **kwargs: Any) -> Any:
        """Takes the place of `socket.getaddrinfo`."""
        self.released.wait()
        raise socket.gaierror("released")

    def elsewhere(self, url: str) -> None:
        with self.new_client(url) as client:
            client.list_files()

    def stream(self) -> None:
        assert b"".join(self.client.get_file_stream(FILE)) == CONTENT

    def pieces(self) -> Iterator[bytes]:
        for number in range(30):
            yield random.Random(number).randbytes(100_000)

    def jobs(self) -> dict[str, tuple[float, Callable[[], object]]]:
        """What is interrupted, and within how many seconds."""
        client, stalling = self.client, self.stalling
        return {
            "sign-in": (0.05, lambda: self.elsewhere(self.url)),
            "upload": (0.3, lambda: client.upload_file(OTHER, random.Random(1).randbytes(4_000_000))),
            "stream upload": (0.3, lambda: client.upload_file_stream(OTHER, self.pieces())),
            "download": (0.1, lambda: client.get_file(FILE)),
            "stream": (0.1, self.stream),
            "to a path": (0.1, lambda: client.download_file(FILE, self.folder / "download.csv")),
            "listing": (0.2, client.list_files),
            "wait": (0.5, lambda: client.run_action(EXPORT)),
            "silent": (0.3, lambda: self.elsewhere(stalling.url("http", stalling.silent))),
            "handshake": (0.3, lambda: self.elsewhere(stalling.url("https", stalling.silent))),
            "connect": (0.3, lambda: self.elsewhere(stalling.url("http", stalling.full))),
            "drip": (0.5, lambda: self.elsewhere(stalling.dripping_url)),
            "look-up": (0.3, lambda: self.elsewhere("http://unknown.invalid")),
        }

    def left(self) -> list[str]:
        """Return the living threads of the client. A DNS lookup cannot be interrupted."""
        alive = (thread for thread in threading.enumerate() if thread.is_alive())
        return [one.name for one in alive if one.name.startswith("anaplan") and one.name != "anaplan-resolve"]

    def problems(self, alarm: Alarm) -> Iterator[str]:
        """What is not as it must be after an interrupt."""
        assert alarm.rang is not None
        if (seconds := time.monotonic() - alarm.rang) > MAX_SECONDS:
            yield f"took {seconds:.1f} s"
        while (left := self.left()) and time.monotonic() - alarm.rang < MAX_SECONDS:
            time.sleep(0.01)
        if left:
            yield f"threads {left}"
        if files := [path.name for path in self.folder.iterdir() if path.name != "download.csv"]:
            yield f"files {files}"
        # An export that ended has made its file.
        names = [file.name for file in self.client.list_files() if file.name != "Export flights.csv"]
        if len(names) != 30:
            yield f"{len(names)} files are listed"
        if self.client.get_file(FILE) != CONTENT:
            yield "foreign content"


def main() -> None:
    url, model, folder, seed, count = sys.argv[1:]
    socket_look_up, before = socket.getaddrinfo, open_files()
    run = Run(url, model, Path(folder))
    # What the servers of this process keep open is no leak.
    came, problems, longest, base = Counter[str](), list[str](), 0.0, open_files()
    socket.getaddrinfo = lambda host, *args, **kwargs: (
        run.resolve(host) if host == "unknown.invalid" else socket_look_up(host, *args, **kwargs)
    )
    for number in range(int(seed), int(seed) + int(count)):
        chance = random.Random(number)
        name, (most, job) = chance.choice(list(run.jobs().items()))
        alarm = Alarm(error=chance.choice([KeyboardInterrupt, KeyboardInterrupt, SystemExit]))
        if chance.random() < 0.3:
            alarm.again = [chance.random() ** 3 * 0.4]
        signal.signal(signal.SIGALRM, alarm.ring)
        sys.unraisablehook = alarm.swallowed
        began = time.monotonic()
        end = alarm.interrupt(chance.random() ** 2 * most + 1e-5, job)
        ended = time.monotonic()
        came[f"{name}: {end}"] += 1
        if alarm.rang is None:
            continue
        longest = max(longest, ended - alarm.rang)
        problems += [f"{number} {name} ({alarm.rang - began:.4f} s): {problem}" for problem in run.problems(alarm)]
        if chance.random() < 0.05:
            run.client.close()
            run.client = run.new_client()
    run.client.close()
    # Interrupts that are ignored when a process begins, as in the background of a script, are no matter of the client.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
    with run.new_client() as client:
        assert client.get_file(FILE) == CONTENT
    signal.setitimer(signal.ITIMER_REAL, 0)
    run.released.set()
    end_of_wait = time.monotonic() + 5
    while (extra := len(open_files() - base - before)) and time.monotonic() < end_of_wait:
        time.sleep(0.05)
    # The connections of the trickling server end with its next byte.
    problems += [f"{extra} sockets are left"] if extra else []
    print(json.dumps({"came": came, "problems": problems, "longest": longest}))


if __name__ == "__main__":
    main()
