"""Write the pages of the built site as Markdown next to them, and `llms.txt` with a line for each.

    python .ci/site_text.py [SITE]

`zensical build` comes first. A page of the reference gets the signatures and docstrings of its names.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import griffe

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
NAV = re.compile(r"^ +- ([\w/-]+\.md)$", re.MULTILINE)
OBJECT = re.compile(r"^::: ([\w.]+)\n(?:    .*\n)*", re.MULTILINE)
INCLUDED = re.compile(r'^--8<-- "([\w.]+)"$', re.MULTILINE)
INTRO = """# anaplan-client

> A typed Python client for Anaplan's REST APIs: bulk files, imports, exports, processes, lists, cells, ALM, CloudWorks,
> users and audit; synchronous and asynchronous, with a command line and a local Anaplan for tests.

Install it with `pip install anaplan-client`. Each page below is Markdown.
"""


def main(site: Path = ROOT / "build/site") -> None:
    """Write the files into a built site."""
    collection = griffe.ModulesCollection()
    for package in ("anaplan_client", "anaplan_ext"):
        griffe.load(package, search_paths=[ROOT], modules_collection=collection, resolve_aliases=True)
    lines = [INTRO]
    for name in NAV.findall((ROOT / "mkdocs.yml").read_text(encoding="utf-8")):
        text = (DOCS / name).read_text(encoding="utf-8")
        text = INCLUDED.sub(lambda match: (ROOT / match[1]).read_text(encoding="utf-8").rstrip(), text)
        text = OBJECT.sub(lambda match: "\n".join(describe(collection[match[1]])) + "\n", text)
        target = site / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        title, summary = summarize(text)
        lines.append(f"- [{title}]({name}): {summary}" if summary else f"- [{title}]({name})")
    (site / "llms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def summarize(text: str) -> tuple[str, str]:
    """Return the title of a page, and its first sentence."""
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    paragraph = re.search(r"^# .+\n\s*\n([A-Z`](?:.+\n)+)", text, re.MULTILINE)
    summary = " ".join(paragraph[1].split()).partition(". ")[0].rstrip(".:") + "." if paragraph else ""
    return (title[1] if title else "Untitled"), summary


def describe(found: griffe.Object | griffe.Alias, level: int = 2) -> Iterator[str]:
    """Yield the name, the signature and the docstring of an object, and of its public members."""
    yield f"{'#' * level} {found.name}\n"
    if found.is_function:
        yield f"```python\n{found.signature(return_type=True)}\n```\n"
    if found.docstring is not None:
        yield found.docstring.value + "\n"
    if found.is_class or found.is_module:
        for member in found.members.values():
            if member.is_public and not member.is_imported and member.has_docstring and not member.is_module:
                yield from describe(member, min(level + 1, 6))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
