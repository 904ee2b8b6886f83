"""The import rules of `pyproject.toml`: each has a probe, an import that breaks it."""

import json
import os
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


# Runs in a copy of the tree. Prints the rules that are broken by nothing, by each probe alone, and by nothing again.
CHECK = r"""
import contextlib, io, json, pathlib, re, sys
from importlinter.cli import lint_imports

def find_broken_rules():
    with contextlib.redirect_stdout(io.StringIO()) as told:
        code = lint_imports(cache_dir=".cache")
    broken = re.findall(r"^(.*) BROKEN$", told.getvalue(), re.MULTILINE)
    assert code == (1 if broken else 0), told.getvalue()
    return broken

found = [find_broken_rules()]
for module, line in json.load(sys.stdin):
    path = pathlib.Path(module)
    before = path.read_text("utf-8") if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n", "utf-8")
    found.append(find_broken_rules())
    path.unlink() if before is None else path.write_text(before, "utf-8")
json.dump([*found, find_broken_rules()], sys.stdout)
"""


@pytest.fixture(scope="module")
def broken_rules(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """The broken rules of the tree, of the tree with each probe, and of the tree again."""
    tree = tmp_path_factory.mktemp("rules")
    shutil.copy(ROOT / "pyproject.toml", tree)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-c", CHECK],
        input=json.dumps([probe[1:] for probe in PROBES]),
        cwd=tree,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_the_tree_keeps_every_rule(broken_rules: list[list[str]]) -> None:
    assert broken_rules[0] == broken_rules[-1] == []


@pytest.mark.slow
@pytest.mark.parametrize("index", range(len(PROBES)), ids=[f"{probe[1]}: {probe[2]}" for probe in PROBES])
def test_an_import_that_breaks_a_rule_is_told_with_the_rule(index: int, broken_rules: list[list[str]]) -> None:
    assert PROBES[index][0] in broken_rules[1 + index]


def test_every_rule_has_a_probe() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    names = {contract["name"] for contract in settings["importlinter"]["contracts"]}
    probed = {rule for rule, _, _ in PROBES}
    assert probed == names
