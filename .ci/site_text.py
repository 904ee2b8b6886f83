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
OBJECT = re.compile(r"^::: ([\w.]+)\n((?:    .*\n)*)", re.MULTILINE)
MEMBERS = re.compile(r"^ +members: \[(.+)\]$", re.MULTILINE)
INCLUDED = re.compile(r'^--8<-- "([\w.]+)"$', re.MULTILINE)
LINKED = re.compile(r"\[([^\]]+)\]\([^)]*\)")
MIN_SUMMARY = 50
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
        text = OBJECT.sub(lambda match: write_object(collection[match[1]], match[2]), read_page(name))
        target = site / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        title, summary = summarize(text)
        lines.append(f"- [{title}]({name}): {summary}")
    (site / "llms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_page(name: str) -> str:
    """Return the text of a page, with the files that it includes."""
    text = (DOCS / name).read_text(encoding="utf-8")
    return INCLUDED.sub(lambda match: (ROOT / match[1]).read_text(encoding="utf-8").rstrip() + "\n", text)


def summarize(text: str) -> tuple[str, str]:
    """Return the title of a page, and its first sentences: as many as say enough."""
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    # Every decision begins with its status, which says nothing of it.
    paragraph = re.search(r"(?<=\n\n)(?!Status: )[A-Za-z`](?:.+\n)+", text)
    if title is None or paragraph is None:
        raise SystemExit(f"a page needs a title, and then a paragraph:\n{text[:200]}")
    summary = ""
    for sentence in re.split(r"(?<=\.) ", LINKED.sub(r"\1", " ".join(paragraph[0].split()))):
        summary = f"{summary} {sentence}".lstrip()
        if len(summary) >= MIN_SUMMARY:
            break
    return title[1], summary.rstrip(".:") + "."


def write_object(found: griffe.Object | griffe.Alias, options: str) -> str:
    """Return what a page shows of an object: all public members, or those that its options list."""
    listed = MEMBERS.search(options)
    members = [found.members[name] for name in listed[1].split(", ")] if listed else list_members(found)
    return "\n".join(describe(found, members)) + "\n"


def list_members(found: griffe.Object | griffe.Alias) -> list[griffe.Object | griffe.Alias]:
    """Return the documented public members of a class or module, also those that a package exports from its modules."""
    members = found.members.values() if found.is_class or found.is_module else ()
    return [one for one in members if one.is_public and one.has_docstring and not one.is_module]


def describe(
    found: griffe.Object | griffe.Alias, members: list[griffe.Object | griffe.Alias], level: int = 2
) -> Iterator[str]:
    """Yield the name, the signature and the docstring of an object, and of its members."""
    yield f"{'#' * level} {found.name}\n"
    if found.is_function:
        yield f"```python\n{found.signature(return_type=True)}\n```\n"
    elif found.is_attribute and found.annotation is not None:
        yield f"```python\n{found.name}: {found.annotation}\n```\n"
    if found.docstring is not None:
        yield found.docstring.value + "\n"
    for member in members:
        yield from describe(member, list_members(member), min(level + 1, 6))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
