"""A program that ends while a token is refreshed in the background: the new tokens are stored before it ends."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from anaplan_ext import Client, FileTokenStore, OAuth
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.emulator.state.oauth import DEVICE_CLIENT_ID

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys, time
from anaplan_client import integration
from anaplan_ext import Client, FileTokenStore, OAuth
from anaplan_ext.transport import clock

client = Client(auth=OAuth(sys.argv[1], store=FileTokenStore(sys.argv[2])), base_url=sys.argv[3])
client.send(integration.get_current_user())
source = client._session._tokens._source
before, now = source._rotation, clock.now
clock.now = lambda: now() + 1900
client.send(integration.get_current_user())
while source._rotation is before:
    time.sleep(0.001)
print("ending", flush=True)
"""


@pytest.mark.slow
def test_the_end_of_the_interpreter_waits_for_a_refresh(emulator: Emulator, tmp_path: Path) -> None:
    emulator.oauth.interval = 0
    store = FileTokenStore(tmp_path / "tokens.json")
    oauth = OAuth(DEVICE_CLIENT_ID, store=store, on_device_code=lambda code: emulator.approve_device(code.user_code))
    with Client(auth=oauth, base_url=emulator.url) as client:
        client.list_workspaces()
    first = store.load()
    emulator.inject(Fault(path="/oauth/token", kind="stall", after_effect=True))
    command = [sys.executable, "-c", PROGRAM, DEVICE_CLIENT_ID, str(store.path), emulator.url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ending\n"
        with pytest.raises(subprocess.TimeoutExpired):
            program.wait(0.5)
        while not emulator.stalled:
            time.sleep(0.001)
        emulator.release()
        assert program.wait(60) == 0
    stored = store.load()
    assert stored not in (None, first)
    assert stored is not None
    assert stored.refresh_token == list(emulator.oauth.refresh_tokens)[-1]
