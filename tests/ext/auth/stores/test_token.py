"""The text of stored tokens: both ways, and everything that is rejected as something else."""

import copy
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext import MemoryTokenStore, StoredToken, TokenStoreError
from anaplan_ext.auth.stores.token import check_owner, read_optional

SECRET = "canary-7d3e"
TOKEN = StoredToken(
    client_id="c1", origin="https://a.test", access_token=SECRET, refresh_token=SECRET + "2", expires_at=1e9
)
visible = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)


@given(
    visible, visible, visible, st.none() | st.text(min_size=1), st.floats(-1e11, 1e11) | st.integers(-(10**11), 10**11)
)
def test_tokens_are_read_as_they_were_written(
    client: str, origin: str, access: str, refresh: str | None, moment: float
) -> None:
    if refresh is not None and not refresh.isprintable():
        refresh = "r"
    token = StoredToken(
        client_id=client, origin=origin, access_token=access, refresh_token=refresh, expires_at=float(moment)
    )
    assert StoredToken.from_json(token.to_json()) == token
    assert StoredToken.from_json(token.to_json().encode()) == token


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "3",
        b"\xff\xfe",
        "[" * 100_000,
        json.dumps({"token": SECRET}),
        json.dumps({"kind": "another", "access_token": SECRET}),
        TOKEN.to_json()[:-1],
        f"machine a.test login b password {SECRET}",
    ],
)
def test_text_of_something_else_is_rejected_and_not_shown(text: str | bytes) -> None:
    with pytest.raises(TokenStoreError, match=r"here must have the tokens of this library.*left unchanged") as raised:
        StoredToken.from_json(text, "here")
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("client_id", None),
        ("client_id", ""),
        ("origin", 3),
        ("access_token", "two words"),
        ("access_token", "line\n"),
        ("access_token", ""),
        ("refresh_token", ""),
        ("refresh_token", 3),
        ("refresh_token", [SECRET]),
        ("expires_at", None),
        ("expires_at", True),
        ("expires_at", "soon"),
        ("expires_at", 10**400),
        ("expires_at", float("nan")),
        ("expires_at", float("inf")),
    ],
)
def test_tokens_with_a_wrong_field_are_rejected(field: str, value: Any) -> None:
    fields = json.loads(TOKEN.to_json()) | {field: value}
    with pytest.raises(TokenStoreError, match="here is damaged") as raised:
        StoredToken.from_json(json.dumps(fields), "here")
    assert SECRET not in str(raised.value)
    del fields[field]
    if field != "refresh_token":
        with pytest.raises(TokenStoreError, match="here is damaged"):
            StoredToken.from_json(json.dumps(fields), "here")


@pytest.mark.parametrize("version", [None, 0, 2, "1"])
def test_tokens_of_another_version_are_rejected(version: object) -> None:
    text = json.dumps(json.loads(TOKEN.to_json()) | {"version": version})
    with pytest.raises(TokenStoreError, match="later version"):
        StoredToken.from_json(text)


@pytest.mark.parametrize("wrong", [{"client_id": "c2"}, {"origin": "https://b.test"}])
def test_tokens_of_another_client_or_server_are_rejected(wrong: dict[str, str]) -> None:
    owner = {"client_id": "c1", "origin": "https://a.test"} | wrong
    check_owner(TOKEN, "c1", "https://a.test")
    check_owner(None, **owner)
    with pytest.raises(TokenStoreError, match=r"c1 of https://a\.test.*left unchanged"):
        check_owner(TOKEN, **owner)


def test_an_empty_store_has_no_tokens() -> None:
    assert read_optional(None, "here") is None
    assert read_optional(TOKEN.to_json(), "here") == TOKEN
    with pytest.raises(TokenStoreError, match="here must have"):
        read_optional(SECRET, "here")


def test_tokens_are_neither_shown_nor_pickled_nor_copied() -> None:
    assert SECRET not in f"{TOKEN}{TOKEN!r}"
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="use to_json"):
            take(TOKEN)


def test_a_store_in_memory_forgets_what_is_deleted() -> None:
    store = MemoryTokenStore(TOKEN)
    store.delete()
    store.delete()
    assert store.load() is None
