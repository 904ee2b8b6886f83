"""Exports in ranges of chunks: the same rows as the whole, whatever the chunks and the ranges are."""

import pickle
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anaplan_ext import Client, DownloadError, NameNotFoundError, TableError
from anaplan_ext.emulator import Emulator, Fault

from .conftest import EXPORT, FILE, KINDS, MODEL, TABLE, make_content, set_output

pa: Any = pytest.importorskip("pyarrow", reason="the extra frames is not installed")

from anaplan_ext.spark import reading  # noqa: E402

OPTIONS = {"model": MODEL, "export": EXPORT, "run": "false"}


@pytest.fixture(autouse=True)
def typed(signed_in: None, emulator: Emulator) -> None:
    """Load a row, by which Anaplan knows the types of the columns."""
    with Client.from_env() as client:
        client.with_model(emulator.development_model_id).load({FILE: make_content(1)}, process=TABLE)


def read(output: reading.ExportOutput) -> Any:
    parts = reading.list_ranges(output)
    return pa.Table.from_batches([batch for part in parts for batch in reading.read_range(output, part)], output.schema)


def truth(emulator: Emulator, content: bytes) -> Any:
    """Return the output as one client reads it."""
    set_output(emulator, content)
    with Client.from_env() as client:
        table = client.with_model(emulator.development_model_id).export(TABLE)
        set_output(emulator, content)
        return table.to_arrow()


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(
    rows=st.integers(0, 60),
    end=st.sampled_from(["\n", "\r\n"]),
    size=st.integers(20, 900),
    chunks=st.integers(1, 9),
    longest=st.integers(80, 400),
)
def test_the_rows_of_all_ranges_are_those_of_the_whole(
    rows: int, end: str, size: int, chunks: int, longest: int, emulator: Emulator
) -> None:
    content = make_content(rows, end)
    whole = truth(emulator, content)
    assert whole.num_rows == rows
    emulator.download_chunk_size = size
    options = {**OPTIONS, "chunks": f"{chunks}", "max_row_bytes": f"{longest}"}
    assert read(reading.open_export(options)).equals(whole)


def test_an_export_is_run_once_by_its_name(emulator: Emulator) -> None:
    before = emulator.count("POST", "/tasks")
    output = reading.open_export({"model": MODEL, "export": TABLE})
    assert read(output).num_rows == read(output).num_rows == 1
    assert emulator.count("POST", "/tasks") - before == 1
    assert [(column.name, column.type) for column in output.columns] == list(KINDS.items())
    with pytest.raises(NameNotFoundError, match=TABLE):
        reading.open_export({"model": MODEL, "export": "Table 90"})


def test_types_replace_those_of_anaplan(emulator: Emulator) -> None:
    set_output(emulator, make_content(3))
    output = reading.open_export({**OPTIONS, "types": '{"amount": "text"}'})
    assert read(output)["amount"].to_pylist() == ["0.0", "0.25", "0.5"]
    assert read(reading.open_export(OPTIONS))["amount"].to_pylist() == [0, 0.25, 0.5]
    with pytest.raises(TableError, match="types must name its columns"):
        _ = reading.open_export({**OPTIONS, "types": '{"amounts": "text"}'}).columns


@pytest.mark.parametrize("kind", ["reset", "truncate", "response"])
def test_a_lost_response_is_read_again(kind: Any, emulator: Emulator) -> None:
    content = make_content(40)
    whole = truth(emulator, content)
    emulator.download_chunk_size = 300
    output = reading.open_export({**OPTIONS, "chunks": "2", "max_row_bytes": "200"})
    emulator.inject(Fault(kind=kind, method="GET", path="/chunks/3$"))
    assert read(output).equals(whole)


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16", "UTF-16-LE", "UTF-8-SIG"])
def test_content_in_any_encoding_is_read(encoding: str, emulator: Emulator) -> None:
    whole = truth(emulator, make_content(30))
    set_output(emulator, make_content(30).decode().encode(encoding))

    def change(response: Any) -> Any:
        response["exportMetadata"]["encoding"] = encoding.removesuffix("-SIG")
        return response

    emulator.inject(Fault(kind="changed", path=f"/exports/{EXPORT}$", times=None, change=change))
    emulator.download_chunk_size = 333
    output = reading.open_export({**OPTIONS, "chunks": "2", "max_row_bytes": "200"})
    assert (len(reading.list_ranges(output)) == 1) is encoding.startswith("UTF-16")
    assert read(output).equals(whole)


def test_a_header_in_several_chunks_is_in_one_range(emulator: Emulator) -> None:
    whole = truth(emulator, make_content(5))
    emulator.download_chunk_size = 4
    output = reading.open_export({**OPTIONS, "chunks": "1", "max_row_bytes": "100"})
    assert output.header_chunks > 4
    assert str(reading.list_ranges(output)[0]).startswith(f"chunks 0 to {output.header_chunks - 1} of ")
    assert read(output).equals(whole)


@pytest.mark.parametrize("longest", [100, 500])
def test_a_row_that_is_too_long_is_an_error_and_no_other_rows(longest: int, emulator: Emulator) -> None:
    lines = b"".join(b"%d,x,1,2026-01-31,true\n" % row for row in range(100))
    content = b"key,note,amount,day,ok\n" + b'1,"' + lines + b'",1,2026-01-31,true\n' + lines
    set_output(emulator, content)
    emulator.download_chunk_size = 300
    output = reading.open_export({**OPTIONS, "chunks": "2", "max_row_bytes": f"{longest}"})
    with pytest.raises(
        TableError, match=f"must have 5 columns and at most {longest} bytes; try a larger max_row_bytes"
    ):
        read(output)
    enough = reading.open_export({**OPTIONS, "chunks": "2", "max_row_bytes": "5000"})
    assert read(enough).num_rows == 101


def test_an_error_names_the_chunks(emulator: Emulator) -> None:
    content = make_content(40).replace(b"2026-01-31,true\n", b"2026-01-31,maybe\n")
    set_output(emulator, content)
    emulator.download_chunk_size = 300
    output = reading.open_export({**OPTIONS, "chunks": "3", "max_row_bytes": "200"})
    with pytest.raises(TableError, match=r"export 116000000900, chunks 3 to 4 of 5 .*column 'ok', row \d") as caught:
        list(reading.read_range(output, reading.list_ranges(output)[1]))
    assert "maybe" not in str(caught.value)


def test_an_output_that_changes_is_an_error(emulator: Emulator) -> None:
    set_output(emulator, make_content(40))
    emulator.download_chunk_size = 300
    output = reading.open_export({**OPTIONS, "chunks": "2"})
    part = reading.list_ranges(output)[0]
    set_output(emulator, make_content(60))
    with pytest.raises(DownloadError, match="the file was changed while it was read"):
        list(reading.read_range(output, part))
    set_output(emulator, b"other,header\n1,2\n")
    with pytest.raises(DownloadError, match="the file has another header than before"):
        reading.list_ranges(output)


def test_an_export_without_output_is_an_error(emulator: Emulator) -> None:
    with pytest.raises(DownloadError, match="the file has no content"):
        reading.open_export(OPTIONS)


def test_no_secret_is_in_what_is_sent_to_other_processes(emulator: Emulator) -> None:
    set_output(emulator, make_content(3))
    output = reading.open_export(OPTIONS)
    for secret in (emulator.password, emulator.user_email):
        assert secret not in repr(output)
        assert secret.encode() not in pickle.dumps(output)
    assert pickle.loads(pickle.dumps(output)) == output
