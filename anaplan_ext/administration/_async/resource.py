"""Export and import of the users of the tenant."""

from __future__ import annotations

from collections.abc import Iterable

from anaplan_client import administration
from anaplan_client.core.codec import validation

from ...auth._async.session import AsyncSession
from ..user_rows import UserImportReport, UserRow, build_report, check_user_rows, write_user_rows


class AsyncAdministration:
    """Export and import users as CSV, as `client.administration`.

    Both methods need the role Tenant Administrator. Without it, Anaplan responds with 403, 401 or 500. The files have
    personal data: no error, observer or log line shows them.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def export_users(self, *, limit: int | None = None, offset: int | None = None) -> bytes:
        """Export the users of the tenant as CSV. `read_user_rows` reads it.

        Args:
            limit: Maximum number of users, at least 1. Without it, all users.
            offset: Number of users to skip.

        Returns:
            The CSV file, with the columns username, first_name, last_name and licenses.

        Raises:
            ValueError: `limit` or `offset` is out of its range; nothing is sent.
            PermissionDeniedError: The role Tenant Administrator is missing.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request. Holds the whole file in memory.
        """
        return await self._session.send(administration.export_users(limit=limit, offset=offset))

    async def import_users(self, users: bytes | str | Iterable[UserRow]) -> UserImportReport:
        """Create or update users. Anaplan finds existing ones by their username.

        Rows that Anaplan rejects are no error: check `rejected` or `is_complete` of the report.

        Args:
            users: 1 to 500 rows, as `UserRow` or as CSV with the columns username, first_name, last_name and licenses.

        Returns:
            The counts, and the rejected rows with their reasons.

        Raises:
            TypeError: `users` has something else than rows; nothing is sent.
            ValueError: There are no or too many rows, a cell is empty, or a username occurs twice; nothing is sent.
            BadRequestError: Anaplan cannot read the file.
            PermissionDeniedError: The role Tenant Administrator is missing.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        if users is None:  # pyright: ignore[reportUnnecessaryComparison]
            validation.check_present("users", users)
        rows = check_user_rows(users)
        response = await self._session.send(administration.import_users(file=write_user_rows(rows)))
        return build_report(rows, response)
