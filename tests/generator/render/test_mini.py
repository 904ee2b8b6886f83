"""A small API that uses everything the generator supports: its generated package, compared and used."""

import inspect
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from anaplan_client.core import Request

from ..conftest import contents

HERE = Path(__file__).parent / "mini"
GOLDEN = HERE / "golden"
PACKAGE = "anaplan_client/mini"
PAGE = "docs/operations.md"


def test_the_generated_package_is_as_it_was(project: Path) -> None:
    """Compares with the files in `mini/golden`, byte for byte.

    After a change that is meant, write them anew and look at what changed:

        UPDATE_GOLDEN=1 python -m pytest tests/generator/render/test_mini.py
        git diff tests/generator/render/mini/golden
    """
    generated = contents(project / PACKAGE) | {"operations.md": (project / PAGE).read_bytes()}
    if os.environ.get("UPDATE_GOLDEN"):
        shutil.rmtree(GOLDEN, ignore_errors=True)
        for name, text in generated.items():
            (GOLDEN / name).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name).write_bytes(text)
    golden = contents(GOLDEN)
    assert generated.keys() == golden.keys()
    for name, text in generated.items():
        assert text.decode() == golden[name].decode(), name
    assert generated == golden


def test_the_generated_package_and_its_use_pass_the_strict_type_checker(project: Path, tmp_path: Path) -> None:
    shutil.copy(HERE / "uses.py", project / "uses.py")
    targets = ["-p", "anaplan_client.mini", "-m", "uses"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}", *targets],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("Success: no issues found in "), done.stdout + done.stderr


def test_the_generated_package_keeps_the_rules_of_the_house(project: Path) -> None:
    subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", PACKAGE], cwd=project, check=True)


# What each function gives: arguments, and the request's method, path, query, content type and content.
REQUESTS: list[Any] = [
    pytest.param(
        "list_things",
        [],
        lambda m: {"name_hint": "bo"},
        ("GET", "/2/0/things", {"nameHint": "bo"}, None, None),
        id="least of a query",
    ),
    pytest.param(
        "list_things",
        [],
        lambda m: {
            "name_hint": "b&=",
            "born_after": date(2021, 4, 1),
            "changed_after": datetime(2021, 4, 1, 12, tzinfo=UTC),
            "type_": "x",
            "min_weight": 0.5,
            "archived": True,
            "limit": 100,
        },
        (
            "GET",
            "/2/0/things",
            {
                "nameHint": "b&=",
                "bornAfter": "2021-04-01",
                "changedAfter": "2021-04-01T12:00:00+00:00",
                "type": "x",
                "minWeight": "0.5",
                "archived": "true",
                "limit": "100",
            },
            None,
            None,
        ),
        id="all of a query",
    ),
    pytest.param("get_thing", ["a/b ü?"], dict, ("GET", "/2/0/things/a%2Fb%20%C3%BC%3F", {}, None, None), id="quoted"),
    pytest.param(
        "create_thing",
        [],
        lambda m: {"body": m.NewThing(name="Bölt", kind=m.Kind.OLD_ONE, owner=m.Owner(id="u1"))},
        (
            "POST",
            "/2/0/things",
            {},
            "application/json",
            '{"name":"Bölt","kind":"old one","owner":{"userId":"u1"}}'.encode(),
        ),
        id="JSON body",
    ),
    pytest.param(
        "change_thing",
        ["T1"],
        lambda m: {"body": m.NameRequest(name="Nut")},
        ("PATCH", "/2/0/things/T1", {}, "application/json", b'{"name":"Nut"}'),
        id="optional body",
    ),
    pytest.param("change_thing", ["T1"], dict, ("PATCH", "/2/0/things/T1", {}, None, None), id="no optional body"),
    pytest.param(
        "delete_thing", ["T1"], dict, ("DELETE", "/2/0/things/T1", {}, "application/json", None), id="no body"
    ),
    pytest.param(
        "upload_content_part",
        ["T1", 9],
        lambda m: {"body": b"abc"},
        ("PUT", "/2/0/things/T1/content/9", {}, "application/octet-stream", b"abc"),
        id="first of two content types",
    ),
    pytest.param(
        "upload_content_part",
        ["T1", 0],
        lambda m: {"body": b"abc", "content_type": "application/x-gzip"},
        ("PUT", "/2/0/things/T1/content/0", {}, "application/x-gzip", b"abc"),
        id="second of two content types",
    ),
    pytest.param(
        "append_content_part",
        ["T1", 12],
        lambda m: {"body": b"abc"},
        ("POST", "/2/0/things/T1/content/12", {}, "text/plain", b"abc"),
        id="only content type",
    ),
    pytest.param(
        "get_measures",
        ["T1"],
        lambda m: {"places": ["top", "left"], "kind": m.Kind.IN_USE, "show_hidden": True},
        (
            "GET",
            "/2/0/things/T1/measures",
            {"places": "top,left", "kind": "IN_USE", "showhidden": "true", "format": "v1"},
            None,
            None,
        ),
        id="JSON of two kinds of answer",
    ),
    pytest.param(
        "download_measures",
        ["T1"],
        lambda m: {"places": (), "separator": ";"},
        ("GET", "/2/0/things/T1/measures", {"separator": ";"}, None, None),
        id="bytes of two kinds of answer",
    ),
    pytest.param(
        "write_measures",
        ["T1"],
        lambda m: {"body": [m.Measure(place="top", value=1.5), m.Measure(value="wide"), m.Measure(value=False)]},
        (
            "PUT",
            "/2/0/things/T1/measures",
            {},
            "application/json",
            b'[{"value":1.5,"place":"top"},{"value":"wide"},{"value":false}]',
        ),
        id="array as body",
    ),
]


