"""Which fields count as always there, and when one counts as gone."""

import json

import pytest

from anaplan_ext.drift.places import MAX_PLACES, MIN_MISSING, MIN_RESPONSES, KnownPlaces, find_places

WITH, WITHOUT, OTHER = {"a": 1, "b": 2}, {"a": 1}, {"c": {"b": 3}}


def known(*bodies: object) -> KnownPlaces:
    places = KnownPlaces()
    for body in bodies:
        found = find_places(json.dumps(body).encode())
        assert found is not None
        places.add(found)
    return places


@pytest.mark.parametrize(
    ("bodies", "gone"),
    [
        ([WITH] * MIN_RESPONSES + [WITHOUT] * MIN_MISSING, ["/b"]),
        ([WITH] * MIN_RESPONSES + [WITHOUT] * (MIN_MISSING - 1), []),
        ([WITH] * (MIN_RESPONSES - 1) + [WITHOUT] * MIN_MISSING, []),
        # It did not always come.
        ([WITH] * 3 + [WITHOUT] + [WITH] * 3 * MIN_RESPONSES + [WITHOUT] * MIN_MISSING, []),
        ([WITHOUT] + [WITH] * 3 * MIN_RESPONSES + [WITHOUT] * MIN_MISSING, []),
        # It came again.
        ([WITH] * 20 + [WITHOUT] * 3 + [WITH] + [WITHOUT] * MIN_MISSING, []),
        # With its object, only the object is told.
        ([OTHER] * 20 + [{}] * MIN_MISSING, ["/c"]),
    ],
)
def test_a_field_is_gone_if_it_always_came_and_is_missing_long_enough(bodies: list[object], gone: list[str]) -> None:
    places = known(*bodies)
    assert places.has_gone() is bool(gone)
    assert places.find_gone() == gone
    assert places.find_gone() == []


def test_a_new_place_or_type_is_new_once() -> None:
    places = known(WITH)
    for body, is_new in (({"a": "x"}, True), ({"a": "y"}, False), ({"z": []}, True), ({"z": [1]}, True), (WITH, False)):
        found = find_places(json.dumps(body).encode())
        assert found is not None
        assert places.add(found) is is_new


def test_names_that_may_be_data_are_one_place_and_places_are_bounded() -> None:
    assert find_places(b'{"8a81 x": 1, "4711": 2}') == {"": {"object"}, "/?": {"integer"}}
    assert find_places(b"no JSON") is None
    places = known({f"f_{chr(97 + i % 26)}_{chr(97 + i // 26 % 26)}_{chr(97 + i // 676)}": i for i in range(3000)})
    assert len(places.types) >= MAX_PLACES
    assert places.add({"/new": {"null"}}) is False
