"""Measure one listing, in an own process.

    python benchmarks/metadata_clients.py CLIENT OPERATION URL LIST COUNT

LIST is the id of the list to read, and COUNT the expected number of entries. Prints seconds, CPU seconds, and the peak
of memory above its start, in bytes. Each client has its own defaults. Before the measurement, it signs in and lists the
workspaces, of which there are none. Needs Linux to measure memory.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from transfer_clients import MODEL, PASSWORD, URL, USER, WORKSPACE, cpu, redirect_httpx2

LIST, COUNT = int(sys.argv[4]), int(sys.argv[5])


def memory(name: str) -> int:
    """Return the current (`VmRSS`) or peak (`VmHWM`) memory of the process in bytes, from Linux."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) * 1024


class Meter:
    """Measures from its creation to `read`."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")  # resets the peak
        self.memory, self.cpu, self.start = memory("VmRSS"), cpu(), time.perf_counter()

    def read(self, moved: int) -> None:
        wall = time.perf_counter() - self.start
        found = {"wall": wall, "cpu": cpu() - self.cpu, "memory": memory("VmHWM") - self.memory, "moved": moved}
        print(json.dumps(found))


def run(work: Callable[[Any], int], client: Any, warm: Callable[[], object]) -> None:
    """Measure a listing of a synchronous client."""
    warm()
    meter = Meter()
    meter.read(work(client))


async def run_later(work: Callable[[Any], Awaitable[int]], client: Any, warm: Callable[[], Awaitable[object]]) -> None:
    """Measure a listing of an asynchronous client."""
    await warm()
    meter = Meter()
    meter.read(await work(client))


def ours(operation: str) -> None:
    from anaplan_ext import Client

    works: dict[str, Callable[[Any], int]] = {
        "items": lambda client: len(client.transactional.get_list_items(LIST, include_all=True)),
        "models": lambda client: len(client.list_models(model_details=True)),
        "iter_items": lambda client: sum(1 for _ in client.transactional.iter_list_items(LIST, include_all=True)),
        "iter_models": lambda client: sum(1 for _ in client.iter_models(model_details=True)),
        "small": lambda client: sum(client.list_workspaces() == [] for _ in range(COUNT)),
    }
    with Client(model_id=MODEL, user_email=USER, password=PASSWORD, base_url=URL) as client:
        run(works[operation], client, client.list_workspaces)


def ours_async(operation: str) -> None:
    from anaplan_ext import AsyncClient

    async def items(client: AsyncClient) -> int:
        return len(await client.transactional.get_list_items(LIST, include_all=True))

    async def models(client: AsyncClient) -> int:
        return len(await client.list_models(model_details=True))

    async def iter_items(client: AsyncClient) -> int:
        count = 0
        async for _ in client.transactional.iter_list_items(LIST, include_all=True):
            count += 1
        return count

    async def iter_models(client: AsyncClient) -> int:
        count = 0
        async for _ in client.iter_models(model_details=True):
            count += 1
        return count

    async def small(client: AsyncClient) -> int:
        return sum([await client.list_workspaces() == [] for _ in range(COUNT)])

    async def whole() -> None:
        async with AsyncClient(model_id=MODEL, user_email=USER, password=PASSWORD, base_url=URL) as client:
            await run_later(works[operation], client, client.list_workspaces)

    works = {"items": items, "models": models, "iter_items": iter_items, "iter_models": iter_models, "small": small}
    asyncio.run(whole())


def sdk(operation: str) -> None:
    from anaplan_sdk import Client

    redirect_httpx2()
    client = Client(workspace_id=WORKSPACE, model_id=MODEL, user_email=USER, password=PASSWORD)
    works: dict[str, Callable[[Any], int]] = {
        "items": lambda client: len(client.tr.get_list_items(LIST)),
        "models": lambda client: len(client.get_models()),
        "small": lambda client: sum(client.get_workspaces() == [] for _ in range(COUNT)),
    }
    run(works[operation], client, client.get_workspaces)


def sdk_async(operation: str) -> None:
    from anaplan_sdk import AsyncClient

    redirect_httpx2()

    async def items(client: AsyncClient) -> int:
        return len(await client.tr.get_list_items(LIST))

    async def models(client: AsyncClient) -> int:
        return len(await client.get_models())

    async def small(client: AsyncClient) -> int:
        return sum([await client.get_workspaces() == [] for _ in range(COUNT)])

    works: dict[str, Callable[[Any], Awaitable[int]]] = {"items": items, "models": models, "small": small}

    async def whole() -> None:
        client = AsyncClient(workspace_id=WORKSPACE, model_id=MODEL, user_email=USER, password=PASSWORD)
        await run_later(works[operation], client, client.get_workspaces)

    asyncio.run(whole())


def bare_httpx(operation: str) -> None:
    """Read pages and parse them in four threads, and nothing else."""
    import httpx

    path, key = {
        "items": (f"/2/0/models/{MODEL}/lists/{LIST}/items", "listItems"),
        "models": ("/2/0/models", "models"),
        "small": ("/2/0/workspaces", "workspaces"),
    }[operation]

    def get(client: httpx.Client, offset: int) -> int:
        answer = client.get(URL + path, params={"limit": 5000, "offset": offset, "includeAll": "true"})
        return len(json.loads(answer.content)[key])

    def all_pages(client: httpx.Client) -> int:
        with ThreadPoolExecutor(4) as pool:
            return sum(pool.map(lambda offset: get(client, offset), range(0, COUNT, 5000)))

    def one_by_one(client: httpx.Client) -> int:
        return sum(get(client, 0) == 0 for _ in range(COUNT))

    with httpx.Client() as client:
        run(one_by_one if operation == "small" else all_pages, client, lambda: client.get(f"{URL}/2/0/workspaces"))


CLIENTS: dict[str, Callable[[str], None]] = {
    "anaplan-client": ours,
    "anaplan-client, async": ours_async,
    "anaplan-sdk": sdk,
    "anaplan-sdk, async": sdk_async,
    "bare httpx": bare_httpx,
}

if __name__ == "__main__":
    CLIENTS[sys.argv[1]](sys.argv[2])
