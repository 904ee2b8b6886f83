"""Signing in for later commands: passwords, certificates, the keyring, and the file of profiles."""

import io
import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.fail
import pytest
from hypothesis import given
from hypothesis import strategies as st

import anaplan_ext
from anaplan_client.core import AnaplanError
from anaplan_ext import Client
from anaplan_ext.cli.profile_file import Value, change_profile, edit_profile
from anaplan_ext.emulator import Emulator
from anaplan_ext.emulator.state.oauth import DEVICE_CLIENT_ID

from ..auth.test_credentials import PASSWORD, Identity
from .conftest import Run
from .keyrings import InMemoryKeyring


@pytest.fixture
def entries() -> Iterator[dict[tuple[str, str], str]]:
    """The entries of a keyring."""
    before, own = keyring.get_keyring(), InMemoryKeyring()
    keyring.set_keyring(own)
    yield own.entries
    keyring.set_keyring(before)


@pytest.fixture
def path(environment: dict[str, str], tmp_path: Path) -> Path:
    """The file of profiles of a user whose environment has no sign-in. It does not exist yet."""
    environment["XDG_CONFIG_HOME"] = str(tmp_path)
    for name in ("USER", "PASSWORD", "MODEL"):
        del environment[f"ANAPLAN_{name}"]
    return tmp_path / "anaplan" / "config.toml"


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def profile(path: Path, name: str = "prod") -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(path.read_text())["profile"][name]
    return table


LOGIN = ("auth", "login", "-p", "prod", "--user", "ada@example.com", "--password-stdin")


