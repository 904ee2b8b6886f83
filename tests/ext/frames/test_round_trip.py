"""A frame that is loaded and exported is the same, by value and by type."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from anaplan_ext import Client
from anaplan_ext.emulator import Emulator

pa = pytest.importorskip("pyarrow", reason="the extra frames is not installed")
pl = pytest.importorskip("polars", reason="polars is not installed")
pd = pytest.importorskip("pandas", reason="pandas is not installed")

from . import support  # noqa: E402

LIBRARIES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "arrow": (lambda table: table, lambda table: table.to_arrow()),
    "polars": (lambda table: pl.from_arrow(table), lambda table: table.to_polars()),
    "pandas": (
        lambda table: table.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get, date_as_object=False),
        lambda table: table.to_pandas(),
    ),
}
EXAMPLES, PROMISED_EXAMPLES = 40, 500


def is_same(library: str, loaded: Any, exported: Any) -> bool:
    if library == "pandas":
        pd.testing.assert_frame_equal(loaded, exported, check_exact=True)
        return True
    if library == "polars":
        return bool(loaded.schema == exported.schema and loaded.equals(exported))
    return bool(loaded.schema == exported.schema and loaded.equals(exported))


@pytest.mark.parametrize("library", LIBRARIES)
def test_random_frames_are_the_same(emulator: Emulator, library: str, exhaustive: bool) -> None:
    make, read = LIBRARIES[library]
    chance = random.Random(library)
    named: dict[str, Any] = {"user_email": emulator.user_email, "password": emulator.password}
    place = (emulator.workspace_id, emulator.development_model_id)
    with Client(*place, **named, base_url=emulator.url, status_poll_delay=0) as client:
        for number in range(PROMISED_EXAMPLES if exhaustive else EXAMPLES):
            table, kinds = support.random_table(chance)
            separator, delimiter = chance.choice([(",", '"'), (";", '"'), ("\t", "'"), ("|", "'")])
            support.add_table(emulator, kinds, separator, delimiter)
            frame = make(table)
            report = client.load({"Table 900.csv": frame}, process="Table 900")
            assert report.loaded == table.num_rows
            assert is_same(library, frame, read(client.export("Table 900"))), f"frame {number}: {frame}"
