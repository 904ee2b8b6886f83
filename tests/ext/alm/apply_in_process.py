"""Apply a plan in a process of its own, which kills itself at a point of its journal.

Arguments: the emulator's URL, the plan, and optionally `--resume`, or the number of a write to the disk and `before` or
`after`.
"""

import os
import signal
import sys
from collections.abc import Callable

from anaplan_ext import Client, RetryPolicy

from .promotion_tenant import SOURCE


def kill_at(number: int, moment: str) -> Callable[[int], None]:
    """Return a function in place of `os.fsync` that kills this process before or after a call of it."""
    count = 0
    fsync = os.fsync

    def killing(descriptor: int) -> None:
        nonlocal count
        count += 1
        if count == number and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        fsync(descriptor)
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return killing


def main(url: str, path: str, *point: str) -> None:
    resumes = point == ("--resume",)
    if point and not resumes:
        os.fsync = kill_at(int(point[0]), point[1])
    arguments = {"user_email": "ada@example.com", "password": "password"}
    policy = RetryPolicy(count=2, base_delay=0, throttle_delay=0.001, throttle_total=0.012)
    with Client(model_id=SOURCE, base_url=url, status_poll_delay=0, retry_policy=policy, **arguments) as client:
        for result in client.alm.load_plan(path).apply(parallel=3, offline=True, resume=resumes):
            print(result)


if __name__ == "__main__":
    main(*sys.argv[1:])
