"""Four ways of data through the code, told hop by hop: how many files and functions a reader has to know for each.

    .venv/bin/python benchmarks/four_ways.py [upload] [sync] [items] [generate]

Traces an upload of one chunk, a sync whose response is lost, a list of 50,000 items, and the generation of the client.
The clients have signed in before, and do what is traced for the first time. Each file and function counts once, with
the comprehensions and lambdas in it. The emulator does not count. The exit code is 1 if a limit is broken.
"""

import argparse
import asyncio
import inspect
import shutil
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import TypeAlias

from common import ROOT

from anaplan_ext import AsyncClient
from anaplan_ext.emulator import Emulator, Fault
from generator.__main__ import main as generate

PACKAGES = tuple(f"{ROOT / name}/" for name in ("anaplan_client", "anaplan_ext", "generator"))
EMULATOR = f"{ROOT / 'anaplan_ext' / 'emulator'}/"
Way: TypeAlias = dict[tuple[str, str], None]
"""The functions visited, in order: file and name."""
FILE = 113_000_000_000
ITEMS = 50_000
# Two thirds of what it took before the code was laid out by capability: files and functions.
LIMITS = {"upload": (21, 75), "sync": (37, 98), "items": (22, 72), "generate": (16, None)}


@contextmanager
def traced() -> Iterator[Way]:
    """Note each function of the packages that any thread enters."""
    way: Way = {}

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        # The bodies of modules and classes run when they are imported, and are on no way.
        if event != "call" or not code.co_flags & inspect.CO_OPTIMIZED:
            return
        if code.co_filename.startswith(PACKAGES) and not code.co_filename.startswith(EMULATOR):
            name = code.co_qualname.partition(".<locals>.<")[0]
            way[code.co_filename.removeprefix(f"{ROOT}/"), name] = None

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield way
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def follow(prepare: Callable[[AsyncClient, Emulator], Awaitable[Awaitable[object]]]) -> Way:
    """Trace what is prepared with a client that has signed in."""

    async def call() -> Way:
        with Emulator() as emulator, traced() as way:
            async with AsyncClient(
                model_id=emulator.development_model_id,
                user_email=emulator.user_email,
                password=emulator.password,
                base_url=emulator.url,
                status_poll_delay=0,
            ) as client:
                act = await prepare(client, emulator)
                way.clear()
                await act
                return way.copy()

    return asyncio.run(call())


async def upload(client: AsyncClient, _: Emulator) -> Awaitable[object]:
    await client.list_workspaces()
    return client.upload_file(FILE, ROOT / "README.md")


async def request(client: AsyncClient, _: Emulator) -> Awaitable[object]:
    await client.list_workspaces()
    return client.whoami()


async def sync(client: AsyncClient, emulator: Emulator) -> Awaitable[object]:
    target = client.with_model(emulator.production_model_id).alm
    source, latest = await client.alm.create_revision("Release 1"), await target.get_latest_revision()
    assert latest is not None
    emulator.inject(Fault(method="POST", path="/syncTasks$", kind="reset", after_effect=True))
    return target.sync_models(source.id, emulator.development_model_id, latest.id)


async def items(client: AsyncClient, emulator: Emulator) -> Awaitable[object]:
    some, *_ = await client.transactional.list_lists()
    held = emulator.model(emulator.development_model_id).items_of(some.name)
    for index in range(ITEMS - len(held.by_id)):
        held.add(f"Item {index}", f"I{index}")
    return client.transactional.get_list_items(some.id)


def generate_all() -> Way:
    """Trace the generation of all APIs in a copy: what is generated is checked together with its hand-written users."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "openapi", copy / "openapi")
        shutil.copy(ROOT / "pyproject.toml", copy)
        generated = (f"{path.stem.removeprefix('anaplan_')}" for path in (ROOT / "openapi").glob("*.yaml"))
        left_out = shutil.ignore_patterns("__pycache__", "_sync", *generated)
        shutil.copytree(ROOT / "anaplan_client", copy / "anaplan_client", ignore=left_out)
        for name in ("anaplan_ext", "tests/ext", "tests/contract/faults"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "_sync"))
        with traced() as way:
            assert generate(["--root", folder]) == 0
        return way


WAYS: dict[str, tuple[str, Callable[[], Way]]] = {
    "upload": ("AsyncClient.upload_file(path), one chunk", lambda: follow(upload)),
    "sync": ("alm.sync_models(), whose response is lost", lambda: follow(sync)),
    "items": (f"{ITEMS:,} list items", lambda: follow(items)),
    "generate": ("python -m generator", generate_all),
}


def count(way: Way) -> tuple[int, int]:
    """Return the numbers of files and functions."""
    return len({file for file, _ in way}), len(way)


def within(name: str, shared: Way) -> bool:
    """Print one way, and what of it is not on the way of any request, and tell whether it keeps its limits."""
    title, run = WAYS[name]
    way = run()
    counts = count(way)
    kept = all(most is None or count <= most for count, most in zip(counts, LIMITS[name], strict=True))
    allowed = "/".join(str(most) for most in LIMITS[name] if most is not None)
    print(f"\n{title}: {counts[0]} files, {counts[1]} functions (at most {allowed}: {'yes' if kept else 'NO'})")
    files, functions = count({hop: None for hop in way if hop not in shared})
    print(f"  beyond any request: {files} files, {functions} functions")
    for file, hops in groupby(way, key=lambda hop: hop[0]):
        print(f"  {file}: {', '.join(function for _, function in hops)}")
    return kept


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Four ways of data through the code.")
    parser.add_argument("ways", nargs="*", choices=[*WAYS, []], help="which of them; all without")
    any_request = follow(request)
    print("any request of a client that has signed in: {} files, {} functions".format(*count(any_request)))
    kept = [within(name, any_request) for name in parser.parse_args().ways or WAYS]
    sys.exit(not all(kept))
