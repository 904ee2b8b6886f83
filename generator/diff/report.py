"""What `diff` found, as text, Markdown and JSON, and as lines for the changelog."""

import json
from collections.abc import Iterable, Iterator, Sequence

from attrs import asdict, frozen

from .changes import Change
from .generated_files import Moved
from .severity import BREAKING, RISKY, SAFE, SEVERITIES, Severity

TITLES = {"specification": "Specification", "python": "Python surface"}
HEAD = ("| Severity | What users are told | Change | Where |", "|---|---|---|---|")
SECTIONS: dict[Severity, str] = {BREAKING: "Breaking", RISKY: "Look at", SAFE: "Also new"}


@frozen
class Report:
    """The difference between an earlier version and the present tree."""

    reference: str
    changes: Sequence[Change]
    moved: Moved
    fresh: bool
    """Whether the tree is as generated."""

    def counts(self) -> dict[Severity, int]:
        """How many changes there are of each severity."""
        return {severity: sum(item.severity == severity for item in self.changes) for severity in SEVERITIES}

    def fails(self, limit: Severity | None) -> bool:
        """Whether there is a change of this severity or a graver one."""
        return limit is not None and any(self.counts()[each] for each in SEVERITIES[: SEVERITIES.index(limit) + 1])


def text(report: Report) -> str:
    """For the terminal: one line a change, the gravest first."""
    lines = [_headline(report)]
    for half, changes in _halves(report):
        lines += ["", f"{TITLES[half]}"]
        lines += [f"  {item.severity:<8}  {item.migration}  [{item.rule}] {item.where}" for item in changes]
    return "\n".join([*lines, "", *_closing(report)]) + "\n"


def markdown(report: Report) -> str:
    """For a pull request or an issue."""
    lines = [f"**{_headline(report)}**"]
    for half, changes in _halves(report):
        lines += ["", f"### {TITLES[half]}", "", *HEAD]
        for item in changes:
            told = item.migration.replace("|", "\\|")
            lines.append(f"| {item.severity} | {told} | `{item.rule}` | {item.where} |")
    return "\n".join([*lines, "", *_closing(report)]) + "\n"


def as_json(report: Report) -> str:
    """For programs."""
    document = {
        "compared_with": report.reference,
        "counts": report.counts(),
        "changes": [asdict(item) for item in report.changes],
        "generated_files": asdict(report.moved),
        "tree_is_as_generated": report.fresh,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def changelog(report: Report) -> str:
    """The lines for the changelog, to be edited: what users are told, without what is told twice."""
    changes = list(_told_once(report.changes))
    lines = [f"## Changes since {report.reference}"]
    for severity, title in SECTIONS.items():
        told = list(dict.fromkeys(item.migration for item in changes if item.severity == severity))
        if told:
            lines += ["", f"### {title}", "", *(f"- {line}" for line in told)]
    return "\n".join(lines if len(lines) > 1 else [*lines, "", "Nothing that users see."]) + "\n"


def _headline(report: Report) -> str:
    counts = ", ".join(f"{count} {severity}" for severity, count in report.counts().items())
    return f"Compared with {report.reference}: {counts if report.changes else 'nothing changed for users'}."


def _halves(report: Report) -> Iterator[tuple[str, list[Change]]]:
    for half in TITLES:
        if changes := [item for item in report.changes if item.half == half]:
            yield half, changes


def _closing(report: Report) -> Iterator[str]:
    moved = report.moved
    yield f"{moved.changed} of {moved.total} generated files changed."
    if moved.unexplained:
        yield "These changed although nothing that they are made of did; the generator did it:"
        yield from (f"  {name}" for name in moved.unexplained)
    elif moved.changed:
        yield "Each of them is made of something that changed; nothing else moved."
    if not report.fresh:
        yield "The tree is not as generated, but the comparison is with what will be: run python -m generator."


def _told_once(changes: Iterable[Change]) -> Iterator[Change]:
    """Without the Python half of an API whose specification changed: it says the same."""
    found = list(changes)
    apis = {item.subject.split(".")[0] for item in found if item.half == "specification"}
    for item in found:
        place = item.where.split("/")
        if item.half == "specification" or not (place[0] == "anaplan_client" and place[1] in apis):
            yield item


FORMATS = {"text": text, "markdown": markdown, "json": as_json}
