"""Rows that are uploaded in steps: a file has the complete content, or the one before."""

from typing import Any

import pytest

from anaplan_ext import AnaplanActionError, ApiError, Client, FrameValueError, NameNotFoundError, OutcomeUnknown
from anaplan_ext.emulator import Emulator, Fault

from .conftest import FILE, MODEL, TABLE, make_content

pa: Any = pytest.importorskip("pyarrow", reason="the extra frames is not installed")

from anaplan_ext.frames.batches import open_batches  # noqa: E402
from anaplan_ext.spark import writing  # noqa: E402

pytestmark = pytest.mark.usefixtures("signed_in")
OPTIONS = {"model": MODEL, "file": FILE, "process": TABLE}
SCHEMA = pa.schema([("key", pa.string()), ("note", pa.string()), ("amount", pa.float64()), ("ok", pa.bool_())])


def make_rows(count: int, amount: float = 0.25) -> Any:
    columns = {
        "key": [f"{row:05}" for row in range(count)],
        "note": [None if row % 3 else 'say "hi"\n' for row in range(count)],
        "amount": [row * amount for row in range(count)],
        "ok": [row % 2 == 0 for row in range(count)],
    }
    return pa.table(columns, SCHEMA)


def upload(target: writing.LoadTarget, table: Any, rows: int = 7) -> int:
    return writing.upload_rows(target, open_batches(table.schema, iter(table.to_batches(rows))))


def stored(emulator: Emulator) -> bytes:
    files = emulator.model(emulator.development_model_id).files
    file = next(file for file in files if file.id == FILE)
    return b"".join(file.content_for(emulator.tenant.users[0].id, emulator.now()))


@pytest.fixture
def target(emulator: Emulator) -> writing.LoadTarget:
    model = emulator.model(emulator.development_model_id)
    model.imports[-1].columns = tuple(column for column in model.imports[-1].columns if column.name != "day")
    return writing.open_target(OPTIONS, SCHEMA)


@pytest.mark.parametrize("chunk_bytes", [100, 25_000_000])
def test_the_file_has_the_rows_and_the_process_runs(
    chunk_bytes: int, target: writing.LoadTarget, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "CHUNK_BYTES", chunk_bytes)
    before = stored(emulator)
    chunks = upload(target, make_rows(50))
    assert chunks == emulator.count("PUT", "/chunks/")
    assert (chunks > 1) is (chunk_bytes == 100)
    assert stored(emulator) == before, "until it is complete"
    report = writing.complete_upload(target)
    assert report is not None
    assert report.loaded == 50
    lines = stored(emulator).decode().splitlines(keepends=True)
    assert lines[:4] == ["key,note,amount,ok\n", '00000,"say ""hi""\n', '",0,true\n', "00001,,0.25,false\n"]


def test_a_lost_response_changes_nothing(target: writing.LoadTarget, emulator: Emulator) -> None:
    for path in ("/chunks/0$", f"/files/{FILE}$"):
        emulator.inject(Fault(kind="reset", path=path, after_effect=True))
    upload(target, make_rows(9))
    report = writing.complete_upload(target)
    assert report is not None
    assert report.loaded == 9


def test_nothing_runs_unless_the_file_is_known_to_be_complete(target: writing.LoadTarget, emulator: Emulator) -> None:
    upload(target, make_rows(9))
    emulator.inject(Fault(kind="reset", path="/complete$", after_effect=True))
    with pytest.raises(OutcomeUnknown):
        writing.complete_upload(target)
    assert emulator.count("POST", "/tasks") == 0


def test_a_failure_leaves_the_content(target: writing.LoadTarget, emulator: Emulator) -> None:
    with Client.from_env() as client:
        client.with_model(emulator.development_model_id).upload_file(FILE, make_content(1))
    with pytest.raises(
        FrameValueError, match=r"the frame for '113000000900' .*column 'amount', row 12: it is not a num"
    ):
        upload(target, pa.concat_tables([make_rows(11), make_rows(2, float("nan"))]))
    emulator.inject(Fault(method="PUT", path="/chunks/0$", status=400))
    with pytest.raises(ApiError):
        upload(target, make_rows(9))
    assert stored(emulator) == make_content(1)
    upload(target, make_rows(3))
    report = writing.complete_upload(target)
    assert report is not None
    assert report.loaded == 3


def test_a_frame_without_rows_is_a_header(target: writing.LoadTarget, emulator: Emulator) -> None:
    assert writing.upload_rows(target, open_batches(SCHEMA, iter(()))) == 1
    with pytest.raises(AnaplanActionError, match=r"0 \(0/0\) rows successful"):
        writing.complete_upload(target)
    assert stored(emulator) == b"key,note,amount,ok\n"


def test_what_reads_the_file_may_run_later(emulator: Emulator, target: writing.LoadTarget) -> None:
    later = writing.open_target({**OPTIONS, "run": "false"}, SCHEMA)
    before = emulator.count("POST", "/tasks")
    upload(later, make_rows(3))
    assert writing.complete_upload(later) is None
    assert emulator.count("POST", "/tasks") == before
    assert stored(emulator).startswith(b"key,note")


@pytest.mark.parametrize(
    ("options", "schema", "error", "message"),
    [
        ({}, SCHEMA.remove(2), FrameValueError, "it lacks columns that the import expects: 'amount'"),
        ({}, SCHEMA.append(pa.field("x", pa.binary())), FrameValueError, "column 'x': the type binary cannot be writ"),
        ({"process": "Tables 900"}, SCHEMA, NameNotFoundError, "Tables 900"),
        ({"model": "Planing Dev"}, SCHEMA, NameNotFoundError, "Planing Dev"),
    ],
)
def test_what_does_not_fit_is_told_before_anything_is_written(
    options: dict[str, str],
    schema: Any,
    error: type[Exception],
    message: str,
    target: writing.LoadTarget,
    emulator: Emulator,
) -> None:
    with pytest.raises(error, match=message):
        writing.open_target({**OPTIONS, **options}, schema)
    assert emulator.count("POST", "/files/") == 0


def test_rejected_rows_are_an_error(target: writing.LoadTarget, emulator: Emulator) -> None:
    table = make_rows(3).set_column(2, "amount", pa.array(["1", "none", "3"]))
    upload(target, table)
    with pytest.raises(AnaplanActionError) as caught:
        writing.complete_upload(target)
    assert caught.value.report is not None
    assert caught.value.report.failed == 1