@pytest.mark.parametrize(
    ("name", "statuses", "empty_statuses"),
    [("get_thing", (200,), ()), ("delete_thing", (), (204,)), ("download_content", (200,), (204,))],
)
def test_a_function_knows_its_successes(
    name: str, statuses: tuple[int, ...], empty_statuses: tuple[int, ...], mini: Any
) -> None:
    request = getattr(mini, name)("T1")
    assert (request.statuses, request.empty_statuses) == (statuses, empty_statuses)


def test_a_function_knows_what_a_status_means_for_it(mini: Any) -> None:
    assert mini.delete_thing("T1").hints == {404: 'the "thing" may be gone, or the role {role} is missing'}
    assert mini.get_thing("T1").hints == {404: "Look at the id"}
    assert mini.list_things(name_hint="bo").hints == {400: "compare the limits"}


def test_a_function_knows_what_to_do_about_each_message_of_a_status_with_several(mini: Any) -> None:
    assert mini.list_things(name_hint="bo").message_hints == {
        '`<field>` is "too" long: <count> characters': "Shorten `name` to <= 60, or ask {role}",
        r"An \ or {thing} is unknown": "Remove it, or close its `}`",
    }
    assert mini.get_thing("T1").message_hints == {}
    shown = inspect.getdoc(mini.list_things)
    assert """
    - `BadRequestError` (400): Something is out of its limits.
        - "`<field>` is "too" long: … characters": Shorten `name` to <= 60, or ask Standard User.
        - "An \\ or {thing} is unknown": Remove it, or close its `}`.
        - Other messages: compare the limits.
""" in (shown or "")
    assert "(404): There is no such thing. Look at the id.\n" in (inspect.getdoc(mini.get_thing) or "")


def test_hints_cost_a_request_nothing(mini: Any) -> None:
    first, second = mini.list_things(name_hint="bo"), mini.list_things(name_hint="bo")
    assert first.hints is second.hints
    assert first.message_hints is second.message_hints


@pytest.mark.parametrize(("name", "arguments", "named", "expected"), REQUESTS)
def test_a_function_describes_its_request(
    name: str, arguments: list[object], named: Callable[..., Any], expected: tuple[object, ...], mini: Any
) -> None:
    request = getattr(mini, name)(*arguments, **(named(mini.models) if named is not dict else {}))
    assert isinstance(request, Request)
    found = (request.method, request.path, request.params, request.content_type, request.content)
    assert found == expected
    assert request.operation == f"mini.{name}"
    assert request.host == "api"
    assert request.authorization is None


