"""Use one client concurrently in a process and its children, and report which got the content of another.

python -m tests.contract.faults.forking URL MODEL AUTHORITY COUNT
"""

import json
import os
import signal
import sys
import threading
import time
import warnings

from anaplan_client import integration
from anaplan_ext import Client

AT_ONCE = 4
HUNG, FOREIGN, FAILED = 14, 3, 4


def content_of(number: int) -> bytes:
    return b"".join(b"%d;%d\n" % (number, line) for line in range(20_000))


class Emulated:
    """A client of the emulator, on which everybody has a file."""

    def __init__(self, url: str, model: str) -> None:
        credentials = {"user_email": "ada@example.com", "password": "password"}
        self.client = Client(model_id=model, base_url=url, upload_chunk_size=1_000_000, **credentials)

    def ask(self, number: int) -> bool:
        content, file = content_of(number), 113000000000 + number % 30
        self.client.upload_file(file, content)
        listed = [one.id for one in self.client.list_files()]
        return self.client.get_file(file) == content and len(set(listed)) == 30


class Echoed:
    """A client of a server that echoes the path of each request."""

    def __init__(self, url: str, authority: str) -> None:
        self.client = Client(token="token", base_url=url, verify=authority if authority != "-" else True)

    def ask(self, number: int) -> bool:
        for request in (integration.download_file_chunk("M", f"113{number}", index) for index in range(5)):
            expected = request.path.encode()
            with self.client.stream(request) as body:
                streamed = b"".join(body)
            if streamed != expected or self.client.send(request) != expected:
                return False
        return True


def child(asked: Emulated | Echoed, number: int) -> None:
    """Ends this process."""
    end = FAILED
    try:
        signal.alarm(60)
        end = 0 if asked.ask(number) else FOREIGN
    except BaseException as error:
        os.write(2, repr(error).encode())
    finally:
        os._exit(end)


def main() -> None:
    url, model, authority, count = sys.argv[1:]
    warnings.simplefilter("ignore", DeprecationWarning)  # of Python 3.12, about forks in a process with threads
    asked = Echoed(url, authority) if model == "-" else Emulated(url, model)
    assert asked.ask(0)
    ended, foreign = threading.Event(), list[int]()

    def go_on(number: int) -> None:
        while not ended.is_set():
            if not asked.ask(number):
                foreign.append(number)

    threads = [threading.Thread(target=go_on, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    ends: list[int] = []
    for first in range(0, int(count), AT_ONCE):
        children: list[int] = []
        for number in range(first, min(first + AT_ONCE, int(count))):
            time.sleep(0.001 * (number % 7))
            child_id = os.fork()
            if not child_id:
                child(asked, 2 + number % 28)
            children.append(child_id)
        ends += [os.waitstatus_to_exitcode(os.waitpid(child_id, 0)[1]) for child_id in children]
    ended.set()
    for thread in threads:
        thread.join()
    alive = asked.ask(0)
    asked.client.close()
    print(json.dumps({"ends": {str(end): ends.count(end) for end in set(ends)}, "foreign": foreign, "alive": alive}))


if __name__ == "__main__":
    main()
