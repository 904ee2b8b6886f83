"""The error catalog has each error of the library and no other, and says of it what the code says."""

import re
from pathlib import Path
from types import ModuleType

import pytest

import anaplan_ext
from anaplan_client.core import AnaplanError

from .ci_scripts import load_script
from .core.support import subclasses

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def catalog() -> ModuleType:
    return load_script("error_catalog")


@pytest.mark.slow
def test_the_page_says_what_the_code_says_and_each_example_prints_its_error(
    catalog: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["error_catalog.py", "--check"])
    assert catalog.main() == 0, capsys.readouterr().out


def test_every_error_that_the_library_defines_is_one_of_the_catalog(catalog: ModuleType) -> None:
    for name in anaplan_ext.__all__:
        getattr(anaplan_ext, name)
    assert set(catalog.list_errors().values()) == {
        kind for kind in [AnaplanError, *subclasses(AnaplanError)] if kind.__module__.startswith("anaplan")
    }


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("### DownloadError", "### DownloadsError", "DownloadError: has no section"),
        ("### DownloadError", "### DownloadsError", "DownloadsError: is not an error of the library"),
        ("### ReadError\n", "", "ReadError: has no section"),
    ],
)
def test_a_missing_and_a_foreign_section_are_named(
    catalog: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    before: str,
    after: str,
    told: str,
) -> None:
    page = tmp_path / "page.md"
    page.write_text(catalog.PAGE.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    monkeypatch.setattr(catalog, "PAGE", page)
    assert catalog.main() == 1
    assert told in capsys.readouterr().out


def test_what_is_written_does_not_depend_on_what_was_written(catalog: ModuleType) -> None:
    page = catalog.PAGE.read_text(encoding="utf-8")
    without = "\n".join(line for line in page.split("\n") if not line.startswith(">"))
    assert catalog.WRITTEN.sub("", page).count("```python") == page.count("```python")
    assert re.sub(r"\n+", "\n", catalog.WRITTEN.sub("", without)) == re.sub(r"\n+", "\n", catalog.WRITTEN.sub("", page))


def test_a_cell_has_no_markup(catalog: ModuleType) -> None:
    assert catalog.cell("a | b_c\n[d] needs {role}") == r"a \| b\_c \[d\] needs `{role}`"


def test_an_example_that_prints_another_error_is_named(catalog: ModuleType) -> None:
    with pytest.raises(AssertionError, match="the example of ReadError prints"):
        catalog.check_printed("ReadError", [AnaplanError("x")])
