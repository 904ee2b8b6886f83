"""Random frames, and a model that loads and exports them as they are."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from anaplan_ext.emulator import Column, Emulator, Export, File, Import, Process

FORMATS = {"text": "TEXT", "number": "NUMBER", "boolean": "BOOLEAN", "date": "DATE"}
ARROW_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
_TEXTS = (
    "",
    "007",
    " x ",
    "NULL",
    "nan",
    'say "hi"',
    "a,b",
    "a;b",
    "line\nend",
    "line\r\nend",
    "\r",
    "é𝄞",
    "\u2028",
    "true",
    "1e5",
)
_NUMBERS = (0.0, -0.0, 0.1, 1e20, 1e-7, 5e-324, 1.7976931348623157e308, -123456789.125, 2.0**53, 1 / 3)


def random_value(chance: random.Random, kind: str) -> object:
    if kind == "text":
        return (
            chance.choice(_TEXTS)
            if chance.random() < 0.7
            else "".join(chance.choices('ab",\r\n é', k=chance.randrange(9)))
        )
    if kind == "number":
        return (
            chance.choice(_NUMBERS)
            if chance.random() < 0.5
            else chance.uniform(-1, 1) * 10 ** chance.randint(-300, 300)
        )
    if kind == "boolean":
        return chance.random() < 0.5
    return date(1, 1, 1) + timedelta(chance.randrange(3_652_059))


def random_table(chance: random.Random) -> tuple[pa.Table, dict[str, str]]:
    """Return a table and the kinds of its columns. No row is blank: Anaplan ignores those."""
    kinds = {
        f"{kind} {number}": kind for number, kind in enumerate(chance.choices(list(FORMATS), k=chance.randint(1, 5)))
    }
    rows = chance.choice([1, 2, 3, 7, 40])
    columns: dict[str, Any] = {"key": [f"{row:05}" for row in range(rows)]}
    for name, kind in kinds.items():
        columns[name] = [None if chance.random() < 0.2 else random_value(chance, kind) for _ in range(rows)]
    kinds = {"key": "text", **kinds}
    return pa.table({name: pa.array(columns[name], ARROW_TYPES[kind]) for name, kind in kinds.items()}), kinds


def add_table(
    emulator: Emulator, kinds: dict[str, str], separator: str = ",", delimiter: str = '"', number: int = 900
) -> None:
    """Add a file, an import, a process and an export of a module with these columns; those before are removed."""
    model = emulator.model(emulator.development_model_id)
    for runnables in (model.files, model.imports, model.processes, model.exports):
        runnables[:] = [entry for entry in runnables if not entry.name.startswith("Table ")]
    ids = {family: f"{family}000000{number}" for family in (112, 113, 116, 118)}
    columns = tuple(Column(name, FORMATS[kind]) for name, kind in kinds.items())
    name = f"Table {number}"
    model.files.append(File(id=ids[113], name=f"{name}.csv", separator=separator, delimiter=delimiter))
    model.imports.append(Import(id=ids[112], name=name, file_id=ids[113], module=name, columns=columns))
    model.processes.append(Process(id=ids[118], name=name, action_ids=[ids[112]]))
    model.exports.append(Export(id=ids[116], name=name, module=name))
