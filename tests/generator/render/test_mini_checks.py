"""Wrong values are refused before anything is sent: every type, each kind of wrong value, in every place."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from attrs import evolve

DAY = date(2021, 4, 1)
NOON = datetime(2021, 4, 1, 12, tzinfo=UTC)
NAIVE = datetime(2021, 4, 1, 12)
SURROGATE = "\ud800"


class Other:
    """No value of any type."""


# Type: wrong values, each with its error.
WRONG: dict[str, list[tuple[object, type[Exception]]]] = {
    "text": [(3, TypeError), (b"x", TypeError), (["x"], TypeError), (True, TypeError), (SURROGATE, ValueError)],
    "day": [(NOON, TypeError), ("2021-04-01", TypeError), (3, TypeError), (True, TypeError)],
    "moment": [(DAY, TypeError), ("2021-04-01T12:00:00Z", TypeError), (3, TypeError), (NAIVE, ValueError)],
    "seen": [(1500, TypeError), (DAY, TypeError), ("1500", TypeError), (NAIVE, ValueError)],
    "count": [(True, TypeError), (1.0, TypeError), (1.5, TypeError), ("1", TypeError), (math.nan, TypeError)],
    "ratio": [("0.5", TypeError), (True, TypeError), (math.nan, ValueError), (math.inf, ValueError)],
    "open": [("true", TypeError), (1, TypeError), (0.0, TypeError), ([], TypeError)],
    "either": [([], TypeError), ({}, TypeError), (b"x", TypeError), (math.nan, ValueError), (SURROGATE, ValueError)],
    "kind": [(3, TypeError), (["NEW"], TypeError), ("BROKEN", ValueError)],
    "owner": [({"userId": "u1"}, TypeError), ("u1", TypeError), (Other(), TypeError)],
}
RIGHT: dict[str, Callable[[Any], object]] = {
    "text": lambda m: "ü",
    "day": lambda m: DAY,
    "moment": lambda m: NOON,
    "seen": lambda m: NOON,
    "count": lambda m: 3,
    "ratio": lambda m: 3,
    "open": lambda m: False,
    "either": lambda m: True,
    "kind": lambda m: m.Kind.NEW,
    "owner": lambda m: m.Owner(id="u1"),
}
CASES = [(kind, value, error) for kind, wrong in WRONG.items() for value, error in wrong]
PARAMETERS = ("text", "day", "moment", "count", "ratio", "open", "kind")


def swatch(mini: Any, **changes: object) -> Any:
    fields = {kind: right(mini.models) for kind, right in RIGHT.items()}
    return mini.models.Swatch(**{**fields, "secret": "abcd", **changes})


def paint(mini: Any, **changes: object) -> Any:
    named = {f"{kind}_needed": RIGHT[kind](mini.models) for kind in PARAMETERS}
    body = mini.models.SwatchRequest(swatch=swatch(mini))
    path = {"text": "a", "count": 1}
    return mini.paint_swatch(**{**path, **named, "places_needed": ["top"], "body": body, **changes})


def refuses(error: type[Exception], name: str, call: Callable[[], object]) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:
        call()
    assert type(raised.value) is error
    assert str(raised.value).startswith(f"{name} must ")


PLACES: list[tuple[str, Callable[[object], object], str]] = [
    ("", lambda value: value, ""),
    ("_wanted", lambda value: value, ""),
    ("_list", lambda value: [None, value][1:], "[0]"),
    ("_map", lambda value: {"x": value}, "['x']"),
    ("_gaps", lambda value: [None, value], "[1]"),
    ("_holes", lambda value: {"x": None, "y": value}, "['y']"),
]


@pytest.mark.parametrize(("kind", "value", "error"), CASES)
@pytest.mark.parametrize(("suffix", "wrap", "place"), PLACES)
def test_a_wrong_field_is_refused(
    kind: str,
    value: object,
    error: type[Exception],
    suffix: str,
    wrap: Callable[[object], object],
    place: str,
    mini: Any,
) -> None:
    name = f"{kind}{suffix}"
    if suffix in ("_gaps", "_holes") and kind in ("either", "kind", "owner"):
        return
    right = RIGHT[kind](mini.models)
    assert getattr(swatch(mini, **{name: wrap(right)}), name) == wrap(right)
    refuses(error, f"{name}{place}", lambda: swatch(mini, **{name: wrap(value)}))
    refuses(error, f"{name}{place}", lambda: evolve(swatch(mini), **{name: wrap(value)}))


@pytest.mark.parametrize("kind", RIGHT)
def test_none_is_refused_where_a_value_is_needed(kind: str, mini: Any) -> None:
    refuses(TypeError, kind, lambda: swatch(mini, **{kind: None}))
    refuses(TypeError, f"{kind}_list[1]", lambda: swatch(mini, **{f"{kind}_list": [RIGHT[kind](mini.models), None]}))
    refuses(TypeError, f"{kind}_map['x']", lambda: swatch(mini, **{f"{kind}_map": {"x": None}}))
    if kind in PARAMETERS:
        refuses(TypeError, f"{kind}_needed", lambda: paint(mini, **{f"{kind}_needed": None}))
    refuses(TypeError, "body", lambda: paint(mini, body=None))


@pytest.mark.parametrize(("kind", "value", "error"), [case for case in CASES if case[0] in PARAMETERS])
def test_a_wrong_parameter_is_refused(kind: str, value: object, error: type[Exception], mini: Any) -> None:
    for suffix in ("_needed", "_wanted"):
        refuses(error, f"{kind}{suffix}", lambda suffix=suffix: paint(mini, **{f"{kind}{suffix}": value}))
    refuses(error, f"x_{kind}", lambda: mini.list_shapes(sizes=[], x_trace_id="t1", **{f"x_{kind}": value}))
    path = {"kind": mini.models.Kind.NEW, "day": DAY, "moment": NOON, "open_": True}
    name = "open_" if kind == "open" else kind
    if name in path:
        refuses(error, name, lambda: mini.find_shapes(**{**path, name: value}))
    if kind == "count":
        refuses(error, "count", lambda: paint(mini, count=value))


@pytest.mark.parametrize(
    ("name", "value", "error", "place"),
    [
        ("colors", "red", TypeError, ""),
        ("colors", ["red", 3], TypeError, "[1]"),
        ("colors", [None], TypeError, "[0]"),
        ("sizes", [1, True], TypeError, "[1]"),
        ("sizes", [1.5], TypeError, "[0]"),
        ("kinds", ["BROKEN"], ValueError, "[0]"),
        ("days", [NOON], TypeError, "[0]"),
        ("x_words", [3], TypeError, "[0]"),
    ],
)
def test_a_wrong_entry_of_a_list_parameter_is_refused(
    name: str, value: object, error: type[Exception], place: str, mini: Any
) -> None:
    refuses(error, f"{name}{place}", lambda: mini.list_shapes(**{"sizes": [], "x_trace_id": "t1", name: value}))


def test_a_comma_is_refused_where_it_separates_entries(mini: Any) -> None:
    refuses(ValueError, "places[1]", lambda: mini.get_measures("T1", places=["top", "a,b"]))
    refuses(ValueError, "X-Words[0]", lambda: mini.list_shapes(sizes=[], x_trace_id="t1", x_words=["a,b"]))


BODIES: list[tuple[Callable[[Any], object], type[Exception], str]] = [
    (lambda m: m.draw_shape(body=m.models.Owner(id="u1")), TypeError, "body"),
    (lambda m: m.draw_shape(body={"type": "circle"}), TypeError, "body"),
    (lambda m: m.search_shapes(body=m.models.Circle(radius=1)), TypeError, "body"),
    (lambda m: m.create_thing(body=m.models.Owner(id="u1")), TypeError, "body"),
    (lambda m: m.write_measures("T1", body=[m.models.Measure(value=1), 3]), TypeError, "body[1]"),
    (lambda m: m.rename_shapes(body={"a": 3}), TypeError, "body['a']"),
    (lambda m: m.rename_shapes(body={3: "a"}), TypeError, "a key of body"),
    (lambda m: m.rename_shapes(body=[]), TypeError, "body"),
    (lambda m: m.change_shapes(body=[1]), TypeError, "body"),
    (lambda m: m.change_shapes(body={"a": [b"x"]}), TypeError, "body.a[0]"),
    (lambda m: m.change_shapes(body={"a": math.inf}), ValueError, "body.a"),
    (lambda m: m.append_content_part("T1", 1, body="text"), TypeError, "body"),
    (lambda m: m.append_content_part("T1", 1, body={}), TypeError, "body"),
    (lambda m: m.append_content_part("T1", 1, body=bytearray(b"x")), TypeError, "body"),
    (lambda m: m.append_content_part("T1", 1, body=None), TypeError, "body"),
    (lambda m: m.import_shapes(file="x", note="n"), TypeError, "file"),
    (lambda m: m.import_shapes(file=None, note="n"), TypeError, "file"),
    (lambda m: m.import_shapes(file=b"x", note="n" * 10), ValueError, "note"),
    (lambda m: m.import_shapes(file=b"x", note="n", maximum="3"), TypeError, "maximum"),
    (lambda m: m.models.Circle(radius=-1), ValueError, "radius"),
    (lambda m: m.models.Circle(type=3, radius=1), TypeError, "type"),
    (lambda m: m.models.SearchByExtra(extra=[], any_value=1), TypeError, "extra"),
    (lambda m: m.models.SearchByExtra(extra={}, any_value=Other()), TypeError, "any_value"),
    (lambda m: m.models.SearchByExtra(extra={}, any_value=1, shape=m.models.Owner(id="u")), TypeError, "shape"),
    (lambda m: m.fetch_token(body=m.models.SessionRequest(secret="abcd")), TypeError, "body"),
]


@pytest.mark.parametrize(("call", "error", "name"), BODIES)
def test_a_wrong_body_is_refused(call: Callable[[Any], object], error: type[Exception], name: str, mini: Any) -> None:
    refuses(error, name, lambda: call(mini))


def test_what_is_received_is_not_checked_but_a_changed_copy_is(mini: Any) -> None:
    fields = {"type": "circle", "radius": -1, "new": 1}
    circle = mini.models.Circle.from_dict(fields)
    assert (circle.radius, circle.additional_properties) == (-1, {"new": 1})
    assert type(circle.additional_properties) is dict
    refuses(ValueError, "radius", lambda: evolve(circle, radius=-2))
    assert mini.models.Square.from_dict({"type": "new", "side": 1, "unit": "km"}).unit == "km"
