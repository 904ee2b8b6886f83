"""Waits for tasks during faults, after timeouts, and by handles."""

import json
import pickle

import pytest

from anaplan_ext import (
    AsyncClient,
    AuthenticationError,
    ConflictError,
    NotFoundError,
    RateLimitError,
    ServerError,
    TaskCancelled,
    TaskHandle,
    TaskTimeout,
)
from anaplan_ext.concurrency import _async as concurrency
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.tasks.polling import LONG_TASK_SECONDS

FILE, IMPORT, EXPORT = 113000000000, 112000000000, 116000000000
CSV = "id,name,amount\n1,one,10\n"
POLL = r"/[a-zA-Z]*[tT]asks/[0-9A-F]+$"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=503),
        Fault(status=500),
        Fault(status=429),
        Fault(kind="reset"),
        Fault(kind="truncate"),
        Fault(kind="malformed"),
        Fault(status=200, body=b"<html>Maintenance</html>", content_type="text/html"),
    ],
    ids=["503", "500", "429", "reset", "truncate", "malformed", "html"],
)
async def test_an_outage_during_a_wait_does_not_lose_the_task(
    fault: Fault, emulator: Emulator, client: AsyncClient
) -> None:
    fields = {"kind": fault.kind, "status": fault.status, "body": fault.body, "content_type": fault.content_type}
    # More failures than the retries of any request.
    emulator.inject(Fault(method="GET", path=POLL, nth=2, times=9, **fields))  # type: ignore[arg-type]
    task = (await client.run_action(EXPORT)).task
    assert task.task_state == "COMPLETE"
    assert emulator.effects == {"exports": 1}


async def test_a_lasting_outage_stops_the_wait_with_a_handle(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="GET", path=POLL, status=503, times=None))
    with pytest.raises(TaskTimeout, match=r"cannot be polled: .*503.*it continues in Anaplan") as raised:
        await client.run_action(EXPORT)
    assert raised.value.seconds is None
    assert isinstance(raised.value.__cause__, ServerError)
    assert 10 <= emulator.count("GET", POLL) <= 30
    emulator.clear_faults()
    task = (await client.wait_for_task(raised.value.handle)).task
    assert task.task_state == "COMPLETE"


async def test_a_retry_after_of_an_hour_stops_the_wait_with_a_handle(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="GET", path=POLL, status=429, headers=(("Retry-After", "3600"),), times=None))
    with pytest.raises(TaskTimeout) as raised:
        await client.run_action(EXPORT)
    assert isinstance(raised.value.__cause__, RateLimitError)
    assert emulator.count("GET", POLL) == 1


async def test_a_rejection_stops_the_wait_unchanged(emulator: Emulator, client: AsyncClient) -> None:
    for status, error in ((401, AuthenticationError), (409, ConflictError)):
        emulator.inject(Fault(method="GET", path=POLL, status=status, times=None))
        with pytest.raises(error):
            await client.run_action(EXPORT)
        emulator.clear_faults()


async def test_a_task_may_appear_some_time_after_its_start(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="GET", path=POLL, status=404, times=5))
    states: list[str] = []
    await client.run_action(EXPORT, progress=lambda task: states.append(task.task_state))
    assert states == ["IN_PROGRESS", "COMPLETE"]
    assert emulator.count("GET", POLL) == 7


async def test_the_wait_for_a_task_that_never_appears_stops(emulator: Emulator, client: AsyncClient) -> None:
    emulator.fail_next_task(str(EXPORT), "vanish")
    with pytest.raises(NotFoundError, match="get_export_task"):
        await client.run_action(EXPORT)
    assert emulator.count("GET", POLL) == 10


async def test_a_task_that_vanishes_raises_not_found_immediately(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="GET", path=POLL, status=404, nth=2, times=None))
    with pytest.raises(NotFoundError):
        await client.run_action(EXPORT)
    assert emulator.count("GET", POLL) == 2


