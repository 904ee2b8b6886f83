"""Reports on plans: what they show, and that names in them are only text. `tests/browser` opens them."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from anaplan_ext.alm.graph import read_graph, write_mermaid, write_svg
from anaplan_ext.alm.reports import html
from anaplan_ext.alm.reports.html import write_html
from anaplan_ext.alm.reports.markdown import write_markdown
from anaplan_ext.alm.reports.plan_view import read_plan
from anaplan_ext.alm.reports.text_difference import MAX_COMPARED_WORDS, compare_texts

from .plans import CHANGES, HOSTILE, PLAN, change, poison, revision, target

Write = Callable[[Mapping[str, object]], str]
SVG = "{http://www.w3.org/2000/svg}"


class Page(HTMLParser):
    """The elements and the visible text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._open, []).append(data)


def test_every_fact_is_in_both_reports() -> None:
    facts = [
        *("Planning Dev", "2026.11.2", "fortnightly", "Ada Builder", "48 hours after it was made"),
        *("Prod EMEA", "Prod APAC", "Prod HQ", "Prod Test", "Prod US", "Hotfix 7", "37 % of 1.0 GB"),
        *("the model is offline, and stays offline", "its latest revision is not in the history of the source"),
        *(
            "Aircraft types",
            "After Airlines",
            "Flights · Departure delay",
            "Flights · Distance",
            "in miles",
            "Carriers",
        ),
        *("Module access: Delays Read", "Items Added/Moved: EWR, JFK", "By manufacturer", "2026.11.1"),
        *("deletes data", "overwrites data", "changes formula", "changes dimensions", "2 added, 5 changed, 1 deleted"),
    ]
    plan = copy.deepcopy(PLAN)
    plan["targets"][0]["changes"][0]["new"]["Notes"] = "By manufacturer"
    page = Page(write_html(plan))
    visible = "".join(text for tag, texts in page.texts.items() if tag not in ("script", "style") for text in texts)
    for fact in facts:
        assert fact in visible, fact
        assert fact in write_markdown(plan), fact


def test_targets_with_the_same_changes_are_shown_once() -> None:
    view = read_plan(PLAN)
    assert [group.title for group in view.groups] == ["Prod EMEA, Prod APAC", "Prod HQ", "Prod Test", "Prod US"]
    assert [row["order"] for row in PLAN["targets"]] == [1, 2, 3, 4, 5]
    assert [shown.name for shown in view.targets] == [row["name"] for row in PLAN["targets"]]
    assert [tag for tag, attributes in Page(write_html(PLAN)).tags if attributes.get("class") == "change"] == ["tr"] * 5


def test_a_target_that_cannot_be_planned_has_no_table() -> None:
    plan = {**PLAN, "targets": PLAN["targets"][-1:]}
    assert "Cannot be planned:" in write_html(plan)
    assert "**cannot be planned**" in write_markdown(plan)
    assert not [tag for tag, attributes in Page(write_html(plan)).tags if "change" in (attributes.get("class") or "")]


