"""Random runs of whole jobs with random faults: each effect once, no false success, and no doubt without a reason."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from anaplan_ext import (
    AnaplanActionError,
    AnaplanError,
    ApiError,
    AsyncClient,
    OutcomeUnknown,
    UploadError,
)
from anaplan_ext.emulator import Emulator, User

from ..leaks import no_leaks
from ..seeded_faults import LOAD, PROMOTION, Chance, draw, in_doubt
from .families import FILE, GOOD, IMPORT, MIXED, Scene, scene

OTHER = "eve@example.com"


@pytest.fixture(scope="module")
def shared() -> Iterator[Emulator]:
    logger = logging.getLogger("anaplan")
    logger.disabled = True
    with no_leaks(), Emulator(observer=None) as emulator:
        yield emulator
    logger.disabled = False


class Job:
    """A job on its way: what it has made, and what another user did meanwhile."""

    def __init__(self, emulator: Emulator, chance: Chance) -> None:
        self.made: dict[str, Any] = {}
        self.theirs: list[str] = []
        self.chance = chance
        self.here: Scene = scene(emulator, assume_exclusive=chance.exclusive, hooks={"request": [self.start_theirs]})
        with emulator.lock:
            emulator.tenant.users.append(User(email=OTHER))
        for fault in chance.faults:
            emulator.inject(fault)

    async def start_theirs(self, request: httpx.Request) -> None:
        """Starts the same action as another user, just before this one does for the first time."""
        if not self.chance.company or self.theirs or not request.url.path.endswith(f"/imports/{IMPORT}/tasks"):
            return
        emulator = self.here.emulator
        faults, emulator.faults = emulator.faults, []
        async with AsyncClient(
            model_id=emulator.development_model_id, user_email=OTHER, password="password", base_url=emulator.url
        ) as other:
            self.theirs.append(await other.invoke_action(IMPORT))
        emulator.faults = faults


async def test_a_promotion(seed: int, shared: Emulator, record_property: Callable[[str, object], None]) -> None:
    job = Job(shared, draw(seed, PROMOTION))
    failure: AnaplanError | None = None
    async with job.here.client:
        try:
            await promote(job)
        except AnaplanError as error:
            failure = error
    shared.catch_up()
    record_property("came to", f"promotion: {named(failure)}")
    judge_promotion(job, failure)


async def promote(job: Job) -> None:
    alm, production = job.here.client.alm, job.here.production.alm
    revision = job.made["revision"] = await alm.create_revision("Release 1")
    target = await production.get_latest_revision()
    assert target is not None
    pair = revision.id, job.here.emulator.development_model_id, target.id
    report = await production.create_comparison_report(*pair)
    job.made["text"] = await production.get_comparison_report(report)
    job.made["sync"] = await production.sync_models(*pair)


def judge_promotion(job: Job, failure: AnaplanError | None) -> None:
    emulator = job.here.emulator
    effects, exchanges = emulator.effects, emulator.exchanges
    source, _, target = job.here.revisions
    for operation, kind, look_ups in (
        ("alm.create_revision", "revisions", "/revisions$|/users/me$"),
        ("alm.create_sync_task", "syncTasks", "/syncTasks|/revisions$|/users/me$"),
    ):
        assert effects[kind] <= 1, "done twice"
        if isinstance(failure, ApiError) and failure.context.operation == operation:
            assert effects[kind] == 0, "denied, but it was done"
        if isinstance(failure, OutcomeUnknown) and failure.context.operation == operation:
            assert in_doubt(exchanges, f"/{kind}$", look_ups, effects[kind] == 1, tellable=True), "a needless doubt"
    assert effects["comparisonReportTasks"] <= 1, "done twice"
    if "revision" in job.made:
        assert job.made["revision"].id == source, "not the revision that was made"
    if "text" in job.made:
        (report,) = emulator.model(emulator.production_model_id).reports.values()
        assert job.made["text"] == report.content, "not the report that was made"
    if failure is None:
        assert effects == {"revisions": 1, "comparisonReportTasks": 1, "syncTasks": 1}
        assert source == target, "a false success"


async def test_a_load(seed: int, shared: Emulator, record_property: Callable[[str, object], None]) -> None:
    job = Job(shared, draw(seed, LOAD))
    failure: AnaplanError | None = None
    async with job.here.client:
        try:
            await job.here.client.upload_file(FILE, content(job))
            job.made["upload"] = True
            job.made["task"] = (await job.here.client.run_action(IMPORT)).task
        except AnaplanError as error:
            failure = error
    shared.catch_up()
    record_property("came to", f"load: {named(failure)}")
    judge_load(job, failure)


def content(job: Job) -> bytes:
    return MIXED if job.chance.refused_rows else GOOD


def judge_load(job: Job, failure: AnaplanError | None) -> None:
    emulator = job.here.emulator
    model = emulator.model(emulator.development_model_id)
    if "upload" in job.made:
        assert [b"".join(copy.content) for copy in model.files[0].copies.values()] == [content(job)], "a lost upload"
    done = emulator.effects["imports"] - len(job.theirs)
    assert done <= 1, "done twice"
    if isinstance(failure, ApiError) and failure.context.operation == "integration.start_import_task":
        assert done == 0, "denied, but it was done"
    if isinstance(failure, OutcomeUnknown):
        look_ups = f"/imports/{IMPORT}/tasks$"
        tellable = job.chance.exclusive and not job.theirs
        known = in_doubt(emulator.exchanges, look_ups, look_ups, done == 1, tellable)
        assert known or job.theirs, "a needless doubt"
    if failure is None or type(failure) is AnaplanActionError:
        assert done == 1, "a false success"
        task = job.made["task"] if failure is None else failure.task
        assert task.id not in job.theirs, "the task of another"
        assert (failure is None) is not job.chance.refused_rows, "a lost failure"
        assert model.records["Flights"].count == 2 - job.chance.refused_rows, "lost rows"
    if type(failure) is AnaplanActionError:
        kept = [dump.content[1] for dump in model.dumps.values()]
        spoilt = any(exchange.fault and "/dump/" in exchange.path for exchange in emulator.exchanges)
        assert list(failure.dumps.values()) == kept or (spoilt and not failure.dumps), "a lost dump"


def named(failure: AnaplanError | None) -> str:
    if failure is None:
        return "done"
    cause = f" of {type(failure.__cause__).__name__}" if isinstance(failure, UploadError) else ""
    return type(failure).__name__ + cause
