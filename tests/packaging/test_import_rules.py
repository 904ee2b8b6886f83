"""The import rules of `pyproject.toml`: each has a probe, an import that breaks it."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("anaplan_client", "anaplan_ext", "generator")

# The rule, the module that gets the import, and the import.
RUNTIME = "the runtime imports downwards"
CAPABILITIES = "each capability imports only those below it"
PURE = "decisions are pure: no flow, no HTTP library, no event loop"
SYNCHRONOUS = "the synchronous half never meets the asynchronous one"
PROBES = (
    (
        "the extension uses the generated client, which uses its core",
        "anaplan_client/core/hosts.py",
        "from anaplan_client import alm",
    ),
    (
        "the extension uses the generated client, which uses its core",
        "anaplan_client/alm/__init__.py",
        "from anaplan_ext import settings",
    ),
    (
        "the extension uses the generated client, which uses its core",
        "anaplan_client/common/__init__.py",
        "from anaplan_client import alm",
    ),
    (RUNTIME, "anaplan_client/core/codec/decode.py", "from .. import errors"),
    (RUNTIME, "anaplan_client/core/request.py", "from .http import response"),
    (RUNTIME, "anaplan_client/core/lonely.py", "import json"),
    (CAPABILITIES, "anaplan_ext/transfers/chunking.py", "from ..tasks import polling"),
    (CAPABILITIES, "anaplan_ext/listing/paging.py", "from ..reconcile import verdict"),
    (CAPABILITIES, "anaplan_ext/concurrency/batching.py", "from ..transport import clock"),
    (CAPABILITIES, "anaplan_ext/tasks/handle.py", "from .. import settings"),
    (CAPABILITIES, "anaplan_ext/drift/walk.py", "from ..conformance import report"),
    (CAPABILITIES, "anaplan_ext/frames/schema.py", "from ..tasks import rejected_rows"),
    (CAPABILITIES, "anaplan_ext/transfers/chunking.py", "from ..frames import records"),
    (CAPABILITIES, "anaplan_ext/lonely.py", "import json"),
    (CAPABILITIES, "anaplan_ext/files/modes.py", "from ..client import configuration"),
    (CAPABILITIES, "anaplan_ext/client/configuration.py", "from ..filesystem import paths"),
    (CAPABILITIES, "anaplan_ext/cli/parser.py", "from ..filesystem import paths"),
    (CAPABILITIES, "anaplan_ext/filesystem/paths.py", "from ..cli import output"),
    (CAPABILITIES, "anaplan_ext/filesystem/paths.py", "from ..spark import options"),
    (CAPABILITIES, "anaplan_ext/spark/options.py", "from ..filesystem import paths"),
    (CAPABILITIES, "anaplan_ext/loads/plan.py", "from ..spark import options"),
    (PURE, "anaplan_ext/filesystem/paths.py", "import httpx"),
    (PURE, "anaplan_ext/spark/borders.py", "import httpx"),
    (PURE, "anaplan_ext/transport/rate_state.py", "import asyncio"),
    (PURE, "anaplan_ext/transport/retry.py", "import httpx"),
    (PURE, "anaplan_ext/tasks/polling.py", "import asyncio"),
    (PURE, "anaplan_ext/conformance/rules.py", "import httpx"),
    (PURE, "anaplan_ext/transfers/upload_plan.py", "from ._async import upload"),
    (PURE, "anaplan_ext/frames/records.py", "import asyncio"),
    ("help and completion start without the client", "anaplan_ext/cli/parser.py", "from . import messages"),
    ("nothing imports the command line", "anaplan_ext/loads/plan.py", "from ..cli import output"),
    (SYNCHRONOUS, "anaplan_ext/tasks/_sync/poller.py", "from .._async import poller"),
    (SYNCHRONOUS, "anaplan_client/core/http/_sync/api_client.py", "from .._async import api_client"),
    (
        "the emulator knows nothing of the client, and the client nothing of it",
        "anaplan_ext/emulator/demo.py",
        "import anaplan_client.core",
    ),
    ("nothing imports the emulator", "anaplan_ext/drift/walk.py", "from .. import emulator"),
    ("the emulator imports nothing of the clients", "anaplan_ext/emulator/demo.py", "from .. import settings"),
    ("the client never imports the generator", "anaplan_client/core/errors.py", "import generator.spec"),
    ("the client never imports the generator", "anaplan_ext/errors.py", "import generator.spec.document"),
    ("the generator never imports the client", "generator/docs/site.py", "from anaplan_client.core import errors"),
    ("the generator never imports the client", "generator/lint/rules.py", "from anaplan_ext import errors"),
    ("the generator imports downwards", "generator/spec/usage.py", "from ..render import python_types"),
    ("the generator imports downwards", "generator/render/functions.py", "from ..lint import rules"),
    ("the generator imports downwards", "generator/unasync.py", "from .render import engine"),
    ("the generator imports downwards", "generator/lint/rules.py", "from ..docs import snippets"),
    ("the generator imports downwards", "generator/pipeline.py", "from .diff import trees"),
    ("the generator imports downwards", "generator/scaffold/drafts.py", "from ..diff import changes"),
    ("the generator imports downwards", "generator/diff/report.py", "from .. import __main__"),
    ("the generator imports downwards", "generator/lonely.py", "import json"),
    ("the emulator imports downwards", "anaplan_ext/emulator/state/items.py", "from ..engine import grid"),
    ("the emulator imports downwards", "anaplan_ext/emulator/engine/grid.py", "from ..api import lists"),
    ("the emulator imports downwards", "anaplan_ext/emulator/engine/tasks.py", "from ..http import request"),
    ("the emulator imports downwards", "anaplan_ext/emulator/api/lists.py", "from ..http import routes"),
    ("the emulator imports downwards", "anaplan_ext/emulator/http/request.py", "from . import responses"),
    (
        "only generator.render.engine imports openapi-python-client",
        "generator/render/functions.py",
        "import openapi_python_client",
    ),
    ("only the data source imports Spark", "anaplan_ext/spark/reading.py", "from pyspark import sql"),
    ("only frames import the libraries of frames", "anaplan_ext/spark/writing.py", "import pyarrow"),
    ("only frames import the libraries of frames", "anaplan_ext/loads/frames.py", "import pyarrow"),
    ("only frames import the libraries of frames", "anaplan_ext/tasks/rejected_rows.py", "import polars"),
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the rules are about."""
    copied = tmp_path_factory.mktemp("rules")
    shutil.copy(ROOT / "pyproject.toml", copied)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copied / package, ignore=shutil.ignore_patterns("__pycache__"))
    return copied


def broken_rules(tree: Path) -> list[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(
        command, cwd=tree, env={**os.environ, "COLUMNS": "200"}, capture_output=True, text=True, check=False
    )
    found = re.findall(r"^(.*) BROKEN$", done.stdout, re.MULTILINE)
    assert done.returncode == (1 if found else 0), done.stdout
    return found


def test_the_tree_keeps_every_rule(tree: Path) -> None:
    assert broken_rules(tree) == []


@pytest.mark.parametrize(("rule", "module", "line"), PROBES, ids=[f"{probe[1]}: {probe[2]}" for probe in PROBES])
def test_an_import_that_breaks_a_rule_is_told_with_the_rule(rule: str, module: str, line: str, tree: Path) -> None:
    path = tree / module
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        assert rule in broken_rules(tree)
    finally:
        path.unlink() if before is None else path.write_text(before, encoding="utf-8")


def test_every_rule_has_a_probe() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    names = {contract["name"] for contract in settings["importlinter"]["contracts"]}
    probed = {rule for rule, _, _ in PROBES}
    assert probed == names
