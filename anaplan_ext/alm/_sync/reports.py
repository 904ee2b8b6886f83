# Converted by `python -m generator` from anaplan_ext/alm/_async/reports.py. Edit that file, not this one.
"""Generate comparison reports and summaries, and read them."""

from __future__ import annotations

from anaplan_client import alm
from anaplan_client.alm import models
from anaplan_client.core import Request

from ...auth._sync.session import Session
from ...settings import Settings
from ...tasks.handle import TaskHandle, TaskKind
from ...transport.errors import OutcomeUnknown
from ..task_types import CompletedReportTask, report_revisions, with_zero_counts
from . import tasks

MAX_STARTS = 3
"""How often a report is started at most, when no response says that it was. A further report is harmless."""


def read_report(
    session: Session,
    settings: Settings,
    model_id: str,
    body: models.RevisionPairRequest,
    timeout: float | None,
) -> bytes:
    """Generate a comparison report and return its content. Three requests, and one per further poll."""
    request = alm.create_comparison_report_task(model_id, body=body)
    task = _generate(session, settings, model_id, "comparison report", request, timeout)
    target, source = report_revisions(task)
    return session.send(alm.get_comparison_report(model_id, target, source))


def read_summary(
    session: Session,
    settings: Settings,
    model_id: str,
    body: models.RevisionPairRequest,
    timeout: float | None,
) -> models.SummaryReport:
    """Generate a summary report and return its counts. Three requests, and one per further poll."""
    request = alm.create_summary_report_task(model_id, body=body)
    task = _generate(session, settings, model_id, "comparison summary", request, timeout)
    target, source = report_revisions(task)
    response = session.send(alm.get_summary_report(model_id, target, source))
    return with_zero_counts(response.summary_report)


def _generate(
    session: Session,
    settings: Settings,
    model_id: str,
    kind: TaskKind,
    request: Request[models.PendingTaskResponse],
    timeout: float | None,
) -> CompletedReportTask:
    started = _start(session, request)
    handle = TaskHandle(kind=kind, model_id=model_id, task_id=started.id)
    return tasks.wait_for_report(session, settings, handle, timeout, None)


def _start(session: Session, request: Request[models.PendingTaskResponse]) -> models.PendingTask:
    for _ in range(MAX_STARTS - 1):
        try:
            response = session.send(request)
        except OutcomeUnknown:
            continue
        return response.task
    response = session.send(request)
    return response.task
