"""Filters of users: their text, what Anaplan cannot do, and that both select the same users."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.scim.models import PersonName, User
from anaplan_ext.emulator.engine.scim_filter import FilterError, parse_filter
from anaplan_ext.users import UserFilter, field
from anaplan_ext.users.filters import ATTRIBUTES, split

from .filters import FILTERS, PEOPLE

TEXTS = ["", "a", "A", "ab", "B", 'a"b', "a\\", "é", "\n", "or", "a and b", "(", "Z"]
TEXT_ATTRIBUTES = [name for name in ATTRIBUTES if name != "active"]


def leaves() -> st.SearchStrategy[UserFilter]:
    texts, names = st.sampled_from(TEXTS), st.sampled_from(TEXT_ATTRIBUTES)
    compared = st.sampled_from(["__eq__", "__ne__", "__gt__", "__ge__", "__lt__", "__le__"])
    local = st.sampled_from(["contains", "starts_with", "ends_with"])
    return st.one_of(
        st.builds(lambda name, how, text: getattr(field(name), how)(text), names, compared | local, texts),
        st.builds(lambda name: field(name).present(), names),
        st.builds(lambda value: field("active") == value, st.booleans()),
        st.builds(lambda value: field("active") != value, st.booleans()),
    )


def combine(inner: st.SearchStrategy[UserFilter]) -> st.SearchStrategy[UserFilter]:
    return st.one_of(
        st.builds(lambda left, right: left & right, inner, inner),
        st.builds(lambda left, right: left | right, inner, inner),
        st.builds(lambda one: ~one, inner),
    )


conditions = st.recursive(leaves(), combine, max_leaves=6)
users = st.builds(
    lambda user_id, external_id, user_name, active, given_name, family_name: User(
        id=user_id,
        external_id=external_id,
        user_name=user_name,
        active=active,
        name=PersonName(given_name=given_name, family_name=family_name),
    ),
    *(st.sampled_from(TEXTS), st.none() | st.sampled_from(TEXTS), st.sampled_from(TEXTS), st.booleans()),
    *(st.sampled_from(TEXTS), st.sampled_from(TEXTS)),
)


def values(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "externalId": user.external_id,
        "userName": user.user_name,
        "active": user.active,
        "name.givenName": user.name.given_name,
        "name.familyName": user.name.family_name,
    }


@given(conditions, st.lists(users, max_size=8))
def test_what_anaplan_and_the_client_select_is_what_the_condition_says(
    condition: UserFilter, people: list[User]
) -> None:
    text, rest = split(condition)
    served = parse_filter(text) if text is not None else lambda _: True
    selected = [user for user in people if served(values(user))]
    assert [user for user in people if condition.matches(user)] == [
        user for user in selected if rest is None or rest.matches(user)
    ]


@given(conditions, users)
def test_the_opposite_selects_the_others(condition: UserFilter, user: User) -> None:
    assert (~condition).matches(user) is not condition.matches(user)
    assert (~~condition).matches(user) is condition.matches(user)


@pytest.mark.parametrize(("condition", "expected"), FILTERS, ids=lambda value: str(value)[:60])
def test_a_condition_means_what_it_says(condition: UserFilter, expected: list[str]) -> None:
    people = [
        User(
            id=str(number),
            user_name=fields["email"],
            active=fields.get("active", True),
            external_id=fields.get("external_id"),
            name=PersonName(given_name=fields["first_name"], family_name=fields["last_name"]),
        )
        for number, fields in enumerate(PEOPLE)
    ]
    assert [user.user_name for user in people if condition.matches(user)] == expected


@given(conditions)
def test_only_what_anaplan_supports_is_sent(condition: UserFilter) -> None:
    text, rest = split(condition)
    if text is not None:
        parse_filter(text)
    assert text is not None or rest == condition
    assert isinstance(repr(condition), str)
    assert str(condition)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (field("active") == False, "active eq false"),  # noqa: E712
        (field("userName") == 'a"b', 'userName eq "a\\"b"'),
        (
            (field("id") == "1") & ((field("id") == "2") | (field("id") == "3")),
            'id eq "1" and (id eq "2" or id eq "3")',
        ),
        (~((field("id") == "1") & (field("id") > "2")), 'id ne "1" or id le "2"'),
        (field("externalId").present() & ~field("externalId").present(), "externalId pr"),
        (field("id").contains("1") & (field("active") == True), "active eq true"),  # noqa: E712
        (field("id").contains("1") | (field("active") == True), None),  # noqa: E712
    ],
)
def test_the_text_is_that_of_scim(condition: UserFilter, text: str | None) -> None:
    assert split(condition)[0] == text


@pytest.mark.parametrize("name", ["displayName", "emails.value", "", "name", "USERNAME", "schemas"])
def test_an_attribute_that_anaplan_cannot_filter_by_is_rejected(name: str) -> None:
    with pytest.raises(ValueError, match="name must be one of id, externalId, userName"):
        field(name)


@pytest.mark.parametrize(
    "build",
    [
        lambda: field("active") == "true",
        lambda: field("active") == 1,
        lambda: field("active") == None,  # noqa: E711
        lambda: field("active") > True,
        lambda: field("active").contains("t"),
        lambda: field("userName") == None,  # noqa: E711
        lambda: field("userName") == 3,
        lambda: field("userName") == b"a",
        lambda: (field("id") == "1") & True,
        lambda: (field("id") == "1") | "x",
        lambda: (field("id") == "1") and (field("id") == "2"),
        lambda: bool(field("id") == "1"),
        lambda: "1" < field("id") < "2",
        lambda: hash(field("id")),
    ],
)
def test_what_cannot_be_meant_is_an_error(build: Any) -> None:
    with pytest.raises(TypeError):
        build()


def test_half_a_character_is_rejected_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match="userName"):
        _ = field("userName") == "\ud800"


def test_the_table_has_what_only_the_client_can_do() -> None:
    assert {split(condition)[1] is None for condition, _ in FILTERS} == {True, False}


@pytest.mark.parametrize(
    "text",
    [
        *("", "id", "id eq", "id eq 1", 'id co "1"', 'not (id eq "1")', 'emails[type eq "work"]', 'id eq "1'),
        *('(id eq "1"', 'displayName eq "a"', 'active eq "true"', "active gt true", 'id eq "1" and'),
        'id eq "1" id eq "2"',
    ],
)
def test_the_emulator_rejects_what_anaplan_rejects(text: str) -> None:
    with pytest.raises(FilterError):
        parse_filter(text)