async def test_a_timeout_during_an_outage_has_the_reason(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="GET", path=POLL, status=503, times=None))
    with pytest.raises(TaskTimeout, match=r"did not finish within 0 s; .*the last poll failed: .*503") as raised:
        await client.run_action(EXPORT, timeout=0)
    assert raised.value.seconds == 0


async def test_the_intervals_grow_up_to_the_delay(
    emulator: Emulator, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    intervals: list[float] = []

    async def record(seconds: float) -> None:
        intervals.append(seconds)

    monkeypatch.setattr(concurrency, "sleep", record)
    emulator.task_polls = 8
    options = {"user_email": emulator.user_email, "password": emulator.password, "base_url": emulator.url}
    async with AsyncClient(model_id=emulator.development_model_id, status_poll_delay=0.3, **options) as other:  # type: ignore[arg-type]
        await other.run_action(EXPORT)
    assert intervals == pytest.approx([0.05, 0.075, 0.1125, 0.16875, 0.253125, 0.3, 0.3, 0.3])


async def test_a_delay_of_one_second_is_the_longest_interval_also_for_a_long_task(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    intervals: list[float] = []

    async def record(seconds: float) -> None:
        intervals.append(seconds)

    monkeypatch.setattr(concurrency, "sleep", record)
    emulator.task_polls = 60
    options = {"user_email": emulator.user_email, "password": emulator.password, "base_url": emulator.url}
    async with AsyncClient(model_id=emulator.development_model_id, status_poll_delay=1, **options) as client:  # type: ignore[arg-type]
        await client.run_action(EXPORT)
    assert sum(intervals) > LONG_TASK_SECONDS
    assert max(intervals) == intervals[-1] == 1


async def test_a_wait_resumes_with_the_handle_of_an_action(emulator: Emulator, client: AsyncClient) -> None:
    await client.upload_file(FILE, CSV)
    with pytest.raises(TaskTimeout) as raised:
        await client.run_action(IMPORT, timeout=0)
    error = pickle.loads(pickle.dumps(raised.value))
    assert error.handle == TaskHandle(
        kind="action", model_id=emulator.development_model_id, task_id=error.task_id, action_id=str(IMPORT)
    )
    # Any client can resume the wait, whatever its model.
    other = client.with_model(emulator.production_model_id)
    task = (await other.wait_for_task(error.handle)).task
    assert task.id == error.task_id


async def test_a_wait_resumes_with_the_handles_of_alm(
    emulator: Emulator, client: AsyncClient, production: AsyncClient
) -> None:
    created = await client.alm.create_revision("Release 1")
    target = await production.alm.get_latest_revision()
    assert target is not None
    alm = production.alm
    kinds: list[str] = []
    for create in (alm.create_comparison_report, alm.create_comparison_summary, alm.sync_models):
        with pytest.raises(TaskTimeout) as raised:
            await create(created.id, emulator.development_model_id, target.id, timeout=0)
        handle = TaskHandle.from_dict(json.loads(json.dumps(raised.value.handle.to_dict())))
        states: list[str] = []
        task = await client.wait_for_task(handle, progress=lambda task: states.append(task.task_state))  # noqa: B023
        assert task.id == handle.task_id
        assert task.result is not None
        assert states[-1] == "COMPLETE"
        kinds.append(handle.kind)
    assert kinds == ["comparison report", "comparison summary", "sync"]
    assert emulator.effects == {"revisions": 1, "comparisonReportTasks": 1, "summaryReportTasks": 1, "syncTasks": 1}


async def test_a_handle_cancels_its_task(emulator: Emulator, client: AsyncClient) -> None:
    await client.upload_file(FILE, CSV)
    with pytest.raises(TaskTimeout) as raised:
        await client.run_action(IMPORT, timeout=0)
    await client.cancel_task(raised.value.handle)
    with pytest.raises(TaskCancelled):
        await client.wait_for_task(raised.value.handle)
    assert b"one" not in await client.export_and_download(EXPORT)