def test_the_page_allows_only_its_own_style_and_script() -> None:
    text = write_html(PLAN)
    page = Page(text)
    policy = next(row["content"] for tag, row in page.tags if row.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        content = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert len(content) == 1
        digest = base64.b64encode(hashlib.sha256(content[0].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert not [
        name for _, row in page.tags for name in row if name in ("src", "href", "style") or name.startswith("on")
    ]
    assert not re.search(r"https?://|@import|url\(", text)


@pytest.mark.parametrize("text", HOSTILE)
def test_names_are_text_in_html(text: str) -> None:
    plan = poison(PLAN, text)
    page = Page(write_html(plan))
    data = re.search(r'<script type="application/json" id="plan">(.*?)</script>', write_html(plan), re.DOTALL)
    assert data is not None
    assert json.loads(data[1]) == plan
    tags = {tag for tag, _ in page.tags}
    assert tags <= {tag for tag, _ in Page(write_html(PLAN)).tags}
    assert len([tag for tag, _ in page.tags if tag == "script"]) == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_names_are_text_in_markdown(text: str) -> None:
    render = MarkdownIt("gfm-like", {"linkify": False}).render
    page = Page(render(write_markdown(poison(PLAN, text))))
    benign = Page(render(write_markdown(PLAN)))
    assert [tag for tag, _ in page.tags if tag in ("h1", "h2", "hr")] == ["h1"] + ["h2"] * 4
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in benign.tags}
    assert not [name for _, row in page.tags for name in row if name in ("src", "href") or name.startswith("on")]


@pytest.mark.parametrize("text", HOSTILE)
def test_names_are_text_in_graphs(text: str) -> None:
    plan = poison(PLAN, text)
    root = ElementTree.fromstring(write_svg(plan))
    assert {element.tag for element in root.iter()} <= {SVG + name for name in NAMES_OF_SVG}
    assert any(text == element.text for element in root.iter() if element.tag in (SVG + "text", SVG + "title"))
    for line in write_mermaid(plan).splitlines()[2:]:
        assert re.fullmatch(MERMAID_LINE, line), line


NAMES_OF_SVG = ("svg", "title", "style", "rect", "text", "line", "path")
LABEL = r'"[^"<>`;\\]*(?:#\d+;[^"<>`;\\]*)*"'
MERMAID_LINE = (
    rf"  [rx]\d+\(\[{LABEL}\]\)(:::other)?"
    rf"|  r\d+ -->\|{LABEL}\| r\d+"
    rf"|  r\d+ --- r\d+m\d+\[{LABEL}\]"
    rf"|  x\d+ ---\|{LABEL}\| x\d+m\[{LABEL}\]:::other"
)


@pytest.mark.parametrize("text", ["\0", "a\x0bb", "\ud800", "\x1b[31m", "\x7f", "tab\tline\nend"])
@pytest.mark.parametrize("write", [write_html, write_markdown, write_svg, write_mermaid])
def test_control_characters_break_nothing(write: Write, text: str) -> None:
    written = write(poison(PLAN, text))
    if write is write_svg:
        ElementTree.fromstring(written.encode())
    assert written.encode("utf-8", "strict" if write is write_html else "surrogatepass")


def test_the_graph() -> None:
    graph = read_graph(PLAN)
    assert [(column.revision, column.behind, column.models) for column in graph.history] == [
        ("2026.10.1", 2, ("Prod HQ",)),
        ("2026.10.2", 1, ("Prod EMEA", "Prod APAC")),
        ("2026.11.2", 0, ("Planning Dev (source)", "Prod Test")),
    ]
    assert [(column.revision, column.models, column.reason) for column in graph.others] == [
        ("Hotfix 7", ("Prod US",), "diverged")
    ]
    assert write_mermaid(PLAN) == (
        "flowchart LR\n"
        "  classDef other stroke-dasharray: 6 4\n"
        '  r0(["2026.10.1"])\n'
        '  r0 --- r0m0["Prod HQ"]\n'
        '  r1(["2026.10.2"])\n'
        '  r0 -->|"1 revision"| r1\n'
        '  r1 --- r1m0["Prod EMEA"]\n'
        '  r1 --- r1m1["Prod APAC"]\n'
        '  r2(["2026.11.2"])\n'
        '  r1 -->|"1 revision"| r2\n'
        '  r2 --- r2m0["Planning Dev #40;source#41;"]\n'
        '  r2 --- r2m1["Prod Test"]\n'
        '  x0(["Hotfix 7"]):::other\n'
        '  x0 ---|"diverged"| x0m["Prod US"]:::other\n'
    )


def test_the_graph_of_a_status() -> None:
    rows = [
        {"name": "A", "revision": revision("1"), "behind": 3, "problem": None},
        {"name": "B", "revision": revision("2"), "behind": 0, "problem": "locked", "reason": "the model is locked"},
        {"name": "C", "revision": None, "behind": None, "problem": "no access", "reason": "you are not"},
        {"name": "D", "revision": revision("x"), "behind": None},
    ]
    graph = read_graph({"source": {"name": "Dev", "revision": revision("2")}, "targets": rows})
    assert [(column.revision, column.models) for column in graph.history] == [
        ("1", ("A",)),
        ("2", ("Dev (source)", "B")),
    ]
    assert [(column.revision, column.reason) for column in graph.others] == [
        ("no revision", "no access"),
        ("x", "not in the history"),
    ]
    assert "3 revisions" in write_mermaid({"source": {"name": "Dev", "revision": revision("2")}, "targets": rows})


def test_a_source_without_revisions_has_an_empty_graph() -> None:
    status: dict[str, object] = {"source": {"name": "Dev", "revision": None}, "targets": []}
    assert read_graph(status).history == ()
    ElementTree.fromstring(write_svg(status))
    assert write_mermaid(status).startswith("flowchart")


def test_long_names_are_whole_in_the_titles_of_the_graph() -> None:
    name = "A very long name of a model that has no end " * 3
    root = ElementTree.fromstring(write_svg({**PLAN, "targets": [target(1, name, CHANGES)]}))
    assert name in [element.text for element in root.iter(SVG + "title")]


@pytest.mark.parametrize("write", [write_html, write_markdown, write_svg, write_mermaid])
@pytest.mark.parametrize(
    "plan",
    [
        {},
        {"source": None, "targets": []},
        {"source": {"name": "A"}, "targets": [{}]},
        {"source": {"name": "A", "revision": {"name": "x"}}, "targets": "no"},
    ],
)
def test_other_mappings_are_rejected(write: Write, plan: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="to_dict"):
        write(plan)


def test_unknown_fields_and_absent_ones_do_no_harm() -> None:
    source = {"name": "Dev", "revision": {"name": "1"}, "later": 1}
    least = {"name": "Prod", "model_id": "A", "new": []}
    plan = {"source": source, "targets": [least, {**least, "room": {"current_size": 5, "size_allowance": 0}}], "x": 1}
    for write in (write_html, write_markdown, write_svg, write_mermaid):
        assert "Prod" in write(plan)


def test_an_unknown_action_is_rejected() -> None:
    plan = {**PLAN, "targets": [target(1, "A", [change("vanished", "list", "A")])]}
    with pytest.raises(ValueError, match="to_dict"):
        write_markdown(plan)


def test_html_needs_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    html._load_template.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(ImportError, match=r"pip install 'anaplan-client\[reports\]'"):
        write_html(PLAN)


@given(st.text(alphabet="ab +\n", max_size=30), st.text(alphabet="ab +\n", max_size=30))
def test_a_difference_has_the_whole_texts(old: str, new: str) -> None:
    before, after = compare_texts(old, new)
    assert ("".join(part.text for part in before), "".join(part.text for part in after)) == (old, new)
    same = ["".join(part.text for part in parts if not part.differs) for parts in (before, after)]
    assert same[0] == same[1]
    assert (old == new) == all(not part.differs for part in (*before, *after))


def test_long_texts_differ_as_a_whole() -> None:
    old, new = ("word " * MAX_COMPARED_WORDS + end for end in "ab")
    before, after = compare_texts(old, new)
    assert [len(before), len(after)] == [1, 1]
    assert before[0].differs
    assert compare_texts("", "") == ([], [])
