"""Find words that the project does not use, in documentation, docstrings, comments and messages.

`python .ci/banned_words.py [PATH ...]` prints `file:line: word (use: right word)` and fails if there is any. Without
paths it reads the whole project. `--count` prints one line per file instead. Code is not prose: names in backticks,
blocks of code and single words in quotes are skipped.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATHS = (
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs", "benchmarks", "examples"),
    *("openapi", "anaplan_client", "anaplan_ext", "generator"),
)
WORDS = [
    (re.compile(word["pattern"].replace(" ", r"\s"), re.IGNORECASE | re.MULTILINE), word["right"])
    for word in tomllib.loads((ROOT / ".ci/banned_words.toml").read_text(encoding="utf-8"))["words"]
]
CODE = re.compile(r"(`+)[^`]+\1|\]\([^)]*\)|<!--.*?-->")
FENCE = re.compile(r"^\s*(```|~~~)")
OPTIONS = re.compile(r"^::: .*(\n    .*)*", re.MULTILINE)
PROSE_KEYS = re.compile(r"^\s*(- )?(description|summary|title|x-anaplan-hint|\"?\d{3}\"?): ")
KEY = re.compile(r"^(\s*)(?:- )?[\w$\"-]+:(?:\s|$)")

Line = tuple[int, str]


def python_prose(text: str) -> Iterator[Line]:
    """Yield comments, and the lines of strings of several words: docstrings, errors, log messages."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("#: ")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\w \w", node.value):
            if node.end_lineno == node.lineno or "\n" not in node.value:
                yield node.lineno, node.value.replace("\n", " ")
            else:
                yield from enumerate(lines[node.lineno - 1 : node.end_lineno], node.lineno)


def markdown_prose(text: str) -> Iterator[Line]:
    """Yield the lines outside blocks of code and options of mkdocstrings, and comments in code."""
    in_code = False
    for number, line in enumerate(OPTIONS.sub(_blank, text).splitlines(), 1):
        if FENCE.match(line):
            in_code = not in_code
        elif not in_code:
            yield number, line
        elif "# " in line:
            yield number, line.partition("# ")[2]


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def yaml_prose(text: str) -> Iterator[Line]:
    """Yield comments, and what a specification says in descriptions, summaries and hints."""
    indent: int | None = None
    for number, line in enumerate(text.splitlines(), 1):
        key = KEY.match(line)
        if key and (indent is None or len(key[1]) <= indent):
            indent = len(key[1]) if PROSE_KEYS.match(line) else None
        if indent is not None or line.lstrip().startswith("#"):
            yield number, line
        elif " # " in line:
            yield number, line.partition(" # ")[2]


READERS = {".py": python_prose, ".md": markdown_prose, ".yaml": yaml_prose}


def files(paths: list[Path]) -> Iterator[Path]:
    """Yield the files to read. What is converted from `_async` says what its source says."""
    for path in paths:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in found if file.suffix in READERS and "_sync" not in file.parts)


def findings(file: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, word and right word of each banned word in a file, in order. A word may span two lines."""
    numbers: list[int] = []
    lines: list[str] = []
    for number, line in sorted(set(READERS[file.suffix](file.read_text(encoding="utf-8")))):
        if numbers and number - numbers[-1] > 1:
            numbers.append(number)
            lines.append("\0")
        numbers.append(number)
        lines.append(CODE.sub("``", line.strip()))
    text = "\n".join(lines)
    found = [(match.start(), match[0], right) for pattern, right in WORDS for match in pattern.finditer(text)]
    for start, word, right in sorted(found):
        yield numbers[text.count("\n", 0, start)], " ".join(word.split()), right


def _existing() -> list[Path]:
    return [ROOT / path for path in PATHS if (ROOT / path).exists()]


def main() -> int:
    """Print what is found; return 1 if there is any."""
    parser = argparse.ArgumentParser(description="Find words that the project does not use.")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", default=_existing())
    parser.add_argument("--count", action="store_true", help="print the number of words per file only")
    options = parser.parse_args()
    total = 0
    for file in files(options.paths):
        found = list(findings(file))
        total += len(found)
        name = file.resolve()
        name = name.relative_to(ROOT) if name.is_relative_to(ROOT) else name
        if options.count and found:
            print(f"{len(found):5} {name}")
        elif not options.count:
            for number, word, right in found:
                print(f"{name}:{number}: {word!r} (use: {right})")
    print(f"{total} banned words", file=sys.stderr)
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
