from __future__ import annotations

import threading
import time
from collections.abc import Callable

import httpx
import pytest

from anaplan_ext.emulator import Emulator, Fault

from .conftest import LOCALE, Api, message

ME = "/users/me"


def test_faults_hit_the_nth_match_and_the_following(api: Api, emulator: Emulator) -> None:
    emulator.inject(Fault(method="GET", path="users/me$", nth=2, times=2))
    emulator.inject(Fault(path="workspaces", times=None, status=429, headers=(("Retry-After", "7"),)))
    assert [api.get(ME).status_code for _ in range(5)] == [200, 503, 503, 200, 200]
    responses = [api.get("/workspaces") for _ in range(3)]
    assert [message(response)[0] for response in responses] == [429] * 3
    assert responses[0].headers["retry-after"] == "7"
    emulator.clear_faults()
    assert api.get("/workspaces").status_code == 200


def test_replaced_response(api: Api, emulator: Emulator) -> None:
    emulator.inject(Fault(path=ME, status=200, body=b"<html></html>", content_type="text/html"))
    response = api.get(ME)
    assert (response.text, response.headers["content-type"].partition(";")[0]) == ("<html></html>", "text/html")
    emulator.inject(Fault(path="/token/"))
    assert set(api.http.get("/token/validate").json()) == {"status", "statusMessage"}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("kind", ["response", "reset"])
def test_effect_before_a_fault_or_none(api: Api, emulator: Emulator, kind: str, after: bool) -> None:
    path = f"{api.dev}/actions/117000000000/tasks"
    fault = Fault(method="POST", path="/tasks$", kind="reset" if kind == "reset" else "response", after_effect=after)
    emulator.inject(fault)
    if kind == "reset":
        with pytest.raises(httpx.ReadError, match="reset"):
            api.post(path, LOCALE)
    else:
        assert api.post(path, LOCALE).status_code == 503
    assert len(api.get(path).json().get("tasks", [])) == after
    assert [exchange.fault for exchange in emulator.exchanges if exchange.method == "POST"][-1] == fault
    assert emulator.exchanges[-2].status == (None if kind == "reset" else 503)


def test_delayed_effects(api: Api, emulator: Emulator) -> None:
    path = f"{api.dev}/actions/117000000000/tasks"
    emulator.inject(Fault(method="POST", path="/tasks$", status=504, late=True, times=2))
    assert api.post(path, LOCALE).status_code == 504
    assert emulator.effects == {}
    # The effect comes before that of the next request of the same method and path.
    assert api.post(path, LOCALE).status_code == 504
    assert emulator.effects == {"actions": 1}
    emulator.catch_up()
    assert emulator.effects == {"actions": 2}
    assert len(api.get(path).json()["tasks"]) == 2
    emulator.catch_up()
    assert emulator.effects == {"actions": 2}


def test_truncated(api: Api, emulator: Emulator) -> None:
    api.upload(api.dev, b"x" * 1000)
    emulator.inject(Fault(method="GET", path="/files/", kind="truncate", keep_bytes=10))
    with pytest.raises(httpx.RemoteProtocolError, match="received 10 bytes, expected 1000"):
        api.get(f"{api.dev}/files/113000000000")
    assert len(api.get(f"{api.dev}/files/113000000000").content) == 1000


def test_malformed(api: Api, emulator: Emulator) -> None:
    emulator.inject(Fault(path=ME, kind="malformed"))
    response = api.get(ME)
    assert response.status_code == 200
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
        response.json()


def test_closed_without_a_response(api: Api, emulator: Emulator) -> None:
    path = f"{api.dev}/actions/117000000000/tasks"
    for number, after in enumerate((False, True)):
        emulator.inject(Fault(method="POST", path="/tasks$", kind="close", after_effect=after))
        with pytest.raises(httpx.RemoteProtocolError, match="without sending"):
            api.post(path, LOCALE)
        assert len(api.get(path).json().get("tasks", [])) == number == emulator.effects["actions"]


def test_changed(api: Api, emulator: Emulator) -> None:
    emulator.inject(Fault(path=ME, kind="changed", change=lambda response: response | {"user": None}))
    assert api.get(ME).json()["user"] is None
    assert api.get(ME).json()["user"]["id"]


