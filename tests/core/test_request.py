"""How requests are written: paths, queries and JSON bodies."""

import json
from datetime import date
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.core.request import json_content, path, query

from .support import FACES, Face, answering, answers, bounded, request

TEMPLATE = "/2/0/models/{model_id}/files/{file_id}"


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("A1B2", "A1B2"),
        (112000000007, "112000000007"),
        (0, "0"),
        (-1, "-1"),
        ("a/b", "a%2Fb"),
        ("../x", "..%2Fx"),
        ("..\\x", "..%5Cx"),
        ("%2e%2e", "%252e%252e"),
        ("%2F", "%252F"),
        ("a b", "a%20b"),
        (" ..", "%20.."),
        ("...", "..."),
        ("a?b=c", "a%3Fb%3Dc"),
        ("a#b", "a%23b"),
        ("a;b", "a%3Bb"),
        ("a+b&c", "a%2Bb%26c"),
        ("é", "%C3%A9"),
        ("日本", "%E6%97%A5%E6%9C%AC"),
        ("\N{GRINNING FACE}", "%F0%9F%98%80"),
        ("a\r\nb", "a%0D%0Ab"),
        ("\x00", "%00"),
        ("{file_id}", "%7Bfile_id%7D"),
        ("~a-b_c.d", "~a-b_c.d"),
    ],
)
def test_a_path_value_is_quoted_into_one_segment(value: str | int, quoted: str) -> None:
    assert path(TEMPLATE, model_id="M", file_id=value) == f"/2/0/models/M/files/{quoted}"


@pytest.mark.parametrize("value", ["", " ", "\t", "\n", "\u2003", ".", ".."])
def test_a_blank_path_value_and_a_dot_segment_are_refused_by_name(value: str) -> None:
    with pytest.raises(ValueError, match="file_id"):
        path(TEMPLATE, model_id="M", file_id=value)


@pytest.mark.parametrize("value", [None, True, False, 1.0, b"x", ["x"], date(2026, 1, 1)])
def test_a_path_value_of_another_type_is_refused_by_name(value: object) -> None:
    with pytest.raises(TypeError, match="file_id"):
        path(TEMPLATE, model_id="M", file_id=value)


def test_a_template_without_values_stays_as_it_is() -> None:
    assert path("/token/authenticate") == "/token/authenticate"


@bounded(200)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_path_value_arrives_on_the_wire_as_it_was_and_in_its_place(value: str) -> None:
    if not value.strip() or value in (".", ".."):
        return
    url = httpx.URL("https://api.test" + path(TEMPLATE, model_id=value, file_id="F"))
    segments = url.raw_path.decode().split("/")
    assert segments[:4] == ["", "2", "0", "models"]
    assert segments[5:] == ["files", "F"]
    assert unquote(segments[4]) == value
    assert url.query == b""
    assert url.fragment == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (5000, "5000"),
        (1.5, "1.5"),
        (date(2021, 4, 1), "2021-04-01"),
        ("", ""),
        ("+name", "+name"),
        ("-activeState,+name", "-activeState,+name"),
    ],
)
def test_a_query_value_is_written_as_anaplan_reads_it(value: str | int | float | date, text: str) -> None:
    assert query({"x": value}) == {"x": text}


def test_several_values_of_a_query_are_written_with_commas() -> None:
    assert query({"pages": ["101:201", "20000000020:107"], "one": ("101:201",), "none": []}) == {
        "pages": "101:201,20000000020:107",
        "one": "101:201",
    }


def test_a_query_value_that_is_none_is_left_out() -> None:
    assert query({"a": None, "b": 0, "c": None, "d": False}) == {"b": "0", "d": "false"}
    assert query({"a": None}) == {}


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("+name", b"sort=%2Bname"),
        ("-activeState,+name", b"sort=-activeState%2C%2Bname"),
        ("a b", b"sort=a+b"),
        ("50%", b"sort=50%25"),
        ("a&b=c", b"sort=a%26b%3Dc"),
        ("%2B", b"sort=%252B"),
        ("é", b"sort=%C3%A9"),
    ],
)
async def test_a_query_value_is_encoded_by_the_time_it_is_on_the_wire(kind: str, value: str, wire: bytes) -> None:
    face = Face(kind)
    with answering(answers()) as seen:
        await face.send(request(params=query({"sort": value})))
    await face.close()
    assert seen[0].url.query in (wire, wire.replace(b"+", b"%20"))


@pytest.mark.parametrize("kind", FACES)
async def test_a_request_without_query_has_no_question_mark(kind: str) -> None:
    face = Face(kind)
    with answering(answers()) as seen:
        await face.send(request(path=path(TEMPLATE, model_id="a?b", file_id="..x"), params=query({"limit": None})))
    await face.close()
    assert seen[0].url.raw_path == b"/2/0/models/a%3Fb/files/..x"


def test_a_json_body_is_compact_and_in_utf_8() -> None:
    assert json_content({"a": [1, True, None], "b": "é"}) == '{"a":[1,true,null],"b":"é"}'.encode()


@bounded(50)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers() | st.booleans() | st.none()))
def test_a_json_body_reads_back_as_it_was(value: dict[str, object]) -> None:
    assert json.loads(json_content(value)) == value


def test_a_request_shows_neither_its_authorization_nor_its_content() -> None:
    shown = repr(request(authorization="Basic canary", content=b"canary"))
    assert "canary" not in shown
    assert "integration.sample" in shown
