# Converted by `python -m generator` from tests/ext/loads/_async/test_load.py. Edit that file, not this one.
"""Loads and exports by name in the emulator."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from anaplan_ext import (
    AmbiguousNameError,
    AnaplanActionError,
    Client,
    NameNotFoundError,
    PlannedFile,
    TransferProgress,
    UploadError,
)
from anaplan_ext.emulator import Column, Emulator, Export, Fault, File, Import, Process

FILE, IMPORT, PROCESS = "113000000000", "112000000000", "118000000000"
GOOD = "id,name,amount\n1,one,10\n2,two,20\n"
MIXED = "id,name,amount\n1,one,10\n2,two,unknown\n3,three,30\n"


@pytest.fixture
def two_files(emulator: Emulator) -> None:
    """Add a second file with an import, and a process that reads both."""
    model = emulator.model(emulator.development_model_id)
    model.files.append(File(id="113000000001", name="fx.csv"))
    columns = (Column("currency"), Column("rate", "NUMBER"))
    model.imports.append(
        Import(id="112000000001", name="Load fx", file_id="113000000001", module="FX", columns=columns)
    )
    model.processes.append(Process(id="118000000001", name="Nightly", action_ids=["112000000000", "112000000001"]))


def uploads(emulator: Emulator) -> list[str]:
    """Return the paths of everything that was sent to change something."""
    return [
        exchange.path for exchange in emulator.exchanges if exchange.method != "GET" and "/models/" in exchange.path
    ]


@pytest.mark.parametrize("file", ["flights.csv", FILE, "FLIGHTS.csv "])
@pytest.mark.parametrize("runs", [{"process": "Reload flights"}, {"process": PROCESS}, {"import_": "load FLIGHTS"}])
def test_a_load_by_names_or_ids_counts_its_rows(client: Client, file: str, runs: Any) -> None:
    report = client.load({file: GOOD}, **runs)
    assert (report.loaded, report.ignored, report.failed) == (2, 0, 0)
    table = client.export("Export flights")
    assert table.read() == GOOD.encode()


def test_several_files_of_every_kind_are_one_load(
    client: Client, emulator: Emulator, two_files: None, tmp_path: Path
) -> None:
    path = tmp_path / "any name.csv"
    path.write_text(GOOD)
    for fx in (b"currency,rate\nEUR,1\n", BytesIO(b"currency,rate\nEUR,1\n"), iter(["currency,rate\n", "EUR,1\n"])):
        seen: list[tuple[str, int]] = []

        def note(file: PlannedFile, step: TransferProgress) -> None:
            seen.append((file.key, step.done_bytes))  # noqa: B023 (called within the iteration)

        report = client.load({"flights.csv": path, "fx.csv": fx}, process="Nightly", on_upload=note)
        assert [(action.name, action.loaded) for action in report.actions] == [("Load flights", 2), ("Load fx", 1)]
        assert seen[-1][0] == "fx.csv"
        assert ("flights.csv", len(GOOD)) in seen


def test_rejected_rows_are_iterated_with_values_and_written_as_files(
    client: Client, two_files: None, tmp_path: Path
) -> None:
    with pytest.raises(AnaplanActionError) as raised:
        client.load({"flights.csv": MIXED, "fx.csv": "currency,rate\nEUR,x\nUSD,2\n"}, process="Nightly")
    rows = list(raised.value.rejected)
    assert [(row.import_id, row.line, row.column) for row in rows] == [
        ("112000000000", "3", "amount"),
        ("112000000001", "2", "rate"),
    ]
    assert rows[0].values == {"id": "2", "name": "two", "amount": "unknown"}
    assert "two" not in repr(rows[0])
    paths = raised.value.rejected.to_csv(tmp_path / "new" / "rejects")
    assert [path.name for path in paths] == ["1-Load flights.csv", "2-Load fx.csv"]
    assert paths[1].read_bytes() == raised.value.dumps["112000000001"]
    # The rows are read anew each time.
    assert list(raised.value.rejected) == rows


@pytest.mark.parametrize(
    ("files", "runs", "error", "message"),
    [
        ({}, {"process": "Nightly"}, ValueError, "at least one content"),
        ([("flights.csv", GOOD)], {"process": "Nightly"}, TypeError, "must be a mapping"),
        (GOOD, {"process": "Nightly"}, TypeError, "must be a mapping"),
        ({113000000000: GOOD}, {"process": "Nightly"}, TypeError, "names or ids as text"),
        ({"": GOOD}, {"process": "Nightly"}, ValueError, "must be a name or an id"),
        ({"flights.csv": GOOD}, {}, ValueError, "exactly one of process and import_"),
        ({"flights.csv": GOOD}, {"process": "a", "import_": "b"}, ValueError, "exactly one of process and import_"),
        ({"flights.csv": GOOD}, {"process": True}, TypeError, "process must be a name or an id"),
        ({"flights.csv": GOOD}, {"process": " "}, ValueError, "process must be a name or an id"),
        ({"flights.csv": GOOD, "fx.csv": ""}, {"process": "Nightly"}, ValueError, r"files\['fx.csv'\]: .*empty"),
        ({"flights.csv": GOOD, "fx.csv": 5}, {"process": "Nightly"}, TypeError, r"files\['fx.csv'\]: content must"),
        ({"flights.csv": GOOD, "fx.csv": Path("none.csv")}, {"process": "Nightly"}, FileNotFoundError, "none.csv"),
        ({"flights.csv": GOOD}, {"process": "Nightly", "timeout": -1}, ValueError, "timeout"),
        ({"flights.csv": GOOD}, {"process": "Nightly", "on_ignored": "stop"}, ValueError, "on_ignored"),
    ],
)
def test_wrong_arguments_are_rejected_before_any_request(
    client: Client,
    emulator: Emulator,
    two_files: None,
    files: Any,
    runs: Any,
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        client.load(files, **runs)
    assert not emulator.exchanges


@pytest.mark.parametrize(
    ("files", "runs", "error", "message"),
    [
        ({"flight.csv": GOOD}, {"process": "Nightly"}, NameNotFoundError, r"no file 'flight.csv'.*'flights.csv'"),
        ({"flights.csv": GOOD}, {"process": "Nightl"}, NameNotFoundError, r"no process 'Nightl'.*'Nightly'"),
        ({"flights.csv": GOOD}, {"import_": "zzz"}, NameNotFoundError, "no import 'zzz', or you have no access$"),
        (
            {"fx.csv": GOOD},
            {"process": "Reload flights"},
            ValueError,
            r"Reload flights \(118000000000\) reads.*'fx.csv'",
        ),
        ({"fx.csv": GOOD}, {"import_": IMPORT}, ValueError, "it reads 113000000000"),
        ({"flights.csv": GOOD, FILE: GOOD}, {"import_": IMPORT}, ValueError, "each file once"),
    ],
)
def test_what_does_not_fit_the_model_is_rejected_before_any_upload(
    client: Client,
    emulator: Emulator,
    two_files: None,
    files: Any,
    runs: Any,
    error: type[Exception],
    message: str,
) -> None:
    for call in (client.load, client.plan_load):
        with pytest.raises(error, match=message):
            call(files, **runs)
    assert not uploads(emulator)


def test_a_name_of_several_objects_is_rejected_with_their_ids(client: Client, emulator: Emulator) -> None:
    model = emulator.model(emulator.development_model_id)
    model.exports.append(Export(id="116000000001", name="EXPORT flights", module="Flights"))
    model.exports.append(Export(id="116000000002", name="export Flights", module="Flights"))
    assert client.export("Export flights")
    with pytest.raises(AmbiguousNameError, match="116000000001") as raised:
        client.export("export flights")
    assert [match[1] for match in raised.value.matches] == ["116000000000", "116000000001", "116000000002"]


def test_a_plan_tells_the_columns_that_are_missing_and_uploads_nothing(
    client: Client, emulator: Emulator, two_files: None, tmp_path: Path
) -> None:
    path = tmp_path / "fx.csv"
    path.write_bytes(b"\xef\xbb\xbf currency ,Rate\nEUR,1\n")
    plan = client.plan_load({"fx.csv": path}, process="Nightly")
    assert plan.missing_columns == {"fx.csv": ("rate",)}
    assert (plan.action_id, plan.action_name, plan.other_file_ids) == ("118000000001", "Nightly", (FILE,))
    assert [source.name for source in plan.files[0].imports] == ["Load fx"]
    good = client.plan_load({"fx.csv": "currency,rate\n"}, import_="Load fx")
    assert (good.missing_columns, good.other_file_ids) == ({}, ())
    # What can be read only once is not read by a plan.
    once = iter(["rate\n"])
    assert (client.plan_load({"fx.csv": once}, import_="Load fx")).missing_columns == {}
    assert list(once) == ["rate\n"]
    assert not uploads(emulator)


def test_a_failed_load_is_resumed_by_its_manifest(
    client: Client, emulator: Emulator, two_files: None, tmp_path: Path
) -> None:
    emulator.inject(Fault(method="PUT", path="/files/113000000001/chunks", status=400, message="Bad"))
    files = {"flights.csv": GOOD, "fx.csv": "currency,rate\nEUR,1\n"}
    folder = tmp_path / "new" / "manifests"
    with pytest.raises(UploadError):
        client.load(files, process="Nightly", manifests=folder)
    assert [path.name for path in folder.iterdir()] == [f"{emulator.development_model_id}-113000000001.json"]
    assert not any("tasks" in path for path in uploads(emulator))
    report = client.load(files, process="Nightly", manifests=folder)
    assert report.loaded == 3
    assert not list(folder.iterdir())


def test_an_export_goes_to_a_path(client: Client, emulator: Emulator, tmp_path: Path) -> None:
    client.load({"flights.csv": GOOD}, import_="Load flights")
    path = tmp_path / "flights.csv"
    assert client.export("export flights", path) is None
    assert path.read_text() == GOOD
    table = client.export(116000000000)
    assert table.read() == GOOD.encode()
    count = len(emulator.exchanges)
    with pytest.raises(OSError, match="irectory"):
        client.export("Export flights", tmp_path)
    assert len(emulator.exchanges) == count
    with pytest.raises(NameNotFoundError, match="did you mean 'Export flights'"):
        client.export("Export flight", path)
