"""Measure how time and memory of an export to Parquet grow with its size: the memory must not.

    .venv/bin/python benchmarks/growth.py [--sizes 100 300 1000 3000]

Sizes are in MB of CSV. Each export has a fresh process, against the emulator in another one, in the environment of the
script. The emulator holds the content once. Returns 1 if the largest export has a peak of more than 1.25 times that of
the smallest, or more than 250 MiB.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from frames import BLOCK_ROWS, MAX_PEAK_MIB, OURS, block, emulator, run_once

MAX_GROWTH = 1.25


def main() -> int:
    """Measure and print. Return 1 if the memory grows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 300, 1000, 3000])
    sizes: list[int] = parser.parse_args().sizes
    python, block_bytes = Path(sys.executable), len(block().encode())
    print("| MB | Rows | Seconds | Seconds per GB | Processor | Peak, MiB |\n|---:|---:|---:|---:|---:|---:|")
    peaks: list[float] = []
    for size in sizes:
        rows = -(-size * 1_000_000 // block_bytes) * BLOCK_ROWS
        with TemporaryDirectory() as folder, emulator(python, rows) as place:
            count, seconds, processor, peak = run_once(
                python, OURS, "export", place, str(Path(folder) / "table.parquet")
            )
        assert count == rows, (count, rows)
        peaks.append(peak)
        line = f"| {size:,} | {rows:,} | {seconds:.1f} | {seconds / size * 1000:.1f} | {processor:.1f} | {peak:.0f} |"
        print(line, flush=True)
    growth = peaks[-1] / peaks[0]
    print(f"\nThe peak grew by {growth:.2f} from {sizes[0]} to {sizes[-1]} MB, at most {MAX_GROWTH}.")
    return int(growth > MAX_GROWTH or max(peaks) > MAX_PEAK_MIB)


if __name__ == "__main__":
    sys.exit(main())
