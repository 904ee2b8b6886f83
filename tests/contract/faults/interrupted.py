"""Does a job until it is interrupted, and tells what is left then: the child process of `test_interrupts.py`.

python -m tests.contract.faults.interrupted URL MODEL FACE JOB FOLDER
"""

import asyncio
import gc
import json
import sys
import threading
from pathlib import Path

from anaplan_ext import AsyncClient, Client, RetryPolicy

from .leaks import open_files

FILE, EXPORT = 113000000000, 116000000000


def options(url: str, model: str, job: str) -> dict[str, object]:
    return {
        "model_id": model,
        "user_email": "ada@example.com",
        "password": "password",
        "base_url": url,
        "timeout": 3600 if job == "sign-in" else 3,
        "status_poll_delay": 0.05,
        "upload_chunk_size": 1_000_000,
        "retry_policy": RetryPolicy(count=1 if job == "outage" else 0),
    }


def sync(url: str, model: str, job: str, folder: Path) -> None:
    with Client(**options(url, model, job)) as client:  # type: ignore[arg-type]
        if job == "sign-in":
            client.list_files()
        elif job == "wait":
            client.run_action(EXPORT)
        elif job in ("upload", "outage"):
            client.upload_file(FILE, bytes(8_000_000))
        else:
            client.download_file(FILE, folder / "download.csv")


async def asynchronous(url: str, model: str, job: str, folder: Path) -> None:
    async with AsyncClient(**options(url, model, job)) as client:  # type: ignore[arg-type]
        if job == "sign-in":
            await client.list_files()
        elif job == "wait":
            await client.run_action(EXPORT)
        elif job in ("upload", "outage"):
            await client.upload_file(FILE, bytes(8_000_000))
        else:
            await client.download_file(FILE, folder / "download.csv")


def main() -> None:
    url, model, face, job, folder = sys.argv[1:]
    before = open_files()
    notes: list[str] = []
    try:
        if face == "sync":
            sync(url, model, job, Path(folder))
        else:
            asyncio.run(asynchronous(url, model, job, Path(folder)))
    except KeyboardInterrupt as error:
        cause: BaseException | None = error
        while cause is not None:
            notes += getattr(cause, "__notes__", [])
            cause = cause.__context__
    gc.collect()
    left = {
        "threads": [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()],
        "sockets": len(open_files() - before),
        "files": [path.name for path in Path(folder).iterdir()],
        "notes": notes,
    }
    print(json.dumps(left))


if __name__ == "__main__":
    main()
