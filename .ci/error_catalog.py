"""Write into the error catalog what the code says of each error: its base, its cause, its hint, its message.

    .venv/bin/python .ci/error_catalog.py [--check]

The page is written by hand but for the quotes and the blocks of text. Its snippets run on an emulator, and each prints
the error of its section. A second page has the tables of statuses, codes and messages. With `--check`, nothing is
written, and the exit code is 1 if a page is not as it would be written, or a class has no section.
"""

import ast
import asyncio
import inspect
import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import anaplan_ext  # noqa: E402
from anaplan_client.core import AnaplanError, errors  # noqa: E402
from anaplan_ext.auth.oauth.errors import _BY_CODE as OAUTH_CODES  # noqa: E402
from anaplan_ext.cli.exit_codes import exit_code_of  # noqa: E402
from generator.docs.snippets import snippets  # noqa: E402
from generator.spec import document  # noqa: E402
from generator.spec.error_examples import get_message_hints  # noqa: E402
from generator.spec.split_operations import iter_functions  # noqa: E402

PAGE = ROOT / "docs/error-catalog.md"
CODES = ROOT / "docs/error-codes.md"
INDEX = ROOT / "docs/guides.md"
SECTION = re.compile(r"^### (\w+)\n(.*?)(?=^##|\Z)", re.DOTALL | re.MULTILINE)
WRITTEN = re.compile(r"^(?:>[^\n]*\n)+\n|^```text\n.*?^```\n*", re.DOTALL | re.MULTILINE)
VARYING = [
    (re.compile(r"http://127\.0\.0\.1:(?!9\b)\d+"), "https://api.anaplan.com"),
    (re.compile(r"\b[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27}\b|\b[0-9A-Fa-f]{32}\b"), "…"),
    (re.compile(r"request id \S+?(?=;|$)"), "request id …"),
    (re.compile(r"/\S+/(?=tokens\.json)"), ""),
]
"""What differs between two runs of an example, and what stands for it."""


def main() -> int:
    """Write or check the page."""
    page = PAGE.read_text(encoding="utf-8")
    names = [match[1] for match in SECTION.finditer(page)]
    for name in sorted(list_errors().keys() ^ set(names)):
        print(f"{name}: {'has no section' if name in list_errors() else 'is not an error of the library'}")
    if list_errors().keys() != set(names):
        return 1
    pages = {PAGE: (page, write_page(page, asyncio.run(run_examples(page))))}
    pages[CODES] = (CODES.read_text(encoding="utf-8") if CODES.exists() else "", "\n".join(write_codes()) + "\n")
    stale = [path for path, (present, written) in pages.items() if present != written]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale: run python .ci/error_catalog.py")
        return int(bool(stale))
    for path in stale:
        path.write_text(pages[path][1], encoding="utf-8")
    return 0


def list_errors() -> dict[str, type[AnaplanError]]:
    """Return every public error by its name."""
    public = {name: getattr(anaplan_ext, name) for name in anaplan_ext.__all__}
    return {name: kind for name, kind in public.items() if inspect.isclass(kind) and issubclass(kind, AnaplanError)}


