"""`anaplan alm status|plan|show|approve|apply|changelog|history`: what they print, and their exit codes."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.transport import clock

from ..alm.promotion_tenant import ADA, DAY, SOURCE, START, model_id, promotion_tenant, revision_id, syncs
from .conftest import Ran, Run

GOLDEN = Path(__file__).parent / "golden"
FILE = """
source = "Planning Dev"
[stage.test]
targets = ["Prod 1"]
[stage.production]
targets = ["Prod *"]
except = ["Prod 1"]
approvals = 1
"""
APPLY = ("alm", "apply", "release.plan", "--yes", "--approve-risk", "deletes data", "--approve-risk", "changes formula")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Five production models of one release, one of which has diverged since, and two newer revisions."""
    with Emulator(tenant=promotion_tenant(5, revisions=1)) as emulator:
        source = emulator.model(SOURCE)
        source.add_module("Flights", line_items=["Scheduled", "Actual", "Distance"])
        source.add_line_item("Flights", "Departure delay", formula="IF Scheduled > 0 THEN Actual - Scheduled ELSE 0")
        release = source.record_revision(revision_id(2), "2026.10.2", user_id=ADA.id, at=START + 2 * DAY)
        for number in range(1, 6):
            target = emulator.model(model_id(number))
            target.apply_revision(release, user_id=ADA.id, at=START + 3 * DAY, method="Revision synchronized")
        hotfix = emulator.model(model_id(5))
        hotfix.add_list("Hotfix")
        hotfix.record_revision("F" * 32, "Hotfix 7", user_id=ADA.id, at=START + 9 * DAY)
        source.add_list("Aircraft types")
        source.record_revision(revision_id(3), "2026.11.1", user_id=ADA.id, at=START + 4 * DAY)
        formula = "IF ISBLANK(Scheduled) THEN BLANK ELSE Actual - Scheduled"
        source.change("lineItems", "Departure delay", module="Flights", properties={"Formula": formula})
        source.remove("lineItems", "Distance", module="Flights")
        at = START + 8 * DAY
        source.record_revision(revision_id(4), "2026.11.2", user_id=ADA.id, at=at, description="fortnightly")
        yield emulator


def synced(emulator: Emulator) -> dict[str, int]:
    """Return how often each target was synchronized since."""
    return {name: count - 1 for name, count in syncs(emulator).items()}


@pytest.fixture
def promote(anaplan: Run, environment: dict[str, str], emulator: Emulator) -> Run:
    """The command line in a folder with a `promotion.toml`."""
    del environment["ANAPLAN_MODEL"]
    Path("promotion.toml").write_text(FILE)
    return anaplan


def plan(promote: Run, *words: str) -> Ran:
    return promote("alm", "plan", "--stage", "production", "--revision", "2026.11.2", "--out", "release.plan", *words)


def rows(ran: Ran) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ran.out)
    return found


def test_the_status_names_each_target_of_each_stage(promote: Run) -> None:
    ran = promote("alm", "status", "-o", "json")
    assert ran.code == 0
    assert [(row["stage"], row["model"], row["behind"]) for row in rows(ran)] == [
        ("test", "Prod 1", 2),
        ("production", "Prod 2", 2),
        ("production", "Prod 3", 2),
        ("production", "Prod 4", 2),
        ("production", "Prod 5", None),
    ]
    assert "not in the history" in rows(ran)[-1]["problem"]
    assert promote("alm", "status", "--exit-code").code == 10
    assert promote("alm", "status", "--stage", "test").out.splitlines()[1].split()[:3] == ["test", "Prod", "1"]
    assert len(rows(promote("alm", "status", "--target", "prod ?", "-o", "json"))) == 5


def test_a_plan_is_printed_for_people_and_as_its_document(promote: Run, emulator: Emulator) -> None:
    before = synced(emulator)
    ran = plan(promote)
    assert ran.code == 10
    assert ran.out == (GOLDEN / "plan.txt").read_text(encoding="utf-8")
    again = promote("alm", "show", "release.plan")
    assert (again.code, again.out) == (0, ran.out)
    assert "… and 1 more" in promote("alm", "show", "release.plan", "--limit", "2").out
    document = json.loads(promote("alm", "show", "release.plan", "-o", "json").out)
    saved = json.loads(Path("release.plan").read_text(encoding="utf-8"))
    assert {key: document[key] for key in saved} == saved
    assert synced(emulator) == before
    # Planning again gives the same bytes.
    content = Path("release.plan").read_bytes()
    assert plan(promote, "-o", "json").code == 10
    assert Path("release.plan").read_bytes() == content


