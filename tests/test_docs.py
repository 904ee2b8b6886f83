"""What the guides show is run, in both faces."""

import ast
import logging
import re
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import ModuleType

import fsspec
import griffe
import pytest
import yaml

from generator.docs.snippets import snippets, synchronous, with_tabs
from generator.spec.document import InvalidSpecificationError

from . import new_user
from .ci_scripts import load_script
from .core.http import stage
from .pages import DOCS, PAGES, Face, program, run

ROOT = DOCS.parent
FACES: tuple[Face, ...] = ("sync", "async")


@contextmanager
def registered(folder: Path) -> Iterator[None]:
    """What the entry point of an installed package does, and the end of what fsspec keeps."""
    fsspec.register_implementation("anaplan", "anaplan_ext.filesystem.filesystem.AnaplanFileSystem", clobber=True)
    yield
    cls = fsspec.get_filesystem_class("anaplan")
    for instance in list(cls._cache.values()):
        instance.tenant.close()
    cls.clear_instance_cache()


@contextmanager
def own_environment(folder: Path) -> Iterator[None]:
    """Take back what a page sets in the environment."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ANAPLAN_USER", "ANAPLAN_PASSWORD", "ANAPLAN_BASE_URL"):
            patch.setenv(name, "")
        yield


STAGES: dict[str, Callable[[Path], AbstractContextManager[object]]] = {
    "filesystem": registered,
    "network": stage.company,
    "spark": own_environment,
}
"""What is around a page while its snippets run, where that is more than an empty folder."""


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_snippets_of_a_page_run(page: Path, face: Face, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if page.stem == "frames":
        pytest.importorskip("polars", reason="polars is not installed")
    monkeypatch.chdir(tmp_path)
    with STAGES.get(page.stem, nullcontext)(tmp_path):
        run(program(page, face))


def test_the_guides_are_all_there() -> None:
    guides = (
        "administration alm authentication cloudworks conformance drift error-catalog errors files filesystem "
        "frames guides migration network observability promotions spark tasks testing transactional"
    )
    assert {page.stem for page in PAGES} == set(guides.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_where_its_client_comes_from(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    code = "\n".join(snippet.code for snippet in snippets(text, page.name))
    needs = re.search(r"\b(client|emulator)\.", code)
    assert page.stem == "guides" or not needs or "(guides.md" in text


@pytest.mark.parametrize(("page", "extra"), [("index", "emulator"), ("promotions", "reports")])
def test_a_new_user_installs_what_the_page_names(page: str, extra: str) -> None:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    assert new_user.install_command(text, "python")[1:] == ["-m", "pip", "install", f"{ROOT}[{extra}]"]


def test_the_script_for_administrators_is_short() -> None:
    page = (DOCS / "administration.md").read_text(encoding="utf-8").partition("## A script for administrators")[2]
    (script, _) = snippets(page, "docs/administration.md")
    assert len(script.code.strip().splitlines()) <= 40


@pytest.mark.parametrize("face", FACES)
def test_a_snippet_that_fails_names_its_line(face: Face, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n```python\nname = client.model_id\n```\n\n```python\n\nassert not name\n```\n")
    with pytest.raises(AssertionError) as caught:
        run(program(page, face))
    frame = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (frame.filename, frame.lineno) == (str(page), 9)


@pytest.mark.parametrize("face", FACES)
def test_a_test_that_fails_names_its_line(face: Face, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n```python\nasync def test_it() -> None:\n    assert 1 == 2\n```\n")
    with pytest.raises(AssertionError, match=r"page\.md:4\n[\s\S]*test_snippet\.py:5: AssertionError"):
        run(program(page, face))


def test_what_has_no_synchronous_form_names_its_line() -> None:
    (snippet,) = snippets("# Page\n\n```python\nx = 1\nasyncio.sleep(x)\n```\n", "docs/page.md")
    with pytest.raises(InvalidSpecificationError, match=r"docs/page\.md:5.*asyncio"):
        synchronous(snippet)


@pytest.mark.parametrize(
    ("written", "converted"),
    [
        (
            "import asyncio\n\nfrom x import AsyncClient\n\n\n"
            "async def main() -> None:\n    async with AsyncClient() as it:\n"
            "        await it.go()\n\n    print(1)\n\n\nasyncio.run(main())\n",
            "from x import Client\n\nwith Client() as it:\n    it.go()\n\nprint(1)\n",
        ),
        (
            "import asyncio\nimport csv\n\n\ndef rows() -> None:\n    csv.reader([])\n\n\n"
            "async def main() -> None:\n    await go(rows())\n\n\nasyncio.run(main())\n",
            "import csv\n\n\ndef rows() -> None:\n    csv.reader([])\n\n\ngo(rows())\n",
        ),
        ("import asyncio\n\n\nasync def main() -> None:\n    await asyncio.sleep(0)\n\n\nasyncio.run(main())\n", None),
    ],
    ids=["a program", "after a function", "asyncio for more"],
)
def test_the_body_of_main_is_the_synchronous_program(written: str, converted: str | None) -> None:
    (snippet,) = snippets(f"```python\n{written}```\n", "docs/page.md")
    found = synchronous(snippet)
    assert (found and found.code) == converted


def test_what_has_no_synchronous_form_in_a_program_names_its_line() -> None:
    page = "```python\nimport asyncio\n\n\nasync def main() -> None:\n    AsyncThing()\n\n\nasyncio.run(main())\n```\n"
    (snippet,) = snippets(page, "docs/page.md")
    with pytest.raises(InvalidSpecificationError, match=r"docs/page\.md:6.*AsyncThing"):
        synchronous(snippet)


def test_tabs_show_both_faces() -> None:
    page = "Before.\n\n```python\nasync with it:\n    await go()\n\n```\n\nBetween.\n\n```python\nx = 1\n```\nAfter.\n"
    assert with_tabs(page, "page.md") == (
        "Before.\n\n"
        '===! "Synchronous"\n\n    ```python\n    with it:\n        go()\n\n    ```\n\n'
        '=== "Asynchronous"\n\n    ```python\n    async with it:\n        await go()\n\n    ```\n\n'
        "\nBetween.\n\n```python\nx = 1\n```\nAfter.\n"
    )


def test_snippets_next_to_each_other_have_tabs_of_their_own() -> None:
    page = "```python\nawait one()\n```\n```python\nawait two()\n```\n"
    assert with_tabs(page, "page.md").count('===! "Synchronous"') == 2


def test_what_needs_asyncio_is_shown_alone() -> None:
    page = "```python\nimport asyncio\n\nawait asyncio.sleep(0)\n```\n"
    assert with_tabs(page, "page.md") == page


def test_the_site_has_every_page() -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    names = re.findall(r"[\w/-]+\.md", yaml.dump(nav))
    assert sorted(names) == sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))


OPTIONS = {"returns_multiple_items": False, "returns_named_value": False}


@pytest.mark.parametrize("package", ["anaplan_client", "anaplan_ext"])
def test_every_docstring_is_one_that_the_reference_can_read(package: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "griffe"):
        _parse(griffe.load(package, docstring_parser="google", docstring_options=OPTIONS))
    assert caplog.messages == []


def test_the_reference_shows_what_a_method_returns_as_one_item() -> None:
    """A sentence that continues in the next line is not another result."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (plugin,) = [plugin for plugin in yaml.safe_load(text)["plugins"] if "mkdocstrings" in plugin]
    assert plugin["mkdocstrings"]["handlers"]["python"]["options"]["docstring_options"] == OPTIONS
    function = griffe.load("anaplan_client.integration", docstring_options=OPTIONS)["add_or_delete_list_items"]
    sections = griffe.parse_google(function.final_target.docstring, **OPTIONS)
    (result,) = [section for section in sections if section.kind is griffe.DocstringSectionKind.returns]
    assert [item.description.count("\n") for item in result.value] == [1]


