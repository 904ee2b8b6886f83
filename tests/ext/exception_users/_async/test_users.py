"""Exception users against the emulator."""

from typing import Any

import pytest

from anaplan_ext import AsyncClient, AuthenticationError, BadRequestError, NotFoundError, PermissionDeniedError
from anaplan_ext.emulator import Emulator


async def test_an_exception_user_signs_in_in_spite_of_single_sign_on(emulator: Emulator, client: AsyncClient) -> None:
    workspace, sam = emulator.tenant.workspaces[0], emulator.tenant.users[1]
    workspace.single_sign_on = sam.sso_only = True

    async def sign_in() -> None:
        async with AsyncClient(user_email=sam.email, password=sam.password, base_url=emulator.url) as other:
            await other.whoami()

    with pytest.raises(AuthenticationError):
        await sign_in()
    await client.exception_users.add(sam.id, workspace.id)
    await sign_in()
    (found,) = await client.exception_users.list(workspace_id=workspace.id)
    assert (found.id, found.name, [user.email for user in found.users or []]) == (workspace.id, "Planning", [sam.email])
    (same,) = await client.exception_users.list(user_id=sam.id)
    assert same == found
    await client.exception_users.remove(sam.id, workspace.id)
    assert await client.exception_users.list(user_id=sam.id) == []
    with pytest.raises(AuthenticationError):
        await sign_in()


async def test_what_anaplan_rejects_is_rejected(emulator: Emulator, client: AsyncClient) -> None:
    ada, sam = emulator.tenant.users
    workspace = emulator.tenant.workspaces[0]
    with pytest.raises(BadRequestError, match="no single sign-on"):
        await client.exception_users.add(sam.id, workspace.id)
    workspace.single_sign_on = True
    with pytest.raises(BadRequestError, match="may not change themselves"):
        await client.exception_users.add(ada.id, workspace.id)
    with pytest.raises(NotFoundError):
        await client.exception_users.add("8a", workspace.id)
    with pytest.raises(NotFoundError):
        await client.exception_users.list(workspace_id="8a")
    async with AsyncClient(user_email=sam.email, password=sam.password, base_url=emulator.url) as other:
        assert await other.exception_users.list(workspace_id=workspace.id) == []
        with pytest.raises(PermissionDeniedError, match="Tenant Security Admin"):
            await other.exception_users.add(ada.id, workspace.id)


async def test_what_is_wrong_is_an_error_before_any_request(emulator: Emulator, client: AsyncClient) -> None:
    both: dict[str, Any]
    for both in ({}, {"workspace_id": "8a", "user_id": "8b"}):
        with pytest.raises(ValueError, match="exactly one of workspace_id and user_id"):
            await client.exception_users.list(**both)
    for user_id, workspace_id in (("", "8a"), ("8a", ""), ("8A8B8C8D9E0000000000000000000A01", "8a")):
        with pytest.raises(ValueError, match="_id must"):
            await client.exception_users.add(user_id, workspace_id)
    assert emulator.exchanges == []
