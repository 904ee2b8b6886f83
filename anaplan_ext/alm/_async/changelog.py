"""Read what revisions changed, and how a model got them."""

from __future__ import annotations

import hashlib
from functools import partial
from itertools import pairwise

from anaplan_client import alm
from anaplan_client.alm import models

from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from ...listing.names import find
from ...listing.paging import check_list
from ...settings import Settings
from ..changelog import Changelog, ChangelogEntry, HistoryEntry, find_method
from ..comparison_report import ComparisonReport
from ..lineage import RevisionInfo, describe_revision, oldest_first, steps_to
from . import tasks
from .promotion import MAX_READS, read_users
from .reports import read_report


async def read_changelog(
    session: AsyncSession, settings: Settings, model_id: str, since: str, until: str | None, timeout: float | None
) -> Changelog:
    """Return what each revision after `since` changed, up to `until` or the latest one."""
    history = await _read_revisions(session, model_id)
    start = find("revision", since, history)
    end = history[-1] if until is None else find("revision", until, history)
    steps = steps_to(history, start.id, end.id)
    if steps is None:
        raise ValueError(f"revision must come after since_revision (got {end.name!r} and {start.name!r})")

    async def compare(pair: tuple[RevisionInfo, RevisionInfo]) -> ChangelogEntry:
        older, newer = pair
        body = models.RevisionPairRequest(
            source_revision_id=newer.id, source_model_id=model_id, target_revision_id=older.id
        )
        data = await read_report(session, settings, model_id, body, timeout)
        report = await concurrency.run_in_thread(ComparisonReport.parse, data)
        digest = hashlib.sha256(data).hexdigest()
        return ChangelogEntry(revision=newer, since=older, changes=report.changes, report_sha256=digest)

    pairs = pairwise([start, *steps])
    async with concurrency.closing(concurrency.map_concurrently(compare, pairs, MAX_READS)) as compared:
        return Changelog(model_id=model_id, entries=tuple([entry async for entry in compared]))


async def read_history(session: AsyncSession, model_id: str) -> list[HistoryEntry]:
    """Return the revisions of a model, oldest first, and how each was applied to it."""
    history = await _read_revisions(session, model_id)
    read = partial(_read_entry, session, model_id)
    async with concurrency.closing(concurrency.map_concurrently(read, history, MAX_READS)) as entries:
        return [entry async for entry in entries]


async def _read_entry(session: AsyncSession, model_id: str, revision: RevisionInfo) -> HistoryEntry:
    request = alm.list_models_for_revision(model_id, revision.id)
    response = await session.send(request)
    applications = response.applied_to_models or []
    check_list(request.operation, response, len(applications))
    return HistoryEntry(revision=revision, method=find_method(model_id, applications))


async def _read_revisions(session: AsyncSession, model_id: str) -> list[RevisionInfo]:
    revisions = await tasks.list_revisions(session, model_id)
    users = await read_users(session)
    return [describe_revision(revision, users) for revision in oldest_first(revisions)]
