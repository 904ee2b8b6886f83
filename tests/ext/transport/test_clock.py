"""One clock: no other module of the client reads the time."""

import re
from datetime import UTC
from pathlib import Path

import anaplan_ext
from anaplan_ext.transport import clock

_READS = re.compile(r"\b(time\.(time|monotonic|perf_counter)(_ns)?\(|(datetime|date)\.(now|today|utcnow)\()")
# The emulator is a server with a clock of its own.
_EXEMPT = ("emulator/", "transport/clock.py")


def test_only_the_clock_reads_the_time() -> None:
    root = Path(anaplan_ext.__file__).parent
    paths = [path for path in root.rglob("*.py") if not path.relative_to(root).as_posix().startswith(_EXEMPT)]
    assert len(paths) > 50
    assert [path.name for path in paths if _READS.search(path.read_text("utf-8"))] == []


def test_the_clock_never_goes_back_and_knows_its_zone() -> None:
    assert clock.now() <= clock.now()
    assert clock.utc_now().tzinfo is UTC
