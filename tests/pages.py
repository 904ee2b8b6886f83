"""Runs the snippets of a guide of `docs/` as one program, in either face."""

import ast
import asyncio
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from generator.docs.snippets import Snippet, snippets, synchronous

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted(
    page for page in DOCS.glob("*.md") if page.name != "index.md" and "```python\n" in page.read_text(encoding="utf-8")
)
"""The guides. The program of the home page is copied whole."""
Face = Literal["sync", "async"]


def program(page: Path, face: Face) -> list[Snippet]:
    """The snippets of a page, between the first and the last of the guides, which open and close what all need."""
    (first, *middle, last) = snippets((DOCS / "guides.md").read_text(encoding="utf-8"), str(DOCS / "guides.md"))
    own = middle if page.name == "guides.md" else snippets(page.read_text(encoding="utf-8"), str(page))
    return list(_in_face([first, *own, last], face))


def _in_face(written: list[Snippet], face: Face) -> Iterator[Snippet]:
    for snippet in written:
        if face == "async":
            yield snippet
        elif converted := synchronous(snippet):
            yield converted


def run(program: list[Snippet]) -> None:
    """Runs a program, in the end its last snippet in any case. What a snippet raises names its file and line."""
    asyncio.run(_run(program))


async def _run(program: list[Snippet]) -> None:
    names: dict[str, Any] = {"__name__": "docs"}
    *body, last = program
    try:
        for snippet in body:
            await _execute(snippet, names)
    finally:
        await _execute(last, names)


async def _execute(snippet: Snippet, names: dict[str, Any]) -> None:
    if "def test_" in snippet.code:
        _collected(snippet)
        return
    code = compile(snippet.placed, snippet.file, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    waiting = eval(code, names)
    if inspect.iscoroutine(waiting):
        await waiting


def _collected(snippet: Snippet) -> None:
    """Runs a snippet that is a test as pytest does."""
    test = Path.cwd() / "test_snippet.py"
    test.write_text(snippet.placed, encoding="utf-8")
    # The plugin of schemathesis, which no user needs, and rewritten assertions would take most of the time.
    options = ["-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-o", "anyio_mode=auto"]
    command = [sys.executable, "-m", "pytest", *options, test.name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{snippet.file}:{snippet.line}\n{done.stdout}{done.stderr}"
    assert "1 passed" in done.stdout