def test_reports_and_graphs_are_written(promote: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("--report", "html:plan.html", "--report", "markdown:plan.md")
    assert plan(promote, *words).code == 10
    for name, start in (("plan.html", "<!doctype html>"), ("plan.md", "# ")):
        text = Path(name).read_text(encoding="utf-8")
        assert text.lower().startswith(start)
        assert "Departure delay" in text
        Path(name).unlink()
    assert promote("alm", "show", "release.plan", *words).code == 0
    assert Path("plan.html").exists()
    assert promote("alm", "status", "--graph", "svg:graph.svg", "--graph", "mermaid:graph.mmd").code == 0
    assert "<svg" in Path("graph.svg").read_text(encoding="utf-8")
    assert "Prod 2" in Path("graph.mmd").read_text(encoding="utf-8")
    for word in ("pdf:x", "html:", "html:none/plan.html", "html:."):
        assert promote("alm", "show", "release.plan", "--report", word).code == 2
    monkeypatch.setattr("anaplan_ext.cli.promotions.find_spec", lambda name: None)
    ran = promote("alm", "show", "release.plan", *words)
    assert (ran.code, "anaplan-client[reports]" in ran.err) == (2, True)


def test_a_plan_is_approved_and_applied_once(promote: Run, emulator: Emulator) -> None:
    assert plan(promote).code == 10
    ran = promote(*APPLY, "--stage", "production")
    assert (ran.code, "alm approve" in ran.err) == (2, True)
    ran = promote("alm", "approve", "release.plan", "--comment", "as discussed", "-o", "json")
    assert (ran.code, json.loads(ran.out)["approver"]) == (0, "ada@example.com")
    assert re.search(r"approved by ada@example.com .* as discussed\n", promote("alm", "show", "release.plan").out)
    ran = promote("alm", "apply", "release.plan", "--stage", "production", "--yes")
    assert (ran.code, "--approve-risk 'line item Flights · Distance'" in ran.err) == (2, True), ran.err
    assert set(synced(emulator).values()) == {0}
    ran = promote(*APPLY, "--stage", "production", "-o", "json")
    # The one that has diverged is not on the revision.
    assert (ran.code, {row["name"]: row["outcome"] for row in rows(ran)}) == (
        11,
        {"Prod 2": "synced", "Prod 3": "synced", "Prod 4": "synced", "Prod 5": "blocked"},
    )
    assert "Prod 2 is on '2026.11.2'" in ran.err
    assert promote(*APPLY).code == 2  # it was applied before
    assert {row["outcome"] for row in rows(promote(*APPLY, "--resume", "-o", "json"))} == {"already", "blocked"}
    assert synced(emulator) == {"Prod 1": 0, "Prod 2": 1, "Prod 3": 1, "Prod 4": 1, "Prod 5": 0}
    assert [row["behind"] for row in rows(promote("alm", "status", "-o", "json"))] == [2, 0, 0, 0, None]


def test_a_target_that_has_moved_makes_the_plan_stale(promote: Run, emulator: Emulator) -> None:
    assert plan(promote).code == 10
    moved = emulator.model(model_id(3))
    moved.apply_revision(
        emulator.model(SOURCE).revisions[2].revision, user_id=ADA.id, at=START + 9 * DAY, method="Revision synchronized"
    )
    before = synced(emulator)
    ran = promote(*APPLY, "-o", "json")
    error = json.loads(ran.err.splitlines()[-1])["error"]
    assert (ran.code, error["type"], error["hint"]) == (8, "PlanStaleError", "plan again: anaplan alm plan")
    assert "Prod 3" in error["message"]
    assert synced(emulator) == before


def test_a_target_that_fails_does_not_stop_the_others(promote: Run, emulator: Emulator) -> None:
    assert plan(promote).code == 10
    emulator.inject(Fault(method="POST", path=f"/models/{model_id(3)}/alm/syncTasks", status=423, message="Locked"))
    ran = promote(*APPLY, "-o", "json")
    assert (ran.code, {row["name"]: row["outcome"] for row in rows(ran)}) == (
        11,
        {"Prod 2": "synced", "Prod 3": "failed", "Prod 4": "synced", "Prod 5": "blocked"},
    )
    assert "--resume" in ran.err
    assert promote(*APPLY, "--resume").code == 11  # the blocked one
    assert synced(emulator) == {"Prod 1": 0, "Prod 2": 1, "Prod 3": 1, "Prod 4": 1, "Prod 5": 0}


def test_nothing_to_do_is_a_success(promote: Run) -> None:
    words = ("alm", "plan", "--stage", "test", "--out", "release.plan", "--revision")
    assert promote(*words, "2026.10.2").code == 0
    assert "is on 2026.10.2 already" in promote("alm", "show", "release.plan").out
    assert promote(*APPLY[:4]).code == 0
    # All targets of a stage.
    assert promote("alm", "plan", "--stage", "test", "--out", "release.plan").code == 10
    assert promote(*APPLY, "--stage", "test").code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("status --stage prod", "there is no stage 'prod'"),
        ("status --stage test --target x", "exclude each other"),
        ("status -f none.toml", "none.toml"),
        ("status --target Nobody", "'Nobody'"),
        ("plan --stage test --revision none", "none"),
        ("show none.plan", "none.plan"),
        ("show promotion.toml", "must be a JSON document"),
        ("apply none.plan --yes", "none.plan"),
        ("apply release.plan", "--yes"),
        ("apply release.plan --yes --parallel x", "--parallel must be"),
        ("apply release.plan --yes --parallel 0", "parallel"),
        ("apply release.plan --yes --approve-risk none", "approve_risks must name risks"),
        ("apply release.plan --yes --require-approvals 1", "approvals"),
        ("apply release.plan --yes --stage test", "must be a plan for stage test"),
        ("changelog -m Planning~Dev --since none", "none"),
    ],
)
def test_a_wrong_promotion_changes_nothing(promote: Run, emulator: Emulator, words: str, message: str) -> None:
    assert plan(promote).code == 10
    ran = promote("alm", *(word.replace("~", " ") for word in words.split()))
    assert ran.code in (2, 5)
    assert message in ran.err
    assert set(synced(emulator).values()) == {0}


