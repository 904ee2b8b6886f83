"""The built site in a real browser: accessible, and readable at the width of a desktop and of a phone.

`zensical build` comes first. A run looks at some pages, and `--exhaustive` at all.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import PICTURES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
PLACES = [ROOT / "build/site", ROOT / "build/readme/zensical/build/site"]
SOME = ("index", "limits", "reference/alm/reports")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
VIEWS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": DESKTOP},
    "dark": {"color_scheme": "dark", "viewport": DESKTOP},
    "phone-light": {"color_scheme": "light", "viewport": PHONE},
    "phone-dark": {"color_scheme": "dark", "viewport": PHONE},
}
BROKEN_WORDS = """() => {
  const broken = [];
  // A long name in a heading may wrap between its words.
  const cells = [...document.querySelectorAll(".md-content :is(td, th)")].map((node) => [node, /[A-Za-z0-9]{2,40}/g]);
  const headings = [...document.querySelectorAll(".md-content :is(h1, h2, h3, h4, h5, h6)")];
  for (const [node, words] of [...cells, ...headings.map((node) => [node, /[A-Z]?[a-z0-9]{1,40}/g])]) {
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode()); ) {
      for (const word of text.data.matchAll(words)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const lines = [...range.getClientRects()].filter((line) => line.width > 1);
        if (lines.length > 1 && lines.at(-1).top - lines[0].top > 4) broken.push(word[0]);
      }
    }
  }
  return broken;
}"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "name" in metafunc.fixturenames:
        pages = re.findall(r"^ +- ([\w/-]+)\.md$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
        metafunc.parametrize("name", pages if metafunc.config.option.exhaustive else SOME)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the standard library names it
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The URL of the built site."""
    built = [place for place in PLACES if (place / "index.html").exists()]
    if not built:
        pytest.skip("the site is not built: nox -s docs")
    newest = max(built, key=lambda place: (place / "index.html").stat().st_mtime)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(newest))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_is_accessible_and_readable(browser: Browser, site: str, name: str, view: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(reduced_motion="reduce", **VIEWS[view])
    try:
        page = context.new_page()
        requests, problems = list[str](), list[str]()
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{site}/{name.removesuffix('index')}")
        page.wait_for_function("document.querySelectorAll('.md-code__nav:not([role])').length === 0")
        page.screenshot(path=PICTURES / f"site-{name.replace('/', '-')}-{view}.png")
        found = Axe().run(page).response
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]] == []
        assert len(found["passes"]) > 20
        assert page.evaluate("document.documentElement.scrollWidth") <= VIEWS[view]["viewport"]["width"]
        assert page.evaluate(BROKEN_WORDS) == []
        assert page.locator(".tabbed-set > input:nth-of-type(3)").count() == 0, "a snippet has two forms"
        assert [url for url in requests if not url.startswith(site)] == []
        assert problems == []
    finally:
        context.close()


def test_the_home_page_shows_a_first_success_in_one_screen(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    try:
        page.goto(site)
        page.screenshot(path=PICTURES / "site-first-screen.png")
        first = (".md-content p", "text=pip install", ".tabbed-content code", "text=1 row was rejected")
        for part in first:
            place = page.locator(part).first.bounding_box()
            assert place is not None, part
            assert place["y"] + place["height"] < 800, part
            assert place["x"] + place["width"] < 1280, part
        code = page.locator(".tabbed-content code").first
        assert code.evaluate("code => code.scrollWidth <= code.clientWidth"), "a line of the program is cut"
    finally:
        page.close()
