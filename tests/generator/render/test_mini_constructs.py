"""What the small API has for the next APIs: each construct is sent through both clients, and its response is read."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import Message
from typing import Any

import httpx
import pytest
from attrs import evolve

from anaplan_client.core import DecodeError, Observed, Request

from ...core.support import FACES, Face, answering, answers, no_authorities

__all__ = ["no_authorities"]

SQUARE = 'it\'s "square"'
DAY = date(2021, 4, 1)
NOON = datetime(2021, 4, 1, 12, tzinfo=UTC)


class Signer(httpx.Auth):
    """Signs whatever it may."""

    def auth_flow(self, request: httpx.Request) -> Any:
        request.headers["Authorization"] = "AnaplanAuthToken secret"
        yield request


@pytest.fixture(params=FACES)
async def face(request: pytest.FixtureRequest) -> AsyncIterator[Face]:
    face = Face(str(request.param), auth=Signer())
    yield face
    await face.close()


async def send(face: Face, request: Request[Any], answer: object = None, media: str = "") -> tuple[httpx.Request, Any]:
    """Send a request. Return what arrived, and the decoded response."""
    status = (*request.statuses, *request.empty_statuses)[0]
    content = {} if status == 204 else {"content": json.dumps(answer), "headers": {"content-type": media}}
    with answering(answers(status, **content)) as seen:
        result = await face.send(request)
    return seen[0], result


async def test_a_public_operation_has_no_authorization(face: Face, mini: Any) -> None:
    public = mini.fetch_token(body=mini.models.TokenForm())
    sent, _ = await send(face, public)
    assert "authorization" not in sent.headers
    assert public.public
    assert not mini.draw_shape(body=mini.models.Circle(radius=1)).public
    signed, _ = await send(face, mini.get_thing("T1"), {"thingId": "T1", "name": "x", "kind": "NEW"})
    assert signed.headers["authorization"] == "AnaplanAuthToken secret"


async def test_lists_and_headers_are_written(face: Face, mini: Any) -> None:
    request = mini.list_shapes(
        colors=["a,b", "ü&"],
        sizes=(1, 2),
        kinds=[mini.models.Kind.NEW, mini.models.Kind.OLD_ONE],
        days=[DAY],
        x_trace_id="t 1",
        key="hush",
        x_day=DAY,
        x_moment=NOON,
        x_count=3,
        x_ratio=0.5,
        x_open=False,
        x_kind=mini.models.Kind.OLD_ONE,
        x_words=["a", "b"],
    )
    sent, result = await send(face, request, [], "application/vnd.mini+json")
    assert result == []
    assert sent.url.params.multi_items() == [
        ("colors", "a,b"),
        ("colors", "ü&"),
        ("sizes", "1"),
        ("sizes", "2"),
        ("kinds", "NEW,old one"),
        ("days", "2021-04-01"),
    ]
    wanted = {
        "x-trace-id": "t 1",
        "x-key": "hush",
        "x-day": "2021-04-01",
        "x-moment": "2021-04-01T12:00:00+00:00",
        "x-count": "3",
        "x-ratio": "0.5",
        "x-open": "false",
        "x-kind": "old one",
        "x-words": "a,b",
        "x-version": "2",
        "accept": "application/vnd.mini+json",
    }
    assert {name: sent.headers[name] for name in wanted} == wanted
    assert "hush" not in repr(request)


async def test_a_redirect_is_a_success_without_content(face: Face, mini: Any) -> None:
    request = mini.open_picture()
    assert (request.statuses, request.empty_statuses, request.public) == ((), (302,), True)
    _, result = await send(face, request, "Found", "text/html")
    assert result is None


def test_what_is_left_out_is_not_sent(mini: Any) -> None:
    request = mini.list_shapes(sizes=[], x_trace_id="t1", colors=(), x_words=[])
    assert request.params == {}
    assert request.headers == {"X-Trace-Id": "t1", "X-Version": "2"}


@pytest.mark.parametrize("value", ["", " hush", "hush\r\nX: 1", "hüsh", "hush\x00"])
def test_what_a_header_cannot_have_is_refused_and_not_shown(value: str, mini: Any) -> None:
    with pytest.raises(ValueError, match="X-Key must be printable ASCII text") as raised:
        mini.list_shapes(sizes=[1], x_trace_id="t1", key=value)
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize(
    ("media", "is_fit"),
    [
        ("application/vnd.mini+json", True),
        ("application/vnd.mini+json; charset=utf-8", True),
        ("application/json", True),
        ("", True),
        ("text/plain", False),
        ("text/html", False),
        ("application/other+json", False),
    ],
)
async def test_json_of_another_name_is_read_and_nothing_else(media: str, is_fit: bool, face: Face, mini: Any) -> None:
    request = mini.list_shapes(sizes=[1], x_trace_id="t1")
    if is_fit:
        _, pictures = await send(face, request, [{"extra": {"a": [1]}}], media)
        assert pictures == [mini.models.Picture(extra={"a": [1]})]
    else:
        with pytest.raises(DecodeError, match=r"application/vnd\.mini\+json"):
            await send(face, request, [], media)


@pytest.mark.parametrize("count", [0, 2, 30_000])
def test_an_array_is_read_at_any_length(count: int, mini: Any) -> None:
    entries: list[object] = [{"extra": {"a": 1.5}, "anyValue": None} for _ in range(count)]
    read = mini.list_shapes(sizes=[1], x_trace_id="t1").decode(json.dumps(entries).encode())
    assert read == [mini.models.Picture(extra={"a": 1.5})] * count
    entries.append({"shape": {"type": "circle", "radius": "2"}, "new": 1})
    read = mini.list_shapes(sizes=[1], x_trace_id="t1").decode(json.dumps(entries).encode())
    assert (read[-1].shape.radius, read[-1].additional_properties) == (2.0, {"new": 1})


@pytest.mark.parametrize("content", [b"{}", b"[1]", b"null", b'[{"extra": 3}]', b"[", b""])
def test_content_that_is_no_such_array_cannot_be_read(content: bytes, mini: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        mini.list_shapes(sizes=[1], x_trace_id="t1").decode(content)


async def test_maps_and_free_objects_are_sent_and_read(face: Face, mini: Any) -> None:
    sent, result = await send(face, mini.rename_shapes(body={"box": "cube"}), {"box": 1})
    assert (sent.content, sent.headers["content-type"], result) == (
        b'{"box":"cube"}',
        "application/vnd.mini+json",
        {"box": 1},
    )
    request = mini.rename_shapes(body={"box": "cube"}, content_type="application/json")
    sent, _ = await send(face, request, {})
    assert sent.headers["content-type"] == "application/json"
    sent, result = await send(face, mini.change_shapes(body={"box": {"size": [1, None]}}), {"x": [{"y": 1}]})
    assert json.loads(sent.content) == {"box": {"size": [1, None]}}
    assert sent.headers["content-type"] == "application/merge-patch+json"
    assert result == {"x": [{"y": 1}]}
    sent, _ = await send(face, mini.change_shapes(), {})
    assert (sent.content, "content-type" in sent.headers) == (b"", False)


async def test_a_post_may_be_safe(face: Face, mini: Any) -> None:
    request = mini.search_shapes(body=mini.models.SearchByName(name="bo"))
    sent, result = await send(face, request, ["box", 3])
    assert (request.effect, sent.method, sent.content, result) == ("safe", "POST", b'{"name":"bo"}', ["box", "3"])


def test_every_kind_of_value_is_written_into_a_path(mini: Any) -> None:
    request = mini.find_shapes(mini.models.Kind.OLD_ONE, DAY, NOON, True)
    assert request.path == "/2/0/shapes/old%20one/2021-04-01/2021-04-01T12%3A00%3A00%2B00%3A00/true"
    assert mini.find_shapes(mini.models.Kind.NEW, DAY, NOON, False).path.endswith("/false")


SHAPES: list[Any] = [
    ({"type": "circle", "radius": 1.5, "new": 1}, "Circle"),
    ({"type": SQUARE, "side": 2}, "Square"),
    ({"type": "hexagon", "side": 2, "deep": {"a": [None]}}, "UnknownVariant"),
    ({"type": 3}, "UnknownVariant"),
    ({"side": 2}, "UnknownVariant"),
    ({}, "UnknownVariant"),
]


@pytest.mark.parametrize(("value", "kind"), SHAPES)
async def test_a_union_is_read_by_its_discriminator(value: dict[str, object], kind: str, face: Face, mini: Any) -> None:
    _, shape = await send(face, mini.draw_shape(body=mini.models.Circle(radius=1)), value)
    assert type(shape).__name__ == kind
    if kind == "UnknownVariant":
        assert repr(shape) == f"UnknownVariant(kind={value.get('type')!r})"
        assert shape.to_dict() == value
        sent, _ = await send(face, mini.draw_shape(body=shape), value)
        assert json.loads(sent.content) == value
    _, shapes = await send(face, mini.find_shapes(mini.models.Kind.NEW, DAY, NOON, True), [value, value])
    assert shapes == [shape, shape]
    fields = {"shape": value, "shapes": [value], "shapeMap": {"a": value}}
    picture = mini.models.Picture.from_dict(fields)
    assert (picture.shape, picture.shapes, picture.shape_map) == (shape, [shape], {"a": shape})


@pytest.mark.parametrize("value", [None, 3, "circle", [], {"type": "circle"}, {"type": "circle", "radius": []}])
def test_what_is_no_object_or_lacks_a_field_cannot_be_read(value: object, mini: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        mini.draw_shape(body=mini.models.Circle(radius=1)).decode(json.dumps(value).encode())


def test_a_constant_need_not_be_given(mini: Any) -> None:
    models = mini.models
    assert models.Square(side=1).to_dict() == {"type": SQUARE, "side": 1}
    assert models.Square(side=1, unit="cm").to_dict() == {"type": SQUARE, "side": 1, "unit": "cm"}
    search = models.SearchByExtra(extra={}, any_value=[1])
    assert search.to_dict() == {"version": "2.0", "extra": {}, "anyValue": [1]}
    with pytest.raises(ValueError, match=r"type must be 'circle' \(got 'square'\)"):
        models.Circle(type="square", radius=1)


@pytest.mark.parametrize("value", [{}, {"a": {"b": [1, None, "x"]}}])
def test_free_fields_and_any_value_go_both_ways(value: dict[str, object], mini: Any) -> None:
    fields = {"extra": value, "extraList": [value], "extraMap": {"x": value}, "anyValue": value, "anyList": [value, 1]}
    picture = mini.models.Picture.from_dict(fields)
    assert (picture.extra, picture.extra_list, picture.extra_map) == (value, [value], {"x": value})
    assert (picture.any_value, picture.any_list) == (value, [value, 1])
    others: list[object] = [0, "", False, [], "x"]
    for other in others:
        assert mini.models.Picture.from_dict({"anyValue": other}).any_value == other


async def test_a_form_is_sent(face: Face, mini: Any) -> None:
    form = mini.models.TokenForm(
        secret="a&b=ü", scopes=["x", "y,z"], open=True, count=3, day=DAY, kind=mini.models.Kind.OLD_ONE
    )
    sent, _ = await send(face, mini.fetch_token(body=form))
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"
    assert httpx.QueryParams(sent.content.decode()).multi_items() == [
        ("grant", "password"),
        ("secret", "a&b=ü"),
        ("scopes", "x"),
        ("scopes", "y,z"),
        ("open", "true"),
        ("count", "3"),
        ("day", "2021-04-01"),
        ("kind", "old one"),
    ]


def parts(sent: httpx.Request) -> list[tuple[object, object, str, object]]:
    """The parts of a multipart body: name, name of the file, media type, and content."""
    head = f"Content-Type: {sent.headers['content-type']}\r\n\r\n".encode()
    message: Message = message_from_bytes(head + sent.content)
    found: Any = message.get_payload()
    names: Any = [part.get_param("name", header="content-disposition") for part in found]
    return [
        (name, part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for name, part in zip(names, found, strict=True)
    ]


def pieces() -> Iterator[bytes]:
    yield b"a;"
    yield b"b\r\n"


async def async_pieces() -> AsyncIterator[bytes]:
    for piece in pieces():
        yield piece


@pytest.mark.parametrize(
    "file",
    [b"a;b\r\n", memoryview(b"a;b\r\n"), [b"a;", b"b\r\n"], pieces, async_pieces, b""],
    ids=["bytes", "view", "list", "iterator", "async iterator", "empty"],
)
async def test_a_multipart_body_is_sent(file: Any, face: Face, mini: Any) -> None:
    if file is async_pieces and not face.asynchronous:
        return
    content = file() if callable(file) else file
    request = mini.import_shapes(file=content, note="ü", kind=mini.models.Kind.NEW, day=DAY, maximum=3)
    sent, result = await send(face, request, {"anyValue": 1})
    assert result == mini.models.Picture(any_value=1)
    assert parts(sent) == [
        ("note", None, "text/plain", "ü".encode()),
        ("kind", None, "text/plain", b"NEW"),
        ("day", None, "text/plain", b"2021-04-01"),
        ("limit", None, "text/plain", b"3"),
        ("file", "file", "text/csv", b"" if file == b"" else b"a;b\r\n"),
    ]
    assert ("content-length" in sent.headers) is not callable(file)


async def test_a_multipart_body_in_memory_can_be_sent_again(face: Face, mini: Any) -> None:
    request = mini.import_shapes(file=b"x" * 3_000_000, preview=b"y", note="n")
    first, _ = await send(face, request, {"anyValue": 1})
    second, _ = await send(face, request, {"anyValue": 1})
    assert first.content == second.content
    assert [part[:3] for part in parts(first)] == [
        ("note", None, "text/plain"),
        ("file", "file", "text/csv"),
        ("preview", "preview", "application/octet-stream"),
    ]


@pytest.mark.parametrize("is_sensitive", [True, False])
async def test_an_observer_sees_no_header_of_a_sensitive_request(is_sensitive: bool, mini: Any) -> None:
    seen: list[Observed] = []
    face = Face("async", observer=seen.append)
    request = evolve(mini.list_shapes(sizes=[1], x_trace_id="t1", key="hush"), sensitive=is_sensitive)
    await send(face, request, [], "application/json")
    await face.close()
    assert ("X-Key" in seen[0].request.headers) is not is_sensitive