def test_a_stage_is_applied_in_its_window(promote: Run, emulator: Emulator) -> None:
    now = datetime.now(UTC)
    closed, opened = now + timedelta(hours=6), now - timedelta(hours=6)
    for start, code in ((closed, 2), (opened, 11)):
        end = start + timedelta(hours=12 if code == 11 else 1)
        window = f'window = {{from = "{start:%H:%M}", to = "{end:%H:%M}", timezone = "UTC"}}\n'
        Path("promotion.toml").write_text(FILE.replace("approvals = 1\n", window))
        assert plan(promote).code == 10
        ran = promote(*APPLY, "--stage", "production")
        assert (ran.code, "pass --ignore-window" in ran.err) == (code, code == 2), ran.err


def test_a_closed_window_can_be_ignored(promote: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    window = 'window = {from = "09:00", to = "10:00", timezone = "UTC"}\n'
    Path("promotion.toml").write_text(FILE.replace("approvals = 1\n", window))
    assert plan(promote).code == 10
    at = datetime(2026, 11, 28, 12, tzinfo=UTC)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "utc_now", lambda: at)
        assert promote(*APPLY, "--stage", "production").code == 2
    assert promote(*APPLY, "--stage", "production", "--ignore-window").code == 11


def test_auditors_read_what_changed(promote: Run) -> None:
    log = rows(promote("alm", "changelog", "--since", "R1", "-m", "Planning Dev", "-o", "json"))
    assert list(dict.fromkeys(row["revision"] for row in log)) == ["2026.10.2", "2026.11.1", "2026.11.2"]
    assert (log[-1]["action"], log[-1]["name"], log[-1]["risks"]) == ("deleted", "Distance", ["deletes data"])
    assert log[-1]["description"] == "fortnightly"
    history = rows(promote("alm", "history", "-m", "Prod 2", "-o", "json"))
    assert [(row["name"], row["method"], row["applied_by"]) for row in history] == [
        ("R1", "Model copied", "Ada Builder"),
        ("2026.10.2", "Revision synchronized", "Ada Builder"),
    ]


def test_ctrl_c_says_how_to_continue(promote: Run, environment: dict[str, str], emulator: Emulator) -> None:
    assert plan(promote).code == 10
    emulator.task_seconds = 3600
    words = [sys.executable, "-m", "anaplan_ext.cli", *APPLY]
    child = subprocess.Popen(
        words, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stderr is not None
    while "syncs to" not in child.stderr.readline():
        assert child.poll() is None
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "continue: anaplan alm apply release.plan --resume" in err
    assert "Traceback" not in err
