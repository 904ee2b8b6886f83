"""Signing in from the command line: variables, profiles, and OAuth."""

import io
import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

import anaplan_ext
from anaplan_ext.emulator import Emulator
from anaplan_ext.emulator.state.oauth import DEVICE_CLIENT_ID

from .conftest import Run


@pytest.fixture
def profiles(tmp_path: Path, environment: dict[str, str], emulator: Emulator) -> Path:
    """A file of profiles, which the environment points to."""
    environment["XDG_CONFIG_HOME"] = str(tmp_path)
    for name in ("USER", "PASSWORD", "MODEL", "BASE_URL"):
        del environment[f"ANAPLAN_{name}"]
    path = tmp_path / "anaplan" / "config.toml"
    path.parent.mkdir()
    path.write_text(
        f"""
        [profile.prod]
        user = "{emulator.user_email}"
        password = "{emulator.password}"
        base_url = "{emulator.url}"
        workspace = "Planning"
        model = "Planning Prod"

        [profile.oauth]
        oauth_client_id = "{DEVICE_CLIENT_ID}"
        base_url = "{emulator.url}"
        token_file = "tokens.json"
        """
    )
    path.chmod(0o600)
    return path


def test_a_profile_signs_in_and_names_the_model(anaplan: Run, profiles: Path) -> None:
    assert "ada@example.com" in anaplan("auth", "status", "-p", "prod").out
    assert anaplan("alm", "revisions", "list", "--columns", "name", ANAPLAN_PROFILE="prod").out.split() == [
        *("NAME", "Initial", "model")
    ]
    # An option counts before the profile.
    assert "Aircraft types" in anaplan("alm", "revisions", "list", "-p", "prod", "-m", "Planning Dev").out


def test_profiles_are_listed_without_secrets(anaplan: Run, profiles: Path, emulator: Emulator) -> None:
    assert anaplan("config", "path").out == f"{profiles}\n"
    rows = json.loads(anaplan("config", "profiles", "-o", "json").out)
    assert [(row["name"], row["sign_in"], row["model"]) for row in rows] == [
        ("prod", "password", "Planning Prod"),
        ("oauth", "oauth", None),
    ]
    assert anaplan("config", "check", "-p", "prod").code == 0
    profiles.unlink()
    assert json.loads(anaplan("config", "profiles", "-o", "json").out) == []


def test_a_wrong_profile_is_an_error_that_names_it(anaplan: Run, profiles: Path) -> None:
    ran = anaplan("auth", "status", "-p", "production")
    assert (ran.code, "must have a profile production; it has oauth, prod" in ran.err) == (2, True)
    ran = anaplan("auth", "status")
    assert (ran.code, "no sign-in is set" in ran.err) == (2, True)
    profiles.chmod(0o644)
    ran = anaplan("auth", "status", "-p", "prod")
    assert (ran.code, "chmod 600" in ran.err) == (2 if os.name == "posix" else 0, os.name == "posix")


def test_a_token_comes_from_standard_input(
    anaplan: Run, profiles: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = httpx.post(f"{emulator.url}/token/authenticate", auth=(emulator.user_email, emulator.password))
    token = created.json()["tokenInfo"]["tokenValue"]
    for text, code in ((f"{token}\n", 0), ("", 2), ("wrong\n", 4)):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        assert anaplan("auth", "status", "--token-stdin", "--base-url", emulator.url).code == code


def test_oauth_signs_in_once_for_all_later_commands(
    anaplan: Run, profiles: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.oauth.interval = 0
    ran = anaplan("auth", "status", "-p", "oauth")
    assert (ran.code, "sign in" in ran.err) == (4, True)

    def approve(code: Any) -> None:
        emulator.approve_device(code.user_code)

    monkeypatch.setattr(anaplan_ext, "print_device_code", approve, raising=False)
    assert "ada@example.com" in anaplan("auth", "login", "-p", "oauth").out
    assert (profiles.parent / "tokens.json").stat().st_mode & 0o077 == 0
    ran = anaplan("auth", "status", "-p", "oauth", "--debug")
    assert "ada@example.com" in ran.out
    tokens = json.loads((profiles.parent / "tokens.json").read_text())
    assert all(str(secret) not in ran.out + ran.err for name, secret in tokens.items() if name.endswith("_token"))


@pytest.mark.parametrize("text", ["", "\n", "  \n"])
def test_standard_input_without_a_token_is_rejected_before_a_request(
    anaplan: Run, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    ran = anaplan("models", "list", "--token-stdin")
    assert (ran.code, "standard input has no token" in ran.err) == (2, True)
    assert not emulator.exchanges


def test_an_empty_option_counts_before_a_variable(anaplan: Run) -> None:
    assert anaplan("models", "list", ANAPLAN_PROXY="http://127.0.0.1:1").code == 75
    assert anaplan("models", "list", "--proxy", "", ANAPLAN_PROXY="http://127.0.0.1:1").code == 0


@pytest.mark.parametrize("option", ["--certificate", "--private-key"])
def test_a_certificate_needs_its_key(anaplan: Run, emulator: Emulator, option: str) -> None:
    ran = anaplan("auth", "login", "-p", "prod", option, "file.pem", ANAPLAN_USER="", ANAPLAN_PASSWORD="")
    assert (ran.code, "--certificate and --private-key must both be given" in ran.err) == (2, True)
    assert not emulator.exchanges
