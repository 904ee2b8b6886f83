"""The HTML report on a plan in a real browser, opened as a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import asdict

from anaplan_ext import ComparisonReport
from anaplan_ext.alm.graph import write_svg
from anaplan_ext.alm.reports.html import write_html
from anaplan_ext.emulator.engine.comparison_report import build_report

from ..emulator.test_histories import HEAD
from ..ext.alm.plans import CHANGES, HOSTILE, PLAN, poison, target
from ..random_history import random_history
from .conftest import PICTURES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
ROWS = len(CHANGES) + 2
"""Two targets have the same changes, and one has two of its own."""
VIEWS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1200, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1200, "height": 900}},
    "narrow": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
    "without script": {"java_script_enabled": False},
}
Open = Callable[..., Any]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Open:
    """Open a text as a file. At the end, nothing else was requested, and no script failed or was blocked."""

    @contextmanager
    def open_file(text: str, name: str = "plan.html", **options: Any) -> Iterator[Page]:
        file = tmp_path / name
        file.write_bytes(text.encode())
        context = browser.new_context(**options)
        try:
            page = context.new_page()
            requests, problems = list[str](), list[str]()
            page.on("request", lambda request: requests.append(request.url))
            page.on("console", lambda message: problems.append(message.text))
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.goto(file.as_uri())
            yield page
            assert requests == [file.as_uri()]
            assert problems == []
        finally:
            context.close()

    return open_file


@pytest.mark.parametrize("view", VIEWS)
def test_every_change_is_a_row(opened: Open, view: str) -> None:
    with opened(write_html(PLAN), **VIEWS[view]) as page:
        rows = page.locator("tr.change")
        assert rows.count() == ROWS
        assert all(row.is_visible() for row in rows.all())
        assert page.locator("table caption").count() == page.locator("table").count() == 3
        assert page.locator("th:not([scope])").count() == 0
        assert page.locator("#filter").is_visible() == (view != "without script")
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert width <= 0, "nothing needs scrolling sideways"


def test_the_filter(opened: Open) -> None:
    with opened(write_html(PLAN)) as page:
        count, visible = page.locator("#count"), page.locator("tr.change:visible")
        assert count.get_attribute("aria-live") == "polite"
        assert count.inner_text() == f"{ROWS} of {ROWS} changes"
        page.get_by_label("Filter changes").fill("FLIGHTS  isblank")
        assert (count.inner_text(), visible.count()) == (f"2 of {ROWS} changes", 2)
        page.get_by_label("Filter changes").fill("airports")
        assert page.locator("section:visible").count() == 1, "sections without a row are hidden"
        page.get_by_label("Only with a risk").check()
        assert (count.inner_text(), visible.count()) == (f"1 of {ROWS} changes", 1)
        page.get_by_label("Filter changes").fill("nothing has this")
        assert count.inner_text() == f"0 of {ROWS} changes"
        page.keyboard.press("Enter")
        assert count.inner_text() == f"0 of {ROWS} changes", "the form is not sent"
        page.emulate_media(media="print")
        assert visible.count() == ROWS, "all of them are printed"


def test_formulas_are_next_to_each_other_with_their_difference(opened: Open) -> None:
    with opened(write_html(PLAN)) as page:
        pair = page.locator(".pair").first
        old, new = pair.locator(".old").bounding_box(), pair.locator(".new").bounding_box()
        assert old["y"] == new["y"]
        assert old["x"] + old["width"] <= new["x"]
        assert "ISBLANK(" in pair.locator("ins").all_inner_texts()
        assert all("Actual" not in text for text in pair.locator("ins, del").all_inner_texts())


@pytest.mark.parametrize("view", ["light", "dark", "narrow"])
def test_the_page_is_accessible(opened: Open, view: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with opened(write_html(PLAN), **VIEWS[view]) as page:
        found = Axe().run(page).response
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]] == []
        assert len(found["passes"]) > 20
        for _ in range(3):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "risky", "after the table and the filter"


def test_names_are_text(opened: Open) -> None:
    targets = [poison(target(number, "x", CHANGES), text) for number, text in enumerate(HOSTILE)]
    plan = {**poison(PLAN, HOSTILE[4]), "targets": targets}
    with opened(write_html(plan)) as page:
        assert page.evaluate("window.hit") is None
        assert json.loads(page.locator("script#plan").text_content()) == plan
        assert page.locator("table.targets tbody th").all_text_contents() == list(HOSTILE)
        names = page.locator("h2:not(#targets)").all_text_contents()
        assert names == list(HOSTILE), "no two targets have the same changes"
        rows = page.locator("tr.change")
        assert rows.count() == len(HOSTILE) * len(CHANGES)
        assert rows.last.is_visible()
        tags = page.evaluate("[...document.querySelectorAll('*')].map((node) => node.tagName).join(' ')")
        assert set(tags.split()) <= set(KNOWN_TAGS)


KNOWN_TAGS = (
    *("HTML", "HEAD", "META", "TITLE", "STYLE", "BODY", "HEADER", "MAIN", "SECTION", "H1", "H2", "P", "SPAN", "STRONG"),
    *("DL", "DIV", "DT", "DD", "TABLE", "CAPTION", "THEAD", "TBODY", "TR", "TH", "TD", "FORM", "LABEL", "INPUT"),
    *("OUTPUT", "DEL", "INS", "SCRIPT"),
)


def test_the_changes_of_random_histories_are_rows(opened: Open) -> None:
    changes = list[Any]()
    for seed in range(5):
        revisions = random_history(seed, targets=0).revisions
        report = ComparisonReport.parse(build_report(HEAD, revisions[0], revisions[-1]))
        changes += map(asdict, report.changes)
    with opened(write_html({**PLAN, "targets": [target(1, "Prod", changes)]})) as page:
        assert page.locator("tr.change").count() == len(changes) > 50
        names = [" · ".join(filter(None, (row["module"], row["name"]))) for row in changes]
        shown = page.locator("tr.change > th").evaluate_all("(cells) => cells.map((cell) => cell.textContent)")
        assert all(name in text for name, text in zip(names, shown, strict=True))


def test_an_injected_script_would_be_blocked_too(opened: Open) -> None:
    text = write_html(PLAN).replace("<main>", "<main><script>window.hit=1</script><p style='color:red' id=red>x</p>")
    with pytest.raises(AssertionError, match="Content Security Policy"), opened(text) as page:
        assert page.evaluate("window.hit") is None


@pytest.mark.parametrize("view", ["light", "dark", "narrow", "print"])
def test_pictures(opened: Open, view: str) -> None:
    with opened(write_html(PLAN), **VIEWS.get(view, {"viewport": {"width": 760, "height": 1000}})) as page:
        if view == "print":
            page.emulate_media(media="print")
        page.screenshot(path=PICTURES / f"plan-{view}.png", full_page=True)
    assert (PICTURES / f"plan-{view}.png").stat().st_size > 10_000


@pytest.mark.parametrize("view", ["light", "dark"])
def test_the_graph_is_a_picture(opened: Open, view: str) -> None:
    with opened(write_svg(PLAN), "graph.svg", **VIEWS[view]) as page:
        page.screenshot(path=PICTURES / f"graph-{view}.png")
        assert page.locator("text.name").all_text_contents()[:2] == ["2026.10.1", "Prod HQ"]


def test_names_in_the_graph_are_text(opened: Open) -> None:
    targets = [poison(target(number, "x", CHANGES), text) for number, text in enumerate(HOSTILE)]
    with opened(write_svg({**PLAN, "targets": targets}), "graph.svg") as page:
        assert page.evaluate("window.hit") is None
        tags = page.evaluate("[...document.querySelectorAll('*')].map((node) => node.tagName).join(' ')")
        assert set(tags.split()) <= {"svg", "title", "style", "rect", "text", "line", "path"}
        text = page.locator("svg").text_content()
        assert all(name in text for name in HOSTILE)
