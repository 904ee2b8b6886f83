"""A sign-in whose client is gone without having been closed, as after a second interrupt during `close`."""

import gc
import threading

import pytest

from anaplan_ext import Client
from anaplan_ext.concurrency import _sync
from anaplan_ext.emulator import Emulator, Fault


def interrupt(task: _sync.BackgroundTask) -> None:
    raise KeyboardInterrupt


def test_it_ends(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator.inject(Fault(path="/token/authenticate", kind="stall"))
    monkeypatch.setattr(_sync.BackgroundTask, "wait", interrupt)
    client = Client(user_email="ada@example.com", password="password", base_url=emulator.url, timeout=600)
    with pytest.raises(KeyboardInterrupt):
        client.list_workspaces()
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "anaplan-job"]
    assert thread.is_alive()
    del client
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()
