"""The decisions of the command line: exit codes, accepted rows, annotations, entries, moments."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from anaplan_client import core
from anaplan_client.core import ConnectError, NotFoundError, PermissionDeniedError, RateLimitError, ServerError
from anaplan_client.integration.models import Task
from anaplan_ext import (
    ActionLoad,
    AmbiguousNameError,
    AnaplanActionError,
    CellWriteResult,
    ConfigurationError,
    DownloadError,
    LoadReport,
    PartialWriteError,
    PlanError,
    PlanExpiredError,
    PlanLockedError,
    TokenStoreError,
    UploadError,
    errors,
)
from anaplan_ext.cli import loads, summaries
from anaplan_ext.cli.entries import to_cell, to_item
from anaplan_ext.cli.exit_codes import exit_code_of
from anaplan_ext.cli.moments import read_moment
from anaplan_ext.transport import clock

from ...core.support import exchange

TASK = Task.from_dict({"taskId": "T", "taskState": "COMPLETE", "result": {"successful": True}})
PARTIAL = PartialWriteError("no", CellWriteResult(changed=1, total=2))
HEADER = b"_Status_,_Line_,_Error_1_,a\n"


def failure(*actions: ActionLoad, dump: bytes = b"") -> AnaplanActionError:
    return AnaplanActionError("rows", TASK, LoadReport(TASK, actions, {"112000000000": dump} if dump else {}))


def load(*, successful: bool = True, failed: int | None = 1, loaded: int = 3) -> ActionLoad:
    return ActionLoad("112000000000", "Load", successful, loaded=loaded, ignored=0, failed=failed)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RateLimitError(exchange(status=429)), 75),
        (ServerError(exchange(status=503)), 75),
        (ConnectError(exchange()), 75),
        (NotFoundError(exchange(status=404)), 5),
        (PermissionDeniedError(exchange(status=403)), 4),
        (AmbiguousNameError("list", "a", []), 5),
        (TokenStoreError("locked"), 2),
        (PlanError("the plan must be saved first"), 2),
        (PlanLockedError("one run at a time"), 75),
        (PlanExpiredError("the plan has expired"), 8),
        (ConfigurationError("missing"), 2),
        (PARTIAL, 3),
        (caused(PartialWriteError(*PARTIAL.args), ServerError(exchange(status=503))), 11),
        (UploadError("113000000000", "local"), 1),
        (caused(UploadError("113000000000", "x"), PermissionDeniedError(exchange(status=403))), 4),
        (caused(UploadError("113000000000", "x"), OSError("full")), 1),
        (caused(DownloadError("113000000000", "x"), RateLimitError(exchange(status=429))), 75),
        (failure(load()), 3),
        (failure(load(), load(successful=False)), 1),
        (AnaplanActionError("failed", TASK), 1),
        (KeyboardInterrupt(), 130),
        (ImportError("extra"), 2),
        (ValueError("wrong"), 2),
        (TypeError("wrong"), 2),
        (FileNotFoundError("none"), 2),
        (RuntimeError("a fault of ours"), 1),
    ],
)
def test_an_error_has_its_code(error: BaseException, code: int) -> None:
    assert exit_code_of(error) == code


# The codes of all errors that can be imported, without a report or a cause, which decide some of them.
CODES = {
    1: (
        "AnaplanActionError AnaplanError ApiError BadRequestError ChangedMeanwhileError ComparisonReportError "
        "ConflictError DecodeError DownloadError FrameValueError IncompleteListError IntegrationRunError "
        "ModelArchivedError ModelLockedError PromotionError ReadError RecordTooLongError StatusError TableError "
        "UploadError"
    ),
    2: (
        "ApprovalError ConfigurationError NetworkSettingsError PlanError PlanVersionError RateLimitStoreError "
        "RiskError TokenStoreError"
    ),
    3: "PartialRunError PartialWriteError",
    4: (
        "AuthenticationError OAuthError PermissionDeniedError RedirectError SignInDeniedError SignInRequiredError "
        "SignInTimeoutError"
    ),
    5: "AmbiguousNameError NameNotFoundError NotFoundError",
    6: "OutcomeUnknown",
    7: "TaskTimeout",
    8: "PlanExpiredError PlanStaleError",
    9: "IntegrationRunCancelledError TaskCancelled",
    75: ("ConnectError PlanLockedError RateLimitError ReadQuotaError RequestTimeoutError ServerError TransportError"),
}


def test_every_error_has_its_code() -> None:
    found: dict[int, list[str]] = {}
    for name in sorted({*core.__all__, *errors.__all__}):
        kind = getattr(core, name, None) or getattr(errors, name)
        if isinstance(kind, type) and issubclass(kind, Exception):
            error = kind.__new__(kind)
            error._report, error.results = None, ()  # type: ignore[attr-defined]
            found.setdefault(exit_code_of(error), []).append(name)
    assert {code: " ".join(names) for code, names in found.items()} == CODES


@pytest.mark.parametrize(
    ("error", "accepted"),
    [
        (failure(load()), True),
        # What failed, or what nobody counted, is never accepted.
        (failure(load(), load(successful=False)), False),
        (failure(load(successful=False)), False),
        (failure(load(failed=None)), False),
        (AnaplanActionError("failed", TASK), False),
    ],
)
def test_only_rejected_rows_are_accepted(error: AnaplanActionError, accepted: bool) -> None:
    assert loads.is_accepted(error, "never", lambda _: False) is accepted
    assert loads.is_accepted(error, "rejected", lambda _: True) is accepted
    assert not loads.is_accepted(error, "rejected", lambda _: False)


def test_annotations_are_few_and_of_one_line() -> None:
    dump = HEADER + b"".join(b'E,%d,"bad\n100%%",x\n' % line for line in range(20))
    to = io.StringIO()
    summaries.print_annotations(failure(load(failed=20), dump=dump), to)
    lines = to.getvalue().splitlines()
    assert len(lines) == summaries.MAX_ANNOTATIONS
    assert lines[0] == "::error title=rejected row::line 0: bad%0A100%25"


def test_a_row_of_csv_is_an_item_or_a_cell() -> None:
    assert to_item({"name": "A", "code": "", "Color": ""}) == {"name": "A", "properties": {"Color": ""}}
    assert to_item({"name": "A", "properties": {"a": 1}}) == {"name": "A", "properties": {"a": 1}}
    cell: dict[str, Any] = {"lineItemId": "206", "value": 1, "dimensions": []}
    assert to_cell(cell) == cell
    assert to_cell({"lineItem": "Units", "value": "", "Products": "A"}) == {
        "lineItemName": "Units",
        "value": "",
        "dimensions": [{"dimensionName": "Products", "itemName": "A"}],
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-28", datetime(2026, 11, 28, tzinfo=UTC)),
        ("2026-11-28T10:00:00+02:00", datetime(2026, 11, 28, 8, tzinfo=UTC)),
        ("30m", timedelta(minutes=30)),
        ("24h", timedelta(hours=24)),
        ("7d", timedelta(days=7)),
    ],
)
def test_a_moment_is_a_date_a_time_or_a_duration(
    text: str, expected: datetime | timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 11, 29, tzinfo=UTC)
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    assert read_moment("--since", text) == (now - expected if isinstance(expected, timedelta) else expected)


@pytest.mark.parametrize("text", ["", "soon", "7w", "-1d", "d", "7 d", "2026-13-01", "9999999d", "999999d"])
def test_anything_else_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match="--since must be"):
        read_moment("--since", text)


@pytest.mark.parametrize("text", ["inf", "nan", "-1", "1.5", "many", "", "%", "-1%", "inf%"])
def test_a_limit_is_a_number_of_rows_or_a_part(text: str) -> None:
    with pytest.raises(ValueError, match="--max-rejected must be"):
        loads.read_limit(text)


@pytest.mark.parametrize(
    ("text", "accepts"), [(None, False), ("0", False), ("1", True), ("24.9%", False), ("25%", True), ("100%", True)]
)
def test_a_part_is_one_of_all_rows(text: str | None, accepts: bool) -> None:
    # Of four rows, one was ignored and one rejected.
    action = ActionLoad("112000000000", "Load", True, loaded=2, ignored=1, failed=1)
    assert loads.read_limit(text)(LoadReport(TASK, (action,))) is accepts


@pytest.mark.parametrize("pair", ["Version", "=Actual", ""])
def test_a_mapping_names_its_dimension(pair: str) -> None:
    with pytest.raises(ValueError, match="--map must be DIMENSION=ITEM"):
        loads.read_mapping([pair])


@pytest.mark.parametrize(
    ("sources", "message"), [(["-"], "standard input needs the name"), (["a=x", "a=y"], "a is given twice")]
)
def test_a_source_has_one_name(sources: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        loads.read_sources(sources, None)


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_STATE_HOME": "/state", "LOCALAPPDATA": "/local"}, "/state/anaplan/uploads"),
        ({"LOCALAPPDATA": "/local"}, "/local/anaplan/uploads"),
        ({}, str(Path.home() / ".local/state/anaplan/uploads")),
    ],
)
def test_manifests_are_in_the_folder_of_the_system(environment: dict[str, str], folder: str) -> None:
    assert loads.state_folder(environment) == Path(folder)
