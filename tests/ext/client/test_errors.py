"""What goes wrong beyond a single exchange."""

import copy
import pickle

import pytest

import anaplan_ext
import anaplan_ext.errors
from anaplan_client.alm.models import ReportTask, Revision, SyncTask
from anaplan_client.cloudworks.models import Run
from anaplan_client.core import AnaplanError, ApiError
from anaplan_client.integration.models import Task, TaskResult, TaskState
from anaplan_ext.alm.apply import TargetResult
from anaplan_ext.alm.errors import ComparisonReportError
from anaplan_ext.alm.promotion_errors import (
    ApprovalError,
    MovedTarget,
    PlanError,
    PlanExpiredError,
    PlanLockedError,
    PlanStaleError,
    PlanVersionError,
    PromotionError,
    RiskError,
)
from anaplan_ext.auth.oauth.errors import (
    OAuthError,
    RedirectError,
    SignInDeniedError,
    SignInRequiredError,
    SignInTimeoutError,
)
from anaplan_ext.auth.stores.errors import TokenStoreError
from anaplan_ext.client.errors import ConfigurationError
from anaplan_ext.cloudworks.errors import (
    ChangedMeanwhileError,
    IntegrationRunCancelledError,
    IntegrationRunError,
    PartialRunError,
)
from anaplan_ext.cloudworks.runs import RunReport
from anaplan_ext.frames.errors import FrameValueError, RecordTooLongError, TableError
from anaplan_ext.listing.errors import AmbiguousNameError, IncompleteListError, NameNotFoundError
from anaplan_ext.tasks.errors import AnaplanActionError, TaskCancelled, TaskTimeout
from anaplan_ext.tasks.handle import TaskHandle
from anaplan_ext.tasks.load_report import ActionLoad, LoadReport
from anaplan_ext.transactional.errors import PartialWriteError, ReadError, ReadQuotaError
from anaplan_ext.transactional.write_result import CellWriteResult, ListWriteResult
from anaplan_ext.transfers.errors import DownloadError, UploadError
from anaplan_ext.transfers.manifest import UploadManifest
from anaplan_ext.transport.errors import OutcomeUnknown, RateLimitStoreError

from ...core.support import exchange, subclasses

TASK = Task(
    id="T1",
    task_state=TaskState("PAUSED"),
    result=TaskResult(successful=False, additional_properties={"new": 1}),
    additional_properties={"new": [1]},
)
SYNC = SyncTask.from_dict({"taskId": "T2", "taskState": "COMPLETE", "creationTime": 1614870183373})
RUN = TaskHandle(kind="action", model_id="M1", task_id="T1", action_id="118000000001")
SYNCING = TaskHandle(kind="sync", model_id="M1", task_id="T1")
REPORT = ReportTask.from_dict({"taskId": "T3", "taskState": "COMPLETE", "result": {"successful": False}})

LOAD = LoadReport(
    TASK,
    (ActionLoad("112000000001", "Load", False, loaded=2, ignored=0, failed=1, rows=3),),
    {"112000000001": b"canary", "112000000002": b""},
)
MANIFEST: UploadManifest = {
    "model_id": "M1",
    "file_id": "113000000001",
    "length": 5_000_000,
    "chunk_size": 1_000_000,
    "sent": {"3": "0" * 64},
}

CLOUD_RUN = Run.from_dict({"id": "R1"})
RUN_REPORT = RunReport(TASK, (ActionLoad("112000000001", "Load", False, failed=1),), run=CLOUD_RUN)
RUN_ERRORS = (IntegrationRunCancelledError, IntegrationRunError, PartialRunError)

MOVED = MovedTarget(model_id="M1", name="Prod", planned="R1", current="R2", moved_by="Ada", moved_on=None)
FAILED = TargetResult(model_id="M1", name="Prod", outcome="failed", revision="R1", error=ApprovalError("too few"))
DONE = TargetResult(model_id="M2", name="Test", outcome="synced", revision="R2")

