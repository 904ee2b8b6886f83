"""Build the bodies that create and change users, and check what Anaplan made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve

from anaplan_client.core import AnaplanError
from anaplan_client.core.codec import validation
from anaplan_client.scim import models

from ..arguments.checks import check_list
from ..arguments.ids import id_text

MAX_WORKSPACES = 50
"""The documented maximum number of workspaces of a call."""
USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_WORKSPACES = 'entitlements[type eq "WORKSPACE"]'
_WORKSPACE = models.EntitlementType.WORKSPACE


class PartialUserUpdateError(AnaplanError):
    """Anaplan changed a user, but not all of the workspaces.

    `user` is the user as it is now. `missing` are the ids of the workspaces that the user should have, and `extra`
    those that the user should no longer have.
    """

    def __init__(self, user: models.User, missing: Sequence[str], extra: Sequence[str] = ()) -> None:
        super().__init__(user, missing, extra)
        self.user: models.User = user
        self.missing: tuple[str, ...] = tuple(missing)
        self.extra: tuple[str, ...] = tuple(extra)

    def __str__(self) -> str:
        parts = [f"lacks {', '.join(self.missing)}"] if self.missing else []
        parts += [f"still has {', '.join(self.extra)}"] if self.extra else []
        return f"the user {self.user.id} {' and '.join(parts)}; may the caller administer these workspaces?"


def workspace_ids(user: models.User) -> list[str]:
    """Return the ids of the workspaces that a user can enter.

    Args:
        user: A user of the SCIM API.

    Returns:
        The ids, each once.

    Cost:
        No request.
    """
    entitlements = user.entitlements or []
    single = [item.value for item in entitlements if item.type == "WORKSPACE" and item.value]
    joined = [item.value for item in entitlements if item.type == "WORKSPACE_IDS" and item.value]
    ids = single or [part.strip() for text in joined for part in text.split(",")]
    return list(dict.fromkeys(filter(None, ids)))


def build_user(
    user_name: str,
    given_name: str,
    family_name: str,
    active: bool,
    external_id: str | None,
    email: str | None,
    workspaces: Sequence[str],
) -> models.UserRequest:
    """Return a complete user. Raise `TypeError` or `ValueError` for a value that cannot be one."""
    for name, text in (("user_name", user_name), ("given_name", given_name), ("family_name", family_name)):
        validation.check_string(name, text, minimum=1)
        validation.check_present(name, text)
    validation.check_boolean("active", active)
    ids = check_workspaces("workspaces", workspaces)
    return models.UserRequest(
        schemas=[USER_URN],
        user_name=user_name,
        name=models.PersonName(family_name=family_name, given_name=given_name),
        active=active,
        external_id=external_id,
        emails=None if email is None else [models.Email(value=email, type="work")],
        entitlements=[models.Entitlement(value=one, type=_WORKSPACE) for one in ids] or None,
    )


def check_workspaces(name: str, ids: Sequence[str]) -> list[str]:
    """Return ids of workspaces, each once. Raise `ValueError` for one that cannot be one, or for too many."""
    found = list(dict.fromkeys(id_text("workspace_id", one, index) for index, one in enumerate(check_list(name, ids))))
    if len(found) > MAX_WORKSPACES:
        raise ValueError(f"{name} must have at most {MAX_WORKSPACES} workspaces (got {len(found)}); use several calls")
    return found


def build_patch(
    given_name: str | None,
    family_name: str | None,
    active: bool | None,
    external_id: str | None,
    email: str | None,
    workspaces: Sequence[str] | None,
    add_workspaces: Sequence[str],
) -> models.PatchRequest:
    """Return the changes for what is not None, or empty. Raise `ValueError` if there is none."""
    operations: list[models.PatchOperation] = []
    for name, path, text in (
        ("given_name", "name.givenName", given_name),
        ("family_name", "name.familyName", family_name),
        ("external_id", "externalId", external_id),
    ):
        if text is not None:
            validation.check_string(name, text, minimum=0 if name == "external_id" else 1)
            operations.append(_replace(path, text) if text else _remove(path))
    if active is not None:
        validation.check_boolean("active", active)
        operations.append(_replace("active", active))
    if email is not None:
        validation.check_string("email", email, minimum=1)
        operations.append(_replace("emails", [{"value": email, "type": "work"}]))
    if workspaces is not None:
        values = _entitlements(workspaces)
        operations.append(_replace(_WORKSPACES, values) if values else _remove(_WORKSPACES))
    if add_workspaces:
        values = _entitlements(add_workspaces)
        operations.append(models.PatchOperation(op=models.PatchVerb.ADD, path="entitlements", value=values))
    if not operations:
        raise ValueError("at least one change must be given")
    return models.PatchRequest(schemas=[PATCH_URN], operations=operations)


def check_result(
    user: models.User, *, wanted: Iterable[str] = (), unwanted: Iterable[str] = (), exactly: bool = False
) -> models.User:
    """Return a user that has the workspaces that it should have. Raise `PartialUserUpdateError` for any other."""
    held, needed = workspace_ids(user), list(wanted)
    missing = [one for one in needed if one not in held]
    extra = [one for one in held if one not in needed] if exactly else [one for one in unwanted if one in held]
    if missing or extra:
        raise PartialUserUpdateError(user, missing, extra)
    return user


def is_as_requested(user: models.User, request: models.UserRequest) -> bool:
    """Return whether a user has what a request to create it says."""
    return (
        user.name.given_name == request.name.given_name
        and user.name.family_name == request.name.family_name
        and (user.external_id or None) == (request.external_id or None)
        and user.active == request.active
        and set(workspace_ids(user)) == {item.value for item in request.entitlements or []}
    )


def to_request(user: models.User) -> models.UserRequest:
    """Return the complete body that leaves a user as it is.

    Args:
        user: A user of the SCIM API.

    Returns:
        A body for `client.users.replace`, without what Anaplan derives.

    Cost:
        No request.
    """
    body = build_user(
        user.user_name,
        user.name.given_name,
        user.name.family_name,
        user.active is not False,
        user.external_id,
        None,
        (),
    )
    emails = [models.Email(value=item.value, type=item.type) for item in user.emails or []]
    entitlements = [models.Entitlement(value=one, type=_WORKSPACE) for one in workspace_ids(user)]
    return evolve(body, emails=emails or None, entitlements=entitlements or None)


def _entitlements(ids: Sequence[str]) -> list[dict[str, str]]:
    return [{"value": one, "type": "WORKSPACE"} for one in ids]


def _replace(path: str, value: object) -> models.PatchOperation:
    return models.PatchOperation(op=models.PatchVerb.REPLACE, path=path, value=value)


def _remove(path: str) -> models.PatchOperation:
    return models.PatchOperation(op=models.PatchVerb.REMOVE, path=path)
