"""The documented snippets against the emulator: only the import's name and `base_url` are not as documented."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any, TypeAlias

import pytest

from anaplan_ext import (
    Alm,
    AsyncAlm,
    AsyncClient,
    Client,
    CompletedReportTask,
    CompletedSyncTask,
    PendingTask,
    ReportTask,
    Revision,
    SummaryReport,
    TaskSummary,
)
from anaplan_ext.emulator import Emulator

from .conftest import SOURCE, TARGET
from .document import Document, finished

Read: TypeAlias = Callable[[str], Document]


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def read(face: str, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Read]:
    """Opens a document; in the end closes the clients that it opened, which the documents never do."""
    opened: list[Any] = []
    for kind in (Client, AsyncClient):
        monkeypatch.setattr(kind, "__init__", _recording(kind.__init__, opened))
    # What the documents use without saying where it is from.
    given = {"datetime": datetime, "gather": asyncio.gather, "base_url": emulator.url}
    yield lambda name: Document(name, face, **given)
    for client in opened:
        if isinstance(client, AsyncClient):
            await client.aclose()
        else:
            client.close()


def _recording(init: Callable[..., None], opened: list[Any]) -> Callable[..., None]:
    def recorded(self: object, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        opened.append(self)

    return recorded


@pytest.mark.parametrize(("emulator", "later"), [(0, "COMPLETE"), (1, "IN_PROGRESS")], indirect=["emulator"])
async def test_the_guide(read: Read, face: str, emulator: Emulator, later: str) -> None:
    guide = read("alm_guide")
    target = emulator.model(TARGET)

    bound = await guide.run("access")
    assert type(bound["anaplan"]) is {"sync": Client, "async": AsyncClient}[face]
    assert [type(revision) for revision in bound["revisions"]] == [Revision]
    assert [revision.id for revision in bound["revisions"]] == ["rev_456"]

    await guide.run("model status")
    changes = [exchange for exchange in emulator.exchanges if exchange.path.endswith("/onlineStatus")]
    bodies = [exchange.request_body for exchange in changes if isinstance(exchange.request_body, bytes)]
    assert [json.loads(body) for body in bodies] == [{"status": "offline"}, {"status": "online"}]
    assert emulator.count("PUT", f"/models/{TARGET}/onlineStatus$") == 2
    assert target.active_state == "UNLOCKED"

    bound = await guide.run("syncable revisions")
    assert [type(revision) for revision in bound["syncable_revisions"]] == [Revision]
    assert [revision.id for revision in bound["syncable_revisions"]] == ["rev_123"]

    sync_task = (await guide.run("sync"))["sync_task"]
    assert type(sync_task) is CompletedSyncTask
    assert sync_task.task_state == "COMPLETE"
    assert sync_task.result.successful
    assert [applied.revision.id for applied in target.revisions] == ["rev_456", "rev_123"]

    bound = await guide.run("sync tasks")
    assert [type(task) for task in bound["sync_tasks"]] == [TaskSummary]
    assert [task.id for task in bound["sync_tasks"]] == [sync_task.id]
    assert bound["running_task"] is None

    bound = await guide.run("report")
    assert type(bound["report_task"]) is CompletedReportTask
    report = bound["report_content"]
    assert type(report) is bytes
    assert b"Revenue" in report

    bound = await guide.run("report later")
    assert isinstance(bound["report_task"], PendingTask)
    assert isinstance(bound["report_task"], ReportTask)
    assert type(bound["report_status"]) is ReportTask
    assert bound["report_status"].task_state == later
    assert bound.get("report_content") == (report if later == "COMPLETE" else None)

    summary = (await guide.run("summary"))["summary"]
    assert type(summary) is SummaryReport
    assert (summary.source_revision_id, summary.target_revision_id) == ("rev_123", "rev_456")

    bound = await guide.run("summary later")
    assert type(bound["summary_task"]) is ReportTask
    assert bound["summary_task"].task_state == later
    assert bound.get("summary_content") == (summary if later == "COMPLETE" else None)

    # These two follow below, each with an emulator of its own: a revision of the target outdates "rev_456".
    assert guide.left == {"revisions", "deploy"}
    assert emulator.count("POST", "/token/authenticate") == 1


async def test_revision_management(read: Read, emulator: Emulator) -> None:
    guide = read("alm_guide")
    await guide.run("access")
    emulator.model(TARGET).add_list("Products")
    bound = await guide.run("revisions")
    assert bound["revisions"] == [bound["latest"]]
    assert bound["latest"].id == "rev_456"
    created = bound["new_revision"]
    assert type(created) is type(bound["latest"]) is Revision
    assert created.name == "Production Release v2.1"
    assert created.description == "Updated forecast logic and new product hierarchy"
    assert emulator.model(TARGET).revisions[-1].revision.id == created.id


@pytest.mark.parametrize("emulator", [0, 1], indirect=True)
async def test_the_deployment_pipeline(read: Read, emulator: Emulator) -> None:
    guide = read("alm_guide")
    anaplan = (await guide.run("access"))["anaplan"]
    deploy_to_production = (await guide.run("deploy"))["deploy_to_production"]
    report = await finished(deploy_to_production(SOURCE, TARGET))
    assert type(report) is bytes
    assert b"Regions" in report
    deployed = emulator.model(SOURCE).revisions[-1].revision
    assert deployed.name.startswith("Production Deploy 20")
    assert deployed.description == "Automated production deployment"
    latest = await finished(anaplan.alm.get_latest_revision())
    assert latest.id == deployed.id
    # The first block's, and one that both models of the pipeline share.
    assert emulator.count("POST", "/token/authenticate") == 2
    assert emulator.count("POST", f"/models/{TARGET}/alm/syncTasks$") == 1


async def test_the_introduction_to_the_namespace(read: Read, face: str, emulator: Emulator) -> None:
    introduction = read("alm_namespace")
    bound = await introduction.run("access")
    assert [revision.id for revision in bound["lists"]] == ["rev_456"]
    again = await introduction.run("own variable")
    assert type(again["alm"]) is {"sync": Alm, "async": AsyncAlm}[face]
    assert again["revisions"] == bound["lists"]
    assert again["syncs"] == []
    assert not introduction.left


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("namespace", ["alm", "transactional"])
def test_without_a_model_the_namespaces_raise(kind: type[Client] | type[AsyncClient], namespace: str) -> None:
    client = kind(certificate="~/certs/anaplan.pem", private_key="~/keys/anaplan.pem")
    with pytest.raises(ValueError, match="model_id"):
        getattr(client, namespace)
