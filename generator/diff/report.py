"""The report of `diff`: as text, Markdown or JSON, and as a draft for the changelog."""

import json
from collections.abc import Iterable, Iterator, Sequence

from attrs import asdict, frozen

from .changes import Change
from .generated_files import GeneratedFileChanges
from .severity import BREAKING, RISKY, SAFE, SEVERITIES, Severity

TITLES = {"specification": "Specification", "python": "Python surface"}
HEAD = ("| Severity | What it means for users | Change | Where |", "|---|---|---|---|")
SECTIONS: dict[Severity, str] = {BREAKING: "Breaking", RISKY: "Check", SAFE: "Also new"}


@frozen
class Report:
    """The difference between an earlier version and the present tree."""

    reference: str
    changes: Sequence[Change]
    moved: GeneratedFileChanges
    fresh: bool
    """Whether the tree is as generated."""

    def counts(self) -> dict[Severity, int]:
        """Count the changes of each severity."""
        return {severity: sum(item.severity == severity for item in self.changes) for severity in SEVERITIES}

    def fails(self, limit: Severity | None) -> bool:
        """Return whether a change has at least this severity."""
        return limit is not None and any(self.counts()[each] for each in SEVERITIES[: SEVERITIES.index(limit) + 1])


def write_text(report: Report) -> str:
    """Format for the terminal, one line per change, most severe first."""
    lines = [_headline(report)]
    for half, changes in _halves(report):
        lines += ["", f"{TITLES[half]}"]
        lines += [f"  {item.severity:<8}  {item.migration}  [{item.rule}] {item.where}" for item in changes]
    return "\n".join([*lines, "", *_closing(report)]) + "\n"


def write_markdown(report: Report) -> str:
    """Format as Markdown for a pull request or an issue."""
    lines = [f"**{_headline(report)}**"]
    for half, changes in _halves(report):
        lines += ["", f"### {TITLES[half]}", "", *HEAD]
        for item in changes:
            told = item.migration.replace("|", "\\|")
            lines.append(f"| {item.severity} | {told} | `{item.rule}` | {item.where} |")
    return "\n".join([*lines, "", *_closing(report)]) + "\n"


def write_json(report: Report) -> str:
    """Format as JSON for programs."""
    document = {
        "compared_with": report.reference,
        "counts": report.counts(),
        "changes": [asdict(item) for item in report.changes],
        "generated_files": asdict(report.moved),
        "tree_is_as_generated": report.fresh,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def write_changelog(report: Report) -> str:
    """Return a draft for the changelog: each change once."""
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
    if moved.unexpected:
        yield "These changed although nothing that they are made of did; the generator did it:"
        yield from (f"  {name}" for name in moved.unexpected)
    elif moved.changed:
        yield "Each of them is made of something that changed; nothing else moved."
    if not report.fresh:
        yield "The tree is not as generated, but the comparison is with what will be: run python -m generator."


def _told_once(changes: Iterable[Change]) -> Iterator[Change]:
    """Leave out the Python half of an API whose specification changed, because it repeats the other."""
    found = list(changes)
    apis = {item.subject.split(".")[0] for item in found if item.half == "specification"}
    for item in found:
        place = item.where.split("/")
        if item.half == "specification" or not (place[0] == "anaplan_client" and place[1] in apis):
            yield item


FORMATS = {"text": write_text, "markdown": write_markdown, "json": write_json}
