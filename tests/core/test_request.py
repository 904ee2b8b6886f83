"""How requests are written: paths, queries and JSON bodies."""

import json
import math
import unicodedata
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client import alm
from anaplan_client.core.request import encode_json, encode_query, fill_path

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
        ("...", "..."),
        ("a?b=c", "a%3Fb%3Dc"),
        ("a#b", "a%23b"),
        ("a;b", "a%3Bb"),
        ("a+b&c", "a%2Bb%26c"),
        ("é", "%C3%A9"),
        ("日本", "%E6%97%A5%E6%9C%AC"),
        ("\N{GRINNING FACE}", "%F0%9F%98%80"),
        ("{file_id}", "%7Bfile_id%7D"),
        ("~a-b_c.d", "~a-b_c.d"),
    ],
)
def test_a_path_value_is_quoted_into_one_segment(value: str | int, quoted: str) -> None:
    assert fill_path(TEMPLATE, model_id="M", file_id=value) == f"/2/0/models/M/files/{quoted}"


NO_IDS = [
    *(
        "",
        " ",
        "\t",
        "\n",
        "\u2003",
        ".",
        "..",
        " ..",
        "a\r\nb",
        "a\n",
        "\na",
        " a",
        "a ",
        "a\x00b",
        "a\x7f",
        "a\u2028b",
    ),
    *("a\ud800", "\udc00", "a\x85b"),
]


@pytest.mark.parametrize("value", NO_IDS, ids=ascii)
def test_what_is_no_id_is_rejected_by_name(value: str) -> None:
    with pytest.raises(ValueError, match=r"^file_id must be an id"):
        fill_path(TEMPLATE, model_id="M", file_id=value)


@pytest.mark.parametrize("value", [None, True, False, 1.0, b"x", ["x"], date(2026, 1, 1)])
def test_a_path_value_of_another_type_is_refused_by_name(value: object) -> None:
    with pytest.raises(TypeError, match="file_id"):
        fill_path(TEMPLATE, model_id="M", file_id=value)


def unusable(value: str) -> bool:
    return any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in value)


def test_a_template_without_values_stays_as_it_is() -> None:
    assert fill_path("/token/authenticate") == "/token/authenticate"


@bounded(200)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_path_value_arrives_on_the_wire_as_it_was_and_in_its_place(value: str) -> None:
    if value != value.strip() or value in ("", ".", "..") or unusable(value):
        return
    url = httpx.URL("https://api.test" + fill_path(TEMPLATE, model_id=value, file_id="F"))
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
    assert encode_query({"x": value}) == {"x": text}


def test_several_values_of_a_query_are_written_with_commas() -> None:
    assert encode_query({"pages": ["101:201", "20000000020:107"], "one": ("101:201",), "none": []}) == {
        "pages": "101:201,20000000020:107",
        "one": "101:201",
    }


def test_a_query_value_that_is_none_is_left_out() -> None:
    assert encode_query({"a": None, "b": 0, "c": None, "d": False}) == {"b": "0", "d": "false"}
    assert encode_query({"a": None}) == {}


@pytest.mark.parametrize("value", [datetime(2021, 4, 1, tzinfo=UTC), "2021-04-01", 20210401])
def test_what_is_no_day_is_rejected_where_a_day_is_documented(value: Any) -> None:
    with pytest.raises(TypeError, match=r"applied_after must be a date \(got "):
        alm.list_revisions("model", applied_after=value)


@pytest.mark.parametrize(
    ("value", "name"), [("a\ud800", "s"), (["1:2", "a\udfff"], r"s\[1\]"), (("\ud800",), r"s\[0\]")], ids=ascii
)
def test_a_query_value_that_cannot_be_encoded_is_rejected_by_its_place(value: Any, name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be text that UTF-8 can encode"):
        encode_query({"s": value})


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
        await face.send(request(params=encode_query({"sort": value})))
    await face.close()
    assert seen[0].url.query in (wire, wire.replace(b"+", b"%20"))


@pytest.mark.parametrize("kind", FACES)
async def test_a_request_without_query_has_no_question_mark(kind: str) -> None:
    face = Face(kind)
    with answering(answers()) as seen:
        await face.send(
            request(path=fill_path(TEMPLATE, model_id="a?b", file_id="..x"), params=encode_query({"limit": None}))
        )
    await face.close()
    assert seen[0].url.raw_path == b"/2/0/models/a%3Fb/files/..x"


def test_a_json_body_is_compact_and_in_utf_8() -> None:
    assert encode_json({"a": [1, True, None], "b": "é"}) == '{"a":[1,true,null],"b":"é"}'.encode()


@pytest.mark.parametrize(
    ("value", "kind", "says"),
    [
        ({"a": {"b": [1, math.nan]}}, ValueError, r"^a\.b\[1\] must be a finite number \(got nan"),
        ([{"value": -math.inf}], ValueError, r"^\[0\]\.value must be a finite number \(got -inf"),
        ({"names": ["x", "a\ud800b"]}, ValueError, r"^names\[1\] must be text .* lone surrogate at character 1\)"),
        ({"p": {"\udc00": "x"}}, ValueError, "^a key of p must be text that UTF-8 can encode"),
        ({"a": [b"x"]}, TypeError, r"^a\[0\] must be a string, a number or a boolean \(got bytes"),
        ({"a": {1, 2}}, TypeError, r"^a must be .* \(got set"),
        ({"a": date(2026, 1, 1)}, TypeError, r"^a must be .* \(got date"),
    ],
)
def test_what_json_cannot_hold_is_rejected_by_its_place(value: object, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=says) as raised:
        encode_json(value)
    # An error about a text holds the text.
    assert raised.value.__cause__ is raised.value.__context__ is None


@bounded(50)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers() | st.booleans() | st.none()))
def test_a_json_body_reads_back_as_it_was(value: dict[str, object]) -> None:
    assert json.loads(encode_json(value)) == value


def test_a_request_shows_neither_its_authorization_nor_its_content() -> None:
    shown = repr(request(authorization="Basic canary", content=b"canary"))
    assert "canary" not in shown
    assert "integration.sample" in shown
