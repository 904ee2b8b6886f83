"""Clients from the environment and from profiles: the order of sign-ins, and errors that name the key and no secret."""

import os
import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest

from anaplan_ext import (
    AsyncClient,
    Client,
    ConfigurationError,
    DeviceCode,
    FileTokenStore,
    KeyringTokenStore,
    MemoryTokenStore,
)
from anaplan_ext.client import configuration
from anaplan_ext.client.configuration import read_environment, read_profile
from anaplan_ext.client.configuration_keys import NUMBERS, TEXTS
from anaplan_ext.emulator import Emulator
from anaplan_ext.emulator.state.oauth import BROWSER_REDIRECT_URI, DEVICE_CLIENT_ID

from ...core.support import FACES
from ..auth.stores.test_keyring import Hanging, InMemory

CANARY = "canary-93bd"
PASSWORD = {"ANAPLAN_USER": "ada@example.com", "ANAPLAN_PASSWORD": CANARY}
CERTIFICATE = {"ANAPLAN_CERTIFICATE": "a.pem", "ANAPLAN_PRIVATE_KEY": "a.key"}
OAUTH = {"ANAPLAN_OAUTH_CLIENT_ID": DEVICE_CLIENT_ID}
posix = pytest.mark.skipif(os.name == "nt", reason="there are no modes")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty environment, whose files are in the folder of the test."""
    for name in list(os.environ):
        if name.startswith("ANAPLAN_"):
            monkeypatch.delenv(name)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path / "anaplan"


@pytest.fixture(autouse=True)
def restore() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def write(folder: Path, text: str, mode: int = 0o600) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "config.toml"
    file.write_text(text)
    file.chmod(mode)
    return file


def problem(call: Callable[[], object]) -> str:
    """The message of a `ConfigurationError`, which shows no secret, nor do its causes."""
    with pytest.raises(ConfigurationError) as raised:
        call()
    assert isinstance(raised.value, ValueError)
    assert CANARY not in "".join(traceback.format_exception(raised.value))
    return str(raised.value)


# The order of sign-ins


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"ANAPLAN_TOKEN": "t"}, "token"),
        (PASSWORD, "password"),
        (CERTIFICATE, "certificate"),
        (OAUTH, "oauth"),
        ({"ANAPLAN_TOKEN": "t", **PASSWORD, **CERTIFICATE, **OAUTH}, "token"),
        ({**PASSWORD, **CERTIFICATE, **OAUTH}, "password"),
        ({**CERTIFICATE, **OAUTH}, "certificate"),
        ({"ANAPLAN_TOKEN": "", **PASSWORD}, "password"),
        ({"ANAPLAN_USER": "", "ANAPLAN_PASSWORD": "", **OAUTH}, "oauth"),
    ],
)
def test_the_first_sign_in_that_is_there_is_used(environ: dict[str, str], way: str) -> None:
    assert read_environment(environ).way == way


def test_a_profile_comes_before_oauth_and_after_the_others(folder: Path) -> None:
    write(folder, f'[profile.prod]\nuser = "p"\npassword = "{CANARY}"\nregion = "eu3"\nworkspace = "w"\ntimeout = 5\n')
    named = {"ANAPLAN_PROFILE": "prod", "XDG_CONFIG_HOME": str(folder.parent), "APPDATA": str(folder.parent)}
    found = read_environment({**named, **OAUTH})
    assert (found.way, found.sign_in.text("user")) == ("password", "p")
    found = read_environment({**named, "ANAPLAN_TOKEN": "t", "ANAPLAN_REGION": "eu5", "ANAPLAN_RETRIES": "0"})
    assert found.way == "token"
    settings = {"region": "eu5", "workspace": "w", "timeout": 5, "retries": 0}
    assert dict(found.settings.values) == settings
    # Each of the two replaces the other.
    found = read_environment({**named, "ANAPLAN_BASE_URL": "http://localhost:1"})
    assert (found.settings.text("region"), found.settings.text("base_url")) == (None, "http://localhost:1")
    assert CANARY not in repr(found)


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({}, "no sign-in is set: set ANAPLAN_TOKEN, ANAPLAN_USER and ANAPLAN_PASSWORD, ANAPLAN_CERTIFICATE and ANA"),
        ({"ANAPLAN_PASWORD": CANARY}, "ANAPLAN_PASWORD: did you mean ANAPLAN_PASSWORD?"),
        ({"ANAPLAN_USER": "ada"}, "ANAPLAN_PASSWORD is missing, which ANAPLAN_USER needs"),
        ({"ANAPLAN_PASSWORD": CANARY}, "ANAPLAN_USER is missing"),
        ({"ANAPLAN_CERTIFICATE": "a.pem"}, "ANAPLAN_PRIVATE_KEY is missing"),
        ({"ANAPLAN_PRIVATE_KEY": CANARY}, "ANAPLAN_CERTIFICATE is missing"),
        ({"ANAPLAN_PRIVATE_KEY_PASSWORD": CANARY}, "no sign-in is set"),
        ({"ANAPLAN_OAUTH_REFRESH_TOKEN": CANARY}, "no sign-in is set"),
        ({**PASSWORD, "ANAPLAN_TIMEOUT": "soon"}, "ANAPLAN_TIMEOUT must be a number (got 'soon')"),
        ({**PASSWORD, "ANAPLAN_PROFILE": "prod"}, "config.toml does not exist"),
    ],
)
def test_what_is_missing_or_wrong_is_told_by_name(environ: dict[str, str], message: str) -> None:
    assert message in problem(lambda: read_environment(environ, Path("missing/config.toml")))


@pytest.mark.parametrize("face", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"ANAPLAN_RETRIES": "1.5"}, "ANAPLAN_RETRIES must be a whole number"),
        ({"ANAPLAN_CERTIFICATE_FORMAT": "v3"}, "ANAPLAN_CERTIFICATE_FORMAT must be v1 or v2"),
        ({"ANAPLAN_REGION": "mars"}, "region must be one of"),
        ({"ANAPLAN_TIMEOUT": "0"}, "timeout must be greater than 0"),
        ({"ANAPLAN_RATE_LIMIT": "-1"}, "per_second"),
    ],
)
def test_a_value_outside_its_range_is_rejected(face: Any, environ: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message) as raised:
        face.from_env(environ={**PASSWORD, **environ})
    assert CANARY not in str(raised.value)


# Profiles


def test_a_profile_is_read_with_paths_that_are_relative_to_its_file(folder: Path) -> None:
    keys = 'certificate = "a.pem"\nprivate_key = "~/a.key"\nregion = "eu3"\nrate_limit = 5\n'
    file = write(folder, f"[profile.prod]\n{keys}", 0o644)
    found = read_profile("prod", file)
    assert found.way == "certificate"
    assert found.sign_in.text("certificate") == str(folder / "a.pem")
    assert found.sign_in.text("private_key") == str(Path("~/a.key").expanduser())
    assert (found.settings.text("region"), found.settings.number("rate_limit")) == ("eu3", 5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must have a profile prod; it has none"),
        ("[profile.test]\n[profile.dev]", "must have a profile prod; it has dev, test"),
        ("profile = 3", "profile in .* must be a table"),
        ("[profile]\nprod = 3", "profile prod in .* must be a table"),
        ("[profile.prod]\n", r"must have one way to sign in: token, user and password.*\(got 0\)"),
        ('[profile.prod]\ntoken = "a"\nuser = "b"\npassword = "c"', r"one way to sign in: token, user and .*got 2"),
        ('[profile.prod]\nuser = "b"', "password of profile prod in .* is missing, which user needs"),
        ('[profile.prod]\npaswd = "CANARY"', "paswd of profile prod in .* is unknown; did you mean password"),
        ('[profile.prod]\ncolor = "CANARY"', "color of profile prod in .* is unknown; use base_url, ca_bundle"),
        ('[profile.prod]\npassword = ["CANARY"]', r"password of profile prod in .* must be text .*\(got list\)"),
        ('[profile.prod]\npassword = ""', "password of profile prod in .* must be text that is not empty"),
        ('[profile.prod]\ntimeout = "CANARY"', r"timeout of profile prod in .* must be a number \(got str\)"),
        ("[profile.prod]\ntimeout = true", r"timeout of profile prod in .* must be a number \(got bool\)"),
        ("[profile.prod]\nkeyring = 1", "keyring of profile prod in .* must be true or false"),
        ('[profile.prod]\npassword = "CANARY\n', r"must be TOML \(at line 2, column"),
        ('password = CANARY"\n', r"must be TOML \(at line 1, column"),
        ("a = 1\na = 'CANARY'\n", "must be TOML"),
    ],
)
def test_a_wrong_profile_is_told_by_key_and_file(text: str, message: str, folder: Path) -> None:
    file = write(folder, text.replace("CANARY", CANARY))
    told = problem(lambda: Client.from_profile("prod"))
    assert str(file) in told
    assert re.search(message, told), told


def test_a_file_that_is_no_text_or_not_there_is_told(folder: Path) -> None:
    assert "config.toml does not exist" in problem(lambda: Client.from_profile("prod"))
    file = write(folder, "")
    file.write_bytes(b"\xff\xfe")
    assert "must be text in UTF-8" in problem(lambda: Client.from_profile("prod"))
    assert "cannot be read" in problem(lambda: Client.from_profile("prod", path=folder))


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o660])
@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("password", 'user = "a"\npassword = "{0}"'),
        ("token", 'token = "{0}"'),
        ("private_key", 'certificate = "a.pem"\nprivate_key = "-----BEGIN PRIVATE KEY----- {0}"'),
        ("private_key_password", 'certificate = "a.pem"\nprivate_key = "a.key"\nprivate_key_password = "{0}"'),
        ("oauth_client_secret", 'oauth_client_id = "c"\noauth_client_secret = "{0}"'),
        ("oauth_refresh_token", 'oauth_client_id = "c"\noauth_refresh_token = "{0}"'),
    ],
)
def test_a_file_with_a_secret_that_others_can_read_is_rejected(key: str, text: str, mode: int, folder: Path) -> None:
    file = write(folder, f"[profile.prod]\n{text.format(CANARY)}\n", mode)
    told = problem(lambda: read_profile("prod", file))
    assert f"as it has {key} of profile prod (got mode {mode:04o}); run chmod 600 {file}" in told
    file.chmod(0o600)
    assert read_profile("prod", file).sign_in.text(key)


def test_secrets_may_be_in_the_keyring(folder: Path) -> None:
    file = write(folder, '[profile.prod]\nuser = "ada"\nkeyring = true\n', 0o644)
    backend = InMemory()
    keyring.set_keyring(backend)
    assert "password of profile prod" in problem(lambda: read_profile("prod", file))
    backend.set_password("anaplan-client", "prod/password", CANARY)
    found = read_profile("prod", file)
    assert found.sign_in.text("password") == CANARY
    assert CANARY not in repr(found)


def test_a_dead_keyring_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration.read_entry, "__defaults__", (0.05,))
    file = write(folder, '[profile.prod]\nuser = "ada"\nkeyring = true\n')
    backend = Hanging()
    keyring.set_keyring(backend)
    told = problem(lambda: read_profile("prod", file))
    assert "password of profile prod" in told
    assert "did not respond within 0.05 s" in told
    backend.released.set()


# Clients


async def send(face: str, client: Any) -> None:
    if face == "async":
        await client.list_workspaces()
        await client.aclose()
    else:
        client.list_workspaces()
        client.close()


@pytest.mark.parametrize("kind", FACES)
async def test_a_client_of_the_environment_signs_in(
    kind: str, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANAPLAN_USER", emulator.user_email)
    monkeypatch.setenv("ANAPLAN_PASSWORD", emulator.password)
    monkeypatch.setenv("ANAPLAN_BASE_URL", emulator.url)
    monkeypatch.setenv("ANAPLAN_WORKSPACE", emulator.workspace_id)
    monkeypatch.setenv("ANAPLAN_MODEL", emulator.development_model_id)
    client = (AsyncClient if kind == "async" else Client).from_env()
    assert (client.workspace_id, client.model_id) == (emulator.workspace_id, emulator.development_model_id)
    await send(kind, client)
    assert emulator.count("POST", "/token/authenticate") == 1


@pytest.mark.parametrize("kind", FACES)
async def test_a_client_of_a_profile_signs_in(kind: str, emulator: Emulator, folder: Path) -> None:
    write(
        folder,
        f'[profile.default]\nuser = "{emulator.user_email}"\npassword = "{emulator.password}"\n'
        f'base_url = "{emulator.url}"\nretries = 0\nrate_limit = 100\ntimeout = 60\n',
    )
    client = (AsyncClient if kind == "async" else Client).from_profile()
    assert client._session.policy.retry.count == 0
    assert client._session.policy.limiter is not None
    await send(kind, client)
    assert emulator.count("POST", "/token/authenticate") == 1


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize("rate", ["", "20"])
async def test_a_rate_limit_is_shared_where_the_environment_says(
    kind: str, rate: str, emulator: Emulator, tmp_path: Path
) -> None:
    environ = {
        "ANAPLAN_USER": emulator.user_email,
        "ANAPLAN_PASSWORD": emulator.password,
        "ANAPLAN_BASE_URL": emulator.url,
        "ANAPLAN_RATE_LIMIT": rate,
        "ANAPLAN_RATE_LIMIT_SHARED": f"file:{tmp_path / 'limit'}",
    }
    client = (AsyncClient if kind == "async" else Client).from_env(environ=environ)
    limiter = client._session.policy.limiter
    assert limiter is not None
    assert limiter._limit.per_second == float(rate or 10)
    assert not (tmp_path / "limit").exists()
    await send(kind, client)
    assert (tmp_path / "limit").exists()


@pytest.mark.parametrize("kind", FACES)
async def test_a_profile_with_oauth_keeps_its_tokens_in_a_file(kind: str, emulator: Emulator, folder: Path) -> None:
    emulator.oauth.interval = 0
    write(folder, f'[profile.prod]\noauth_client_id = "{DEVICE_CLIENT_ID}"\nbase_url = "{emulator.url}"\n', 0o644)
    make: Any = AsyncClient if kind == "async" else Client

    def approve(code: DeviceCode) -> None:
        emulator.approve_device(code.user_code)

    await send(kind, make.from_profile("prod", on_device_code=approve))
    assert FileTokenStore(folder / "tokens" / "prod.json").load() is not None
    # The next program needs no user, nor does one that gets the same file from the environment.
    await send(kind, make.from_profile("prod"))
    environ = {**OAUTH, "ANAPLAN_BASE_URL": emulator.url, "ANAPLAN_TOKEN_FILE": str(folder / "tokens" / "prod.json")}
    await send(kind, make.from_env(environ=environ))
    assert emulator.count("POST", "/oauth/token") == 1


def test_where_tokens_are_kept(folder: Path) -> None:
    def store(**given: str) -> Any:
        environ = {**OAUTH, **{f"ANAPLAN_{key.upper()}": value for key, value in given.items()}}
        return configuration.build_oauth(read_environment(environ), None, None, None).store

    assert store().path == folder / "tokens" / f"{DEVICE_CLIENT_ID}.json"
    assert store(oauth_client_id="../../a b").path == folder / "tokens" / "_.._a_b.json"
    assert store(token_file="/a/b.json").path == Path("/a/b.json")
    keyring.set_keyring(InMemory())
    assert isinstance(store(token_store="keyring"), KeyringTokenStore)
    assert "ANAPLAN_TOKEN_STORE must be file or keyring" in problem(lambda: store(token_store="cloud"))
    assert "ANAPLAN_TOKEN_FILE must be omitted" in problem(lambda: store(token_store="keyring", token_file="a"))
    own = MemoryTokenStore()
    assert configuration.build_oauth(read_environment(OAUTH), own, None, None).store is own


def test_a_browser_needs_the_redirect_that_is_registered() -> None:
    told = problem(lambda: Client.from_env(environ=OAUTH, get_redirect=lambda _: ""))
    assert "ANAPLAN_OAUTH_REDIRECT_URI is needed" in told
    environ = {**OAUTH, "ANAPLAN_OAUTH_REDIRECT_URI": BROWSER_REDIRECT_URI}
    Client.from_env(environ=environ, get_redirect=lambda _: "").close()
    Client.from_env(environ=environ).close()


def test_every_key_is_documented() -> None:
    # Of the long docstrings, one names each variable, and the guide names each key.
    text = (Client.from_env.__doc__ or "") + (Path(__file__).parents[3] / "docs" / "authentication.md").read_text()
    assert [key for key in (*TEXTS, *NUMBERS) if f"ANAPLAN_{key.upper()}" not in text and f"`{key}`" not in text] == []
