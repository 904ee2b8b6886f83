"""Reports over integrations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import frozen

from anaplan_client.cloudworks import models

from .runs import RunOutcome, is_finished, outcome_of


@frozen
class FailedIntegration:
    """An integration whose latest run did not load everything."""

    integration: models.Integration
    """The integration."""
    run: models.LatestRun
    """Its latest run."""
    outcome: RunOutcome
    """How the run ended: `failure`, `partial` or `cancelled`."""

    def __str__(self) -> str:
        when = "" if self.run.start_date is None else f" at {self.run.start_date:%Y-%m-%d %H:%M} UTC"
        return (
            f"{self.integration.name or self.integration.id}: {self.outcome}{when}: {self.run.message or 'no message'}"
        )


def find_failed_integrations(
    integrations: Iterable[models.Integration], since: datetime | None = None
) -> list[FailedIntegration]:
    """Return the integrations whose latest run has finished without loading everything, the latest first.

    Args:
        integrations: Integrations, as `client.cloudworks.list_integrations` returns them.
        since: Only runs that started then or later. A moment with a time zone; None for all.

    Raises:
        ValueError: `since` has no time zone.
    """
    if since is not None and since.tzinfo is None:
        raise ValueError(f"since must have a time zone (got {since.isoformat()})")
    failed: list[FailedIntegration] = []
    for integration in integrations:
        run = integration.latest_run
        if run is None or not is_finished(run) or outcome_of(run) == "success":
            continue
        if since is None or (run.start_date is not None and run.start_date >= since):
            failed.append(FailedIntegration(integration, run, outcome_of(run)))
    return sorted(failed, key=_start, reverse=True)


def _start(entry: FailedIntegration) -> float:
    return entry.run.start_date.timestamp() if entry.run.start_date is not None else 0.0