def test_dripped(api: Api, emulator: Emulator) -> None:
    expected = api.get(ME).content
    emulator.inject(Fault(path=ME, kind="drip"))
    with api.http.stream("GET", f"/2/0{ME}") as response:
        pieces = list(response.iter_raw())
    assert b"".join(pieces) == expected
    emulator.inject(Fault(path=ME, kind="drip", pause=5))
    with pytest.raises(httpx.ReadTimeout):
        api.get(ME, timeout=0.05)
    assert api.get(ME).content == expected


def in_background(call: Callable[[], httpx.Response]) -> tuple[threading.Thread, list[httpx.Response]]:
    responses: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: responses.append(call()), daemon=True)
    thread.start()
    return thread, responses


def wait_until_stalled(emulator: Emulator) -> None:
    while not emulator.stalled:
        time.sleep(0.001)


@pytest.mark.parametrize("after", [False, True])
def test_stalled_until_released(api: Api, emulator: Emulator, after: bool) -> None:
    path = f"{api.dev}/actions/117000000000/tasks"
    other = Api(emulator)
    emulator.inject(Fault(method="POST", path="/tasks$", kind="stall", after_effect=after))
    thread, responses = in_background(lambda: api.post(path, LOCALE))
    wait_until_stalled(emulator)
    assert len(other.get(path).json().get("tasks", [])) == after
    assert emulator.in_flight == 1
    emulator.release()
    thread.join()
    assert responses[0].status_code == 200
    assert len(other.get(path).json()["tasks"]) == 1
    assert emulator.peak_in_flight == 2


def test_stalled_until_the_client_disconnects(api: Api, emulator: Emulator) -> None:
    emulator.inject(Fault(path=ME, kind="stall"))
    with pytest.raises(httpx.ReadTimeout):
        api.get(ME, timeout=0.05)
    assert api.get(ME).status_code == 200


def test_stalled_until_stop() -> None:
    with Emulator() as emulator:
        api = Api(emulator)
        emulator.inject(Fault(path=ME, kind="stall"))

        def attempt() -> httpx.Response:
            try:
                return api.get(ME)
            except httpx.TransportError:
                return httpx.Response(599)

        thread, responses = in_background(attempt)
        wait_until_stalled(emulator)
    thread.join()
    assert responses[0].status_code in (200, 599)


def test_rate_limit() -> None:
    with Emulator(requests_per_second=3, clock=lambda: 1_800_000_000.0) as emulator:
        api = Api(emulator)
        assert [api.get(ME).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
        emulator.advance(0.4)
        assert [api.get(ME).status_code for _ in range(2)] == [200, 429]
        assert "retry-after" not in api.get(ME).headers


def test_rate_limit_of_anaplan() -> None:
    with Emulator(requests_per_second=10, request_burst=600, clock=lambda: 1_800_000_000.0) as emulator:
        api, other = Api(emulator), Api(emulator, "sam@example.com", "password")
        statuses = [who.get(ME).status_code for _ in range(301) for who in (api, other)]
        assert statuses == [200] * 600 + [429] * 2, "it is the tenant's"
        emulator.advance(1)
        assert [api.get(ME).status_code for _ in range(11)] == [200] * 10 + [429]
        emulator.advance(120)
        assert [api.get(ME).status_code for _ in range(601)] == [200] * 600 + [429], "it holds no more than the burst"


def test_rate_limit_with_retry_after() -> None:
    with Emulator(requests_per_second=1, retry_after=7, clock=lambda: 1_800_000_000.0) as emulator:
        api = Api(emulator)
        assert api.get(ME).status_code == 200
        refused = api.get(ME)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "7")


def test_responses_have_the_date_of_the_emulators_clock() -> None:
    with Emulator(clock=lambda: 1_800_000_000.0) as emulator:
        api = Api(emulator)
        assert api.get(ME).headers["date"] == "Fri, 15 Jan 2027 08:00:00 GMT"
        emulator.advance(61)
        assert api.get("/nothing").headers["date"] == "Fri, 15 Jan 2027 08:01:01 GMT"


def test_effects_without_a_response_are_counted(api: Api, emulator: Emulator) -> None:
    emulator.inject(Fault(method="POST", path="/revisions$", kind="reset", after_effect=True))
    emulator.model(emulator.development_model_id).add_list("Another")
    with pytest.raises(httpx.ReadError):
        api.post(f"{api.dev}/alm/revisions", {"name": "One"})
    assert api.post(f"{api.dev}/alm/revisions", {"name": "Two"}).status_code == 400
    api.run(api.dev, "exports/116000000000")
    assert emulator.effects == {"revisions": 1, "exports": 1}
