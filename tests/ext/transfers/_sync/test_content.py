# Converted by `python -m generator` from tests/ext/transfers/_async/test_content.py. Edit that file, not this one.
"""Invalid content is rejected before any request, with the right way; valid content is sent as it is."""

import array
import csv
import io
import os
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from anaplan_ext import Client, UploadError
from anaplan_ext.emulator import Emulator

FILE, IMPORT = "113000000000", "112000000000"
CSV = "id,amount\n1,10\n"


class Frame:
    """As a pandas frame: going through it gives the names of the columns."""

    columns = ("id", "amount")

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def to_csv(self, index: bool = True) -> str:
        return CSV


class OtherFrame:
    """As a polars frame, which is gone through by columns."""

    columns = ("id", "amount")

    def __iter__(self) -> Iterator[list[int]]:
        return iter([[1], [10]])

    def write_csv(self) -> str:
        return CSV


class Interchange:
    """As any table with the interchange protocol."""

    def __dataframe__(self) -> None: ...


class Array:
    """As a numpy array."""

    def __array__(self) -> None: ...
    def __iter__(self) -> Iterator[list[int]]:
        return iter([[1, 10]])


@frozen
class Row:
    id: int


NO_CONTENT: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "none": (lambda: None, TypeError, "got NoneType"),
    "int": (lambda: 5, TypeError, "got int"),
    "bool": (lambda: True, TypeError, "got bool"),
    "float": (lambda: 1.5, TypeError, "got float"),
    "decimal": (lambda: Decimal(1), TypeError, "got Decimal"),
    "object": (object, TypeError, "got object"),
    "class": (lambda: str, TypeError, "got type"),
    "function": (lambda: str.upper, TypeError, "got method_descriptor"),
    "model": (lambda: Row(1), TypeError, "got Row"),
    "frame": (Frame, TypeError, r"got Frame\); write it as CSV first"),
    "other frame": (OtherFrame, TypeError, r"got OtherFrame\); write it as CSV first"),
    "interchange table": (Interchange, TypeError, "write it as CSV first"),
    "array": (Array, TypeError, "write it as CSV first"),
    "dict": (lambda: {"id": 1}, TypeError, r"got dict\); write rows as CSV"),
    "dict of text": (lambda: {"id": "1"}, TypeError, "got dict"),
    "ordered dict": (lambda: OrderedDict(id="1"), TypeError, "got OrderedDict"),
    "keys": (lambda: {"id": "1"}.keys(), TypeError, "got dict_keys"),
    "set": (lambda: {"id,amount\n"}, TypeError, "got set"),
    "frozen set": (lambda: frozenset({b"x"}), TypeError, "got frozenset"),
    "csv reader": (lambda: csv.reader(io.StringIO(CSV)), TypeError, "got a CSV reader"),
    "csv writer": (lambda: csv.writer(io.StringIO()), TypeError, "got a CSV reader"),
    "csv dictionaries": (lambda: csv.DictReader(io.StringIO(CSV)), TypeError, "got dict as piece 0"),
    "rows of tuples": (lambda: [("id", "amount"), (1, 10)], TypeError, r"got tuple as piece 0\); write rows as CSV"),
    "rows of lists": (lambda: (["id"], [1]), TypeError, "got list as piece 0"),
    "rows of dicts": (lambda: [{"id": 1}], TypeError, "got dict as piece 0"),
    "rows behind a header": (lambda: ["id,amount\n", (1, 10)], TypeError, "got tuple as piece 1"),
    "models": (lambda: [Row(1)], TypeError, "got Row as piece 0"),
    "numbers": (lambda: [1, 2], TypeError, "got int as piece 0"),
    "range": (lambda: range(3), TypeError, "got int as piece 0"),
    "typed numbers": (lambda: array.array("i", [1, 2]), TypeError, "got int as piece 0"),
    "generator of rows": (lambda: ([number] for number in range(3)), TypeError, "got list as piece 0"),
    "generator of numbers": (lambda: iter([1, 2]), TypeError, "got int as piece 0"),
    "generator of none": (lambda: iter([None]), TypeError, "got NoneType as piece 0"),
    "generator of much": (lambda: iter([CSV, b"1,2\n", 3]), TypeError, "got int as piece 2"),
    "lines": (lambda: ["id,amount", "1,10"], ValueError, r"got 2 texts without any.*'\\n'\.join"),
    "tuple of lines": (lambda: ("id,amount", "1,10"), ValueError, "content must have its line ends"),
    "queue of lines": (lambda: deque(["id,amount", "1,10"]), ValueError, "content must have its line ends"),
    "surrogate": (lambda: CSV + "\ud800", ValueError, r"^content must be text .* at character 15\)"),
    "surrogate in a piece": (lambda: iter([CSV, "a\udc00"]), ValueError, r"at character 1 in piece 1\)"),
    "gaps": (lambda: memoryview(b"abcdef")[::2], ValueError, "content must be contiguous memory"),
}
METHODS: dict[str, Callable[[Client], Callable[[Any], Any]]] = {
    "upload_file": lambda client: partial(client.upload_file, FILE),
    "upload_file_stream": lambda client: partial(client.upload_file_stream, FILE),
    "upload_and_import": lambda client: partial(client.upload_and_import, FILE, action_id=IMPORT),
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize(("make", "kind", "says"), NO_CONTENT.values(), ids=NO_CONTENT)
def test_what_is_no_content_is_rejected_before_anything_is_sent(
    make: Callable[[], Any],
    kind: type[Exception],
    says: str,
    method: Callable[[Client], Callable[[Any], Any]],
    emulator: Emulator,
    client: Client,
) -> None:
    with pytest.raises(kind, match=says) as raised:
        method(client)(make())
    assert "content" in str(raised.value)
    assert emulator.count() == 0


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_file_that_cannot_be_read_is_rejected_before_anything_is_sent(
    method: Callable[[Client], Callable[[Any], Any]],
    emulator: Emulator,
    client: Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = method(client)
    path = tmp_path / "sales.csv"
    path.write_text(CSV)
    monkeypatch.chdir(tmp_path)
    for text in ("sales.csv", str(path), "./sales.csv"):
        with pytest.raises(ValueError, match=r"^content must be the text itself .* use Path\('.*sales.csv'\)"):
            upload(text)
    with pytest.raises(IsADirectoryError, match="content must be the path of a file"):
        upload(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"nowhere.csv"):
        upload(tmp_path / "nowhere.csv")
    with path.open("rb") as closed:
        pass
    with pytest.raises(ValueError, match="content must be an open file"):
        upload(closed)
    with pytest.raises(ValueError, match="content must be a file that is open for reading"), path.open("ab") as file:
        upload(file)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ValueError, match="content must be the path of a regular file"):
            upload(tmp_path / "pipe")
    assert emulator.count() == 0


def test_a_text_file_in_another_encoding_is_rejected_before_anything_is_sent(
    emulator: Emulator, client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("Zürich,10\n", encoding="utf-16")
    for encoding, says in (("utf-8", "bytes that are not utf-8"), ("ascii", "bytes that are not ascii")):
        with path.open(encoding=encoding) as file, pytest.raises(ValueError, match=says):
            client.upload_file(FILE, file)
    with path.open(encoding="utf-8", errors="surrogateescape") as file, pytest.raises(ValueError, match="surrogate"):
        client.upload_file(FILE, file)
    assert emulator.count() == 0
    with path.open(encoding="utf-16") as file:
        client.upload_file(FILE, file)
    assert client.get_file(FILE) == "Zürich,10\n".encode()


class Again:
    """Can be gone through again and again."""

    def __iter__(self) -> Iterator[str]:
        return iter(["id,amount\n", "1,10\n"])


CONTENT: dict[str, Callable[[], Any]] = {
    "text": lambda: CSV,
    "a word that does not name a file": lambda: "id",
    "one line": lambda: ["id"],
    "bytes": CSV.encode,
    "bytearray": lambda: bytearray(CSV.encode()),
    "memoryview": lambda: memoryview(CSV.encode()),
    "list of texts": lambda: ["id,amount\n", "1,10"],
    "list of bytes": lambda: [b"id,", b"amount"],
    "tuple of much": lambda: ("id,amount\n", b"1,", bytearray(b"10"), memoryview(b"\n")),
    "iterator": lambda: iter(["id,amount", "1,10"]),
    "own iterable": Again,
    "values": lambda: {"a": "id,amount\n", "b": "1,10\n"}.values(),
    "text in memory": lambda: io.StringIO(CSV),
    "bytes in memory": lambda: io.BytesIO(CSV.encode()),
    "map": lambda: map(str.upper, ["id\n", "x\n"]),
}


@pytest.mark.slow
@pytest.mark.parametrize("method", ["upload_file", "upload_file_stream"])
@pytest.mark.parametrize("make", CONTENT.values(), ids=CONTENT)
def test_content_is_sent_as_it_is(make: Callable[[], Any], method: str, client: Client) -> None:
    getattr(client, method)(FILE, make())
    content = make()
    if hasattr(content, "read"):
        content = [content.read()]
    elif isinstance(content, str | bytes | bytearray | memoryview):
        content = [content]
    expected = b"".join(piece.encode() if isinstance(piece, str) else bytes(piece) for piece in content)
    assert client.get_file(FILE) == expected


@pytest.mark.parametrize("wrong", [None, 5, ["1", "10"], {"id": 1}, "a\ud800"], ids=ascii)
def test_a_piece_that_is_none_ends_an_upload_that_has_begun(wrong: Any, emulator: Emulator, client: Client) -> None:
    client.upload_file(FILE, b"what was there before")

    def pieces() -> Iterator[Any]:
        for _ in range(30):
            yield b"x" * 99_999 + b"\n"
        yield wrong

    with pytest.raises(UploadError, match=r"content must .* piece 30") as raised:
        client.upload_file_stream(FILE, pieces())
    assert isinstance(raised.value.__cause__, TypeError | ValueError)
    assert raised.value.manifest is not None
    assert emulator.count("POST", "/complete") == 0
    assert client.get_file(FILE) == b"what was there before"