# An error, and what its text has to name.
SAMPLES: list[tuple[AnaplanError, list[str]]] = [
    (AnaplanActionError("it failed", TASK), ["T1", "it failed"]),
    (AnaplanActionError("it failed", SYNC, None), ["T2", "it failed"]),
    (AnaplanActionError("rows refused", TASK, LOAD), ["T1", "2 loaded, 0 ignored, 1 failed", "112000000001"]),
    (AnaplanActionError("it failed", REPORT), ["T3", "it failed"]),
    (TaskCancelled("cancelled", TASK), ["T1", "cancelled"]),
    (TaskTimeout(1.5, SYNCING), ["sync T1", "M1", "1.5 s"]),
    (TaskTimeout(60, RUN), ["T1", "M1", "118000000001", "60 s"]),
    (TaskTimeout(60, RUN, "answered 503"), ["T1", "60 s", "answered 503"]),
    (TaskTimeout(None, RUN, "answered 503"), ["T1", "M1", "118000000001", "cannot be polled", "answered 503"]),
    (UploadError("113000000001", "content is empty"), ["113000000001", "content is empty"]),
    (UploadError("113000000001", "refused", (0, 7), MANIFEST), ["113000000001", "chunk 0, 7", "refused", "1 chunks"]),
    (DownloadError("116000000001", "the file has no content"), ["116000000001", "the file has no content"]),
    (IncompleteListError("integration.list_files", 5, 7), ["integration.list_files", "5", "7"]),
    (IncompleteListError("integration.list_files", 0), ["integration.list_files", "no list"]),
    (TableError("export 116000000001", "it has no header"), ["export 116000000001 cannot be read", "it has no header"]),
    (TableError("export 1", "no number", "amount", 7), ["export 1", "column 'amount', row 7: no number"]),
    (RecordTooLongError("export 1", "too long"), ["export 1", "too long"]),
    (FrameValueError("infinite", "amount", 7), ["the frame cannot be written", "column 'amount', row 7: infinite"]),
    (FrameValueError("no columns", label="files['a.csv']"), ["files['a.csv'] cannot be written", ": no columns"]),
    (ReadError("view 102000000001", "no rows"), ["reading view 102000000001 failed: no rows"]),
    (ReadQuotaError(exchange(status=429, message="Too many")), ["429", "Too many", "read requests"]),
    (PartialWriteError("item 3: no", ListWriteResult(added=5, total=6)), ["5 of 6 written", "item 3: no"]),
    (PartialWriteError("item 3: no", CellWriteResult(changed=5, total=6)), ["5 of 6 written", "item 3: no"]),
    (OutcomeUnknown(exchange(message="reset")), ["integration.sample", "GET https://api.test/2/0/sample", "reset"]),
    (OutcomeUnknown(exchange(status=502, message="Bad Gateway")), ["502", "Bad Gateway"]),
    (OutcomeUnknown(exchange(), (RUN, SYNCING), "two are new"), ["two are new", "task T1 of process 1180", "sync T1"]),
    (OutcomeUnknown(exchange(), (Revision(id="R1", name="Release"),)), ["revision R1"]),
    (NameNotFoundError("list", "Region", [("Regions", "101")]), ["no list 'Region'", "did you mean 'Regions' (101)"]),
    (NameNotFoundError("list", "Region"), ["no list 'Region'"]),
    (AmbiguousNameError("list", "All", [("All", "1"), ("all", "2")]), ["'All' (1) and 'all' (2)", "use an id"]),
    (ChangedMeanwhileError("flow", "F1", 1, 2), ["flow F1", "overwrite=True"]),
    *((kind("it failed", RUN_REPORT), ["it failed"]) for kind in RUN_ERRORS),
    (OAuthError(exchange(status=401, message="unknown client")), ["unknown client", "check the client_id"]),
    (SignInRequiredError(exchange(message="nobody signed in")), ["nobody signed in", "on_device_code"]),
    (SignInDeniedError(exchange(status=403, message="denied")), ["denied", "approve the request"]),
    (SignInTimeoutError(exchange(message="too late")), ["too late", "sign in again"]),
    (RedirectError(exchange(message="no code")), ["no code", "pass the whole URL"]),
    (TokenStoreError("tokens.json is damaged"), ["tokens.json is damaged"]),
    (RateLimitStoreError("a.limit cannot be used"), ["a.limit cannot be used"]),
    (ConfigurationError("ANAPLAN_USER is missing"), ["ANAPLAN_USER is missing"]),
    (PlanError("the plan must be saved first"), ["must be saved"]),
    (PlanVersionError("2.0"), ["2.0"]),
    (PlanExpiredError("the plan has expired"), ["expired"]),
    (PlanLockedError("one run at a time"), ["one run at a time"]),
    (ApprovalError("too few"), ["too few"]),
    (RiskError([f"list {number}" for number in range(7)]), ["'list 0'", "and 2 more"]),
    (PlanStaleError([MOVED]), ["Prod (M1) moved from 'R1' to 'R2' by Ada", "plan again"]),
    (PromotionError([FAILED, DONE]), ["1 of 2 targets done", "Prod: failed on 'R1': too few", "resume=True"]),
    (ComparisonReportError(7, "must be UTF-8 (got byte 0xff)"), ["line 7 of the comparison report must be UTF-8"]),
]
NAMES = [f"{type(error).__name__}-{index}" for index, (error, _) in enumerate(SAMPLES)]


