"""No clock decides what is sent again: effects come about once whatever the clocks of gateways and servers say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import product
from typing import Any

import httpx
import pytest

from anaplan_ext import AnaplanError, AsyncClient, OutcomeUnknown, RetryPolicy, TaskHandle
from anaplan_ext.concurrency import _async as concurrency
from anaplan_ext.emulator import Emulator, Fault, User

EXPORT = "116000000000"
DAY, HOUR = 86_400, 3_600
# How far the `Date` of every response is ahead, in seconds.
GATEWAYS = [-2 * DAY, -33, -3, 3, 33, HOUR, 2 * DAY]
# By how much the clock of Anaplan's servers is set right after the effect.
STEPS = [-DAY, -33, 0, 33, DAY]
FAULTS = {
    "reset, effect": Fault(kind="reset", after_effect=True),
    "502, effect": Fault(status=502, after_effect=True),
    "504, effect": Fault(status=504, after_effect=True),
    "reset": Fault(kind="reset"),
    "503": Fault(status=503),
    "cut": Fault(kind="truncate"),
}


class Story:
    """A client behind a gateway whose clock is wrong, and another user of the same model."""

    def __init__(self, emulator: Emulator, ahead: float, step: float, during: bool, **options: Any) -> None:
        self.emulator = emulator
        self.theirs: list[str] = []
        self._ahead, self._step, self._during = ahead, step, during
        with emulator.lock:
            emulator.tenant.users.append(User(email="eve@example.com"))
        self.other = self._client("eve@example.com")
        self.client = self._client(
            emulator.user_email, hooks={"request": [self._before], "response": [self._dated]}, **options
        )

    def _client(self, email: str, **options: Any) -> AsyncClient:
        return AsyncClient(
            model_id=self.emulator.development_model_id,
            user_email=email,
            password="password",
            base_url=self.emulator.url,
            status_poll_delay=0,
            retry_policy=RetryPolicy(count=2, base_delay=0),
            **options,
        )

    async def _before(self, request: httpx.Request) -> None:
        if self._during and not self.theirs and _starts(request):
            faults, self.emulator.faults = self.emulator.faults, []
            self.theirs.append(await self.other.invoke_action(EXPORT))
            self.emulator.faults = faults

    async def _dated(self, response: httpx.Response) -> None:
        if _starts(response.request):
            self.emulator.advance(self._step)
        response.headers["date"] = format_datetime(datetime.now(UTC) + timedelta(seconds=self._ahead), usegmt=True)


def _starts(request: httpx.Request) -> bool:
    return request.method == "POST" and request.url.path.endswith("/tasks")


@pytest.mark.parametrize("company", [False, True], ids=["alone", "in company"])
@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("exclusive", [False, True], ids=["shared", "exclusive"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_an_action_runs_once_whatever_the_clocks_say(
    fault: str, exclusive: bool, before: int, company: bool, emulator: Emulator
) -> None:
    for ahead, step in product(GATEWAYS, (0,)) if not company else product((-33, 33), STEPS):
        emulator.effects.clear()
        emulator.clear_faults()
        emulator.model(emulator.development_model_id).tasks.clear()
        story = Story(emulator, ahead, step, company and not exclusive, assume_exclusive=exclusive)
        async with story.client, story.other:
            history = [await story.other.invoke_action(EXPORT) for _ in range(before)]
            fields = {name: getattr(FAULTS[fault], name) for name in ("kind", "status", "after_effect")}
            emulator.inject(Fault(method="POST", path="/tasks$", nth=1 + len(story.theirs), **fields))
            started, failure = await start(story.client)
        mine = emulator.effects["exports"] - len(history) - len(story.theirs)
        assert mine <= 1, "done twice"
        if started is not None:
            assert mine == 1, "a false success"
            assert started not in [*history, *story.theirs], "the task of another"
        elif isinstance(failure, OutcomeUnknown):
            shown = [one.task_id for one in failure.candidates if isinstance(one, TaskHandle)]
            assert set(story.theirs) <= set(shown)
            # What the client knew was there is not shown.
            assert not (exclusive and set(shown) & set(history))
        else:
            assert mine == 0, "denied, but it was done"
        if exclusive and not company and "504" not in fault:
            assert started is not None, "a needless doubt"


async def start(client: AsyncClient) -> tuple[str | None, AnaplanError | None]:
    try:
        return await client.invoke_action(EXPORT), None
    except AnaplanError as error:
        return None, error


@pytest.mark.parametrize("ahead", [-2 * DAY, -33, 33, 2 * DAY])
async def test_an_earlier_revision_of_the_same_title_is_not_taken_for_the_new_one(
    ahead: float, emulator: Emulator
) -> None:
    story = Story(emulator, ahead, 0, False)
    async with story.client as client, story.other:
        first = await client.alm.create_revision("Nightly")
        emulator.advance(33)
        emulator.inject(Fault(method="POST", path="/revisions$", kind="reset"))
        # Another process of the same user: it knows nothing of the first one.
        async with story._client(emulator.user_email) as fresh:
            _, failure = await revise(fresh)
        assert first.id in {revision.id for revision in await client.alm.get_revisions()}
    # There is nothing to take a revision of any more, which the second attempt was told.
    assert failure is not None
    assert not isinstance(failure, OutcomeUnknown)
    assert emulator.effects["revisions"] == 1


async def revise(client: AsyncClient) -> tuple[str | None, AnaplanError | None]:
    try:
        return (await client.alm.create_revision("Nightly")).id, None
    except AnaplanError as error:
        return None, error


async def test_tasks_that_were_listed_before_are_ruled_out(emulator: Emulator) -> None:
    story = Story(emulator, 33, 0, False)
    async with story.client as client, story.other as other:
        await other.invoke_action(EXPORT)
        emulator.inject(Fault(method="POST", path="/tasks$", kind="reset"))
        with pytest.raises(OutcomeUnknown, match="may have existed before") as raised:
            await client.invoke_action(EXPORT)
        assert len(raised.value.candidates) == 1
        # The lookup has shown it, so that it is known now; so would `list_tasks` have done.
        emulator.inject(Fault(method="POST", path="/tasks$", kind="reset"))
        await client.invoke_action(EXPORT)
        await other.invoke_action(EXPORT)
        await client.list_tasks(EXPORT)
        emulator.inject(Fault(method="POST", path="/tasks$", kind="reset"))
        await client.invoke_action(EXPORT)
    assert emulator.effects == {"exports": 4}


async def test_a_start_goes_out_although_what_was_there_before_cannot_be_listed(emulator: Emulator) -> None:
    story = Story(emulator, 0, 0, False, assume_exclusive=True)
    async with story.client as client, story.other:
        emulator.inject(Fault(method="GET", path="/tasks$", status=503, times=3))
        await client.invoke_action(EXPORT)
        assert emulator.effects == {"exports": 1}
        # Then nothing that is found is taken for its effect.
        emulator.model(emulator.development_model_id).tasks.clear()
        emulator.inject(Fault(method="GET", path="/tasks$", status=503, times=3))
        emulator.inject(Fault(method="POST", path="/tasks$", kind="reset", after_effect=True))
        with pytest.raises(OutcomeUnknown) as raised:
            await client.invoke_action(EXPORT)
        assert len(raised.value.candidates) == 1
    assert emulator.effects == {"exports": 2}


async def test_threads_and_tasks_of_one_client_never_start_twice(emulator: Emulator) -> None:
    story = Story(emulator, 33, 0, False)
    for nth in (1, 3, 5, 7):
        emulator.inject(Fault(method="POST", path="/tasks$", kind="reset", after_effect=nth % 4 == 1, nth=nth))

    async def one(index: int) -> str:
        started, failure = await start(story.client)
        return started or type(failure).__name__

    async with (
        story.client,
        story.other,
        concurrency.closing(concurrency.map_concurrently(one, range(8), 8)) as results,
    ):
        ends = [end async for end in results]
    tasks = [end for end in ends if not end.isalpha()]
    assert len(set(tasks)) == len(tasks)
    assert emulator.effects["exports"] <= 8
    assert emulator.effects["exports"] >= len(tasks)