@pytest.mark.parametrize(
    ("name", "effect", "role", "accept"),
    [
        ("list_things", "safe", "Standard User", "application/json"),
        ("download_content", "safe", "Standard User", "application/octet-stream"),
        ("delete_thing", "idempotent", "Workspace Administrator", "application/json"),
    ],
)
def test_a_request_knows_its_effect_and_role(name: str, effect: str, role: str, accept: str, mini: Any) -> None:
    arguments = {"name_hint": "bo"} if name == "list_things" else {"thing_id": "T1"}
    request = getattr(mini, name)(**arguments)
    assert (request.effect, request.role, request.accept) == (effect, role, accept)


def test_a_function_asks_for_its_kind_of_answer_and_reads_it(mini: Any) -> None:
    structured, plain = mini.get_measures("T1"), mini.download_measures("T1")
    assert (structured.accept, plain.accept) == ("application/json", "text/csv")
    assert mini.download_measures("T1", accept="text/csv;escaped=true").accept == "text/csv;escaped=true"
    assert plain.decode(b"1.5;\n") == b"1.5;\n"
    for spelling in ("nextIndex", "nextindex"):
        answer = structured.decode(json.dumps({"ownerId": 7, spelling: 3, "measures": ["1.5", None]}).encode())
        assert answer == mini.models.MeasuresResponse(owner_id="7", next_index=3, measures=["1.5", None])
    assert structured.decode(b"{}") == mini.models.MeasuresResponse()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "body must have at least 1 element (got 0)"),
        ([None] * 4, "body must have at most 3 elements (got 4)"),
        ("text", "body must be a list (got str)"),
    ],
)
def test_the_limits_of_an_array_are_enforced(body: object, message: str, mini: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:
        mini.write_measures("T1", body=body)
    assert str(raised.value) == message


def test_a_query_that_only_looks_like_its_type_is_refused(mini: Any) -> None:
    with pytest.raises(TypeError, match=r"places must be a list \(got str\)"):
        mini.get_measures("T1", places="top")
    with pytest.raises(ValueError, match=r"kind must be one of NEW, .* \(got 'BROKEN'\)"):
        mini.get_measures("T1", kind="BROKEN")


def test_who_signs_in_brings_the_authorization(mini: Any) -> None:
    request = mini.open_session(authorization="Basic abc", body=mini.models.SessionRequest(secret="abcd"))
    assert request.authorization == "Basic abc"
    assert request.content == b'{"secret":"abcd"}'
    assert "abc" not in repr(request)
    with pytest.raises(TypeError, match="authorization"):
        mini.open_session()


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"name_hint": "b"}, "name_hint must have at least 2 characters (got 1)"),
        ({"name_hint": "b" * 11}, "name_hint must have at most 10 characters (got 11)"),
        ({"name_hint": 12}, "name_hint must be a string (got int)"),
        ({"name_hint": "bo", "limit": 0}, "limit must be at least 1 (got 0)"),
        ({"name_hint": "bo", "limit": 101}, "limit must be at most 100 (got 101)"),
        ({"name_hint": "bo", "limit": True}, "limit must be an integer (got bool)"),
        ({"name_hint": "bo", "min_weight": -0.1}, "min_weight must be at least 0 (got -0.1)"),
        ({"name_hint": "bo", "min_weight": 99.6}, "min_weight must be at most 99.5 (got 99.6)"),
        ({"name_hint": "bo", "type_": 3}, "type_ must be a string (got int)"),
    ],
)
def test_the_limits_of_a_query_are_enforced(named: dict[str, object], message: str, mini: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:
        mini.list_things(**named)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (-1, "part must be at least 0 (got -1)"),
        (10, "part must be at most 9 (got 10)"),
        ("1", "part must be an integer (got str)"),
    ],
)
def test_the_limits_of_a_path_are_enforced(part: object, message: str, mini: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:
        mini.upload_content_part("T1", part, body=b"")
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "name must have at least 1 character (got 0)"),
        ("name", "x" * 21, "name must have at most 20 characters (got 21)"),
        ("kind", "BROKEN", "kind must be one of NEW, IN_USE, old one, 2D (got 'BROKEN')"),
        ("size", 0, "size must be at least 1 (got 0)"),
        ("weight", 100, "weight must be at most 99.5 (got 100)"),
        ("door_code", "123", "door_code must have at least 4 characters (got 3)"),
    ],
)
def test_the_limits_of_a_body_are_enforced(field: str, value: object, message: str, mini: Any) -> None:
    fields = {"name": "Bolt", "kind": mini.models.Kind.NEW, "owner": mini.models.Owner(id="u1"), field: value}
    with pytest.raises((TypeError, ValueError)) as raised:
        mini.models.NewThing(**fields)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("name", "positional", "named", "error"),
    [
        ("get_thing", [""], {}, ValueError),
        ("get_thing", [1.5], {}, TypeError),
        ("upload_content_part", ["T1", 10], {"body": b""}, ValueError),
        ("list_things", [], {"name_hint": "bo", "limit": 0}, ValueError),
        ("list_things", [], {"name_hint": 3}, TypeError),
    ],
)
def test_a_docstring_names_what_its_function_raises(
    name: str, positional: list[object], named: dict[str, object], error: type[Exception], mini: Any
) -> None:
    function = getattr(mini, name)
    with pytest.raises(error):
        function(*positional, **named)
    raises = function.__doc__.partition("Raises:")[2].partition("Errors when sent:")[0]
    assert f" {error.__name__}: " in raises


