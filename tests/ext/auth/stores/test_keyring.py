"""Tokens in the keyring of the system, also one that never responds."""

import pickle
import sys
import threading
import time
from collections.abc import Iterator

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import pytest

from anaplan_ext import FileTokenStore, KeyringTokenStore, OAuth, TokenStoreError
from anaplan_ext.auth.stores.keyring import delete_entry, write_entry

from .test_token import SECRET, TOKEN


class InMemory(keyring.backend.KeyringBackend):
    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class Hanging(InMemory):
    """A keyring whose dialog nobody sees."""

    def __init__(self, *, reads: bool = False) -> None:
        super().__init__()
        self.reads = reads
        self.released = threading.Event()
        self.calls = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.calls += 1
        if not self.reads:
            self.released.wait(60)
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.calls += 1
        self.released.wait(60)


class Failing(InMemory):
    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"too long: {password}")


@pytest.fixture(autouse=True)
def restore() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def use(backend: keyring.backend.KeyringBackend) -> KeyringTokenStore:
    keyring.set_keyring(backend)
    return KeyringTokenStore("prod")


def test_tokens_are_kept_in_the_entry_of_their_name() -> None:
    backend = InMemory()
    store = use(backend)
    assert store.load() is None
    store.save(TOKEN)
    assert store.load() == TOKEN
    assert backend.entries.keys() == {("anaplan-client", "prod")}
    assert KeyringTokenStore("test").load() is None
    assert repr(store) == "KeyringTokenStore('prod')"


def test_a_dead_keyring_is_an_error_within_five_seconds_and_is_not_used_again() -> None:
    backend = Hanging()
    store, started = use(backend), time.monotonic()
    with pytest.raises(TokenStoreError, match=r"did not respond within 3 s.*FileTokenStore"):
        store.load()
    assert 2.9 < time.monotonic() - started < 5
    started = time.monotonic()
    for call in (store.load, lambda: store.save(TOKEN)):
        with pytest.raises(TokenStoreError, match="did not respond") as raised:
            call()
        assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)
    assert time.monotonic() - started < 1
    assert backend.calls == 1
    backend.released.set()


def test_a_keyring_that_hangs_when_it_is_written_is_an_error_too() -> None:
    backend = Hanging(reads=True)
    keyring.set_keyring(backend)
    with pytest.raises(TokenStoreError, match=r"within 0\.1 s"):
        KeyringTokenStore(timeout=0.1).save(TOKEN)
    backend.released.set()


@pytest.mark.parametrize("backend", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring])
def test_a_system_without_a_keyring_is_an_error(backend: type[keyring.backend.KeyringBackend]) -> None:
    with pytest.raises(TokenStoreError, match="has no keyring; use a FileTokenStore"):
        use(backend()).load()


def test_an_error_of_the_keyring_does_not_show_the_tokens() -> None:
    with pytest.raises(TokenStoreError, match=r"cannot be written \(RuntimeError\)") as raised:
        use(Failing()).save(TOKEN)
    assert SECRET not in f"{raised.value!r}{raised.value.__cause__!r}{raised.value.__context__!r}"


def test_an_entry_of_something_else_is_rejected_and_unchanged() -> None:
    backend = InMemory()
    backend.set_password("anaplan-client", "prod", SECRET)
    store = use(backend)
    for call in (store.load, lambda: store.save(TOKEN)):
        with pytest.raises(TokenStoreError, match="the entry prod of the keyring must have the tokens") as raised:
            call()
        assert SECRET not in str(raised.value)
    assert backend.get_password("anaplan-client", "prod") == SECRET


def test_a_name_is_needed() -> None:
    with pytest.raises(ValueError, match="name must have at least 1 character"):
        KeyringTokenStore("")


def test_the_extras_are_named_where_they_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setitem(sys.modules, "filelock", None)
    with pytest.raises(ImportError, match=r"anaplan-client\[keyring\]"):
        KeyringTokenStore()
    with pytest.raises(ImportError, match=r"anaplan-client\[oauth\]"):
        OAuth("c", store=FileTokenStore("tokens.json"))
    OAuth("c")  # in memory, no extra is needed


def test_a_deleted_entry_is_gone() -> None:
    backend = InMemory()
    store = use(backend)
    store.delete()
    store.save(TOKEN)
    write_entry("prod/password", "canary")
    store.delete()
    assert backend.entries == {("anaplan-client", "prod/password"): "canary"}
    assert [delete_entry("prod/password"), delete_entry("prod/password")] == [True, False]
    keyring.set_keyring(Hanging())
    with pytest.raises(TokenStoreError, match="did not respond within"):
        delete_entry("prod/password", timeout=0.01)
    with pytest.raises(TokenStoreError, match="did not respond within"):
        write_entry("prod/password", "canary", timeout=0.01)


def test_something_else_is_not_deleted() -> None:
    backend = InMemory()
    store = use(backend)
    backend.entries["anaplan-client", "prod"] = "something else"
    with pytest.raises(TokenStoreError):
        store.delete()
    assert backend.entries
