"""Serializable references to tasks."""

import copy
import json
import pickle

import pytest

from anaplan_ext import Client, TaskHandle

RUN = TaskHandle(kind="action", model_id="M1", task_id="T1", action_id="112000000001")
ALM = [
    TaskHandle(kind=kind, model_id="M1", task_id="T1") for kind in ("sync", "comparison report", "comparison summary")
]


@pytest.mark.parametrize("handle", [RUN, *ALM], ids=str)
def test_a_handle_survives_pickling_copying_and_json(handle: TaskHandle) -> None:
    for again in (
        pickle.loads(pickle.dumps(handle)),
        copy.deepcopy(handle),
        TaskHandle.from_dict(json.loads(json.dumps(handle.to_dict()))),
    ):
        assert again == handle
        assert hash(again) == hash(handle)


def test_a_handle_is_plain_data() -> None:
    assert RUN.to_dict() == {"kind": "action", "model_id": "M1", "task_id": "T1", "action_id": "112000000001"}
    assert ALM[0].to_dict() == {"kind": "sync", "model_id": "M1", "task_id": "T1"}
    with pytest.raises(AttributeError):
        RUN.task_id = "T2"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "fields of a task handle"),
        ({"kind": "sync", "model_id": "M1", "task_id": "T1", "more": "x"}, "more"),
        ({"kind": "party", "model_id": "M1", "task_id": "T1"}, "kind must be .*'party'"),
        ({"kind": "action", "model_id": "M1", "task_id": "T1"}, "action_id"),
        ({"kind": "sync", "model_id": "M1", "task_id": "T1", "action_id": "112000000001"}, "action_id"),
    ],
)
def test_an_invalid_handle_is_rejected(value: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TaskHandle.from_dict(value)


def test_an_ambiguous_task_is_rejected_before_any_request() -> None:
    with Client(token="token", base_url="http://127.0.0.1:9") as client:
        for call in (client.wait_for_task, client.cancel_task):
            with pytest.raises(TypeError, match="task_id"):
                call(RUN, "T1")  # type: ignore[call-overload]
            with pytest.raises(TypeError, match="task_id"):
                call("112000000001")  # type: ignore[call-overload]
        for handle in ALM:
            with pytest.raises(ValueError, match="only runs of actions"):
                client.cancel_task(handle)
