"""`python -m generator diff`: against a git revision and a folder, in each format, and what it leaves behind."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import generator.__main__
from generator.__main__ import main
from generator.diff import changes
from generator.diff.compare import compare_python, read_earlier
from generator.diff.generated_files import compare_generated_files
from generator.diff.trees import PARTS, UnknownVersionError, open_earlier
from generator.spec import document

from ..conftest import contents

SPEC = "openapi/anaplan_good.yaml"
MODEL = "anaplan_client/good/models/box.py"
Change = Callable[[Path, str, str], None]


def git(root: Path, *arguments: str) -> str:
    identity = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com"}
    identity |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com"}
    command = ["git", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false", *arguments]
    done = subprocess.run(command, cwd=root, env={**os.environ, **identity}, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def committed(generated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = shutil.copytree(generated, tmp_path_factory.mktemp("repository") / "tree")
    git(root, "init", "--quiet")
    git(root, "add", "-A")
    git(root, "commit", "--quiet", "-m", "First")
    git(root, "tag", "v1")
    return root


@pytest.fixture
def repository(committed: Path, tmp_path: Path) -> Path:
    """The small project, generated, committed and tagged, to be changed."""
    return shutil.copytree(committed, tmp_path / "repository")


@pytest.fixture
def nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go; to be empty in the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("reference", ["HEAD", "main", "{commit}"])
def test_a_version_is_found_by_any_of_its_names(reference: str, committed: Path, nothing_is_left: Path) -> None:
    reference = reference.format(commit=git(committed, "rev-parse", "--short", "HEAD").strip())
    with open_earlier(committed, reference) as earlier:
        for part in PARTS:
            assert contents(earlier / part) == contents(committed / part)
    assert list(nothing_is_left.iterdir()) == []


@pytest.mark.parametrize("reference", ["v1", "{folder}"])
def test_it_compares_with_a_version_or_a_folder_and_leaves_nothing_behind(
    reference: str,
    repository: Path,
    generated: Path,
    nothing_is_left: Path,
    change: Change,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change(repository / SPEC, "enum: [RED, BLUE]", "enum: [RED, BLUE, GREEN]")
    status = git(repository, "status", "--porcelain")
    before = contents(repository)
    reference = reference.format(folder=generated)
    assert main(["diff", reference, "--root", str(repository)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"Compared with {reference}: 0 breaking, 1 risky, 2 safe.\n")
    assert "`good.models.Color` may be `GREEN`" in out
    assert "[response-value-added] openapi/anaplan_good.yaml:" in out
    assert "`anaplan_client.good.models.Color.GREEN` is new." in out
    assert "Each of them is made of something that changed; nothing else moved." in out
    assert "The tree is not as generated" in out
    assert err == ""
    assert contents(repository) == before
    assert git(repository, "status", "--porcelain") == status
    assert git(repository, "worktree", "list").count("\n") == 1
    assert list(nothing_is_left.iterdir()) == []


def test_a_new_api_is_told_and_breaks_nothing(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(repository / SPEC, repository / "openapi/anaplan_lids.yaml")
    assert main(["diff", "v1", "--root", str(repository), "--fail-on", "risky"]) == 0
    out = capsys.readouterr().out
    assert "The API `lids` is new." in out
    assert "`anaplan_client.lids` is new." in out


def test_nothing_changed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "v1", "--root", str(repository), "--fail-on", "risky"]) == 0
    out = capsys.readouterr().out
    assert re.fullmatch(r"Compared with v1: nothing changed for users\.\n\n0 of \d+ generated files changed\.\n", out)


@pytest.mark.usefixtures("unverified")
def test_prose_and_order_change_files_but_nothing_for_users(
    repository: Path, change: Change, capsys: pytest.CaptureFixture[str]
) -> None:
    change(repository / SPEC, "summary: Make a box.", "summary: Make one more box.")
    change(repository / SPEC, "enum: [RED, BLUE]", "enum: [BLUE, RED]")
    change(repository / SPEC, "        red: {value: {color: RED}}", "        crimson: {value: {color: RED}}")
    assert main(["--root", str(repository)]) == 0
    capsys.readouterr()
    assert main(["diff", "v1", "--root", str(repository), "--fail-on", "risky"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Compared with v1: nothing changed for users.\n")
    assert out.endswith("Each of them is made of something that changed; nothing else moved.\n")


def test_a_file_that_moves_without_a_reason_is_named(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As after a change of a template: what was committed is not what is generated."""
    path = repository / MODEL
    path.write_text(path.read_text(encoding="utf-8").replace('"""A box."""', '"""A box, once."""'), encoding="utf-8")
    git(repository, "commit", "--quiet", "-am", "Second")
    assert main(["diff", "HEAD", "--root", str(repository)]) == 0
    out = capsys.readouterr().out
    assert f"the generator did it:\n  {MODEL}\n" in out


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("enum: [RED, BLUE]", "enum: [RED, BLUE, GREEN]", {None: 0, "breaking": 0, "risky": 1}),
        ("operationId: create_box", "operationId: make_box", {None: 0, "breaking": 1, "risky": 1}),
    ],
)
def test_it_fails_on_what_it_is_told_to(
    old: str,
    new: str,
    codes: dict[str | None, int],
    repository: Path,
    change: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change(repository / SPEC, old, new)
    monkeypatch.setattr(generator.__main__, "diff", cache(generator.__main__.diff))
    for limit, code in codes.items():
        options = ["--fail-on", limit] if limit else []
        assert main(["diff", "v1", "--root", str(repository), *options]) == code


@pytest.mark.usefixtures("unverified")
def test_json_markdown_and_changelog_say_the_same(
    repository: Path, change: Change, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(repository / SPEC, "operationId: create_box", "operationId: make_box")
    change(repository / SPEC, "schema: {type: integer, minimum: 1}", "schema: {type: integer, minimum: 0}")
    assert main(["--root", str(repository)]) == 0
    session = repository / "anaplan_ext/auth/_async/session.py"
    session.write_text(session.read_text(encoding="utf-8") + "\n# A remark.\n", encoding="utf-8")
    assert main(["--root", str(repository)]) == 0
    capsys.readouterr()

    assert main(["diff", "v1", "--root", str(repository), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["compared_with"] == "v1"
    assert found["tree_is_as_generated"] is True
    assert found["generated_files"]["unexpected"] == []
    assert found["counts"] == {"breaking": 2, "risky": 0, "safe": 2}
    (first, *_) = [item for item in found["changes"] if item["half"] == "specification"]
    assert (first["rule"], first["severity"], first["subject"]) == ("operation-renamed", "breaking", "good.make_box")
    told = "Call `good.make_box` instead of `good.create_box`; the request is the same."
    assert first["migration"] == told
    line = next(
        number
        for number, text in enumerate((repository / SPEC).read_text(encoding="utf-8").splitlines(), 1)
        if "post: # create" in text
    )
    assert first["where"] == f"{SPEC}:{line}"

    fragment = tmp_path / "changes.md"
    arguments = ["--format", "markdown", "--changelog", str(fragment)]
    assert main(["diff", "v1", "--root", str(repository), *arguments]) == 0
    out = capsys.readouterr().out
    assert f"| breaking | {told} | `operation-renamed` | {SPEC}:{line} |\n" in out
    # What the Python surface of the API says again is left out.
    assert fragment.read_text(encoding="utf-8") == (
        f"## Changes since v1\n\n### Breaking\n\n- {told}\n\n### Also new\n\n"
        "- `limit` of `good.list_boxes` has wider limits: minimum 0 instead of minimum 1.\n"
    )


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("v2", "v2 is neither a folder nor a git revision"),
        ("--output=x", "--output=x is neither a folder nor a git revision"),
        ("{empty}", "{empty} has no folder openapi"),
        ("start", "start has no folder openapi"),
    ],
)
def test_what_cannot_be_compared_with_is_refused(
    reference: str, message: str, repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    tree = git(repository, "hash-object", "-t", "tree", "-w", os.devnull).strip()
    git(repository, "tag", "start", git(repository, "commit-tree", tree, "-m", "Start").strip())
    assert main(["diff", "--root", str(repository), "--", reference.format(empty=empty)]) == 2
    assert capsys.readouterr() == ("", message.format(empty=empty) + "\n")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("operationId: create_box", "operationId: createBox", ""),
        ("      x-anaplan-role: Workspace Administrator\n", "", ""),
        ("  - url: https://api.anaplan.com/2/0\n    x-anaplan-host: api\n", "  []\n", ""),
        ("schema: {type: integer, minimum: 1}", "schema: {type: [integer, 'null']}", ""),
        ("schema: {type: integer, minimum: 1}", "schema: {}", ""),
        ("      schema: {type: integer, minimum: 1}\n", "", ""),
        ("      operationId: create_box\n", "", "operationId is missing"),
        ('"#/components/parameters/Limit"', '"#/components/parameters/Nope"', "$ref must lead to a place in this file"),
        (
            "    Limit:\n",
            "    Limit:\n      $ref: '#/components/parameters/Limit'\n",
            "$ref must lead to something else",
        ),
        ("openapi: 3.0.3", "openapi: [3", "not YAML"),
        ("paths:\n", "paths: []\nx-paths:\n", "is not of type 'object'"),
        ('        "204": {description: Put.}', '        "204":', "is not of type 'object'"),
    ],
)
def test_an_earlier_version_need_not_follow_todays_rules(
    old: str, new: str, message: str, generated: Path, tmp_path: Path
) -> None:
    """It is compared all the same, or the message says why it cannot be."""
    text = (generated / SPEC).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "openapi").mkdir()
    (tmp_path / SPEC).write_text(text.replace(old, new, 1), encoding="utf-8")
    present = [document.load(generated / SPEC, generated)]
    if message:
        with pytest.raises(UnknownVersionError, match=f"v0 cannot be compared: {SPEC}:[0-9]+: .*{re.escape(message)}"):
            read_earlier(tmp_path, "v0")
        return
    earlier = read_earlier(tmp_path, "v0")
    assert changes.compare(earlier, present) != []
    assert compare_generated_files(generated, generated, earlier, present).total > 0


