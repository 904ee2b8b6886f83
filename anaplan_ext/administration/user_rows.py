"""Users as CSV: write, check and read the rows, and report what an import did with each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from attrs import field, frozen

from anaplan_client.administration.models import UserImportResponse
from anaplan_client.core.codec import validation

COLUMNS = ("username", "first_name", "last_name", "licenses")
MAX_ROWS = 500
"""The documented maximum number of rows of an import."""
MAX_SHOWN_ROWS = 5


@frozen(kw_only=True)
class UserRow:
    """A user, as a row of the CSV file."""

    username: str
    """Email address that the user signs in with."""
    first_name: str
    """First name."""
    last_name: str
    """Last name."""
    licenses: tuple[str, ...] = ()
    """Names of the licenses; at least one for an import."""


@frozen(kw_only=True)
class RejectedUser:
    """A row that was not imported."""

    line: int | None
    """Its line in the file; the line of the columns is 1."""
    username: str | None
    """The user of that line."""
    error: str
    """Why it was rejected."""

    def __str__(self) -> str:
        where = ", ".join(filter(None, ("" if self.line is None else f"line {self.line}", self.username)))
        return f"{where}: {self.error}" if where else self.error


@frozen(kw_only=True)
class UserImportReport:
    """What an import did with its rows. What Anaplan did not count is None."""

    rows: int
    """Number of rows that were sent."""
    accepted: int | None
    """Number of rows that Anaplan accepted."""
    created: int | None
    """Number of users that were created."""
    updated: int | None
    """Number of users that were updated."""
    rejected: tuple[RejectedUser, ...] = field(repr=False)
    """The rows that were not imported."""

    @property
    def is_complete(self) -> bool:
        """Whether every row was imported: all are accepted by Anaplan's count, and none was rejected."""
        return not self.rejected and self.accepted == self.rows

    @property
    def reconciles(self) -> bool:
        """Whether Anaplan's counts account for every row."""
        changed = None if self.created is None or self.updated is None else self.created + self.updated
        return self.accepted == changed and (self.accepted or 0) + len(self.rejected) == self.rows

    def __str__(self) -> str:
        counts = ", ".join(
            f"{'unknown' if count is None else count} {name}"
            for name, count in (("created", self.created), ("updated", self.updated), ("rejected", len(self.rejected)))
        )
        shown = "".join(f"\n  {row}" for row in self.rejected[:MAX_SHOWN_ROWS])
        more = len(self.rejected) - MAX_SHOWN_ROWS
        return counts + shown + (f"\n  and {more} more" if more > 0 else "")


def read_user_rows(content: bytes | str) -> list[UserRow]:
    """Read the users of a CSV file, such as `client.administration.export_users` returns.

    Args:
        content: The file, in UTF-8 if it is bytes.

    Returns:
        The users. Other columns are left out.

    Raises:
        ValueError: The file is not CSV, or lacks a column.

    Cost:
        No request.
    """
    text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    try:
        header, *rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except (csv.Error, ValueError) as error:
        raise ValueError(f"content must be CSV with a line of columns ({error})") from None
    names = [name.strip().lower() for name in header]
    if missing := [name for name in COLUMNS if name not in names]:
        raise ValueError(f"content must have the columns {', '.join(COLUMNS)} (lacks {', '.join(missing)})")
    found: list[UserRow] = []
    for number, row in enumerate(rows, 2):
        if len(row) != len(names):
            raise ValueError(f"row {number} must have {len(names)} cells (got {len(row)})")
        cells = dict(zip(names, row, strict=True))
        licenses = tuple(filter(None, (name.strip() for name in cells["licenses"].split(","))))
        found.append(
            UserRow(
                username=cells["username"],
                first_name=cells["first_name"],
                last_name=cells["last_name"],
                licenses=licenses,
            )
        )
    return found


def check_user_rows(users: bytes | str | Iterable[UserRow]) -> list[UserRow]:
    """Return the rows of an import.

    Raises:
        TypeError: There is something else than rows.
        ValueError: The file is not valid, has no or too many rows, an empty cell, or a user twice.
    """
    rows = read_user_rows(users) if isinstance(users, bytes | str) else list(users)
    if not 1 <= len(rows) <= MAX_ROWS:
        raise ValueError(f"users must have 1 to {MAX_ROWS} rows (got {len(rows)}); use several imports")
    seen: dict[str, int] = {}
    for index, row in enumerate(rows):
        if not isinstance(row, UserRow):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"users[{index}] must be a UserRow (got {type(row).__name__})")
        _check_cells(index, row)
        key = row.username.strip().lower()
        if key in seen:
            raise ValueError(f"users[{index}].username must not occur twice (also in users[{seen[key]}])")
        seen[key] = index
    return rows


def write_user_rows(rows: Sequence[UserRow]) -> bytes:
    """Write the CSV file of an import."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([row.username, row.first_name, row.last_name, ",".join(row.licenses)] for row in rows)
    return text.getvalue().encode()


def build_report(rows: Sequence[UserRow], response: UserImportResponse) -> UserImportReport:
    """Return the report of an import, with the user of each rejected line."""
    lines: dict[int, str] = {}
    line = 2
    for row in rows:
        lines[line] = row.username
        # A cell with line breaks moves the lines below.
        line += 1 + sum(cell.count("\n") for cell in (row.username, row.first_name, row.last_name, *row.licenses))
    rejected = tuple(
        RejectedUser(line=error.line, username=lines.get(error.line or 0), error=error.message or "no reason given")
        for error in response.errors or []
    )
    return UserImportReport(
        rows=len(rows),
        accepted=response.accepted,
        created=response.created,
        updated=response.updated,
        rejected=rejected,
    )


def _check_cells(index: int, row: UserRow) -> None:
    cells = {"username": row.username, "first_name": row.first_name, "last_name": row.last_name}
    for name, cell in cells.items():
        validation.check_string(f"users[{index}].{name}", cell)
        if not cell or not cell.strip():
            raise ValueError(f"users[{index}].{name} must not be empty")
    if not row.licenses:
        raise ValueError(f"users[{index}].licenses must not be empty")
    for name in row.licenses:
        validation.check_string(f"users[{index}].licenses", name, minimum=1)
        if "," in name or not name.strip():
            raise ValueError(f"users[{index}].licenses must be names without commas (got {name!r})")
