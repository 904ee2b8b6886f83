"""`python -m anaplan_ext.drift`: its requests, files and exit codes."""

import json
from pathlib import Path

import pytest

from anaplan_ext.drift.__main__ import main
from anaplan_ext.emulator import Emulator, Fault


def drifting(body: dict[str, dict[str, object]]) -> object:
    body["user"]["nickname"] = "canary"
    return body


@pytest.fixture
def options(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("ANAPLAN_PASSWORD", emulator.password)
    return ["--url", emulator.url, "--user", emulator.user_email, "--max-per-kind", "1"]


def test_a_clean_tenant(emulator: Emulator, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*options, "--fail-on-drift", "--skip", "integration.get_view_data"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("No drift in ")
    assert "integration.get_view_data" in err.partition("Skipped by option")[2]
    changing = {f"{sent.method} {sent.path}" for sent in emulator.exchanges if sent.method != "GET"}
    assert changing == {"POST /token/authenticate"}


def test_drift_is_written_in_the_format_of_the_file(
    emulator: Emulator, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = Fault(path="/users/me$", kind="changed", change=drifting, times=None)
    emulator.inject(fault)
    for name, start in (("drift.json", "{"), ("drift.md", "# Drift"), ("drift.txt", "integration.get_current_user: ")):
        assert main([*options, "--fail-on-drift", "--output", str(tmp_path / name), "--patch", str(tmp_path)]) == 1
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    (finding,) = json.loads((tmp_path / "drift.json").read_text(encoding="utf-8"))["findings"]
    assert (finding["where"], finding["seen"]) == ("/user/nickname", "a text of 6 characters")
    overlay = json.loads((tmp_path / "anaplan_integration.overlay.yaml").read_text(encoding="utf-8"))
    assert overlay["overlay"] == "1.0.0"
    assert [action["target"] for action in overlay["actions"]] == ["$.components.schemas.User.properties"]
    assert main(options) == 0
    written = "".join(file.read_text(encoding="utf-8") for file in tmp_path.iterdir()) + "".join(capsys.readouterr())
    assert "canary" not in written
    assert emulator.password not in written


def test_a_walk_without_a_valid_token_fails(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANAPLAN_TOKEN", "canary")
    assert main(["--url", emulator.url]) == 2
    error = capsys.readouterr().err
    assert "AuthenticationError" in error
    assert "canary" not in error
