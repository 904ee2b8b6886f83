"""Uses everything that is built at its first use in eight threads at once: the child process of `test_first_use.py`.

python -m tests.core.first_use responses FILE   decodes each response of a file, whose lines have API, model and JSON
python -m tests.core.first_use names            asks every package for each of its names
"""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from threading import Barrier, Thread

from anaplan_client.core import decode

THREADS = 8
PACKAGES = ["anaplan_ext", *(f"anaplan_client.{name}" for name in ("alm", "authentication", "integration"))]


def at_once(tasks: Sequence[Callable[[], object]]) -> list[list[object]]:
    """Runs each task in all threads at once, one task after the other, and returns the results of each thread."""
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
    api, model, body = line.split(b"\t")
    read = decode.answer(getattr(import_module(f"anaplan_client.{api.decode()}").models, model.decode()))
    return lambda: read(body)


def asking(package: str, name: str) -> Callable[[], object]:
    return lambda: getattr(import_module(package), name)


def main() -> None:
    # Threads take turns as often as the interpreter can let them.
    sys.setswitchinterval(1e-6)
    if sys.argv[1] == "responses":
        tasks = [decoding(line) for line in Path(sys.argv[2]).read_bytes().splitlines()]
    else:
        names = [(package, name) for package in PACKAGES for name in import_module(package).__all__]
        tasks = [asking(*name) for name in names]
    results = at_once(tasks)
    assert all(len(found) == len(tasks) for found in results)
    assert all(found == results[0] for found in results)
    print(len(tasks))


if __name__ == "__main__":
    main()