@pytest.fixture(scope="module")
def site_text() -> ModuleType:
    return load_script("site_text")


def test_the_list_of_pages_says_of_each_what_it_has(site_text: ModuleType) -> None:
    pages = site_text.NAV.findall((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    summaries = [site_text.summarize(site_text.read_page(name)) for name in pages]
    assert len(pages) > 100
    assert [title for title, summary in summaries if len(summary) < 25 or "](" in summary or "\n" in summary] == []
    assert len(set(summaries)) == len(pages)


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (
            "# T\n\nOne [link](a.md#b) and\n`code`: two lines that are long enough alone. Left out.\n",
            "One link and `code`: two lines that are long enough alone.",
        ),
        (
            "# T\n\nShort. The second sentence makes it long enough to say what it has. Left out.\n",
            "Short. The second sentence makes it long enough to say what it has.",
        ),
        (
            "# T\n\nStatus: accepted. It\nreplaces x.\n\n## Context\n\nwhat was there before.\n",
            "what was there before.",
        ),
        ("# T\n\n| a |\n|---|\n\nThe rows:\n", "The rows."),
        ("# T\n", None),
        ("No title.\n", None),
    ],
)
def test_a_summary_is_the_first_sentences_of_a_page(site_text: ModuleType, text: str, summary: str | None) -> None:
    if summary is None:
        with pytest.raises(SystemExit, match="a page needs a title"):
            site_text.summarize(text)
    else:
        assert site_text.summarize(text) == ("T", summary)


