# Converted by `python -m generator` from anaplan_ext/users/_async/resource.py. Edit that file, not this one.
"""Users of the tenant by SCIM."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence

from anaplan_client import scim
from anaplan_client.core.codec import validation
from anaplan_client.scim import models

from ...arguments.checks import check_list
from ...arguments.ids import id_text
from ...auth._sync.session import Session
from ...listing.errors import IncompleteListError
from ...reconcile._sync.send_once import send_once
from ...reconcile.verdict import EffectCandidate
from ..changes import (
    build_patch,
    build_user,
    check_result,
    check_workspaces,
    is_as_requested,
    workspace_ids,
)
from ..filters import UserFilter, field, split

PAGE_SIZE = 100
"""The documented maximum number of users per page."""


class Users:
    """Find, create and change the users of the tenant by SCIM, as `client.users`.

    Most methods need the role User Administrator. Visitors are not among the users. Anaplan cannot delete users and
    responds to a deletion with 501: there is no method for it. Deactivate the user instead.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self, filter: UserFilter | str | None = None) -> builtins.list[models.User]:  # noqa: A002
        """List users.

        Args:
            filter: Which users, such as `(field("active") == False) & field("userName").contains("acme")`, or the text
                of a filter, which Anaplan checks. Without it, all users.

        Returns:
            The users.

        Raises:
            TypeError: `filter` is neither a filter nor text; nothing is sent.
            BadRequestError: Anaplan does not support the text.
            PermissionDeniedError: The role User Administrator is missing.
            IncompleteListError: Anaplan returns fewer users than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 100 users. What Anaplan cannot select is selected here: `contains` alone reads all users.
        """
        return [user for user in self.iter(filter)]

    def iter(self, filter: UserFilter | str | None = None) -> Iterator[models.User]:  # noqa: A002
        """Iterate over users, page by page.

        Args:
            filter: Which users, such as `(field("active") == False) & field("userName").contains("acme")`, or the text
                of a filter, which Anaplan checks. Without it, all users.

        Returns:
            An iterator of the users. Its iteration raises the errors.

        Raises:
            TypeError: `filter` is neither a filter nor text; nothing is sent.
            BadRequestError: Anaplan does not support the text.
            PermissionDeniedError: The role User Administrator is missing.
            IncompleteListError: Anaplan returns fewer users than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 100 users. Holds one page in memory.
        """
        if isinstance(filter, UserFilter):
            text, rest = split(filter)
            return self._iter(text, rest)
        if filter is not None:
            validation.check_string("filter", filter, minimum=1)
        return self._iter(filter, None)

    def get(self, user_id: str) -> models.User:
        """Read a user.

        Args:
            user_id: Id of the user.

        Returns:
            The user.

        Raises:
            ValueError: `user_id` is not a valid id; nothing is sent.
            NotFoundError: The user does not exist.
            PermissionDeniedError: The role User Administrator is missing.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        return self._session.send(scim.get_user(id_text("user_id", user_id)))

    def create(
        self,
        user_name: str,
        given_name: str,
        family_name: str,
        *,
        active: bool = True,
        external_id: str | None = None,
        email: str | None = None,
        workspaces: Sequence[str] = (),
    ) -> models.User:
        """Create a user.

        The user is created once, also if a response is lost: its name is unique in Anaplan, and the user is looked up
        by it. The request is sent again only if there is no such user and none can follow.

        Args:
            user_name: Email address that the user signs in with. It can never be changed.
            given_name: First name.
            family_name: Last name.
            active: Whether the user can sign in.
            external_id: Id of the user in your systems.
            email: Email address for messages. Without it, Anaplan's choice.
            workspaces: Ids of the workspaces that the user can enter, at most 50.

        Returns:
            The user.

        Raises:
            TypeError: An argument has the wrong type; nothing is sent.
            ValueError: A name is empty, or an id is not valid; nothing is sent.
            ConflictError: There is a user with this name.
            PartialUserUpdateError: The user was created, but cannot enter all of the workspaces.
            PermissionDeniedError: The role User Administrator is missing.
            OutcomeUnknown: No response arrived in time and the user is not there yet, or the lookup failed as well.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and up to three more after each attempt without a usable response.
        """
        body = build_user(user_name, given_name, family_name, active, external_id, email, workspaces)

        def find_candidates(with_marks: bool) -> builtins.list[EffectCandidate[models.User]]:
            return [
                EffectCandidate(
                    result=user,
                    public=f"user {user.id}",
                    id=user.id or user.user_name,
                    created=None,
                    is_mine=is_as_requested(user, body),
                )
                for user in self.list(field("userName") == body.user_name)
            ]

        user = send_once(
            self._session,
            scim.create_user(body=body),
            lambda response: response,
            find_candidates,
            assume_exclusive=False,
            list_before=False,
            is_unique=True,
        )
        if user.id is not None:
            self._session.known_ids.add_own(user.id)
        return check_result(user, wanted=workspaces)

    def replace(self, user_id: str, user: models.UserRequest) -> models.User:
        """Replace all attributes and workspaces of a user.

        What `user` lacks is cleared, and workspaces that it lacks are revoked. `update` changes single attributes.

        Args:
            user_id: Id of the user.
            user: All of what the user is to be. `to_request` returns that of an existing user.

        Returns:
            The user as it is now.

        Raises:
            TypeError: `user` is not a `UserRequest`; nothing is sent.
            ValueError: `user_id` is not a valid id; nothing is sent.
            NotFoundError: The user does not exist.
            PartialUserUpdateError: The user was changed, but not all of the workspaces.
            PermissionDeniedError: The role User Administrator is missing.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        response = self._session.send(scim.replace_user(id_text("user_id", user_id), body=user))
        wanted = [item.value for item in user.entitlements or [] if item.value]
        return check_result(response, wanted=wanted, exactly=True)

    def update(
        self,
        user_id: str,
        *,
        given_name: str | None = None,
        family_name: str | None = None,
        active: bool | None = None,
        external_id: str | None = None,
        email: str | None = None,
        workspaces: Sequence[str] | None = None,
        add_workspaces: Sequence[str] = (),
        remove_workspaces: Sequence[str] = (),
    ) -> models.User:
        """Change attributes and workspaces of a user. What is not given stays as it is.

        Args:
            user_id: Id of the user.
            given_name: New first name.
            family_name: New last name.
            active: Whether the user can sign in.
            external_id: New id of the user in your systems; empty to clear it.
            email: New email address for messages. The name that the user signs in with never changes.
            workspaces: Ids of all workspaces that the user can enter from now on, at most 50.
            add_workspaces: Ids of further workspaces, at most 50.
            remove_workspaces: Ids of workspaces that are revoked. They are subtracted from those of the user, so that a
                workspace that somebody else adds at the same moment is revoked too.

        Returns:
            The user as it is now.

        Raises:
            TypeError: An argument has the wrong type; nothing is sent.
            ValueError: Nothing is to be changed, `workspaces` is given with `add_workspaces` or `remove_workspaces`, a
                name is empty, or an id is not valid; nothing is sent.
            NotFoundError: The user does not exist.
            PartialUserUpdateError: The user was changed, but not all of the workspaces.
            PermissionDeniedError: The role User Administrator is missing.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and one more with `remove_workspaces`.
        """
        path_id = id_text("user_id", user_id)
        added = check_workspaces("add_workspaces", add_workspaces)
        removed = [id_text("workspace_id", one) for one in check_list("remove_workspaces", remove_workspaces)]
        exact = None if workspaces is None else check_workspaces("workspaces", workspaces)
        if exact is not None and (added or removed):
            raise ValueError("workspaces must not be given with add_workspaces or remove_workspaces")
        if both := set(added) & set(removed):
            raise ValueError(f"a workspace must not be added and removed (got {', '.join(sorted(both))})")
        # Checks the other arguments before the first request.
        attributes = (given_name, family_name, active, external_id, email)
        patch = build_patch(*attributes, [] if removed else exact, added)
        if removed:
            held = workspace_ids(self._session.send(scim.get_user(path_id)))
            exact = [*(one for one in held if one not in removed), *(one for one in added if one not in held)]
            patch = build_patch(*attributes, exact, ())
        user = self._session.send(scim.update_user(path_id, body=patch))
        return check_result(user, wanted=added if exact is None else exact, unwanted=removed, exactly=exact is not None)

    def activate(self, user_id: str) -> models.User:
        """Let a user sign in.

        Args:
            user_id: Id of the user.

        Returns:
            The user as it is now.

        Raises:
            ValueError: `user_id` is not a valid id; nothing is sent.
            NotFoundError: The user does not exist.
            PermissionDeniedError: The role User Administrator is missing.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        return self.update(user_id, active=True)

    def deactivate(self, user_id: str) -> models.User:
        """Keep a user from signing in. Anaplan cannot delete users.

        Args:
            user_id: Id of the user.

        Returns:
            The user as it is now.

        Raises:
            ValueError: `user_id` is not a valid id; nothing is sent.
            NotFoundError: The user does not exist.
            PermissionDeniedError: The role User Administrator is missing.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        return self.update(user_id, active=False)

    def get_service_provider_config(self) -> models.ServiceProviderConfig:
        """Read which features of SCIM the service declares. It denies changes and filters, although both work.

        Returns:
            The features.

        Raises:
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, without a token.
        """
        return self._session.send(scim.get_service_provider_config())

    def list_resource_types(self) -> builtins.list[models.ResourceType]:
        """List the kinds of objects that the service has.

        Returns:
            The kinds; Anaplan has users only.

        Raises:
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, without a token.
        """
        return (self._session.send(scim.list_resource_types())).resources or []

    def list_schemas(self) -> builtins.list[models.ObjectSchema]:
        """List the attributes of each kind of object.

        Returns:
            A schema for each kind.

        Raises:
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, without a token.
        """
        return (self._session.send(scim.list_schemas())).resources or []

    def _iter(self, text: str | None, rest: UserFilter | None) -> Iterator[models.User]:
        received, total = 0, None
        while total is None or received < total:
            request = scim.list_users(filter_=text, start_index=received + 1, count=PAGE_SIZE)
            page = self._session.send(request)
            users = page.resources or []
            is_other = users and page.start_index not in (None, received + 1)
            if is_other or (total is not None and page.total_results < total):
                raise IncompleteListError(request.operation, received, total)
            total = page.total_results
            received += len(users)
            if not users and received < total:
                raise IncompleteListError(request.operation, received, total)
            for user in users:
                if rest is None or rest.matches(user):
                    yield user
