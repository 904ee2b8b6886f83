"""Data libraries that read and write by a URL of the filesystem, as far as they are installed."""

from typing import Any

import fsspec
import pytest

from anaplan_ext.filesystem.filesystem import AnaplanFileSystem

from .conftest import CONTENT, DEV, NAME

URL = f"anaplan://{DEV}/{NAME}"
ROWS = [{"id": 1, "name": "one", "amount": 10}, {"id": 2, "name": "two", "amount": 20}]


@pytest.fixture
def content(fs: AnaplanFileSystem) -> None:
    fs.pipe_file(URL, CONTENT)


def test_pandas_reads_and_writes(content: None, fs: AnaplanFileSystem, options: dict[str, Any]) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(URL, storage_options=options)
    assert frame.to_dict("records") == ROWS
    (frame * 2).to_csv(URL, index=False, storage_options=options)
    assert fs.cat_file(URL) == b"id,name,amount\n2,oneone,20\n4,twotwo,40\n"
    assert len(list(pandas.read_csv(URL, storage_options=options, chunksize=1))) == 2


def test_pandas_leaves_the_old_content_after_an_error(
    content: None, fs: AnaplanFileSystem, options: dict[str, Any]
) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": ["plain", "é"]})
    with pytest.raises(UnicodeEncodeError):
        frame.to_csv(URL, encoding="ascii", storage_options=options)
    assert fs.cat_file(URL) == CONTENT


def test_polars_reads_and_writes(content: None, fs: AnaplanFileSystem, options: dict[str, Any]) -> None:
    polars = pytest.importorskip("polars")
    with fs.open(URL) as file:
        assert polars.read_csv(file).to_dicts() == ROWS
    with fs.open(URL) as file:
        assert polars.scan_csv(file).filter(polars.col("id") > 1).collect().to_dicts() == ROWS[1:]
    with fs.open(URL, "wb") as file:
        polars.DataFrame(ROWS[1:]).write_csv(file)
    assert fs.cat_file(URL) == b"id,name,amount\n2,two,20\n"


def test_dask_reads_each_file_as_a_part(content: None, options: dict[str, Any]) -> None:
    frames = pytest.importorskip("dask.dataframe")
    frame = frames.read_csv([URL, URL], blocksize=None, storage_options=options)
    assert frame.npartitions == 2
    assert frame["amount"].sum().compute(scheduler="sync") == 60
    with pytest.raises(ValueError, match="blocksize=None"):
        frames.read_csv(URL, storage_options=options)


def test_compressed_files_are_read(fs: AnaplanFileSystem, options: dict[str, Any]) -> None:
    with fsspec.open(URL, "wt", compression="gzip", **options) as file:
        file.write("text\n")
    assert fs.cat_file(URL)[:2] == b"\x1f\x8b"
    with fsspec.open(URL, "rt", compression="gzip", **options) as file:
        assert file.read() == "text\n"