def test_a_version_of_another_layout_or_with_broken_python_is_refused(generated: Path, tmp_path: Path) -> None:
    (tmp_path / "openapi").mkdir()
    with pytest.raises(UnknownVersionError, match=r"v0 has no specification openapi/anaplan_\*\.yaml"):
        read_earlier(tmp_path, "v0")
    (tmp_path / "anaplan_client").mkdir()
    (tmp_path / "anaplan_client/__init__.py").write_text("def (", encoding="utf-8")
    with pytest.raises(UnknownVersionError, match=r"v0 cannot be compared: anaplan_client/__init__\.py is not Python"):
        compare_python(tmp_path, generated, "v0")


def test_a_specification_that_breaks_a_rule_is_told_and_not_compared(
    repository: Path, change: Change, capsys: pytest.CaptureFixture[str]
) -> None:
    change(repository / SPEC, "operationId: create_box", "operationId: createBox")
    assert main(["diff", "v1", "--root", str(repository)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "[operation-id]" in err


def test_where_there_is_no_git_a_folder_still_does(
    repository: Path, generated: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(Path(os.devnull).parent / "nowhere"))
    assert main(["diff", "v1", "--root", str(repository)]) == 2
    assert capsys.readouterr().err == "git cannot be run: No such file or directory\n"
    assert main(["diff", str(generated), "--root", str(repository)]) == 0
