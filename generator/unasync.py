"""Convert the asynchronous half of the hand-written code into the synchronous half.

Tokens are replaced at their positions in the original text, so comments, docstrings and layout stay. Every name that is
peculiar to asynchronous code is in `NAMES`, or the conversion fails: nothing is guessed. Text inside strings and
comments goes through the same table.
"""

import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from .spec.document import InvalidSpecificationError, Problem

NAMES = {
    "AsyncClient": "Client",
    "AsyncCredentialSource": "CredentialSource",
    "AsyncOAuthSource": "OAuthSource",
    "AsyncTokenSource": "TokenSource",
    "AsyncApiClient": "ApiClient",
    "AsyncAdministration": "Administration",
    "AsyncAlm": "Alm",
    "AsyncAudit": "Audit",
    "AsyncBoundPlan": "BoundPlan",
    "AsyncCloudWorks": "CloudWorks",
    "AsyncBody": "Body",
    "AsyncExceptionUsers": "ExceptionUsers",
    "AsyncFiles": "Files",
    "AsyncModelFile": "ModelFile",
    "AsyncExitStack": "ExitStack",
    "AsyncSender": "Sender",
    "AsyncSession": "Session",
    "AsyncSigner": "Signer",
    "AsyncTable": "Table",
    "AsyncTokenManager": "TokenManager",
    "AsyncTransactional": "Transactional",
    "AsyncUsers": "Users",
    "AsyncGenerator": "Generator",
    "AsyncIterator": "Iterator",
    "anext": "next",
    "build_async_body": "build_sync_body",
    "async_connections": "sync_connections",
    "async_objects": "sync_objects",
    "AbstractAsyncContextManager": "AbstractContextManager",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "_async": "_sync",
    "aclose": "close",
    "AsyncByteStream": "SyncByteStream",
    "asynccontextmanager": "contextmanager",
    "enter_async_context": "enter_context",
    "asynchronous": "synchronous",
}
THIS = "generator/unasync.py"
# Where the asynchronous sources are, each in a folder `_async`.
PACKAGES = ("anaplan_client/core", "anaplan_ext", "tests")
_LOOKS_ASYNC = re.compile(
    r"^_*(async|Async|asyncio$|aiter|anext|gather$|TaskGroup$|create_task$|StopAsync)|^__(aenter|aexit|aiter|anext|await)__$"
)
# The text of an f-string has a kind of its own from Python 3.12 on.
_TEXTS = (tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", tokenize.COMMENT))
_WORD = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]*\b")
_PYTHON = re.compile(r"\b(await |async (?=(?:def|with|for)\b))")


@frozen
class _Edit:
    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def convert(source: str, file: str, used: set[str] | None = None) -> str:
    """Return the synchronous form of a module. `used` collects the replaced names.

    Raises `InvalidSpecificationError` with the file and line of a name that looks asynchronous and is not in the table.
    """
    used = set() if used is None else used
    problems: list[Problem] = []
    edits = list(_edits(source, file, used, problems))
    if problems:
        raise InvalidSpecificationError(problems)
    lines = list(io.StringIO(source))  # as the tokenizer counts them
    for edit in reversed(edits):
        (row, start), (last, end) = edit.start, edit.end
        lines[row - 1 : last] = [lines[row - 1][:start] + edit.text + lines[last - 1][end:]]
    name = Path(file).as_posix()
    return f"# Converted by `python -m generator` from {name}. Edit that file, not this one.\n" + "".join(lines)


def _edits(source: str, file: str, used: set[str], problems: list[Problem]) -> Iterator[_Edit]:
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    for token, following in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        if token.type == tokenize.NAME and token.string in ("async", "await"):
            # With the blank behind the word.
            yield _Edit(token.start, following.start, "")
        elif token.type == tokenize.NAME and token.string in NAMES:
            used.add(token.string)
            yield _Edit(token.start, token.end, NAMES[token.string])
        elif token.type == tokenize.NAME and not keyword.iskeyword(token.string) and _LOOKS_ASYNC.match(token.string):
            message = f"{token.string} looks asynchronous and is not in the table of {THIS}"
            problems.append(Problem(file, token.start[0], "async-name", message))
        elif token.type in _TEXTS:
            text = _in_text(token.string, used)
            if text != token.string:
                yield _Edit(token.start, token.end, text)


def _in_text(text: str, used: set[str]) -> str:
    used.update(NAMES.keys() & set(_WORD.findall(text)))
    return _WORD.sub(lambda word: NAMES.get(word[0], word[0]), _PYTHON.sub("", text))


def convert_tree(root: Path, target: Path) -> list[Path]:
    """Convert every `_async` folder of the hand-written packages and the tests into a target tree.

    Return the converted folders, relative to the root. Raises `InvalidSpecificationError` for a name of the table that
    no file uses.
    """
    used: set[str] = set()
    folders: list[Path] = []
    for package in PACKAGES:
        for folder in sorted((root / package).rglob("_async")):
            converted = folder.relative_to(root).with_name("_sync")
            folders.append(converted)
            for module in sorted(folder.glob("*.py")):
                text = convert(module.read_text(encoding="utf-8"), module.relative_to(root).as_posix(), used)
                (target / converted).mkdir(parents=True, exist_ok=True)
                (target / converted / module.name).write_text(text, encoding="utf-8")
    unused = sorted(set(NAMES) - used)
    if unused:
        problem = "{} is used nowhere"
        raise InvalidSpecificationError([Problem(THIS, 1, "async-name", problem.format(name)) for name in unused])
    return folders
