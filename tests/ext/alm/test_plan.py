"""Plans, approvals and decisions of promotions, without a server."""

import errno
import hashlib
import json
import re
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from anaplan_client.alm.models import Revision
from anaplan_ext import (
    ApprovalError,
    Change,
    ModelPlace,
    MovedTarget,
    Plan,
    PlanError,
    PlanLockedError,
    PlannedTarget,
    PlanVersionError,
    RevisionInfo,
    RiskError,
    TargetResult,
    WorkspaceRoom,
)
from anaplan_ext.alm import approval, line_file
from anaplan_ext.alm.apply import ApplyOptions, SyncJob, check_risks, decide
from anaplan_ext.alm.graph import write_mermaid, write_svg
from anaplan_ext.alm.journal import JournalState, find_journal, lock_journal, read_state
from anaplan_ext.alm.line_file import lock_lines
from anaplan_ext.alm.lineage import oldest_first, revisions_after, steps_to, user_names

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
MODEL = ModelPlace(model_id="M1", name="Prod", state="PRODUCTION", workspace_id="w", workspace="Planning")


def revision(number: int) -> RevisionInfo:
    return RevisionInfo(id=f"R{number}", name=f"Release {number}", created_on=NOON, created_by="Ada")


def plan(*targets: PlannedTarget) -> Plan:
    return Plan(source=MODEL, revision=revision(3), targets=targets)


TARGET = PlannedTarget(model=MODEL, revision=revision(1), steps=(revision(2), revision(3)), report_sha256="00")

TEXTS = st.text(max_size=20)
CHANGES = st.builds(
    Change,
    kind=st.sampled_from(("list", "module", "line item", "role")),
    action=st.sampled_from(("added", "changed", "deleted", "moved")),
    name=TEXTS,
    module=TEXTS,
    old=st.dictionaries(TEXTS, TEXTS, max_size=2),
    new=st.dictionaries(TEXTS, TEXTS, max_size=2),
    detail=TEXTS,
    position=TEXTS,
)
ROOM = st.builds(WorkspaceRoom, current_size=st.integers(0, 2**50), size_allowance=st.integers(0, 2**50))
MODELS = st.builds(
    ModelPlace,
    model_id=TEXTS,
    name=TEXTS,
    state=st.none() | TEXTS,
    workspace_id=st.none() | TEXTS,
    workspace=st.none() | TEXTS,
    room=st.none() | ROOM,
)
REVISIONS = st.builds(
    RevisionInfo,
    id=TEXTS,
    name=TEXTS,
    description=st.none() | TEXTS,
    created_on=st.none() | st.datetimes(timezones=st.just(UTC)),
    applied_on=st.none() | st.datetimes(timezones=st.just(UTC)),
    applied_by=st.none() | TEXTS,
)
TARGETS = st.builds(
    PlannedTarget,
    model=MODELS,
    revision=st.none() | REVISIONS,
    steps=st.lists(REVISIONS, max_size=3).map(tuple),
    problem=st.sampled_from((None, "diverged", "locked")),
    warnings=st.lists(TEXTS, max_size=2).map(tuple),
    counts=st.dictionaries(TEXTS, st.dictionaries(TEXTS, st.integers(0, 9), max_size=2), max_size=2),
    changes=st.lists(CHANGES, max_size=3).map(tuple),
    report_sha256=st.none() | TEXTS,
)


DISTINCT_TARGETS = st.lists(TARGETS, max_size=3, unique_by=lambda target: target.model.model_id)
# A plan has hundreds of values, which take long to draw.
FEW = settings(max_examples=60)


@FEW
@given(MODELS, REVISIONS, DISTINCT_TARGETS)
def test_a_plan_comes_back_from_its_document(
    source: ModelPlace, goal: RevisionInfo, targets: list[PlannedTarget]
) -> None:
    written = Plan(source=source, revision=goal, targets=tuple(targets))
    read = Plan.from_json(written.to_json())
    assert (read.source, read.revision, read.targets) == (source, goal, tuple(targets))
    assert read == written
    assert hash(read) == hash(written)
    assert read.to_json() == written.to_json()
    assert len(read.to_rows()) == sum(len(target.changes) for target in targets)


