"""What the engine itself does not take: nothing is dropped silently."""

from pathlib import Path

import pytest

from generator.render.package import render
from generator.spec import document
from generator.spec.document import InvalidSpecificationError

from ..conftest import GOOD


def refused(old: str, new: str, folder: Path) -> list[str]:
    """What is said when the good specification is rendered past the rules, with a change."""
    text = GOOD.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = folder / "anaplan_good.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InvalidSpecificationError) as raised:
        render(document.load(path, folder), folder / "target")
    return str(raised.value).splitlines()


def test_an_operation_that_the_engine_would_drop_is_told_with_its_line(tmp_path: Path) -> None:
    found = refused("  /boxes/{boxId}/content:", "  /boxes/{crateId}/content:", tmp_path)
    lines = GOOD.read_text(encoding="utf-8").splitlines()
    for operation, place in (("download_content", "    get: # download"), ("upload_content", "    put: # upload")):
        line = lines.index(place) + 1
        assert f"anaplan_good.yaml:{line}: {operation} was dropped by the engine [engine]" in found
    assert [line for line in found if "WARNING" in line]


def test_a_document_that_the_engine_cannot_read_is_told(tmp_path: Path) -> None:
    found = refused("openapi: 3.0.3", "openapi: 2.0.0", tmp_path)
    assert found[0].startswith("anaplan_good.yaml:1: ")