# A field of an answer: its attribute, what is sent, and what is read.
FIELDS: list[Any] = [
    ("thingId", "id", "T1", "T1"),
    ("thingId", "id", 12, "12"),
    ("name", "name", "Bolt", "Bolt"),
    ("kind", "kind", "IN_USE", "IN_USE"),
    ("kind", "kind", "NEWER", "NEWER"),
    ("type", "type", "x", "x"),
    ("format", "format", "", ""),
    ("class", "class_", "x", "x"),
    ("size", "size", 3, 3),
    ("size", "size", "3", 3),
    ("weight", "weight", 1.5, 1.5),
    ("archived", "archived", False, False),
    ("born", "born", "2021-04-01", date(2021, 4, 1)),
    ("born", "born", "", None),
    ("changedOn", "changed_on", "2021-04-01T12:00:00Z", datetime(2021, 4, 1, 12, tzinfo=UTC)),
    ("seenAt", "seen_at", 1500, datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)),
    ("doorCode", "door_code", "1234", "1234"),
    ("tags", "tags", [], []),
    ("tags", "tags", ["a", 1], ["a", "1"]),
    ("grid", "grid", [[1, "2"], []], [[1, 2], []]),
    ("notes", "notes", ["a", None], ["a", None]),
    ("kinds", "kinds", ["NEW", "NEWER"], ["NEW", "NEWER"]),
    ("birthdays", "birthdays", ["2021-04-01"], [date(2021, 4, 1)]),
    ("labels", "labels", {"en": "bolt"}, {"en": "bolt"}),
    ("counts", "counts", {"2021": 1, "2022": None}, {"2021": 1, "2022": None}),
    ("groups", "groups", {"a": ["b"], "c": []}, {"a": ["b"], "c": []}),
]


@pytest.mark.parametrize(("wire", "attribute", "sent", "read"), FIELDS)
def test_a_field_is_read(wire: str, attribute: str, sent: object, read: object, mini: Any) -> None:
    fields = {"thingId": "T1", "name": "Bolt", "kind": "NEW", wire: sent}
    thing = mini.get_thing("T1").decode(json.dumps(fields).encode())
    assert getattr(thing, attribute) == read
    assert type(getattr(thing, attribute)) is type(read) or wire == "kind"
    assert thing.additional_properties == {}