@FEW
@given(MODELS, REVISIONS, DISTINCT_TARGETS)
def test_reports_show_every_plan(source: ModelPlace, goal: RevisionInfo, targets: list[PlannedTarget]) -> None:
    shown = Plan(source=source, revision=goal, targets=tuple(targets))
    different = {target.changes for target in targets if target.problem is None}
    rows = sum(map(len, different)) + sum(len(target.changes) for target in targets if target.problem is not None)
    assert shown.to_html().count('<tr class="change') == rows
    assert shown.to_markdown().count("\n- `") >= rows
    ElementTree.fromstring(write_svg(shown.to_dict()))
    assert len(re.findall(r" --- r\d+m\d+| ---\|", write_mermaid(shown.to_dict()))) == len(targets) + 1


def test_a_lone_surrogate_in_a_name_is_written_as_json_can() -> None:
    written = plan(evolve(TARGET, changes=(Change(kind="list", action="added", name="\ud800x"),)))
    assert Plan.from_json(written.to_json()).targets[0].changes[0].name == "\ud800x"


def test_fields_of_a_later_minor_version_are_kept() -> None:
    document = plan(TARGET).to_dict() | {"format_version": "1.7", "signature": {"by": "Ada"}}
    data = json.dumps(document).encode()
    read = Plan.from_json(data)
    assert read.targets == (TARGET,)
    assert read.to_dict()["signature"] == {"by": "Ada"}
    assert read.to_json() == data
    assert read.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("version", ["2.0", "0.9", "10.0", "x", ""])
def test_another_major_version_is_rejected(version: str) -> None:
    with pytest.raises(PlanVersionError, match=r"must have format_version 1\.0"):
        Plan.from_json(json.dumps(plan(TARGET).to_dict() | {"format_version": version}))


DAMAGED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff",
    b"{}",
    b'{"format_version": 1}',
    b'{"format_version": "1.0"}',
    b'{"format_version": "1.0", "source": [], "targets": []}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("data", DAMAGED, ids=range(len(DAMAGED)))
def test_what_is_no_plan_is_rejected(data: bytes) -> None:
    with pytest.raises(PlanError, match="the plan must be"):
        Plan.from_json(data)


FIELDS = [
    ("problem", "tired"),
    ("steps", None),
    ("steps", [{"id": 1}]),
    ("changes", [{"kind": "list", "action": "burnt", "name": "x"}]),
    ("changes", [1]),
    ("counts", {"lists": {"created": "many"}}),
    ("model_id", None),
    ("revision", {"id": "R", "name": "R", "created_on": "yesterday"}),
]


@pytest.mark.parametrize(("name", "value"), FIELDS)
def test_a_damaged_target_is_rejected(name: str, value: object, tmp_path: Path) -> None:
    document = plan(TARGET).to_dict()
    document["targets"][0][name] = value  # type: ignore[index]
    path = tmp_path / "release.plan"
    path.write_text(json.dumps(document))
    with pytest.raises(PlanError, match=r"release\.plan must be a plan"):
        Plan.load(path)


def test_a_plan_must_be_saved_before_it_is_approved(tmp_path: Path) -> None:
    unsaved = plan(TARGET)
    assert unsaved.approvals() == []
    with pytest.raises(PlanError, match="must be saved first"):
        unsaved.approve("ada@example.com")
    unsaved.save(tmp_path / "release.plan")
    for approver in ("", "  "):
        with pytest.raises(ValueError, match="approver must not be empty"):
            unsaved.approve(approver)
    with pytest.raises(TypeError):
        unsaved.approve(None)  # type: ignore[arg-type]
    unsaved.approve("ada@example.com")
    file = tmp_path / "release.plan.approvals"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".*"))
    assert unsaved.sha256 == hashlib.sha256((tmp_path / "release.plan").read_bytes()).hexdigest()