def test_there_is_a_sample_of_every_error() -> None:
    own = {getattr(anaplan_ext.errors, name) for name in anaplan_ext.errors.__all__}
    assert own == {type(error) for error, _ in SAMPLES}


@pytest.mark.parametrize(("error", "parts"), SAMPLES, ids=NAMES)
def test_the_text_of_an_error_names_what_it_is_about(error: AnaplanError, parts: list[str]) -> None:
    for part in parts:
        assert part in str(error)
    assert "None" not in str(error)


@pytest.mark.parametrize(("error", "parts"), SAMPLES, ids=NAMES)
def test_an_error_survives_pickling_and_copying(error: AnaplanError, parts: list[str]) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert repr(again) == repr(error)
        assert vars(again) == vars(error)


def test_a_task_comes_through_pickling_as_a_whole() -> None:
    again = pickle.loads(pickle.dumps(AnaplanActionError("it failed", TASK)))
    assert again.task == TASK
    assert again.task.additional_properties == {"new": [1]}
    assert again.task.task_state == "PAUSED"


def test_a_timeout_names_the_ids_of_its_task() -> None:
    error = TaskTimeout(60, RUN)
    assert (error.task_id, error.model_id, error.action_id) == ("T1", "M1", "118000000001")
    assert TaskTimeout(60, SYNCING).action_id is None


def test_an_action_error_without_dumps_has_an_empty_mapping() -> None:
    assert AnaplanActionError("it failed", TASK).dumps == {}
    assert AnaplanActionError("it failed", TASK, None).dumps == {}


def test_the_content_of_dumps_is_not_in_the_text() -> None:
    assert "canary" not in str(AnaplanActionError("rows refused", TASK, LOAD))


def test_an_unknown_outcome_is_neither_a_refusal_nor_a_lost_connection() -> None:
    # Whoever catches those to try again must not catch this.
    assert not issubclass(OutcomeUnknown, ApiError)
    assert not issubclass(TaskTimeout, TimeoutError)
    assert issubclass(TaskCancelled, AnaplanActionError)


def test_every_error_can_be_imported_from_the_package() -> None:
    for kind in subclasses(AnaplanError):
        if kind.__module__.startswith("anaplan_"):
            assert getattr(anaplan_ext, kind.__name__) is kind
            assert kind.__name__ in anaplan_ext.__all__
