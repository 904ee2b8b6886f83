from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import threading

import httpx
import pytest

from anaplan_ext.emulator import BodyDigest, Emulator, Exchange
from anaplan_ext.emulator import __main__ as program

from .conftest import BINARY, Api


def test_exchanges(api: Api, emulator: Emulator) -> None:
    api.get("/models", params={"limit": 1})
    exchange = emulator.exchanges[-1]
    assert (exchange.method, exchange.path, exchange.query, exchange.status) == ("GET", "/2/0/models", "limit=1", 200)
    assert ("accept", "*/*") in exchange.request_headers
    assert ("content-type", "application/json") in exchange.response_headers
    assert isinstance(exchange.response_body, bytes)
    assert len({dict(exchange.response_headers)["x-request-id"] for exchange in emulator.exchanges}) == 2
    assert (exchange.fault, exchange.in_flight) == (None, 1)
    assert (emulator.count(), emulator.count("POST"), emulator.count(path="^/2/0/models$")) == (2, 1, 1)


def test_big_bodies(api: Api, emulator: Emulator) -> None:
    content = b"x" * 1_000_001
    api.upload(api.dev, content)
    digest = BodyDigest(len(content), hashlib.sha256(content).hexdigest())
    assert emulator.exchanges[-1].request_body == digest
    assert api.get(f"{api.dev}/files/113000000000").content == content
    assert emulator.exchanges[-1].response_body == digest
    with Emulator(record_bodies=False, observer=None) as quiet:
        Api(quiet)
        assert quiet.exchanges[0].request_body == BodyDigest(0, None)


def test_observer() -> None:
    seen: list[Exchange] = []

    def observe(exchange: Exchange) -> None:
        seen.append(exchange)
        if exchange.path == "/2/0/users/me":
            raise ValueError("not as described")

    emulator = Emulator(observer=observe).start()
    api = Api(emulator)
    assert api.get("/users/me").status_code == 200
    assert api.get("/users/me").status_code == 200
    assert seen == emulator.exchanges
    with pytest.raises(ValueError, match="not as described") as caught:
        emulator.stop()
    assert "and also" in caught.value.__notes__[0]
    emulator.stop()


def test_the_error_of_the_test_is_raised_first() -> None:
    def observe(_: Exchange) -> None:
        raise ValueError("observer")

    def fail() -> None:
        with Emulator(observer=observe) as emulator:
            httpx.get(emulator.url)
            raise KeyError("test")

    with pytest.raises(KeyError) as caught:
        fail()
    assert "observer" in caught.value.__notes__[0]


def test_start_and_stop() -> None:
    emulator = Emulator()
    with emulator:
        url = emulator.url
        assert httpx.get(url).status_code == 401 or httpx.get(url).status_code == 404
        with pytest.raises(RuntimeError, match="already started"):
            emulator.start()
        with pytest.raises(OSError, match="in use"):
            Emulator(port=int(url.rpartition(":")[2])).start()
        with pytest.raises(KeyError):
            emulator.model("unknown")
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    assert not [thread for thread in threading.enumerate() if thread.name == "anaplan-emulator"]


def test_each_emulator_starts_fresh() -> None:
    ids: list[str] = []
    for _ in range(2):
        with Emulator() as emulator:
            api = Api(emulator)
            assert api.get(f"{api.dev}/files/113000000000").status_code == 404
            api.put(f"{api.dev}/files/113000000000", content=b"x", headers=BINARY)
            ids.append(api.post(f"{api.dev}/alm/revisions", {"name": "x"}).json()["revision"]["id"])
    assert ids[0] == ids[1]


def test_fixture(anaplan_emulator: Emulator) -> None:
    assert Api(anaplan_emulator).get("/users/me").status_code == 200


def test_import_is_cheap_and_names_what_is_missing() -> None:
    code = (
        "import sys, anaplan_ext.emulator.pytest_plugin as plugin, anaplan_ext.emulator as package\n"
        "assert 'anaplan_emulator' in dir(plugin) and 'Emulator' in dir(package)\n"
        "assert not {'uvicorn', 'starlette', 'anaplan_ext.emulator.http.server'} & set(sys.modules)\n"
        "sys.modules['uvicorn'] = None\n"
        "try:\n    from anaplan_ext.emulator import Emulator\n"
        "except ImportError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'anaplan-client[emulator]'" in done.stdout


def test_unknown_name() -> None:
    import anaplan_ext.emulator as package

    with pytest.raises(AttributeError, match="Nothing"):
        _ = package.Nothing


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_command() -> None:
    command = [sys.executable, "-m", "anaplan_ext.emulator", "--port", "0", "--task-seconds", "2"]
    # A child inherits an ignored SIGINT, for example in the background of a script.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, handler)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(5)]
    url_match = re.search(r"http://127\.0\.0\.1:\d+", lines[0])
    assert url_match is not None
    response = httpx.post(url_match[0] + "/token/authenticate", auth=(lines[1].split()[1], lines[2].split()[1]))
    assert response.status_code == 201
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert process.returncode in (0, 130)
    assert "Traceback" not in errors


def test_command_on_a_taken_port(emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["--port", emulator.url.rpartition(":")[2]])
    assert "cannot listen" in capsys.readouterr().err