def approved(tmp_path: Path) -> tuple[Plan, Path]:
    saved = plan(TARGET)
    saved.save(tmp_path / "release.plan")
    for approver in ("ada@example.com", "sam@example.com", "kim@example.com"):
        saved.approve(approver, "fine\nwith me ✓")
    return saved, tmp_path / "release.plan.approvals"


TAMPERINGS = [
    lambda lines: [lines[0].replace(b"ada@", b"eva@"), *lines[1:]],
    lambda lines: [lines[0].replace(b"fine", b"poor"), *lines[1:]],
    lambda lines: [lines[0].replace(b'"at": "2', b'"at": "3'), *lines[1:]],
    lambda lines: lines[1:],
    lambda lines: [lines[0], lines[2]],
    lambda lines: [lines[1], lines[0], lines[2]],
    lambda lines: [lines[0], *lines],
    lambda lines: [b"{}", *lines],
    lambda lines: [b"null", *lines],
    lambda lines: [b"", *lines],
]


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=range(len(TAMPERINGS)))
def test_changed_approvals_are_rejected(tmp_path: Path, tamper: object) -> None:
    saved, file = approved(tmp_path)
    assert [one.approver[:3] for one in saved.approvals()] == ["ada", "sam", "kim"]
    lines = file.read_bytes().splitlines()
    file.write_bytes(b"".join(line + b"\n" for line in tamper(lines)))  # type: ignore[operator]
    with pytest.raises(PlanError):
        saved.approvals()
    with pytest.raises(PlanError):
        saved.approve("lee@example.com")


def test_the_last_approval_may_be_torn_but_not_used(tmp_path: Path) -> None:
    saved, file = approved(tmp_path)
    file.write_bytes(file.read_bytes()[:-5])
    assert len(saved.approvals()) == 2
    saved.approve("lee@example.com")
    assert [one.approver[:3] for one in saved.approvals()] == ["ada", "sam", "lee"]


@pytest.mark.parametrize(
    ("suffix", "reason"),
    [("approvals", r"after its approval \(by ada"), ("journal", "journal must belong to the plan")],
)
def test_a_plan_does_not_replace_one_that_was_approved_or_applied(tmp_path: Path, suffix: str, reason: str) -> None:
    saved, approvals = approved(tmp_path)
    file = tmp_path / "release.plan"
    if suffix == "journal":
        approvals.unlink()
        find_journal(file, saved.sha256, resume=False).start()
    before = file.read_bytes()
    other = plan(TARGET, evolve(TARGET, model=evolve(MODEL, model_id="M2")))
    with pytest.raises(PlanError, match=rf"release\.plan must be another file.*{reason}"):
        other.save(file)
    assert (file.read_bytes(), other.path) == (before, None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["release.plan", f"release.plan.{suffix}"]
    assert saved.save(file) == file  # the same plan again
    other.save(tmp_path / "other.plan")


def test_people_may_approve_at_the_same_time(tmp_path: Path) -> None:
    saved = plan(TARGET)
    path = saved.save(tmp_path / "release.plan")
    people = [f"person {number}" for number in range(20)]
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(lambda person: Plan.load(path).approve(person), people))
    assert sorted(one.approver for one in saved.approvals()) == sorted(people)


def test_an_approval_waits_for_another_one_and_gives_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved, file = approved(tmp_path)
    monkeypatch.setattr(approval, "LOCK_TIMEOUT_SECONDS", 0.0)
    with lock_lines(file, ""), pytest.raises(PlanLockedError, match=r"release\.plan\.approvals\); approve again"):
        saved.approve("lee@example.com")
    assert saved.approve("lee@example.com") in saved.approvals()


