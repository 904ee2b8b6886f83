"""What an observer is shown, through both faces, and what it cannot disturb."""

import json
import logging
from pathlib import Path

import pytest

from anaplan_client.core import Observed, StatusError
from anaplan_client.core.errors import MAX_KEPT_BYTES
from anaplan_ext import Client
from anaplan_ext.emulator import Emulator, Limits

from .support import FACES, Face, answering, answers, request

JSON = {"headers": {"Content-Type": "application/json"}, "content": b'{"a": 1}'}
SECRET = "canary-5ea1"


@pytest.fixture(params=FACES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(("call", "shown"), [("send", b'{"a": 1}'), ("stream", b"")])
async def test_an_answer_is_shown_with_its_operation(kind: str, call: str, shown: bytes) -> None:
    seen: list[Observed] = []
    face = Face(kind, observer=seen.append)
    with answering(answers(**JSON)):
        assert await face.call(call, request()) == b'{"a": 1}'
    await face.close()
    (observed,) = seen
    assert (observed.request.operation, observed.status, observed.content) == ("integration.sample", 200, shown)
    assert observed.headers["content-type"] == "application/json"


@pytest.mark.parametrize("call", ["send", "stream"])
async def test_a_refusal_is_shown_before_it_is_raised(kind: str, call: str) -> None:
    seen: list[Observed] = []
    face = Face(kind, observer=seen.append)
    with answering(answers(404, content=b"{}")), pytest.raises(StatusError):
        await face.call(call, request())
    await face.close()
    assert [(observed.status, observed.content) for observed in seen] == [(404, b"{}")]


@pytest.mark.parametrize(("call", "shown"), [("send", 0), ("stream", 0)])
async def test_what_was_read_in_part_is_not_shown(kind: str, call: str, shown: int) -> None:
    seen: list[Observed] = []
    face = Face(kind, observer=seen.append)
    with answering(answers(500, content=b"x" * (MAX_KEPT_BYTES + 1))), pytest.raises(StatusError):
        await face.call(call, request())
    await face.close()
    assert [len(observed.content) for observed in seen] == [shown]


async def test_no_repr_shows_the_content_or_the_token(kind: str) -> None:
    seen: list[Observed] = []
    face = Face(kind, observer=seen.append)
    with answering(answers(200, content=SECRET.encode(), headers={"X": SECRET})):
        await face.send(request(authorization=f"AnaplanAuthToken {SECRET}"))
    await face.close()
    assert repr(seen) == f"[Observed('integration.sample', 200, {len(SECRET)} bytes)]"


async def test_an_observer_that_fails_is_logged_once_and_breaks_no_call(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(observed: Observed) -> None:
        raise ValueError(SECRET)

    face = Face(kind, observer=fail)
    with answering(answers(**JSON)), caplog.at_level(logging.DEBUG, "anaplan"):
        for _ in range(3):
            assert await face.send(request()) == b'{"a": 1}'
    await face.close()
    messages = [record.getMessage() for record in caplog.records if record.name == "anaplan"]
    assert messages == ["the observer of integration.sample failed with ValueError"]
    assert SECRET not in caplog.text


def watched(emulator: Emulator, seen: list[Observed]) -> Client:
    return Client(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        observer=seen.append,
    )


def test_a_download_is_shown_without_its_content(emulator: Emulator, tmp_path: Path) -> None:
    seen: list[Observed] = []
    with watched(emulator, seen) as client:
        client.upload_file(113000000000, "id,amount\n1,10\n")
        client.download_file(113000000000, tmp_path / "file.csv")
    assert emulator.count("GET", "/chunks/0$") == 1
    observed = [one for one in seen if one.request.operation == "integration.download_file_chunk"]
    assert [(one.status, one.content) for one in observed] == [(200, b"")]


def test_every_page_is_shown(emulator: Emulator) -> None:
    seen: list[Observed] = []
    emulator.page_limit = 100
    many = emulator.model(emulator.development_model_id).add_list("Many", items=(f"I{n}" for n in range(250)))
    with watched(emulator, seen) as client:
        client.transactional.get_list_items(many)
    shown = [json.loads(one.content) for one in seen if one.request.path.endswith("/items")]
    assert sorted(len(page["listItems"]) for page in shown) == [50, 100, 100]


def test_pages_of_read_requests_are_shown() -> None:
    seen: list[Observed] = []
    with Emulator(limits=Limits(view_cells=5, page_rows=2)) as emulator:
        model = emulator.model(emulator.development_model_id)
        model.add_list("Rows", items="ABCDE")
        view = model.add_module("Large", applies_to=["Rows"], line_items=["Units", "Price"])
        with watched(emulator, seen) as client:
            content = b"".join(client.transactional.get_view_data_stream(view))
    pages = [one for one in seen if one.request.path.rpartition("/")[0].endswith("/pages")]
    assert len(pages) == 3
    assert {one.content[-9:] for one in pages} <= {content[at : at + 9] for at in range(len(content))}
