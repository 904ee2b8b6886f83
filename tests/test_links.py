"""No link of the documentation is broken: each leads to a file, and each anchor to a heading.

`.ci/site_links.py` checks the built site in the same way, with the anchors of the reference.
"""

import re
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest
from markdown.extensions.toc import slugify

from .ci_scripts import load_script

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), ROOT / "benchmarks/README.md"])
CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def list_links(text: str) -> list[str]:
    return LINK.findall(CODE.sub("code", text))


def list_anchors(text: str) -> set[str]:
    """The anchors of the headings, as Python-Markdown makes them: those that occur again get a number."""
    anchors: set[str] = set()
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    for heading in re.findall(r"^#+ (.+)$", prose, re.MULTILINE):
        anchor = base = slugify(heading.replace("`", ""), "-")
        number = 0
        while anchor in anchors:
            number += 1
            anchor = f"{base}_{number}"
        anchors.add(anchor)
    return anchors


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_no_link_is_broken(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    broken = []
    for link in list_links(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (file.parent / path) if path else file
        if not target.exists() or (anchor and anchor not in list_anchors(target.read_text(encoding="utf-8"))):
            broken.append(link)
    assert broken == []


def test_a_page_of_the_site_links_to_pages_of_the_site_only() -> None:
    docs = ROOT / "docs"
    outside = [
        (page.name, link)
        for page in docs.rglob("*.md")
        for link in list_links(page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", link) and docs not in (page.parent / link.partition("#")[0]).resolve().parents
    ]
    assert [pair for pair in outside if not pair[1].startswith("#")] == []


@pytest.mark.parametrize(
    ("text", "links", "anchors"),
    [
        ("# A `b` c\n\n[x](y.md#z) `[no](link)`\n", ["y.md#z"], {"a-b-c"}),
        ("## Same\n\n## Same\n\n```sh\n# no heading\n[no](link)\n```\n", [], {"same", "same_1"}),
    ],
)
def test_links_and_anchors_are_found(text: str, links: list[str], anchors: set[str]) -> None:
    assert (list_links(text), list_anchors(text)) == (links, anchors)


@pytest.fixture(scope="module")
def site_links() -> ModuleType:
    return load_script("site_links")


@pytest.mark.parametrize(
    ("link", "is_whole"),
    [
        ("#here", True),
        ("guide/#there", True),
        ("guide/index.html#there", True),
        ("extra.css", True),
        ("https://example.com/#any", True),
        ("mailto:ada@example.com", True),
        ("#", True),
        ("#nowhere", False),
        ("guide/#here", False),
        ("guide/#th%65re", True),
        ("missing/", False),
        ("missing.css", False),
    ],
)
def test_a_link_of_the_built_site(
    site_links: ModuleType, link: str, is_whole: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "guide").mkdir()
    (tmp_path / "guide/index.html").write_text('<h1 id="there">Guide</h1><a href="../#here">back</a>')
    (tmp_path / "index.html").write_text(f'<h1 id="here">Home</h1><a href="{link}">link</a>')
    (tmp_path / "extra.css").write_text("")
    (tmp_path / "llms.txt").write_text("- [Home](index.html): Home.\n")
    assert site_links.main(tmp_path) == int(not is_whole)
    assert (f"index.html: {link} leads nowhere" in capsys.readouterr().out) is not is_whole


def test_a_broken_link_of_the_list_of_pages_and_an_empty_site_are_told(site_links: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "llms.txt").write_text("")
    assert site_links.main(tmp_path) == 1
    (tmp_path / "index.html").write_text("<p>Home</p>")
    assert site_links.main(tmp_path) == 0
    (tmp_path / "llms.txt").write_text("- [Guide](guide.md): Guide.\n")
    assert site_links.main(tmp_path) == 1
