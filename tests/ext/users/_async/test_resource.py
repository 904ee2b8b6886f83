"""Users by SCIM against the emulator."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anaplan_client.scim.models import User, UserRequest
from anaplan_ext import (
    AsyncClient,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    IncompleteListError,
    NotFoundError,
    OutcomeUnknown,
    PartialUserUpdateError,
    PermissionDeniedError,
    to_request,
    workspace_ids,
)
from anaplan_ext.emulator import Emulator, Fault, Workspace
from anaplan_ext.emulator import User as Person
from anaplan_ext.users import UserFilter, field

from ..filters import FILTERS, PEOPLE

OTHER = Workspace(id="8a8b8c8d9e0000000000000000000b02", name="Sales")


@pytest.fixture
def people(emulator: Emulator) -> list[Person]:
    """The users of the tenant, of which some differ only in case or in one attribute."""
    users = [Person(**fields, workspaces=[]) for fields in PEOPLE]
    emulator.tenant.users += users
    emulator.tenant.workspaces.append(OTHER)
    return users


async def test_a_user_is_created_changed_and_deactivated(emulator: Emulator, client: AsyncClient) -> None:
    user = await client.users.create("eve@example.com", "Eve", "Doe", workspaces=[emulator.workspace_id])
    assert user.id is not None
    assert (user.active, workspace_ids(user)) == (True, [emulator.workspace_id])
    assert await client.users.get(user.id) == user
    emulator.advance(60)
    changed = await client.users.update(user.id, family_name="Roe", external_id="E-1")
    assert user.meta is not None
    assert changed.meta is not None
    assert user.meta.created == changed.meta.created < str(changed.meta.last_modified)
    assert (changed.name.family_name, changed.name.given_name, changed.external_id) == ("Roe", "Eve", "E-1")
    assert (await client.users.deactivate(user.id)).active is False
    assert (await client.users.activate(user.id)).active is True


async def test_who_is_deactivated_is_signed_out_and_cannot_sign_in(emulator: Emulator, client: AsyncClient) -> None:
    sam = emulator.tenant.users[1]
    async with AsyncClient(user_email=sam.email, password=sam.password, base_url=emulator.url) as other:
        assert (await other.whoami()).email == sam.email
        await client.users.deactivate(sam.id)
        with pytest.raises(AuthenticationError):
            await other.whoami()
    await client.users.activate(sam.id)
    async with AsyncClient(user_email=sam.email, password=sam.password, base_url=emulator.url) as other:
        assert (await other.whoami()).email == sam.email


async def test_a_workspace_is_open_to_those_who_may_enter_it(emulator: Emulator, client: AsyncClient) -> None:
    user = await client.users.create("eve@example.com", "Eve", "Doe")
    assert user.id is not None
    async with AsyncClient(
        model_id=emulator.development_model_id, user_email="eve@example.com", password="password", base_url=emulator.url
    ) as other:
        assert await other.list_workspaces() == []
        assert await other.list_models() == []
        with pytest.raises(NotFoundError):
            await other.list_files()
        await client.users.update(user.id, add_workspaces=[emulator.workspace_id])
        assert len(await other.list_workspaces()) == 1
        assert len(await other.list_files()) == 1


async def test_workspaces_are_added_removed_and_replaced(
    emulator: Emulator, client: AsyncClient, people: list[Person]
) -> None:
    first, second, user_id = emulator.workspace_id, OTHER.id, people[0].id
    assert workspace_ids(await client.users.update(user_id, add_workspaces=[first])) == [first]
    assert workspace_ids(await client.users.update(user_id, add_workspaces=[second])) == [first, second]
    assert workspace_ids(await client.users.update(user_id, remove_workspaces=[first])) == [second]
    assert workspace_ids(
        await client.users.update(user_id, add_workspaces=[first], remove_workspaces=[second], active=False)
    ) == [first]
    assert workspace_ids(await client.users.update(user_id, workspaces=[second])) == [second]
    assert workspace_ids(await client.users.update(user_id, remove_workspaces=[second])) == []
    assert workspace_ids(await client.users.update(user_id, add_workspaces=[first])) == [first]
    assert workspace_ids(await client.users.update(user_id, workspaces=[])) == []


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"given_name": "Zoe"}, {"name.givenName": "Zoe"}),
    ({"family_name": "Zz"}, {"name.familyName": "Zz"}),
    ({"active": False}, {"active": False}),
    ({"external_id": "E-9"}, {"externalId": "E-9"}),
    ({"external_id": ""}, {"externalId": None}),
    ({"email": "z@example.com"}, {"emails": "z@example.com"}),
    ({"workspaces": [OTHER.id]}, {"workspaces": [OTHER.id]}),
    ({"add_workspaces": [OTHER.id]}, {"workspaces": ["8a8b8c8d9e0000000000000000000b01", OTHER.id]}),
    ({"remove_workspaces": ["8a8b8c8d9e0000000000000000000b01"]}, {"workspaces": []}),
]


def attributes(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "userName": user.user_name,
        "name.givenName": user.name.given_name,
        "name.familyName": user.name.family_name,
        "active": user.active,
        "externalId": user.external_id,
        "emails": (user.emails or [])[0].value,
        "workspaces": workspace_ids(user),
    }


@pytest.mark.parametrize(("change", "changed"), CHANGES, ids=lambda change: ",".join(change))
async def test_a_change_of_any_attribute_keeps_the_others(
    emulator: Emulator, client: AsyncClient, people: list[Person], change: dict[str, Any], changed: dict[str, Any]
) -> None:
    created = await client.users.create(
        "eve@example.com",
        "Eve",
        "Doe",
        external_id="E-7",
        email="eve@mail.example.com",
        workspaces=[emulator.workspace_id],
    )
    assert created.id is not None
    updated = await client.users.update(created.id, **change)
    assert attributes(updated) == attributes(created) | changed
    assert await client.users.get(created.id) == updated


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=4))
async def test_changes_in_any_order_have_the_effect_of_all(
    emulator: Emulator, client: AsyncClient, changes: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    if OTHER not in emulator.tenant.workspaces:
        emulator.tenant.workspaces.append(OTHER)
    emulator.tenant.users[2:] = []
    created = await client.users.create("eve@example.com", "Eve", "Doe", external_id="E-7", email="a@example.com")
    assert created.id is not None
    expected = attributes(created)
    for change, changed in changes:
        held = expected["workspaces"]
        updated = await client.users.update(created.id, **change)
        expected = expected | changed
        if "add_workspaces" in change:
            expected["workspaces"] = [*held, *(one for one in change["add_workspaces"] if one not in held)]
        if "remove_workspaces" in change:
            expected["workspaces"] = [one for one in held if one not in change["remove_workspaces"]]
        found = attributes(updated)
        assert set(found.pop("workspaces")) == set(expected["workspaces"])
        assert found == {key: value for key, value in expected.items() if key != "workspaces"}


async def test_a_replacement_clears_what_it_lacks(emulator: Emulator, client: AsyncClient) -> None:
    user = await client.users.create(
        "eve@example.com", "Eve", "Doe", external_id="E-7", workspaces=[emulator.workspace_id]
    )
    assert user.id is not None
    body = to_request(user)
    assert await client.users.replace(user.id, body) == user
    bare = UserRequest(user_name=body.user_name, name=body.name)
    replaced = await client.users.replace(user.id, bare)
    assert (replaced.external_id, workspace_ids(replaced)) == (None, [])


@pytest.mark.parametrize(("condition", "expected"), FILTERS, ids=lambda value: str(value)[:60])
async def test_a_filter_selects_the_users_that_match(
    client: AsyncClient, people: list[Person], condition: UserFilter, expected: list[str]
) -> None:
    found = await client.users.list(condition & field("userName").ends_with("@people.example"))
    assert [user.user_name for user in found] == expected


async def test_a_filter_may_be_text(client: AsyncClient) -> None:
    assert [user.user_name for user in await client.users.list('userName eq "ada@example.com"')] == ["ada@example.com"]
    with pytest.raises(BadRequestError, match="filter syntax"):
        await client.users.list('userName co "ada"')


@pytest.mark.parametrize("page", [1, 2, 3, 7])
async def test_every_user_is_listed_whatever_the_pages(
    emulator: Emulator, client: AsyncClient, people: list[Person], page: int
) -> None:
    emulator.page_limit = page
    expected = [user.email for user in emulator.tenant.users]
    assert [user.user_name for user in await client.users.list()] == expected
    assert [user.user_name async for user in client.users.iter()] == expected


async def test_a_list_that_shrinks_is_an_error(emulator: Emulator, client: AsyncClient, people: list[Person]) -> None:
    emulator.page_limit = 2
    users = client.users.iter()
    assert await anext(users)
    del emulator.tenant.users[1]
    with pytest.raises(IncompleteListError):
        [user async for user in users]


async def test_what_is_wrong_is_an_error_before_any_request(emulator: Emulator, client: AsyncClient) -> None:
    users, guid = client.users, "8a8b8c8d9e0000000000000000000a02"
    wrong: list[tuple[type[Exception], Any]] = [
        (ValueError, lambda: users.get("")),
        (ValueError, lambda: users.get(guid.upper())),
        (ValueError, lambda: users.update(guid)),
        (ValueError, lambda: users.update(guid, given_name="")),
        (TypeError, lambda: users.update(guid, active="yes")),  # type: ignore[arg-type]
        (TypeError, lambda: users.update(guid, add_workspaces="8a")),
        (ValueError, lambda: users.update(guid, workspaces=["8a"], add_workspaces=["8b"])),
        (ValueError, lambda: users.update(guid, add_workspaces=["8a"], remove_workspaces=["8a"])),
        (ValueError, lambda: users.create("a@example.com", "A", "B", workspaces=[f"w{i}" for i in range(51)])),
        (ValueError, lambda: users.create("", "A", "B")),
        (TypeError, lambda: users.create("a@example.com", None, "B")),  # type: ignore[arg-type]
        (TypeError, lambda: users.replace(guid, {"userName": "a"})),  # type: ignore[arg-type]
        (TypeError, lambda: users.list(3)),  # type: ignore[arg-type]
        (ValueError, lambda: users.list("")),
    ]
    for error, call in wrong:
        with pytest.raises(error):
            await call()
    assert emulator.exchanges == []


async def test_a_user_without_the_role_is_rejected(emulator: Emulator) -> None:
    sam = emulator.tenant.users[1]
    async with AsyncClient(user_email=sam.email, password=sam.password, base_url=emulator.url) as client:
        with pytest.raises(PermissionDeniedError, match="User Administrator"):
            await client.users.list()
        config = await client.users.get_service_provider_config()
        assert config.patch is not None


async def test_what_the_service_is_needs_no_sign_in(emulator: Emulator) -> None:
    async with AsyncClient(user_email="nobody@example.com", password="wrong", base_url=emulator.url) as client:
        assert [kind.name for kind in await client.users.list_resource_types()] == ["User"]
        (schema,) = await client.users.list_schemas()
        assert "userName" in [attribute.name for attribute in schema.attributes or []]
        assert all(attribute.description for attribute in schema.attributes or [])
        config = await client.users.get_service_provider_config()
        assert (config.bulk is not None, config.documentation_uri is not None) == (True, True)
    assert all("authorization" not in dict(exchange.request_headers) for exchange in emulator.exchanges)


async def test_a_name_exists_once(client: AsyncClient) -> None:
    with pytest.raises(ConflictError, match="exists"):
        await client.users.create("ADA@example.com", "Ada", "Builder")


async def test_a_user_without_a_response_is_looked_up(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="POST", path="/Users$", kind="reset", after_effect=True))
    user = await client.users.create("eve@example.com", "Eve", "Doe", workspaces=[emulator.workspace_id])
    assert user.user_name == "eve@example.com"
    assert emulator.count("POST", "/Users$") == 1


async def test_a_user_that_was_not_created_is_created_again(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="POST", path="/Users$", kind="reset"))
    user = await client.users.create("eve@example.com", "Eve", "Doe")
    assert user.user_name == "eve@example.com"
    assert (emulator.count("POST", "/Users$"), emulator.effects["users"]) == (2, 1)


async def test_a_user_that_may_still_come_is_not_created_again(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="POST", path="/Users$", status=504))
    with pytest.raises(OutcomeUnknown):
        await client.users.create("eve@example.com", "Eve", "Doe")
    assert emulator.count("POST", "/Users$") == 1


async def test_a_user_is_not_created_again_without_a_lookup(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="POST", path="/Users$", kind="reset"))
    emulator.inject(Fault(method="GET", path="/Users$", status=500, times=None))
    with pytest.raises(OutcomeUnknown, match="the lookup failed as well"):
        await client.users.create("eve@example.com", "Eve", "Doe")
    assert emulator.count("POST", "/Users$") == 1


async def test_a_user_who_is_another_one_is_not_taken_for_the_created_one(
    emulator: Emulator, client: AsyncClient
) -> None:
    emulator.inject(Fault(method="POST", path="/Users$", kind="reset"))
    emulator.tenant.users.append(Person(email="eve@example.com", first_name="Eva", workspaces=[]))
    with pytest.raises(ConflictError, match="exists"):
        await client.users.create("eve@example.com", "Eve", "Doe")


async def test_a_user_who_was_created_before_is_not_the_effect_of_another_request(
    emulator: Emulator, client: AsyncClient
) -> None:
    await client.users.create("eve@example.com", "Eve", "Doe")
    emulator.inject(Fault(method="POST", path="/Users$", kind="reset", after_effect=True))
    with pytest.raises(ConflictError, match="exists"):
        await client.users.create("eve@example.com", "Eve", "Doe")
    assert emulator.effects["users"] == 1


async def test_workspaces_that_were_not_changed_are_an_error(
    emulator: Emulator, client: AsyncClient, people: list[Person]
) -> None:
    def without_access(body: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in body.items() if key != "entitlements"}

    emulator.inject(Fault(method="PATCH", kind="changed", change=without_access))
    with pytest.raises(PartialUserUpdateError) as caught:
        await client.users.update(people[0].id, add_workspaces=[emulator.workspace_id])
    assert caught.value.missing == (emulator.workspace_id,)
    assert emulator.workspace_id in str(caught.value)


@pytest.mark.parametrize(
    "change", [{"workspaces": [OTHER.id]}, {"remove_workspaces": ["8a8b8c8d9e0000000000000000000b01"]}]
)
async def test_a_workspace_that_was_not_revoked_is_an_error(
    emulator: Emulator, client: AsyncClient, people: list[Person], change: dict[str, Any]
) -> None:
    first = emulator.workspace_id
    before = await client.users.update(people[0].id, workspaces=[first, OTHER.id])
    entitlements = before.to_dict()["entitlements"]
    emulator.inject(Fault(method="PATCH", kind="changed", change=lambda body: body | {"entitlements": entitlements}))
    with pytest.raises(PartialUserUpdateError, match="still has") as caught:
        await client.users.update(people[0].id, **change)
    assert (caught.value.missing, caught.value.extra) == ((), (first,))


async def test_a_replacement_that_was_not_complete_is_an_error(
    emulator: Emulator, client: AsyncClient, people: list[Person]
) -> None:
    before = await client.users.update(people[0].id, workspaces=[OTHER.id])
    body = UserRequest(user_name=before.user_name, name=before.name)
    emulator.inject(Fault(method="PUT", kind="changed", change=lambda _: before.to_dict()))
    with pytest.raises(PartialUserUpdateError):
        await client.users.replace(people[0].id, body)
