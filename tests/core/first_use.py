"""Use everything that is built at its first use in eight threads concurrently: the child of `test_first_use.py`.

python -m tests.core.first_use responses FILE   decodes each response of a file, whose lines have API, model and JSON
python -m tests.core.first_use names            imports each name of every package
python -m tests.core.first_use clients WORKSPACE MODEL USER PASSWORD URL    makes clients, and uses one of them
"""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

from ..openapi import NAMES

THREADS = 8
PACKAGES = [
    "anaplan_ext",
    "anaplan_ext.emulator",
    *(f"anaplan_client.{name}" for name in NAMES),
]


def at_once(tasks: Sequence[Callable[[], object]]) -> list[list[object]]:
    """Run each task in all threads concurrently, one task after the other, and return the results of each thread."""
    barrier = Barrier(THREADS)
    results: list[list[object]] = [[] for _ in range(THREADS)]

    def run(found: list[object]) -> None:
        for task in tasks:
            barrier.wait(30)
            found.append(task())

    threads = [Thread(target=run, args=(found,)) for found in results]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def decoding(line: bytes) -> Callable[[], object]:
    from anaplan_client.core.codec import decode

    api, model, body = line.split(b"\t")
    read = decode.model(getattr(import_module(f"anaplan_client.{api.decode()}").models, model.decode()))
    return lambda: read(body)


def asking(package: str, name: str) -> Callable[[], object]:
    return lambda: getattr(import_module(package), name)


def clients(workspace: str, model: str, user: str, password: str, url: str) -> list[Callable[[], object]]:
    """Makes a client in each thread, and uses one in all."""

    def client() -> Any:
        made = import_module("anaplan_ext").Client
        return made(workspace, model, user_email=user, password=password, base_url=url, timeout=100)

    shared: Any = client()

    def alone() -> object:
        with client() as own:
            return own.list_workspaces()

    return [
        lambda: shared.list_models(),
        lambda: shared.list_actions(),
        lambda: shared.alm.get_revisions(),
        lambda: shared.transactional.list_lists(),
        lambda: import_module("anaplan_client.core.codec.decode").timestamp("Wed, 10 Mar 2021 11:31:08 +0000"),
        lambda: str(import_module("anaplan_ext.transport.telemetry")._tracer()),
        alone,
    ]


def main() -> None:
    # Threads take turns as often as the interpreter can let them.
    sys.setswitchinterval(1e-6)
    kind, *arguments = sys.argv[1:]
    if kind == "responses":
        tasks = [decoding(line) for line in Path(arguments[0]).read_bytes().splitlines()]
    elif kind == "names":
        tasks = [asking(package, name) for package in PACKAGES for name in import_module(package).__all__]
    else:
        tasks = clients(*arguments)
    results = at_once(tasks)
    assert all(len(found) == len(tasks) for found in results)
    assert all(found == results[0] for found in results)
    print(len(tasks))


if __name__ == "__main__":
    main()
