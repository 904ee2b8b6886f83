"""Reports of users: who can access what, and who has not signed in. They send nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import field, frozen

from anaplan_client.exception_users.models import ExceptionWorkspace
from anaplan_client.integration import models as integration
from anaplan_client.scim import models as scim

from .changes import workspace_ids


@frozen(kw_only=True)
class Access:
    """A user who can enter a workspace."""

    user_id: str
    """Id of the user."""
    user_name: str
    """Email address that the user signs in with."""
    name: str
    """First and last name."""
    active: bool
    """Whether the user can sign in."""
    is_exception_user: bool = False
    """Whether the user may sign in with a password in spite of single sign-on."""


@frozen(kw_only=True)
class ModelAccess:
    """A model, and the users who can enter its workspace."""

    model_id: str
    """Id of the model."""
    model_name: str
    """Name of the model."""
    active_state: str
    """For example `PRODUCTION`, `UNLOCKED` or `ARCHIVED`."""
    workspace_id: str
    """Id of the workspace."""
    workspace_name: str
    """Name of the workspace."""
    users: tuple[Access, ...] = field(repr=False)
    """The users who can enter the workspace."""


def access_report(
    users: Iterable[scim.User],
    models: Iterable[integration.Model],
    exception_users: Iterable[ExceptionWorkspace] = (),
    *,
    include_inactive: bool = False,
) -> list[ModelAccess]:
    """Return who can enter the workspace of each model.

    That is the most that a user can have: the roles in a model, which no API tells, may leave less. Visitors are not
    among the users of the SCIM API.

    Args:
        users: What `client.users.list` returns.
        models: What `client.list_models` returns.
        exception_users: What `client.exception_users.list` returns for the workspaces.
        include_inactive: Whether to include users who cannot sign in.

    Returns:
        An entry for each model, in the order of the models.

    Cost:
        No request.
    """
    exceptions = {(one.id, user.id) for one in exception_users for user in one.users or []}
    by_workspace: dict[str, list[tuple[scim.User, str]]] = {}
    for user in users:
        if include_inactive or user.active is not False:
            for workspace_id in workspace_ids(user):
                by_workspace.setdefault(workspace_id, []).append((user, workspace_id))
    return [_describe(model, by_workspace.get(model.current_workspace_id or "", []), exceptions) for model in models]


def users_without_sign_in(
    users: Iterable[integration.User], since: datetime, *, include_inactive: bool = False
) -> list[integration.User]:
    """Return the users who have not signed in since a moment, or never.

    Args:
        users: What `client.list_users` returns.
        since: The moment, with a time zone.
        include_inactive: Whether to include users who cannot sign in.

    Returns:
        The users, in their order.

    Raises:
        ValueError: `since` has no time zone.

    Cost:
        No request.
    """
    if since.tzinfo is None:
        raise ValueError(f"since must have a time zone (got {since.isoformat()})")
    return [
        user
        for user in users
        if (include_inactive or user.active is not False)
        and (user.last_login_date is None or user.last_login_date < since)
    ]


def _describe(
    model: integration.Model, users: Iterable[tuple[scim.User, str]], exceptions: set[tuple[str | None, str | None]]
) -> ModelAccess:
    return ModelAccess(
        model_id=model.id,
        model_name=model.name or "",
        active_state=str(model.active_state or ""),
        workspace_id=model.current_workspace_id or "",
        workspace_name=model.current_workspace_name or "",
        users=tuple(
            Access(
                user_id=user.id or "",
                user_name=user.user_name,
                name=f"{user.name.given_name} {user.name.family_name}",
                active=user.active is not False,
                is_exception_user=(workspace_id, user.id) in exceptions,
            )
            for user, workspace_id in users
        ),
    )