def test_a_password_is_kept_in_the_keyring_once_it_is_accepted(
    anaplan: Run,
    path: Path,
    entries: dict[tuple[str, str], str],
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    type_in(monkeypatch, "wrong\n")
    assert anaplan(*LOGIN).code == 4
    assert (path.exists(), entries) == (False, {})
    type_in(monkeypatch, f"{emulator.password}\n")
    assert "ada@example.com" in anaplan(*LOGIN).out
    assert entries == {("anaplan-client", "prod/password"): emulator.password}
    assert profile(path) == {"user": "ada@example.com", "keyring": True, "base_url": emulator.url}
    assert path.stat().st_mode & 0o777 == 0o600 or os.name != "posix"
    # Later commands, and the library, sign in by it.
    assert "Planning Dev" in anaplan("models", "list", "-p", "prod", ANAPLAN_BASE_URL="").out
    with Client.from_profile("prod", path=path) as client:
        assert client.whoami().email == "ada@example.com"
    # Signing out leaves the settings, and what is left needs a password again.
    assert "deleted: password in the keyring" in anaplan("auth", "logout", "-p", "prod").err
    assert entries == {}
    assert profile(path)["user"] == "ada@example.com"
    assert anaplan("models", "list", "-p", "prod").code == 2
    assert "has no tokens and no secrets" in anaplan("auth", "logout", "-p", "prod").err
    # The user is known now.
    type_in(monkeypatch, f"{emulator.password}\n")
    assert anaplan("auth", "login", "-p", "prod", "--password-stdin").code == 0


def test_a_password_is_kept_in_the_file_on_request(
    anaplan: Run, path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, entries: dict[tuple[str, str], str]
) -> None:
    type_in(monkeypatch, f"{emulator.password}\n")
    keyring.set_keyring(keyring.backends.fail.Keyring())  # there is none, as on a server
    ran = anaplan(*LOGIN)
    assert (ran.code, "--store file" in ran.err, path.exists()) == (2, True, False)
    type_in(monkeypatch, f"{emulator.password}\n")
    assert anaplan(*LOGIN, "--store", "file").code == 0
    assert profile(path)["password"] == emulator.password
    assert anaplan("auth", "status", "-p", "prod").code == 0
    assert "deleted: password in " in anaplan("auth", "logout", "-p", "prod").err
    assert emulator.password not in path.read_text().replace("base_url", "")
    assert anaplan("auth", "status", "-p", "prod").code == 2


def test_a_certificate_is_kept_as_paths(
    anaplan: Run,
    path: Path,
    emulator: Emulator,
    entries: dict[tuple[str, str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    identity = Identity()
    (tmp_path / "load.pem").write_bytes(identity.certificate)
    (tmp_path / "load.key").write_bytes(identity.plain)
    (tmp_path / "secret.key").write_bytes(identity.encrypted)
    emulator.trust(identity.certificate)
    words = ("auth", "login", "-p", "nightly", "--certificate", "load.pem")
    assert anaplan(*words).code == 2
    assert anaplan(*words, "--private-key", "load.key").code == 0
    assert profile(path, "nightly")["private_key"] == str(tmp_path / "load.key")
    assert entries == {}
    assert "ada@example.com" in anaplan("auth", "status", "-p", "nightly").out
    words = (*words, "--private-key", "secret.key")
    assert anaplan(*words).code == 2  # it needs its password
    type_in(monkeypatch, f"{PASSWORD}\n")
    assert anaplan(*words, "--password-stdin").code == 0
    assert entries == {("anaplan-client", "nightly/private_key_password"): PASSWORD}
    assert "ada@example.com" in anaplan("auth", "status", "-p", "nightly").out
    assert "private_key_password in the keyring" in anaplan("auth", "logout", "-p", "nightly").err
    assert entries == {}


def test_another_sign_in_takes_the_place_of_the_one_before(
    anaplan: Run, path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    path.write_text('# of the team\n[profile.prod]\ntoken = "old"  # short\nmodel = "Planning Dev"\n')
    path.chmod(0o600)
    type_in(monkeypatch, f"{emulator.password}\n")
    assert anaplan(*LOGIN, "--store", "file").code == 0
    assert path.read_text().startswith("# of the team\n[profile.prod]\nmodel")
    assert "token" not in profile(path)


def test_nothing_is_prompted_without_a_terminal(anaplan: Run, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for words, message in {
        (): "--user is required",
        ("--user", "ada@example.com"): "--password-stdin",
        ("--user", "ada@example.com", "--password-stdin"): "at least 1 character",
        ("--browser",): "need a client of OAuth",
        ("--device", "--user", "ada@example.com"): "exclude passwords",
    }.items():
        type_in(monkeypatch, "\n")
        ran = anaplan("auth", "login", "-p", "prod", *words)
        assert (ran.code, message in ran.err) == (2, True), ran.err
    assert "a profile is required" in anaplan("auth", "logout").err
    assert not path.exists()


def test_the_tokens_of_oauth_are_deleted(
    anaplan: Run, path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.oauth.interval = 0
    assert anaplan("config", "set", "oauth_client_id", DEVICE_CLIENT_ID, "-p", "prod").code == 0
    monkeypatch.setattr(
        anaplan_ext, "print_device_code", lambda code: emulator.approve_device(code.user_code), raising=False
    )
    assert anaplan("auth", "login", "-p", "prod").code == 0
    tokens = path.parent / "tokens" / "prod.json"
    assert tokens.exists()
    assert anaplan("auth", "token", "-p", "prod").out.strip() == json.loads(tokens.read_text())["access_token"]
    assert anaplan("auth", "logout", "-p", "prod", "--dry-run").code == 0
    assert tokens.exists()
    assert "deleted: tokens in " in anaplan("auth", "logout", "-p", "prod").err
    assert not tokens.exists()
    assert anaplan("auth", "status", "-p", "prod").code == 4


def test_settings_are_read_and_written(anaplan: Run, path: Path) -> None:
    for key, value in {"region": "eu3", "retries": "3", "keyring": "true", "certificate": "load.pem"}.items():
        assert anaplan("config", "set", key, value, "-p", "prod").code == 0
    assert profile(path) == {
        "region": "eu3",
        "retries": 3,
        "keyring": True,
        "certificate": str(Path("load.pem").absolute()),
    }
    assert anaplan("config", "get", "keyring", "-p", "prod").out == "true\n"
    rows = {row["key"]: row for row in json.loads(anaplan("config", "list", "-p", "prod", "-o", "json").out)}
    assert rows["retries"] == {"key": "retries", "value": "0", "source": "ANAPLAN_RETRIES"}
    assert rows["region"] == {"key": "region", "value": "eu3", "source": "profile prod"}
    assert json.loads(anaplan("config", "list", "--region", "us1", "-o", "json", ANAPLAN_BASE_URL="").out)[0] == {
        "key": "region",
        "value": "us1",
        "source": "--region",
    }
    assert anaplan("config", "unset", "region", "-p", "prod").code == 0
    assert "region" not in profile(path)
    before = path.read_text()
    for words in (
        *(
            ("set", "password", "canary"),
            ("set", "regionn", "eu3"),
            ("set", "timeout", "soon"),
            ("set", "keyring", "1"),
        ),
        *(("set", "region", ""), ("set", "private_key", "-----BEGIN canary"), ("get", "password"), ("get", "model")),
        *(("unset", "model"), ("get", "regionn")),
    ):
        ran = anaplan("config", *words, "-p", "prod")
        assert ran.code == 2, words
        assert "canary" not in ran.err
    assert anaplan("config", "set", "region", "eu3", "-p", "prod", "--dry-run").code == 0
    assert path.read_text() == before
    hidden = anaplan("config", "list", ANAPLAN_PASSWORD="canary", ANAPLAN_TOKEN="canary")
    assert "canary" not in hidden.out
    assert "password" in hidden.out


def test_a_file_that_cannot_be_changed_is_left_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    wrong = ('[profile.a]\nuser = "x', "profile = 1\n", '[profile.prod]\ncolor = "red"\n', '[profile.prod]\nuser=""\n')
    # Keys with dots, between which the other profile would come.
    dotted = 'profile.a.user = "x"\nprofile.a.region = "eu3"\n'
    for text in (*wrong, dotted):
        path.write_text(text)
        with pytest.raises(AnaplanError):
            change_profile(path, "prod", {"region": "eu3"})
        assert path.read_text() == text
    path.write_text('[profile.prod]\ntoken = "x"\n')
    path.chmod(0o644)
    if os.name == "posix":
        with pytest.raises(AnaplanError, match="chmod 600"):
            change_profile(path, "prod", {"region": "eu3"})
    assert sorted(file.name for file in path.parent.iterdir()) == ["config.toml"]


KEYS = st.sampled_from(["user", "region", "timeout", "keyring", "workspace"])
NAMES = st.text(min_size=1, max_size=8).filter(lambda name: name.isprintable())
VALUES: st.SearchStrategy[Value | None] = st.one_of(
    st.none(), st.booleans(), st.integers(0, 99), st.text(max_size=9).filter(str.isprintable)
)


@given(
    st.dictionaries(NAMES, st.dictionaries(KEYS, VALUES.filter(lambda value: value is not None))),
    NAMES,
    st.dictionaries(KEYS, VALUES),
)
def test_only_what_was_changed_differs(
    profiles: dict[str, dict[str, Value]], name: str, changes: dict[str, Value | None]
) -> None:
    text = "# kept\n"
    for other, values in profiles.items():
        text = edit_profile(text, other, values)
    edited = tomllib.loads(edit_profile(text, name, changes))
    table = {key: value for key, value in profiles.get(name, {}).items() if key not in changes}
    table |= {key: value for key, value in changes.items() if value is not None}
    assert edited == {"profile": {**profiles, name: table}}
    assert edit_profile(text, name, changes).startswith("# kept\n")


@pytest.mark.parametrize("key", ["password", "token", "private_key_password", "oauth_client_secret"])
def test_a_secret_of_the_file_is_never_printed(anaplan: Run, path: Path, key: str) -> None:
    path.parent.mkdir()
    path.write_text(f'[profile.prod]\nuser = "ada@example.com"\n{key} = "canary"\n')
    path.chmod(0o600)
    for words in (("get", key), ("list",), ("list", "-o", "json"), ("profiles",), ("check",)):
        ran = anaplan("config", *words, "-p", "prod", "--debug")
        assert "canary" not in ran.out + ran.err
    ran = anaplan("config", "get", key, "-p", "prod")
    assert (ran.code, "is secret" in ran.err) == (2, True)


def test_what_a_crash_left_behind_does_not_open_the_file(anaplan: Run, path: Path) -> None:
    path.parent.mkdir()
    left = path.with_name(f".{path.name}.new")
    left.write_text("left")
    left.chmod(0o644)
    assert anaplan("config", "set", "region", "eu3", "-p", "prod").code == 0
    assert (path.stat().st_mode & 0o777, left.exists()) == (0o600, False)


def test_the_folder_of_profiles_is_its_owners(anaplan: Run, path: Path) -> None:
    assert anaplan("config", "set", "region", "eu3", "-p", "prod").code == 0
    assert path.parent.stat().st_mode & 0o777 == 0o700
