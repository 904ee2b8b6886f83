"""What is imported from where: extras stay optional, and the parts keep their distance."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from anaplan_ext.emulator import Emulator

from .fresh import imported_by, refusal, run

ROOT = Path(__file__).resolve().parent.parent.parent
EXTRAS = {"starlette", "uvicorn", "cryptography"}
LATE = ("alm", "downloads", "transactional", "uploads")


def test_the_client_needs_no_extra() -> None:
    imported = imported_by("from anaplan_ext import AsyncClient, Client")
    assert "httpx" in imported
    assert imported.isdisjoint({*EXTRAS, "dateutil", "msgspec", "anaplan_ext.emulator"})
    assert imported.isdisjoint(f"anaplan_ext.{face}.{name}" for face in ("_async", "_sync") for name in LATE)
    run("from anaplan_ext import Client\nClient(token='token').close()", without=tuple(EXTRAS))


def test_the_event_loop_does_not_wait_while_the_http_library_is_imported(emulator: Emulator) -> None:
    code = f"""
import asyncio, sys
from anaplan_ext import AsyncClient

async def main():
    before = set(sys.modules)
    named = dict(user_email={emulator.user_email!r}, password={emulator.password!r}, base_url={emulator.url!r})
    async with AsyncClient(**named) as client:
        await client.list_workspaces()
    print(*set(sys.modules) - before)

asyncio.run(main())
"""
    imported = {name.partition(".")[0] for name in run(code).split()}
    assert "anaplan_client" in imported
    assert imported.isdisjoint({"anyio", "certifi", "h11", "httpcore", "httpx"})


def test_the_pytest_plugin_needs_no_extra() -> None:
    imported = imported_by("import pytest, anaplan_ext.emulator.pytest_plugin")
    assert imported.isdisjoint(EXTRAS)
    run("import anaplan_ext.emulator.pytest_plugin", without=tuple(EXTRAS))


def test_the_face_of_the_clients_is_light() -> None:
    assert imported_by("import anaplan_ext").isdisjoint({"httpx", "asyncio", "ssl"})
    assert "anaplan_ext.client._sync.client" not in imported_by("from anaplan_ext import NotFoundError, Revision")


@pytest.mark.parametrize(
    "code",
    [
        "from anaplan_ext import AsyncClient, AsyncTable, Client, FrameValueError, RejectedRows, Table",
        "from anaplan_ext.loads._sync import export, load",
        "from anaplan_ext.transactional._sync import resource, tables",
    ],
)
def test_the_libraries_of_frames_are_imported_by_need(code: str) -> None:
    assert imported_by(code).isdisjoint({"pyarrow", "narwhals", "pandas", "polars", "anaplan_ext.frames.arrow_reader"})


@pytest.mark.parametrize(
    "call",
    [
        "client.load({'sales.csv': Frame()}, process='118000000000')",
        "client.view('Sales').to_arrow()",
        "client.items('Products').to_parquet('items.parquet')",
        "client.transactional.upsert_list_items(101000000000, Frame())",
        "client.transactional.write_module_data(102000000000, Frame(), dimensions={}, values=[])",
        "RejectedRows({}).to_polars()",
    ],
)
def test_frames_name_their_extra(call: str) -> None:
    code = f"""
from anaplan_ext import Client, RejectedRows

class Frame:
    def __arrow_c_stream__(self, requested_schema=None): ...

client = Client("0" * 32, "A" * 32, token="token", base_url="http://localhost:1")
{call}
"""
    assert "pip install 'anaplan-client[frames]'" in refusal(code, without=("pyarrow", "narwhals"))


def test_the_data_source_names_its_extra() -> None:
    message = refusal("import anaplan_ext.spark.source", without=("pyspark",))
    assert message == "the data source needs Spark: pip install 'anaplan-client[spark]'"


@pytest.mark.parametrize("module", ["options", "borders", "ranges"])
def test_what_is_decided_for_engines_needs_no_extra(module: str) -> None:
    assert imported_by(f"import anaplan_ext.spark.{module}").isdisjoint({"pyarrow", "pyspark", "httpx", "narwhals"})


@pytest.mark.parametrize("missing", sorted(EXTRAS))
def test_the_emulator_names_its_extra(missing: str) -> None:
    message = refusal("from anaplan_ext.emulator import Emulator", without=(missing,))
    assert "pip install 'anaplan-client[emulator]'" in message
    assert missing in message


@pytest.mark.parametrize("client", ["Client", "AsyncClient"])
def test_a_certificate_names_its_extra(client: str) -> None:
    code = f"from anaplan_ext import {client}\n{client}(certificate='certificate.pem', private_key='key.pem')"
    assert "pip install 'anaplan-client[certificate]'" in refusal(code, without=("cryptography",))


def test_the_parts_import_one_way() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_httpx_is_imported_in_few_files() -> None:
    files = [
        file.relative_to(ROOT).as_posix()
        for package in ("anaplan_client", "anaplan_ext")
        for file in (ROOT / package).rglob("*.py")
        if "_sync" not in file.parts
        if re.search(r"^\s*(import|from) httpx\b", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert 0 < len(files) <= 6, files
