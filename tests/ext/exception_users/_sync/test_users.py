# Converted by `python -m generator` from tests/ext/exception_users/_async/test_users.py. Edit that file, not this one.
"""Exception users against the emulator."""

from typing import Any

import pytest

from anaplan_ext import AuthenticationError, BadRequestError, Client, NotFoundError, PermissionDeniedError
from anaplan_ext.emulator import Emulator


def test_an_exception_user_signs_in_in_spite_of_single_sign_on(emulator: Emulator, client: Client) -> None:
    workspace, sam = emulator.tenant.workspaces[0], emulator.tenant.users[1]
    workspace.single_sign_on = sam.sso_only = True

    def sign_in() -> None:
        with Client(user_email=sam.email, password=sam.password, base_url=emulator.url) as other:
            other.whoami()

    with pytest.raises(AuthenticationError):
        sign_in()
    client.exception_users.add(sam.id, workspace.id)
    sign_in()
    (found,) = client.exception_users.list(workspace_id=workspace.id)
    assert (found.id, found.name, [user.email for user in found.users or []]) == (workspace.id, "Planning", [sam.email])
    (same,) = client.exception_users.list(user_id=sam.id)
    assert same == found
    client.exception_users.remove(sam.id, workspace.id)
    assert client.exception_users.list(user_id=sam.id) == []
    with pytest.raises(AuthenticationError):
        sign_in()


def test_what_anaplan_rejects_is_rejected(emulator: Emulator, client: Client) -> None:
    ada, sam = emulator.tenant.users
    workspace = emulator.tenant.workspaces[0]
    with pytest.raises(BadRequestError, match="no single sign-on"):
        client.exception_users.add(sam.id, workspace.id)
    workspace.single_sign_on = True
    with pytest.raises(BadRequestError, match="may not change themselves"):
        client.exception_users.add(ada.id, workspace.id)
    with pytest.raises(NotFoundError):
        client.exception_users.add("8a", workspace.id)
    with pytest.raises(NotFoundError):
        client.exception_users.list(workspace_id="8a")
    with Client(user_email=sam.email, password=sam.password, base_url=emulator.url) as other:
        assert other.exception_users.list(workspace_id=workspace.id) == []
        with pytest.raises(PermissionDeniedError, match="Tenant Security Admin"):
            other.exception_users.add(ada.id, workspace.id)


def test_what_is_wrong_is_an_error_before_any_request(emulator: Emulator, client: Client) -> None:
    both: dict[str, Any]
    for both in ({}, {"workspace_id": "8a", "user_id": "8b"}):
        with pytest.raises(ValueError, match="exactly one of workspace_id and user_id"):
            client.exception_users.list(**both)
    for user_id, workspace_id in (("", "8a"), ("8a", ""), ("8A8B8C8D9E0000000000000000000A01", "8a")):
        with pytest.raises(ValueError, match="_id must"):
            client.exception_users.add(user_id, workspace_id)
    assert emulator.exchanges == []
