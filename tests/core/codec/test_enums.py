"""Enumerations that keep what they do not know."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.alm.models import OnlineStatus
from anaplan_client.authentication.models import EncodedDataFormat
from anaplan_client.integration.models import ActiveState, TaskState

from ..support import bounded

UNKNOWN = ["PAUSED", "", " ", "complete", "é", "a\nb"]


@pytest.mark.parametrize("text", [*UNKNOWN, "COMPLETE"])
def test_a_value_equals_its_string_and_hashes_like_it(text: str) -> None:
    value = TaskState(text)
    assert value == text
    assert text == value
    assert hash(value) == hash(text)
    assert {text: 1}[value] == 1
    assert {value: 1}[text] == 1
    assert str(value) == value.value == value.name == f"{value}" == text
    assert isinstance(value, TaskState)


@pytest.mark.parametrize("text", UNKNOWN)
def test_an_unknown_value_differs_from_every_other(text: str) -> None:
    assert TaskState(text) == TaskState(text)
    assert TaskState(text) != TaskState.COMPLETE
    assert TaskState(text) != text + "x"
    assert bool(TaskState(text)) is bool(text)


@pytest.mark.parametrize("text", [*UNKNOWN, "COMPLETE"])
def test_a_value_survives_pickling_and_copying(text: str) -> None:
    value = TaskState(text)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(value, protocol))
        assert (again, type(again)) == (text, TaskState)
    for again in (copy.copy(value), copy.deepcopy(value), copy.deepcopy({"state": [value]})["state"][0]):
        assert (again, type(again)) == (text, TaskState)
    assert pickle.loads(pickle.dumps(TaskState.COMPLETE)) is TaskState.COMPLETE


@pytest.mark.parametrize("text", UNKNOWN)
def test_an_unknown_value_is_not_listed_even_after_it_was_seen(text: str) -> None:
    before = list(TaskState)
    value = TaskState(text)
    assert list(TaskState) == before
    assert len(TaskState) == len(before)
    assert text not in TaskState.__members__
    assert value not in TaskState.__members__.values()
    assert TaskState.COMPLETE in TaskState.__members__.values()


@bounded()
@given(st.text())
def test_a_value_is_written_to_json_as_its_string(text: str) -> None:
    value = TaskState(text)
    assert json.dumps(value) == json.dumps(text)
    assert json.dumps({"a": [value]}) == json.dumps({"a": [text]})
    assert json.dumps({value: 1}) == json.dumps({text: 1})
    assert json.dumps([value], indent=1) == json.dumps([text], indent=1)


def test_a_member_whose_name_is_not_its_value_acts_as_its_value() -> None:
    assert OnlineStatus.ONLINE == "online"
    assert hash(OnlineStatus.ONLINE) == hash("online")
    assert json.dumps(EncodedDataFormat.V2) == '"v2"'
    assert OnlineStatus("online") is OnlineStatus.ONLINE


def test_reading_takes_text_and_numbers_and_refuses_the_rest() -> None:
    assert ActiveState.read("UNLOCKED") is ActiveState.UNLOCKED
    assert ActiveState.read("FROZEN") == "FROZEN"
    assert ActiveState.read(7) == "7"
    for value in (None, True, [], {}):
        with pytest.raises(TypeError):
            ActiveState.read(value)


@pytest.mark.parametrize("value", [None, 1, b"COMPLETE", ["COMPLETE"]])
def test_what_is_not_text_is_no_value(value: object) -> None:
    with pytest.raises(ValueError, match="is not a valid TaskState"):
        TaskState(value)  # type: ignore[arg-type]


def test_an_unknown_name_is_still_an_error() -> None:
    TaskState("PAUSED")
    with pytest.raises(KeyError):
        TaskState["PAUSED"]
    assert not hasattr(TaskState, "PAUSED")
