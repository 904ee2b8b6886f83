"""The graph of a promotion: which model is on which revision, and which has diverged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from attrs import frozen

from anaplan_client.core.codec import decode

_COLUMN, _ROW, _BOX, _PAD = 220, 58, 40, 24
_MAX_SHOWN = 25
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_MERMAID = re.compile(r"[\"#&<>;`\\{}\[\]()|\x00-\x1f\x7f]")
_STYLE = """
svg { color-scheme: light dark; font: 14px system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
.page { fill: #ffffff; } text { fill: #1c2127; } .quiet { fill: #555f6b; font-size: 12px; }
rect.box { fill: #f3f5f7; stroke: #8a94a0; } rect.revision { fill: #e4f0fc; stroke: #0b5cad; }
rect.other { fill: #ffffff; stroke: #a3180e; stroke-dasharray: 6 4; } line { stroke: #8a94a0; } path { fill: #8a94a0; }
@media (prefers-color-scheme: dark) {
  .page { fill: #14181d; } text { fill: #e7eaee; } .quiet { fill: #a3adb9; }
  rect.box { fill: #1f252d; } rect.revision { fill: #17304a; stroke: #7ab8ff; }
  rect.other { fill: #14181d; stroke: #ff9c92; }
}
"""


@frozen(kw_only=True)
class GraphColumn:
    """A revision, and the models that are on it. `behind` is the number of revisions to the latest one.

    `reason` is the problem of a model whose place in the history of the source is unknown, for example `diverged`.
    """

    revision: str
    """Title of the revision."""
    models: tuple[str, ...]
    """Names of the models."""
    behind: int = 0
    reason: str = ""


@frozen(kw_only=True)
class PromotionGraph:
    """Columns of revisions in the history of the source, oldest first, and columns of other models."""

    source: str
    """Name of the source model."""
    history: tuple[GraphColumn, ...]
    """The revisions of the source that models are on."""
    others: tuple[GraphColumn, ...]
    """The revisions of models whose place in that history is unknown."""


def read_graph(status: Mapping[str, object]) -> PromotionGraph:
    """Return which model is on which revision.

    Args:
        status: What `to_dict` of a status or plan returned. In a plan, the planned revision is the latest one.

    Returns:
        The graph.

    Raises:
        ValueError: It is neither a status nor a plan.

    Cost:
        No request.
    """
    try:
        source = decode.fields(status["source"])
        name = decode.string(source["name"])
        places: dict[int, tuple[str, list[str]]] = {}
        if source.get("revision") is not None:
            places[0] = (_revision_name(source), [f"{name} (source)"])
        others = list[GraphColumn]()
        for target in decode.list_of(decode.fields, status["targets"]):
            behind, revision, model = _count_behind(target), _revision_name(target), decode.string(target["name"])
            if behind is None:
                reason = decode.optional_string(target.get("problem")) or "not in the history"
                others.append(GraphColumn(revision=revision, models=(model,), reason=reason))
            else:
                places.setdefault(behind, (revision, []))[1].append(model)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"status must be what to_dict of a status or plan returns ({error!r})") from None
    history = (
        GraphColumn(revision=revision, models=tuple(models), behind=behind)
        for behind, (revision, models) in sorted(places.items(), reverse=True)
    )
    return PromotionGraph(source=name, history=tuple(history), others=tuple(others))


def write_mermaid(status: Mapping[str, object]) -> str:
    """Write the graph as Mermaid text, which GitHub, GitLab and others draw.

    Args:
        status: What `to_dict` of a status or plan returned.

    Returns:
        A flowchart. Special characters in names are written as codes.

    Raises:
        ValueError: It is neither a status nor a plan.

    Cost:
        No request.
    """
    graph = read_graph(status)
    lines = ["flowchart LR", "  classDef other stroke-dasharray: 6 4"]
    for number, column in enumerate(graph.history):
        lines.append(f'  r{number}(["{_code(column.revision)}"])')
        if number:
            lines.append(f'  r{number - 1} -->|"{_describe_gap(graph.history, number)}"| r{number}')
        for index, model in enumerate(column.models):
            lines.append(f'  r{number} --- r{number}m{index}["{_code(model)}"]')
    for number, column in enumerate(graph.others):
        lines.append(f'  x{number}(["{_code(column.revision)}"]):::other')
        lines.append(f'  x{number} ---|"{_code(column.reason)}"| x{number}m["{_code(column.models[0])}"]:::other')
    return "\n".join(lines) + "\n"


def write_svg(status: Mapping[str, object]) -> str:
    """Write the graph as an SVG file, for light and dark pages.

    Args:
        status: What `to_dict` of a status or plan returned.

    Returns:
        The file's text. Long names are shortened in the picture; their titles have the whole ones.

    Raises:
        ValueError: It is neither a status nor a plan.

    Cost:
        No request.
    """
    graph = read_graph(status)
    columns = [*graph.history, *graph.others]
    height = _PAD * 2 + 20 + _BOX + _ROW * max((len(column.models) for column in columns), default=0)
    width = _PAD * 2 + _COLUMN * max(1, len(columns))
    title = f"Revisions of {graph.source} and the models that are on them"
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{_xml(title)}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f"<title>{_xml(title)}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="page" width="{width}" height="{height}"/>',
    ]
    for number, column in enumerate(columns):
        x = _PAD + number * _COLUMN
        gap = _describe_gap(graph.history, number) if 0 < number < len(graph.history) else ""
        pieces += _draw_column(column, x, gap)
    return "\n".join([*pieces, "</svg>"]) + "\n"


def _draw_column(column: GraphColumn, x: int, gap: str) -> Iterator[str]:
    """Draw a revision with its models below it, and the arrow from the revision before."""
    width, top = _COLUMN - 36, _PAD + 20
    middle = x + width // 2
    if gap:
        y = top + _BOX // 2
        yield f'<line x1="{x - 36}" y1="{y}" x2="{x - 6}" y2="{y}"/><path d="M{x} {y}l-8 -4v8z"/>'
    note = gap or column.reason
    if note:
        yield _text(note, x, top - 8, "quiet", anchor="start")
    yield _box(column.revision, x, top, width, "other" if column.reason else "revision", radius=_BOX // 2)
    for index, model in enumerate(column.models):
        y = top + (index + 1) * _ROW
        yield f'<line x1="{middle}" y1="{y - _ROW + _BOX}" x2="{middle}" y2="{y}"/>'
        yield _box(model, x, y, width, "other" if column.reason else "box", radius=4)


def _box(text: str, x: int, y: int, width: int, kind: str, *, radius: int) -> str:
    rectangle = f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{_BOX}" rx="{radius}"/>'
    return rectangle + _text(text, x + width // 2, y + _BOX // 2 + 5, "name", anchor="middle")


def _text(text: str, x: int, y: int, kind: str, *, anchor: str) -> str:
    line = " ".join(text.split())
    shown = line if len(line) <= _MAX_SHOWN else f"{line[: _MAX_SHOWN - 1]}…"
    title = f"<title>{_xml(text)}</title>" if shown != text else ""
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{_xml(shown)}{title}</text>'


def _xml(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text), {'"': "&quot;"})


def _code(text: str) -> str:
    """Return text for a label of Mermaid, with special characters as codes."""
    return _NO_MERMAID.sub(lambda match: f"#{ord(match[0])};", " ".join(text.split())) or " "


def _describe_gap(columns: Sequence[GraphColumn], number: int) -> str:
    revisions = columns[number - 1].behind - columns[number].behind
    return "1 revision" if revisions == 1 else f"{revisions} revisions"


def _count_behind(target: Mapping[str, object]) -> int | None:
    behind = target.get("behind")
    if isinstance(behind, int):
        return behind
    if target.get("steps") is None or target.get("reason") or target.get("revision") is None:
        return None
    return len(decode.list_of(decode.fields, target["steps"]))


def _revision_name(model: Mapping[str, object]) -> str:
    revision = model.get("revision")
    return "no revision" if revision is None else decode.string(decode.fields(revision)["name"])