@pytest.mark.parametrize("wire", sorted({wire for wire, *_ in FIELDS} - {"thingId", "name", "kind"}))
def test_an_absent_and_a_null_field_read_as_none(wire: str, mini: Any) -> None:
    fields: dict[str, object] = {"thingId": "T1", "name": "Bolt", "kind": "NEW"}
    absent = mini.models.Thing.from_dict(fields)
    assert absent == mini.models.Thing.from_dict({**fields, wire: None})
    assert absent == mini.models.Thing(id="T1", name="Bolt", kind=mini.models.Kind.NEW)


@pytest.mark.parametrize("wire", ["thingId", "name", "kind"])
def test_an_answer_without_a_required_field_cannot_be_read(wire: str, mini: Any) -> None:
    fields = {"thingId": "T1", "name": "Bolt", "kind": "NEW"}
    del fields[wire]
    with pytest.raises(KeyError, match=wire):
        mini.models.Thing.from_dict(fields)


def test_things_in_things_are_read(mini: Any) -> None:
    inner = {"thingId": "T2", "name": "Nut", "kind": "2D"}
    thing = mini.models.Thing.from_dict(
        {
            "thingId": "T1",
            "name": "Bolt",
            "kind": "NEW",
            "parent": inner,
            "children": [inner, {**inner, "children": [inner]}],
            "pieces": {"left": inner},
            "owner": {"userId": "u1", "since": "2021-04-01", "mood": "good"},
        }
    )
    nut = mini.models.Thing(id="T2", name="Nut", kind=mini.models.Kind("2D"))
    assert (thing.parent, thing.pieces) == (nut, {"left": nut})
    assert thing.children[0] == thing.children[1].children[0] == nut
    assert (thing.owner.since, thing.owner.additional_properties) == (date(2021, 4, 1), {"mood": "good"})


def test_unknown_fields_are_kept_and_the_given_object_stays(mini: Any) -> None:
    fields = {"thingId": "T1", "name": "Bolt", "kind": "NEW", "id": 3, "deep": {"a": [1]}}
    before = dict(fields)
    assert mini.models.Thing.from_dict(fields).additional_properties == {"id": 3, "deep": {"a": [1]}}
    assert fields == before