async def run_examples(page: str) -> dict[str, AnaplanError]:
    """Run the snippets of the page, and return the error that the section of each class prints."""
    (first, *_, last) = snippets(INDEX.read_text(encoding="utf-8"), str(INDEX))
    logging.getLogger("anaplan").setLevel(logging.CRITICAL)
    printed: list[object] = []
    names: dict[str, Any] = {"__name__": "docs", "print": printed.append}
    found: dict[str, AnaplanError] = {}
    sections = [(match[1], page.count("\n", 0, match.start())) for match in SECTION.finditer(page)]
    folder = Path.cwd()
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        try:
            for snippet in [first, *snippets(page, str(PAGE)), last]:
                printed.clear()
                code = compile(snippet.placed, snippet.file, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
                if inspect.iscoroutine(waiting := eval(code, names)):
                    await waiting
                section = [name for name, line in sections if line < snippet.line and snippet.file == str(PAGE)]
                if section and printed:
                    found[section[-1]] = check_printed(section[-1], printed)
        finally:
            os.chdir(folder)
    if missing := list_errors().keys() - found.keys():
        raise AssertionError(f"no example prints {', '.join(sorted(missing))}")
    return found


def check_printed(name: str, printed: list[object]) -> AnaplanError:
    """Return the one error that an example printed. A class that is only a root stands for its subclasses."""
    kind = list_errors()[name]
    (error,) = printed
    if not isinstance(error, kind) or (type(error) is not kind and name not in ("AnaplanError", "ApiError")):
        raise AssertionError(f"the example of {name} prints {error!r}")
    return error


def write_page(page: str, printed: dict[str, AnaplanError]) -> str:
    """Return the page with what the code says."""

    def write_section(match: re.Match[str]) -> str:
        name, body = match[1], WRITTEN.sub("", match[2]).strip("\n")
        message = str(printed[name])
        for pattern, constant in VARYING:
            message = pattern.sub(constant, message)
        message = message.replace("; ", ";\n")
        quote = "\n".join(f"> {line}".rstrip() for line in describe(list_errors()[name], printed[name]))
        return f"### {name}\n\n{quote}\n\n{body}\n\n```text\n{message}\n```\n\n"

    return SECTION.sub(write_section, page).rstrip("\n") + "\n"


def describe(kind: type[AnaplanError], error: AnaplanError) -> Iterator[str]:
    """Yield what the code says of a class: its base, the text of its docstring, and its exit code."""
    bases = " and ".join(f"`{base.__name__}`" for base in kind.__bases__)
    (summary, *rest) = inspect.getdoc(kind).split("\n\n")  # type: ignore[union-attr]
    yield f"{' '.join(summary.split())} It is {'an' if bases[1] in 'AEIOU' else 'a'} {bases}."
    for paragraph in (each for each in rest if PAGE.name not in each):
        yield from ("", " ".join(paragraph.split()))
    if type(error) is kind:
        yield from ("", f"Exit code of the command line: {exit_code_of(error)}")


def write_codes() -> Iterator[str]:
    """Yield the page of what decides about a class or a hint: statuses, codes, and Anaplan's messages."""
    yield from ("# Error codes and messages", "", "Which error a status, a code or a message of Anaplan raises. The")
    yield from ("[error catalog](error-catalog.md) has what to do about each error.", "", "## Statuses and codes", "")
    yield from ("| Status or code | Error | Hint, unless the message has its own |", "|---|---|---|")
    for status in sorted({*errors._BY_STATUS, *errors._HINTS, 500}):
        kind = type(
            errors.make_status_error(errors.ErrorContext(operation="", method="", url="", role="", status=status))
        )
        hint = errors._HINTS.get(status, kind._usual_hint)
        yield f"| {status}{' and above' if status == 500 else ''} | {link(kind)} | {cell(hint)} |"
    for code, status in errors._NAMED_REJECTIONS.items():
        context = errors.ErrorContext(operation="", method="", url="", role="", status=status, code=code)
        kind = type(errors.make_status_error(context))
        yield f"| `{code}` | {link(kind)} | {cell(kind._usual_hint)} |"
    for code, kind in OAUTH_CODES.items():
        yield f"| `{code}` of OAuth | {link(kind)} | {cell(kind._usual_hint)} |"
    yield from ("", "`{role}` stands for the minimum role of the operation.", "", "## Messages of Anaplan", "")
    yield "Where Anaplan documents what to do about a message, that is the `hint` of the error."
    yield from ("", "| Message | What to do | Operations |", "|---|---|---|")
    hints: dict[tuple[str, str], list[str]] = {}
    for path in sorted((ROOT / "openapi").glob("anaplan_*.yaml")):
        spec = document.load(path, ROOT)
        for operation in iter_functions(spec):
            for pair in get_message_hints(spec, operation).items():
                hints.setdefault(pair, []).append(f"{spec.name}.{operation.id}")
    for (message, hint), operations in sorted(hints.items()):
        named = ", ".join(f"`{name}`" for name in sorted(operations)[:3])
        more = f" and {len(operations) - 3} more" if len(operations) > 3 else ""
        yield f"| {cell(message)} | {cell(hint)} | {named}{more} |"


def link(kind: type[AnaplanError]) -> str:
    """Return the name of a class with a link to its section in the catalog."""
    return f"[`{kind.__name__}`]({PAGE.name}#{kind.__name__.lower()})"


def cell(text: str) -> str:
    """Return a text for a cell of a table, in which nothing is markup. Braces at its end would be attributes."""
    escaped = re.sub(r"([|<>*_\[\]])", r"\\\1", " ".join(text.split()).replace("`", "'"))
    return re.sub(r"(\{\w+\})", r"`\1`", escaped)


if __name__ == "__main__":
    sys.exit(main())