def test_braces_at_the_end_of_a_cell_are_code() -> None:
    """Markdown takes them as attributes otherwise, and shows nothing."""
    for page in DOCS.rglob("*.md"):
        text = re.sub(r"^```.*?^```$|`[^`\n]+`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        assert re.findall(r"^\|.*\{\w+\} *\|", text, re.MULTILINE) == [], page


def test_every_column_of_a_table_has_a_name() -> None:
    """A screen reader reads the name of the column with each cell."""
    for page in DOCS.rglob("*.md"):
        headers = re.findall(r"^\|(.*)\|\n\|[-|: ]+\|$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert [header for header in headers if not all(map(str.strip, header.split("|")))] == [], page


@pytest.mark.slow
def test_a_page_of_the_reference_is_markdown_with_its_names(site_text: ModuleType, tmp_path: Path) -> None:
    site_text.main(tmp_path)
    reference = {page.stem: page.read_text(encoding="utf-8") for page in (tmp_path / "reference").glob("*.md")}
    assert ":::" not in "".join(reference.values())
    # What a package exports from its modules, and attributes with their types.
    assert "### create_device_code\n\n```python\ncreate_device_code(" in reference["oauth"]
    assert "### ConformanceReport\n" in reference["conformance"]
    assert "```python\ncontradicted: tuple[BeliefResult, ...]\n```\n" in reference["conformance"]
    assert [name for name, text in reference.items() if text.count("\n#") < 5] == []
    # What the options of a page list, and nothing else.
    assert re.findall("^### (.*)$", reference["cloudworks-helpers"], re.MULTILINE)[:4] == [
        *("import_job", "export_job", "step", "hourly")
    ]
    assert "list_workspaces(" not in reference["client"]


def test_code_in_the_docstring_of_a_module_is_in_a_fence() -> None:
    for file in (ROOT / "anaplan_ext").rglob("*.py"):
        docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        prose = re.sub(r"^```.*?^```$", "", docstring, flags=re.DOTALL | re.MULTILINE)
        assert not re.search(r"^(from \S+ )?import ", prose, re.MULTILINE), file


def _parse(node: griffe.Object | griffe.Alias) -> None:
    if node.docstring is not None:
        _ = node.docstring.parsed
    for member in node.members.values():
        if not member.is_alias:
            _parse(member)


def test_the_pages_of_large_apis_have_every_name() -> None:
    done = subprocess.run([sys.executable, ROOT / ".ci/reference_pages.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_models_of_an_api_are_shared_out_evenly() -> None:
    for folder in {page.parent for page in DOCS.glob("reference/*/models-*.md")}:
        numbers = [page.read_text(encoding="utf-8").count("\n:::") for page in folder.glob("models-*.md")]
        assert max(numbers) <= 20
        assert max(numbers) - min(numbers) <= 1, folder.name
