"""The journal of a promotion: what was started and what ended, so that a killed run can be resumed."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from attrs import define, field, frozen

from ..transport import clock
from .line_file import append_line, cut_unfinished, lock_lines, next_to, read_lines
from .promotion_errors import PlanError

SUFFIX = "journal"
FORMAT_VERSION = "1.0"

Event: TypeAlias = Literal["offline", "starting", "stepping", "started", "done", "failed", "online"]


@frozen(kw_only=True)
class JournalState:
    """What earlier runs have left."""

    started: frozenset[str] = frozenset()
    """Ids of the targets for which a sync was started."""
    stepping: frozenset[str] = frozenset()
    """Ids of the targets that go through the revisions one by one."""
    done: frozenset[str] = frozenset()
    """Ids of the targets that have reached the revision."""
    offline: tuple[str, ...] = ()
    """Ids of the targets that a run has taken offline and not brought back."""


@define(kw_only=True)
class Journal:
    """A file to which the events of a promotion are appended. A plan without a file has a journal without one."""

    path: Path | None
    plan_sha256: str
    state: JournalState = field(factory=JournalState)
    is_started: bool = False

    def start(self) -> None:
        """Begin the file, or cut off what a killed run has not written completely. Nothing if it was started.

        Raises:
            OSError: The file cannot be written.
        """
        path = self.path
        if path is None:
            return
        cut_unfinished(path)
        if not self.is_started:
            head = {"format_version": FORMAT_VERSION, "plan_sha256": self.plan_sha256}
            append_line(path, head | {"at": clock.utc_now().isoformat()})
            self.is_started = True

    def write(self, event: Event, model_id: str, details: Mapping[str, str] | None = None) -> None:
        """Append an event, and return when it is on the disk."""
        if self.path is not None:
            line = {"event": event, "model_id": model_id, "at": clock.utc_now().isoformat(), **(details or {})}
            append_line(self.path, line)


@contextmanager
def lock_journal(plan: Path | None) -> Generator[None]:
    """Lock the journal of a plan, so that one run at a time applies it. Nothing is locked without a file.

    Raises:
        PlanLockedError: Another run applies the plan.
        OSError: The journal cannot be created or locked.
    """
    if plan is None:
        yield
        return
    path = next_to(plan, SUFFIX)
    message = (
        f"the plan must be applied by one run at a time (another one has locked {path}); "
        "wait for its end, then apply with resume=True"
    )
    with lock_lines(path, message):
        yield


def find_journal(plan: Path | None, plan_sha256: str, *, resume: bool) -> Journal:
    """Return the journal of a plan, with what earlier runs have left. Nothing is written.

    Raises:
        PlanError: There is a journal already and `resume` is false, it is damaged, or it is that of another plan.
        OSError: The file cannot be read.
    """
    if plan is None:
        return Journal(path=None, plan_sha256=plan_sha256)
    path = next_to(plan, SUFFIX)
    lines = read_lines(path)
    if not lines:
        return Journal(path=path, plan_sha256=plan_sha256)
    _check_head(path, lines[0], plan_sha256)
    if not resume:
        raise PlanError(f"resume must be true, since the plan was applied before (see {path})")
    return Journal(path=path, plan_sha256=plan_sha256, state=read_state(lines[1:]), is_started=True)


def read_state(lines: Sequence[Mapping[str, object]]) -> JournalState:
    """Return what the events of a journal have left. Unknown events are ignored."""
    started: set[str] = set()
    stepping: set[str] = set()
    done: set[str] = set()
    offline: dict[str, None] = {}
    for line in lines:
        event, model_id = line.get("event"), str(line.get("model_id"))
        if event in ("starting", "started", "stepping"):
            started.add(model_id)
        if event == "stepping":
            stepping.add(model_id)
        if event == "done":
            done.add(model_id)
        if event == "offline":
            offline[model_id] = None
        if event == "online":
            offline.pop(model_id, None)
    return JournalState(
        started=frozenset(started), stepping=frozenset(stepping), done=frozenset(done), offline=tuple(offline)
    )


def _check_head(path: Path, head: Mapping[str, object], plan_sha256: str) -> None:
    version = head.get("format_version")
    if not isinstance(version, str) or version.partition(".")[0] != FORMAT_VERSION.partition(".")[0]:
        raise PlanError(f"{path} must be a journal of format {FORMAT_VERSION} (got {version!r})")
    if head.get("plan_sha256") != plan_sha256:
        raise PlanError(f"{path} must belong to the plan (it is that of another one); save the plan under a new name")