def test_a_file_system_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(line_file, "try_lock", refuse)
    with (
        pytest.raises(OSError, match=r"it cannot be locked: No locks available.*release\.plan\.journal"),
        lock_journal(tmp_path / "release.plan"),
    ):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_no_link_is_followed_to_a_journal(tmp_path: Path) -> None:
    (tmp_path / "release.plan.journal").symlink_to(tmp_path / "precious")
    with pytest.raises(OSError), lock_journal(tmp_path / "release.plan"):  # noqa: PT011 - systems name it differently
        pass
    assert not (tmp_path / "precious").exists()


def test_approvals_of_another_plan_do_not_count(tmp_path: Path) -> None:
    saved, file = approved(tmp_path)
    other = plan(evolve(TARGET, warnings=("new",)))
    other.save(tmp_path / "other.plan")
    file.rename(tmp_path / "other.plan.approvals")
    with pytest.raises(ApprovalError, match="must not be changed after its approval"):
        other.approvals()
    assert saved.approvals() == []


def wire(number: int, applied: datetime | None = NOON) -> Revision:
    return Revision(id=f"R{number}", name=f"Release {number}", applied_on=applied)


def test_revisions_are_ordered_by_their_application_and_then_as_anaplan_lists_them() -> None:
    later = NOON.replace(hour=13)
    assert [entry.id for entry in oldest_first([wire(3), wire(2), wire(1)])] == ["R1", "R2", "R3"]
    assert [entry.id for entry in oldest_first([wire(1, later), wire(3), wire(2)])] == ["R2", "R3", "R1"]
    assert [entry.id for entry in oldest_first([wire(1), wire(3, later), wire(2)])] == ["R2", "R1", "R3"]
    assert [entry.id for entry in oldest_first([wire(3, None), wire(1, later), wire(2)])] == ["R2", "R1", "R3"]
    assert oldest_first([]) == []


HISTORY = [revision(number) for number in range(1, 5)]


@pytest.mark.parametrize(
    ("start", "goal", "steps"),
    [
        ("R1", "R4", ["R2", "R3", "R4"]),
        ("R3", "R4", ["R4"]),
        ("R2", "R3", ["R3"]),
        ("R4", "R4", []),
        ("R1", "R1", []),
        ("R4", "R1", None),
        ("X", "R4", None),
        ("R1", "X", None),
    ],
)
def test_the_steps_between_two_revisions(start: str, goal: str, steps: list[str] | None) -> None:
    found = steps_to(HISTORY, start, goal)
    assert (None if found is None else [step.id for step in found]) == steps


def test_the_revisions_after_one() -> None:
    assert revisions_after(HISTORY, "R4") == []
    assert revisions_after(HISTORY, "R2") == HISTORY[2:]
    assert revisions_after(HISTORY, "X") is None


def test_users_are_named_by_name_or_email() -> None:
    users = [("1", "Ada", "Builder", "a@x"), ("2", None, None, "b@x"), ("3", "", None, None), ("4", None, "Lee", "")]
    assert user_names(users) == {"1": "Ada Builder", "2": "b@x", "4": "Lee"}


DONE = PlannedTarget(model=MODEL, revision=revision(3))
BLOCKED = PlannedTarget(model=MODEL, revision=revision(9), problem="diverged", detail="why")
STARTED = JournalState(started=frozenset(["M1"]))
STEPPING = JournalState(started=frozenset(["M1"]), stepping=frozenset(["M1"]))
FINISHED = JournalState(started=frozenset(["M1"]), done=frozenset(["M1"]))
FRESH = JournalState()


