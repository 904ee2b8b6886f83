"""Workspaces and models by the names that users give."""

from pathlib import Path

import pytest

from anaplan_ext.emulator import Emulator, Model, Workspace

from .conftest import Run

OTHER, SLASH = "D0E5A4B3C2D14F60A7B8C9D0E1F2A3AA", "D0E5A4B3C2D14F60A7B8C9D0E1F2A3BB"


@pytest.fixture(autouse=True)
def another_workspace(emulator: Emulator) -> None:
    """Add a workspace with a model of the same name, and one whose name has a slash."""
    models = [Model(id=OTHER, name="Planning Dev"), Model(id=SLASH, name="In/Out")]
    emulator.tenant.workspaces.append(Workspace(id="8a8b8c8d9e0000000000000000000b02", name="Sales", models=models))


@pytest.mark.parametrize(
    ("words", "model"),
    [
        ("-m|Sales/Planning Dev", OTHER),
        ("-w|sales|-m|planning dev", OTHER),
        ("-m|In/Out", SLASH),
        ("-m|Sales/In/Out", SLASH),
        (f"-m|{SLASH}", SLASH),
        ("-m|planning/PLANNING DEV", None),
    ],
)
def test_a_name_with_its_workspace_is_one_model(
    anaplan: Run, emulator: Emulator, words: str, model: str | None
) -> None:
    assert anaplan("files", "list", *words.split("|")).code == 0
    assert f"/models/{model or emulator.development_model_id}/files" in emulator.exchanges[-1].path


def test_a_name_in_two_workspaces_is_rejected(anaplan: Run) -> None:
    ran = anaplan("files", "list", "-m", "Planning Dev")
    assert (ran.code, OTHER in ran.err) == (5, True)


def test_the_workspace_of_the_environment_decides(anaplan: Run, tmp_path: Path, environment: dict[str, str]) -> None:
    assert anaplan("files", "list", ANAPLAN_WORKSPACE="Sales").code == 0
    config = tmp_path / "anaplan" / "config.toml"
    config.parent.mkdir()
    user, password = environment.pop("ANAPLAN_USER"), environment.pop("ANAPLAN_PASSWORD")
    config.write_text(f'[profile.sales]\nuser = "{user}"\npassword = "{password}"\nworkspace = "Sales"\n')
    config.chmod(0o600)
    assert anaplan("files", "list", "-p", "sales", XDG_CONFIG_HOME=str(tmp_path)).code == 0


def test_models_that_are_not_deleted_make_the_command_partial(anaplan: Run, emulator: Emulator) -> None:
    emulator.model(SLASH).is_open = False
    words = ("models", "delete", "In/Out", "Planning Dev", "-w", "Sales", "--yes")
    ran = anaplan(*words)
    assert (ran.code, f"not deleted: {OTHER}" in ran.err) == (11, True), ran.err
