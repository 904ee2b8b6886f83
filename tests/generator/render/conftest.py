"""The small API, generated once for all tests of its package."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import anaplan_client
from generator.__main__ import main

from ..conftest import copy_inputs

HERE = Path(__file__).parent / "mini"


@pytest.fixture(scope="package")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose only API is the small one, generated."""
    root = copy_inputs(tmp_path_factory.mktemp("mini"), HERE / "anaplan_mini.yaml")
    assert main(["--root", str(root)]) == 0
    return root


@pytest.fixture(scope="package")
def mini(project: Path) -> Iterator[Any]:
    """The generated package, imported beside the real runtime."""
    anaplan_client.__path__.append(str(project / "anaplan_client"))
    try:
        yield import_module("anaplan_client.mini")
    finally:
        anaplan_client.__path__.pop()
        for name in [name for name in sys.modules if name.startswith("anaplan_client.mini")]:
            del sys.modules[name]
        if hasattr(anaplan_client, "mini"):
            delattr(anaplan_client, "mini")
