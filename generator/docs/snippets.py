"""Python snippets of Markdown pages. Those of `docs/` are written once, asynchronously, with top-level `await`."""

import re
from collections.abc import Iterator

from attrs import frozen

from ..unasync import convert

_FENCED = re.compile(r"^```python\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
_NEEDS_ASYNCIO = re.compile(r"^import asyncio$", re.MULTILINE)


@frozen
class Snippet:
    """A block of Python code in a page."""

    file: str
    line: int
    """Where its code begins, counted from 1."""
    code: str

    @property
    def placed(self) -> str:
        """The code with empty lines before it, so that an error has the line number of the page."""
        return "\n" * (self.line - 1) + self.code


def snippets(markdown: str, file: str) -> list[Snippet]:
    """Find the snippets of a page."""
    return [_snippet(markdown, file, found) for found in _FENCED.finditer(markdown)]


def synchronous(snippet: Snippet) -> Snippet | None:
    """Convert a snippet. Return None for one that imports asyncio and so has no synchronous form.

    Raises `InvalidSpecificationError` with the page and line of a name that has no synchronous form.
    """
    if _NEEDS_ASYNCIO.search(snippet.code):
        return None
    converted = convert(snippet.placed, snippet.file).split("\n", snippet.line)[-1]  # without its heading
    return Snippet(snippet.file, snippet.line, converted)


def with_tabs(markdown: str, file: str) -> str:
    """Show both forms of each snippet as tabs of pymdown. A snippet with one form stays as it is."""
    return "".join(_with_tabs(markdown, file))


def _with_tabs(markdown: str, file: str) -> Iterator[str]:
    end = 0
    for found in _FENCED.finditer(markdown):
        yield markdown[end : found.start()]
        end = found.end()
        snippet = _snippet(markdown, file, found)
        converted = synchronous(snippet)
        if converted is None or converted == snippet:
            yield found[0]
        else:
            # The mark starts new tabs. Without it, the tabs of an adjacent snippet would be added to them.
            yield _tab("===!", "Synchronous", converted.code) + _tab("===", "Asynchronous", snippet.code)
    yield markdown[end:]


def _snippet(markdown: str, file: str, found: re.Match[str]) -> Snippet:
    return Snippet(file, markdown.count("\n", 0, found.start(1)) + 1, found[1])


def _tab(mark: str, title: str, code: str) -> str:
    lines = ["```python", *code.splitlines(), "```"]
    return f'{mark} "{title}"\n\n' + "".join(f"    {line}".rstrip() + "\n" for line in lines) + "\n"
