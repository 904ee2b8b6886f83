"""A filesystem that is used before and after a fork, as pools of workers do."""

import multiprocessing
import os
import threading

import pytest

from anaplan_ext.filesystem.filesystem import AnaplanFileSystem

from .conftest import CONTENT, DEV, NAME

PATH = f"{DEV}/{NAME}"
TIMEOUT_SECONDS = 60

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"),
]


def read(arguments: tuple[AnaplanFileSystem, str]) -> bytes:
    fs, path = arguments
    content: bytes = fs.cat_file(path)
    return content


def test_forked_workers_read_while_the_parent_does(fs: AnaplanFileSystem, exhaustive: bool) -> None:
    fs.pipe_file(PATH, CONTENT)
    ending = threading.Event()

    def keep_reading() -> None:
        while not ending.is_set():
            fs.cat_file(PATH)

    reader = threading.Thread(target=keep_reading)
    reader.start()
    try:
        for _ in range(200 if exhaustive else 5):
            with multiprocessing.get_context("fork").Pool(2) as pool:
                results = pool.map_async(read, [(fs, PATH)] * 4).get(TIMEOUT_SECONDS)
            assert results == [CONTENT] * 4
    finally:
        ending.set()
        reader.join()


def test_a_child_uses_what_it_inherited(fs: AnaplanFileSystem) -> None:
    fs.pipe_file(PATH, CONTENT)
    with fs.tenant._lock:  # as another thread of the parent may have it
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = 7 if fs.cat_file(PATH) == CONTENT else 2
            finally:
                os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
