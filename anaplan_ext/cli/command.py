"""Commands as data: what the parser, the documentation and the completion are made of.

Nothing here imports the client, so that help and completion start fast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from .context import Context

Row: TypeAlias = Mapping[str, object]


class Column(NamedTuple):
    """A column of a result, and a field of its JSON form."""

    name: str
    help: str
    kind: str = "string"
    """Its type: string, integer, number, boolean, array or object, or date-time for a string of that format."""


class Argument(NamedTuple):
    """An argument of a command."""

    flags: tuple[str, ...]
    """The name of a positional argument, or the flags of an option."""
    help: str
    metavar: str = ""
    nargs: str | None = None
    choices: tuple[str, ...] = ()
    default: str | None = None
    is_flag: bool = False
    repeats: bool = False
    """Whether the option may be given several times."""
    is_required: bool = False


class Rows(NamedTuple):
    """A result of any number of rows. It is read as it is printed, if the format allows."""

    rows: Iterable[Row]
    failure: BaseException | None = None
    """What is wrong in spite of the rows, such as rejected rows of a load. It decides the exit code."""
    exit_code: int = 0
    """The exit code without a failure."""
    total: Row | None = None
    """The sums of the rows, which only a table for people has."""


class One(NamedTuple):
    """A result of one object."""

    row: Row
    exit_code: int = 0


class Done(NamedTuple):
    """A result without data: a message for the user."""

    message: str
    exit_code: int = 0


class Raw(NamedTuple):
    """A result that is printed as it is, in every format."""

    pieces: Iterable[bytes]
    exit_code: int = 0


Result: TypeAlias = Rows | One | Done | Raw
Run: TypeAlias = "Callable[[Context], Result]"


class Command(NamedTuple):
    """A command."""

    path: str
    """Its words, such as `files list`."""
    help: str
    """One sentence in the imperative."""
    run: Run
    arguments: Sequence[Argument] = ()
    columns: Sequence[Column] = ()
    examples: Sequence[str] = ()
    is_write: bool = False
    """Whether it changes something in Anaplan: it takes `--dry-run`, and `--yes` without a terminal."""
    details: str = ""
    is_one: bool = False
    """Whether its result is one object instead of rows."""


class Group(NamedTuple):
    """The commands that begin with the same word."""

    name: str
    commands: Sequence[Command]


def pick(value: object, columns: Sequence[Column]) -> dict[str, object]:
    """Return the row of an object whose attributes have the names of the columns."""
    return {column.name: getattr(value, column.name, None) for column in columns}
