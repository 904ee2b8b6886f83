"""Transfers hold a bounded number of chunks, whatever the size of the file: measured in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from anaplan_ext.emulator import Emulator

MB = 1_000_000
CHUNK = 10 * MB
SIZE = 300 * MB
# Eight chunks in flight and two that are compressed, and 100 MB for all else: the allocator keeps blocks that worker
# threads have freed.
BOUND = (8 + 2) * CHUNK + 100 * MB

PROGRAM = """
import asyncio, os, sys
from pathlib import Path
from anaplan_ext import AsyncClient, Client

face, action, url, model, path = sys.argv[1:]
block = os.urandom(1 << 20)
options = dict(model_id=model, user_email="ada@example.com", password="password", base_url=url)
options["upload_chunk_size"] = 10_000_000

def pieces():
    for _ in range(300_000_000 // len(block)):
        yield block

def peak():
    # Not that of getrusage, which is also told of the process that started this one.
    found = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(found[0].split()[1]) * 1024

async def later():
    async with AsyncClient(**options) as client:
        await client.list_files()
        before = peak()
        if action == "upload":
            await client.upload_file_stream(113000000000, pieces())
        elif action == "path":
            await client.upload_file(113000000000, Path(path))
        else:
            await client.download_file(113000000000, path)
        print(peak() - before)

def now():
    with Client(**options) as client:
        client.list_files()
        before = peak()
        if action == "upload":
            client.upload_file_stream(113000000000, pieces())
        elif action == "path":
            client.upload_file(113000000000, Path(path))
        else:
            client.download_file(113000000000, path)
        print(peak() - before)

asyncio.run(later()) if face == "async" else now()
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is told elsewhere")
@pytest.mark.parametrize("face", ["sync", "async"])
def test_a_transfer_of_300_mb_holds_a_few_chunks(face: str, tmp_path: Path) -> None:
    path = tmp_path / "content.bin"
    with Emulator(record_bodies=False, observer=None) as emulator:
        for action in ("upload", "download", "path"):
            command = [
                sys.executable,
                "-c",
                PROGRAM,
                face,
                action,
                emulator.url,
                emulator.development_model_id,
                str(path),
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            assert int(done.stdout) <= BOUND, f"{action}: {int(done.stdout) / MB:.0f} MB"
        assert path.stat().st_size == SIZE // (1 << 20) * (1 << 20)
