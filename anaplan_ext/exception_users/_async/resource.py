"""Exception users of workspaces with single sign-on."""

from __future__ import annotations

import builtins

from anaplan_client import exception_users
from anaplan_client.exception_users import models

from ...arguments.ids import id_text, optional_id
from ...auth._async.session import AsyncSession


class AsyncExceptionUsers:
    """Find, add and remove exception users, as `client.exception_users`.

    An exception user may sign in with a password although the workspace has single sign-on. The tenant must have this
    API switched on.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list(
        self, *, workspace_id: str | None = None, user_id: str | None = None
    ) -> builtins.list[models.ExceptionWorkspace]:
        """List the exception users of a workspace, or the workspaces where a user is one.

        Args:
            workspace_id: Id of the workspace. Its visitors are included.
            user_id: Id of the user, instead of a workspace. Workspaces that the user visits are left out.

        Returns:
            The workspaces that match, each with its exception users.

        Raises:
            ValueError: Not exactly one of both is given, or an id is not valid; nothing is sent.
            PermissionDeniedError: The tenant has not switched this on.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        if (workspace_id is None) == (user_id is None):
            raise ValueError("exactly one of workspace_id and user_id must be given")
        workspace, user = optional_id("workspace_id", workspace_id), optional_id("user_id", user_id)
        body = (
            models.WorkspaceSearch(workspace_id=workspace)
            if workspace is not None
            else models.UserSearch(user_id=user or "")
        )
        response = await self._session.send(exception_users.search_exception_users(body=body))
        return response.workspaces or []

    async def add(self, user_id: str, workspace_id: str) -> None:
        """Make a user an exception user of a workspace.

        Args:
            user_id: Id of the user, but not of the one who is signed in.
            workspace_id: Id of a workspace with single sign-on.

        Raises:
            ValueError: An id is not valid; nothing is sent.
            BadRequestError: The workspace has no single sign-on, or the user is the one who is signed in.
            PermissionDeniedError: The role Tenant Security Admin is missing, or the tenant has not switched this on.
            NotFoundError: The user or workspace does not exist.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        await self._change(models.ExceptionUserVerb.ASSIGN, user_id, workspace_id)

    async def remove(self, user_id: str, workspace_id: str) -> None:
        """End that a user is an exception user of a workspace.

        Args:
            user_id: Id of the user, but not of the one who is signed in.
            workspace_id: Id of a workspace with single sign-on.

        Raises:
            ValueError: An id is not valid; nothing is sent.
            BadRequestError: The workspace has no single sign-on, or the user is the one who is signed in.
            PermissionDeniedError: The role Tenant Security Admin is missing, or the tenant has not switched this on.
            NotFoundError: The user or workspace does not exist.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        await self._change(models.ExceptionUserVerb.UNASSIGN, user_id, workspace_id)

    async def _change(self, verb: models.ExceptionUserVerb, user_id: str, workspace_id: str) -> None:
        body = models.ExceptionUserChange(op=verb, workspace_id=id_text("workspace_id", workspace_id))
        await self._session.send(exception_users.change_exception_user(id_text("user_id", user_id), body=body))