@pytest.mark.parametrize("body", ["[]", '"text"', "null", "3", '{"things": {}}', '{"things": [[]]}'])
def test_an_answer_of_another_shape_cannot_be_read(body: str, mini: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        mini.list_things(name_hint="bo").decode(body.encode())


def test_answers_without_json_are_read(mini: Any) -> None:
    assert mini.download_content("T1").decode(b"\x00\xff") == b"\x00\xff"
    assert mini.download_content("T1").decode(b"") == b""
    assert mini.delete_thing("T1").decode(b"whatever") is None


def test_everything_that_can_be_sent_is_written(mini: Any) -> None:
    models = mini.models
    thing = models.NewThing(
        name="Bolt",
        kind=models.Kind.IN_USE,
        owner=models.Owner(id="u1", since=date(2021, 4, 1)),
        type="x",
        size=1,
        weight=0.5,
        archived=False,
        born=date(2021, 4, 1),
        changed_on=datetime(2021, 4, 1, 12, tzinfo=UTC),
        door_code="1234",
        tags=[],
        grid=[[1], []],
        birthdays=[date(2021, 4, 1)],
        helpers=[models.Owner(id="u2")],
        labels={"en": "bolt"},
    )
    assert json.loads(mini.create_thing(body=thing).content) == {
        "name": "Bolt",
        "kind": "IN_USE",
        "owner": {"userId": "u1", "since": "2021-04-01"},
        "type": "x",
        "size": 1,
        "weight": 0.5,
        "archived": False,
        "born": "2021-04-01",
        "changedOn": "2021-04-01T12:00:00Z",
        "doorCode": "1234",
        "tags": [],
        "grid": [[1], []],
        "birthdays": ["2021-04-01"],
        "helpers": [{"userId": "u2"}],
        "labels": {"en": "bolt"},
    }


def test_what_is_sent_and_received_comes_back_the_same(mini: Any) -> None:
    for owner in (mini.models.Owner(id="u1"), mini.models.Owner(id="u1", since=date(2021, 4, 1))):
        assert mini.models.Owner.from_dict(json.loads(json.dumps(owner.to_dict()))) == owner


# A value on the wire of each kind of field.
SWATCH: dict[str, object] = {
    "text": "a",
    "day": "2021-04-01",
    "moment": "2021-04-01T12:00:00Z",
    "seen": 1500,
    "count": 3,
    "ratio": 0.5,
    "open": True,
    "either": "x",
    "kind": "old one",
    "owner": {"userId": "u1"},
}


def test_every_kind_of_field_is_read_and_written_back(mini: Any) -> None:
    fields: dict[str, object] = {"secret": "abcd", "secretWanted": "abcd"}
    for name, value in SWATCH.items():
        fields |= {name: value, f"{name}Wanted": value, f"{name}List": [value, value], f"{name}Map": {"x": value}}
        if name not in ("either", "kind", "owner"):
            fields |= {f"{name}Gaps": [value, None], f"{name}Holes": {"x": None, "y": value}}
    swatch = mini.models.Swatch.from_dict(fields)
    assert swatch.additional_properties == {}
    assert swatch.to_dict() == fields
    assert json.loads(json.dumps(mini.models.SwatchRequest(swatch=swatch).to_dict())) == {"swatch": fields}
    assert "abcd" not in repr(swatch)
    least = mini.models.Swatch.from_dict({"secret": "abcd", **SWATCH})
    assert least.to_dict() == {"secret": "abcd", **SWATCH}


def test_an_id_that_is_a_number_is_read_as_text(mini: Any) -> None:
    fields = {"number": 7, "numberWanted": 8, "numberList": [9], "numberGaps": [None, 1], "numberMap": {"x": 2}}
    read = mini.models.Numbers.from_dict({**fields, "numberHoles": {"x": 3, "y": None}})
    assert (read.number, read.number_wanted, read.number_list) == ("7", "8", ["9"])
    assert (read.number_gaps, read.number_map, read.number_holes) == ([None, "1"], {"x": "2"}, {"x": "3", "y": None})


def test_an_id_that_is_a_number_is_written_as_one_again(mini: Any) -> None:
    fields = {"number": 7, "numberWanted": 8, "numberList": [9], "numberGaps": [None, 1], "numberMap": {"x": 2}}
    fields |= {"numberHoles": {"x": 3, "y": None}}
    assert mini.models.Numbers.from_dict(fields).to_dict() == fields


THING: dict[str, object] = {"thingId": "T1", "name": "Bolt", "kind": "NEW", "seenAt": 1500, "born": "2021-04-01"}
BOTH_WAYS: list[tuple[str, dict[str, object]]] = [
    ("Measure", {"place": "", "value": ""}),
    ("Measure", {"value": False, "new": [{"a": None}]}),
    ("MeasuresResponse", {"nextIndex": 1, "ownerId": 7, "measures": ["a", None], "numbers": {"number": 8, "new": {}}}),
    ("MeasuresResponse", {"nextindex": 1}),
    ("MeasuresResponse", {"nextindex": None}),
    ("NameRequest", {"name": "Nut"}),
    ("NewThing", {"name": "Bolt", "kind": "2D", "owner": {"userId": "u1", "new": 1}, "labels": {"en": "bolt"}}),
    ("Owner", {"userId": "u1", "since": "2021-04-01", "mood": "good"}),
    ("Thing", {**THING, "children": [THING, {**THING, "class": "x"}], "pieces": {"left": THING}}),
    ("ThingsResponse", {"things": []}),
    ("Square", {"type": 'it\'s "square"', "side": 2, "unit": "cm"}),
    (
        "SearchByExtra",
        {"version": "2.0", "extra": {"a": [None]}, "anyValue": [1], "shape": {"type": "round"}},
    ),
    ("Picture", {"shape": {"type": "hexagon", "side": [None]}, "shapes": [{"type": "circle", "radius": 1, "new": {}}]}),
    ("Picture", {"extra": {"a": None}, "extraMap": {"x": {}}, "anyValue": None, "anyList": [None, {"a": 1}]}),
]


@pytest.mark.parametrize(("name", "fields"), BOTH_WAYS)
def test_a_model_goes_both_ways(name: str, fields: dict[str, object], mini: Any) -> None:
    model = getattr(mini.models, name).from_dict(fields)
    written = model.to_dict()
    assert written == fields
    assert json.loads(json.dumps(written)) == fields
    assert type(model).from_dict(written) == model
    assert len({model, type(model).from_dict(written)}) == 1


@pytest.mark.parametrize(
    ("name", "fields", "fits"),
    [
        ("SearchByName", {"name": ""}, False),
        ("SearchByName", {"name": "x"}, True),
        # A response may have what a request may not.
        ("Circle", {"type": "circle", "radius": -1}, True),
    ],
)
def test_only_what_is_never_received_is_checked_when_read(
    name: str, fields: dict[str, object], fits: bool, mini: Any
) -> None:
    with nullcontext() if fits else pytest.raises(ValueError, match="must have at least 1 character"):
        getattr(mini.models, name).from_dict(fields)


def test_objects_of_unknown_kinds_are_equal_if_their_fields_are(mini: Any) -> None:
    shapes: list[dict[str, object]] = [{"type": "hexagon", "side": side} for side in (1, 1, 2)]
    one, same, other = (mini.models.Picture.from_dict({"shape": shape}) for shape in shapes)
    assert one == same
    assert one != other
    assert len({one, same, other}) == 2


def test_an_unknown_name_of_a_kind_is_written_as_text(mini: Any) -> None:
    written = mini.models.Thing.from_dict({**THING, "kind": "NEWER"}).to_dict()
    assert (written["kind"], type(written["kind"])) == ("NEWER", str)


def test_secrets_are_not_shown(mini: Any) -> None:
    models = mini.models
    session = mini.open_session(authorization="").decode(b'{"token": "hush", "expiresAt": 1000, "extra": "hush"}')
    assert session.token == "hush"
    shown = [
        session,
        models.SessionRequest(secret="hush"),
        models.Thing(id="T1", name="Bolt", kind=models.Kind.NEW, door_code="hush"),
        models.NewThing(name="Bolt", kind=models.Kind.NEW, owner=models.Owner(id="u1"), door_code="hush"),
    ]
    assert not [value for value in shown if "hush" in repr(value)]


def test_models_are_values(mini: Any) -> None:
    owner = mini.models.Owner(id="u1")
    assert owner == mini.models.Owner(id="u1")
    assert not hasattr(owner, "__dict__")
    with pytest.raises(AttributeError):
        owner.id = "u2"
    with pytest.raises(TypeError, match="positional"):
        mini.models.Owner("u1")


def test_the_faces_list_everything_and_import_on_demand(project: Path, mini: Any) -> None:
    assert dir(mini) == mini.__all__ == sorted(mini.__all__)
    assert [name for name in mini.__all__ if name != "models"] == sorted(
        path.stem for path in (project / PACKAGE / "api").rglob("*.py") if path.stem != "__init__"
    )
    assert dir(mini.models) == mini.models.__all__
    with pytest.raises(AttributeError, match=r"anaplan_client\.mini.*no_such_thing"):
        _ = mini.no_such_thing
    script = (
        "import sys; from anaplan_client.mini import get_thing;"
        "print(sorted(name for name in sys.modules if name.startswith('anaplan_client.mini.') and 'models.' in name))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([f"anaplan_client.mini.models.{name}" for name in ("kind", "owner", "thing")])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            "mini",
            "Anaplan Mini API. Things and their content. Its prose has what is awkward in a docstring: a path such",
        ),
        ("mini", 'C:\\new, """three quotes""", and an end in "quotes"\n'),
        (
            "models.Thing",
            "Something with every kind of field.\n\nIts fields have a second paragraph's worth of reasons",
        ),
        ("models.Thing", 'one of them in """quotes""".'),
    ],
)
def test_awkward_prose_is_kept_in_docstrings(value: str, expected: str, mini: Any) -> None:
    found = mini
    for name in value.split(".") if value != "mini" else ():
        found = getattr(found, name)
    lines = [line.strip() for line in found.__doc__.splitlines()]
    assert expected.replace("\n\n", "  ").strip() in " ".join(lines)
