"""Python snippets of Markdown pages. Those of `docs/` are written once, asynchronously.

The guides use top-level `await`. A page whose programs are copied whole has them in `async def main() -> None:`, with
`asyncio.run(main())` as the last line.
"""

import re
import textwrap
from collections.abc import Iterator

from attrs import frozen

from ..unasync import convert

_FENCED = re.compile(r"^```python\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
_IMPORT = re.compile(r"^import asyncio$", re.MULTILINE)
_RUN = re.compile(r"^asyncio\.run\((main\(\))\)$", re.MULTILINE)
_MAIN = re.compile(
    r"^(?P<before>.*\n)\n\ndef main\(\) -> None:\n(?P<body>(?:    .*\n|\n)+)\n\nmain\(\)\n\Z", re.MULTILINE
)


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
    """Convert a snippet. The body of `main` becomes the program, since only `asyncio.run` needs a function.

    Return None for a snippet that imports asyncio for anything else, and so has no synchronous form. Raises
    `InvalidSpecificationError` with the page and line of a name that has no synchronous form.
    """
    is_program = _IMPORT.search(snippet.code) is not None
    code = _RUN.sub(r"\1", _IMPORT.sub("", snippet.placed)) if is_program else snippet.placed
    if is_program and re.search(r"\basyncio\b", code):
        return None
    converted = convert(code, snippet.file).split("\n", snippet.line)[-1]  # without its heading
    if is_program:
        converted = _MAIN.sub(_unwrap, converted).lstrip("\n")
    return Snippet(snippet.file, snippet.line, converted)


def _unwrap(main: re.Match[str]) -> str:
    # Two lines stay empty after the body of a function, and one after any other statement.
    gap = "\n\n" if main["before"].startswith(" ") else "\n"
    return main["before"] + gap + textwrap.dedent(main["body"])


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