@pytest.mark.parametrize(
    ("target", "latest", "state", "decision"),
    [
        (TARGET, 1, FRESH, ["R2", "R3"]),
        (TARGET, 1, STARTED, ["R2", "R3"]),
        (TARGET, 1, STEPPING, ["R2", "R3"]),
        (TARGET, 2, STEPPING, ["R3"]),
        (TARGET, 2, STARTED, "moved"),
        (TARGET, 2, FRESH, "moved"),
        (TARGET, 3, FRESH, "already"),
        (TARGET, 3, STEPPING, "already"),
        (TARGET, 4, FRESH, "moved"),
        (TARGET, 4, STEPPING, "moved"),
        (TARGET, None, FRESH, "moved"),
        (TARGET, 4, FINISHED, "already"),
        (DONE, 3, FRESH, "already"),
        (DONE, 4, FRESH, "moved"),
        (DONE, None, FRESH, "moved"),
        (BLOCKED, 9, FRESH, "blocked"),
        (BLOCKED, 1, FRESH, "blocked"),
    ],
)
def test_what_is_done_with_a_target(
    target: PlannedTarget, latest: int | None, state: JournalState, decision: object
) -> None:
    made = decide(target, None if latest is None else wire(latest), state)
    if isinstance(made, SyncJob):
        assert [step.id for step in made.steps] == decision
        assert made.is_resumed is (state is not FRESH)
        assert made.is_stepwise is (state is STEPPING)
    elif isinstance(made, TargetResult):
        assert made.outcome == decision
    else:
        assert isinstance(made, MovedTarget)
        assert decision == "moved"


DELETED = Change(kind="list", action="deleted", name="Old")
FORMULA = Change(kind="line item", action="changed", module="M", name="F", old={"Formula": "A"}, new={"Formula": "B"})
RISKY = plan(evolve(TARGET, changes=(DELETED, FORMULA, DELETED)), evolve(TARGET, changes=(FORMULA,)))


@pytest.mark.parametrize(
    ("approved", "missing"),
    [
        ([], ("list Old", "line item M · F")),
        (["list Old"], ("line item M · F",)),
        (["deletes data"], ("line item M · F",)),
        (["changes formula"], ("list Old",)),
        (["changes formula", "list Old"], ()),
        (["deletes data", "changes formula"], ()),
        (["line item M · F", "list Old", "deletes data"], ()),
    ],
)
def test_every_risk_is_approved_by_name_or_kind(approved: list[str], missing: tuple[str, ...]) -> None:
    assert [str(risk) for risk in RISKY.risks] == ["list Old: deletes data", "line item M · F: changes formula"]
    assert len(RISKY.targets[0].risks) == 2
    if not missing:
        check_risks(RISKY, approved)
        return
    with pytest.raises(RiskError) as caught:
        check_risks(RISKY, approved)
    assert caught.value.risks == missing


OPTIONS: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"parallel": 0}, ValueError),
    ({"parallel": 51}, ValueError),
    ({"parallel": 1.5}, TypeError),
    ({"parallel": None}, TypeError),
    ({"parallel": True}, TypeError),
    ({"require_approvals": -1}, ValueError),
    ({"require_approvals": None}, TypeError),
    ({"timeout": -1}, ValueError),
    ({"approve_risks": "deletes data"}, TypeError),
    ({"approve_risks": None}, TypeError),
    ({"approve_risks": [1]}, TypeError),
    ({"offline": "yes"}, TypeError),
    ({"resume": None}, TypeError),
]


@pytest.mark.parametrize(("options", "error"), OPTIONS, ids=str)
def test_wrong_options_are_rejected(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        ApplyOptions(**options)


def test_the_journal_tells_what_was_left() -> None:
    events = [
        ("starting", "A"),
        ("started", "B"),
        ("stepping", "C"),
        ("offline", "D"),
        ("offline", "E"),
        ("online", "E"),
        ("offline", "F"),
        ("online", "F"),
        ("offline", "F"),
        ("done", "G"),
        ("failed", "H"),
        ("a later kind", "I"),
    ]
    state = read_state([{"event": event, "model_id": model} for event, model in events])
    assert state.started == {"A", "B", "C"}
    assert state.stepping == {"C"}
    assert state.offline == ("D", "F")
    assert state.done == {"G"}
