"""What is generated is put in place whole, and only if it works together with the hand-written code."""

import shutil
from pathlib import Path

import pytest

from generator import verify
from generator.__main__ import main

from .conftest import OPENAPI, ROOT, contents, copy_inputs

ALM = "openapi/anaplan_alm.yaml"
SPECIFICATION = "openapi/anaplan_good.yaml"
USER = "anaplan_ext/alm/_async/resource.py"
RENAMED = (
    ("operationId: set_online_status", "operationId: change_online_status"),
    ("name: sourceModelId\n", "name: fromModelId\n"),
    ('#/components/schemas/SyncTask"', '#/components/schemas/SyncJob"'),
    ("\n    SyncTask:\n", "\n    SyncJob:\n"),
)


def find_line(root: Path, name: str, text: str) -> int:
    return next(i for i, line in enumerate((root / name).read_text("utf-8").splitlines(), 1) if text in line)


@pytest.mark.slow
def test_a_change_that_hand_written_code_does_not_follow_is_refused_where_it_is_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the whole project: of an operation, a parameter and a schema."""
    tree = copy_inputs(tmp_path / "tree", *OPENAPI.glob("*.yaml"))
    for name in ("anaplan_client", "anaplan_ext"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tree / name, ignore=ignored, dirs_exist_ok=True)
    text = (tree / ALM).read_text("utf-8")
    for old, new in RENAMED:
        assert old in text
        text = text.replace(old, new)
    (tree / ALM).write_text(text, "utf-8")
    before = contents(tree)
    assert main(["--root", str(tree)]) == 2
    out, err = capsys.readouterr()
    lines = (tree / USER).read_text("utf-8").splitlines()
    for used in ("alm.set_online_status(", "source_model_id=source", "models.SyncTask"):
        uses = [number for number, line in enumerate(lines, 1) if used in line]
        assert uses
        assert all(f"{USER}:{number}: " in err for number in uses), err
    # The original is to be changed, not what is converted from it.
    assert "_sync/" not in err
    assert out == ""
    assert err.endswith("problem(s); nothing was changed\n")
    assert contents(tree) == before


@pytest.mark.parametrize(
    ("module", "code", "told"),
    [
        ("api/boxes/list_boxes.py", "def list_boxes(:\n", "invalid syntax"),
        ("api/boxes/list_boxes.py", "text = 'a\n", "unterminated string"),
        ("api/boxes/list_boxes.py", "text = '\0'\n", "null bytes"),
        ("api/boxes/list_boxes.py", "print('open)\n", "unterminated string"),
    ],
)
def test_what_is_not_python_is_told_of_its_operation(module: str, code: str, told: str, tree: Path) -> None:
    path = Path("anaplan_client/good") / module
    (tree / path).write_text(code, "utf-8")
    (problem,) = verify.find_syntax_errors(tree, tree, [path.parent])
    line = find_line(tree, SPECIFICATION, f"operationId: {path.stem}")
    assert (problem.file, problem.line, problem.rule) == (SPECIFICATION, line, "package")
    assert told in problem.message
    assert str(path) in problem.message


@pytest.mark.parametrize(
    ("module", "code", "told"),
    [
        ("models/box.py", "raise RuntimeError('no box')\n", "RuntimeError: no box"),
        ("models/box.py", "from .boxes_response import Nothing\n\nBox = Nothing\n", "cannot import name 'Nothing'"),
        ("models/box.py", "Box: int = ''\n", "Incompatible types in assignment"),
        ("models/box.py", "", "has no attribute 'Box'"),
    ],
    ids=["fails", "imports what is not there", "wrong type", "empty"],
)
def test_what_cannot_be_used_is_told_of_its_schema(
    module: str, code: str, told: str, tree: Path, tmp_path: Path
) -> None:
    built = shutil.copytree(tree, tmp_path / "built")
    folder = Path("anaplan_client/good")
    (built / folder / module).write_text(code, "utf-8")
    (tmp_path / "whole").mkdir()
    found = verify.verify(tree, built, [folder], tmp_path / "whole")
    assert any(told in problem.message for problem in found), found
    assert {(problem.file, problem.rule) for problem in found} == {(SPECIFICATION, "package")}
    assert all(problem.line > 1 for problem in found if "models/box.py" in problem.message)


@pytest.mark.usefixtures("unverified")
@pytest.mark.parametrize("after", range(5))
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError], ids=["Ctrl-C", "disk"])
def test_an_installation_that_stops_midway_leaves_the_tree_as_it_was(
    error: type[BaseException], after: int, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(sorted(contents(tree))):
        if "anaplan_client/good/" in name and number % 2:
            (tree / name).write_text("# by hand\n", "utf-8")
    (tree / "anaplan_client/good/aaa.py").write_text("# surplus\n", "utf-8")
    before = contents(tree)
    calls = 0
    replace = Path.replace

    def replace_some(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == after + 1:
            raise error
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replace_some)
    if error is KeyboardInterrupt:
        assert main(["--root", str(tree)]) == 2
    else:
        with pytest.raises(error):
            main(["--root", str(tree)])
    assert calls > after
    assert contents(tree) == before


def test_a_fresh_tree_is_not_verified_again(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(verify, "verify", fail)
    assert main(["--root", str(tree)]) == 0
    assert main(["--check", "--root", str(tree)]) == 0


def test_a_check_that_cannot_run_is_a_problem(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify.sys, "executable", shutil.which("false"))
    (tmp_path / "whole").mkdir()
    found = verify.verify(tree, tree, [Path("anaplan_client/good")], tmp_path / "whole")
    assert found
    assert all("failed" in problem.message for problem in found)
