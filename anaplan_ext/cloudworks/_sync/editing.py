# Converted by `python -m generator` from anaplan_ext/cloudworks/_async/editing.py. Edit that file, not this one.
"""Create and change integrations, flows, connections, schedules and notifications."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

from anaplan_client import cloudworks
from anaplan_client.cloudworks import models
from anaplan_client.core import Request
from anaplan_client.core.codec.variants import UnknownVariant

from ...arguments.ids import id_text
from ...auth._sync.session import Session
from ...listing._sync.pager import collect
from ...listing.errors import NameNotFoundError
from ...listing.names import find
from ...reconcile._sync.send_once import FindCandidates, send_once
from ...reconcile.verdict import EffectCandidate
from ...settings import Settings
from ..connections import Connection, ConnectionBody, kind_of, new_connection
from ..definitions import (
    has_schedule,
    is_id,
    is_same_schedule,
    request_of,
    step_of,
)
from .runs import get_flow


def list_integrations(session: Session, mine: bool = False, sort_by: str | None = None) -> list[models.Integration]:
    """Return the integrations, without their jobs."""
    found = collect(
        session,
        lambda limit, offset: cloudworks.list_integrations(
            my_integrations=1 if mine else None, sort_by=sort_by, limit=limit, offset=offset
        ),
        lambda page: page.integrations,
    )
    session.names.update({item.id: item.name for item in found if item.name})
    return found


def list_flows(session: Session) -> list[models.Flow]:
    """Return the flows, without their steps."""
    return collect(
        session,
        lambda limit, offset: cloudworks.list_flows(limit=limit, offset=offset),
        lambda page: page.integration_flows,
    )


def list_connections(session: Session) -> list[Connection]:
    """Return the connections of known kinds."""
    entries = collect(
        session,
        lambda limit, offset: cloudworks.list_connections(limit=limit, offset=offset),
        lambda page: page.connections,
    )
    return [entry for entry in entries if not isinstance(entry, UnknownVariant)]


def find_integration_id(session: Session, integration: str | models.Integration) -> str:
    """Return the id of an integration that is named or given. A name costs the requests of the list."""
    if isinstance(integration, models.Integration):
        return integration.id
    text = id_text("integration", integration)
    return text if is_id(text) else find("integration", text, list_integrations(session)).id


def find_flow_id(session: Session, flow: str | models.Flow) -> str:
    """Return the id of a flow that is named or given. A name costs the requests of the list."""
    if isinstance(flow, models.Flow):
        return flow.id
    text = id_text("flow", flow)
    return text if is_id(text) else find("flow", text, list_flows(session)).id


def find_connection_id(session: Session, connection: str | Connection) -> str:
    """Return the id of a connection that is named or given. A name costs the requests of the list."""
    if not isinstance(connection, str):
        return connection.id
    text = id_text("connection", connection)
    if is_id(text):
        return text
    return find("connection", text, [_NamedConnection(item) for item in list_connections(session)]).id


class _NamedConnection:
    """A connection with its name at the top."""

    def __init__(self, connection: Connection) -> None:
        self.id = connection.id
        self.name = connection.body.name if connection.body else None


def get_integration(session: Session, integration_id: str) -> models.Integration:
    """Read an integration with its jobs."""
    integration = (session.send(cloudworks.get_integration(integration_id))).integration
    if integration.name:
        session.names[integration.id] = integration.name
    return integration


def find_connection(connections: Sequence[Connection], connection_id: str) -> Connection:
    """Return a connection by its id. Raise `NameNotFoundError` if it is not listed."""
    for connection in connections:
        if connection.id == connection_id:
            return connection
    raise NameNotFoundError("connection", connection_id)


CreatedT = TypeVar("CreatedT")


def _create(
    session: Session,
    settings: Settings,
    request: Request[CreatedT],
    read: Callable[[CreatedT], str | None],
    list_candidates: FindCandidates[str],
) -> str:
    object_id = send_once(
        session, request, read, list_candidates, assume_exclusive=settings.assume_exclusive, list_before=True
    )
    session.known_ids.add_own(object_id)
    return object_id


def _candidate(kind: str, object_id: str, created: datetime | None, is_mine: bool | None) -> EffectCandidate[str]:
    return EffectCandidate(
        result=object_id, public=f"{kind} {object_id}", id=object_id, created=created, is_mine=is_mine
    )


def create_integration(session: Session, settings: Settings, body: models.IntegrationRequest) -> str:
    """Create an integration exactly once, and return its id. The integrations are listed before.

    Without a response, a new one counts as this one if it is defined as the request says.
    """

    def list_candidates(with_marks: bool) -> list[EffectCandidate[str]]:
        entries = list_integrations(session)
        return [
            _candidate(
                "integration",
                entry.id,
                entry.creation_date,
                _is_same_integration(session, entry, body) if with_marks else None,
            )
            for entry in entries
        ]

    request = cloudworks.create_integration(body=body)
    return _create(session, settings, request, lambda response: response.integration.integration_id, list_candidates)


def _is_same_integration(session: Session, entry: models.Integration, body: models.IntegrationRequest) -> bool:
    if (entry.name, entry.model_id) != (body.name, body.model_id):
        return False
    sent = body.to_dict()
    written = request_of(get_integration(session, entry.id)).to_dict()
    # What the request leaves out has a default.
    return all(written.get(key) == value for key, value in sent.items())


def create_flow(session: Session, settings: Settings, body: models.FlowRequest) -> str:
    """Create a flow exactly once, and return its id. The flows are listed before."""

    def list_candidates(with_marks: bool) -> list[EffectCandidate[str]]:
        entries = list_flows(session)
        return [
            _candidate(
                "flow",
                entry.id,
                entry.creation_date,
                _is_same_flow(session, entry, body) if with_marks else None,
            )
            for entry in entries
        ]

    request = cloudworks.create_flow(body=body)
    return _create(
        session,
        settings,
        request,
        lambda response: response.integration_flow.integration_flow_id,
        list_candidates,
    )


def _is_same_flow(session: Session, entry: models.Flow, body: models.FlowRequest) -> bool:
    if entry.name != body.name:
        return False
    return [step_of(step) for step in (get_flow(session, entry.id)).steps or []] == body.steps


def create_connection(session: Session, settings: Settings, body: ConnectionBody) -> str:
    """Create a connection exactly once, and return its id. The connections are listed before.

    Without a response, a new one counts as this one if it has the name and the kind, since names are unique.
    """

    def list_candidates(with_marks: bool) -> list[EffectCandidate[str]]:
        return [
            _candidate(
                "connection", entry.id, entry.creation_date, _is_same_connection(entry, body) if with_marks else None
            )
            for entry in list_connections(session)
        ]

    request = cloudworks.create_connection(body=new_connection(body))
    return _create(
        session,
        settings,
        request,
        lambda response: response.connections.connection_id if response.connections else response.connection_id,
        list_candidates,
    )


def _is_same_connection(entry: Connection, body: ConnectionBody) -> bool:
    return entry.body is not None and entry.body.name == body.name and kind_of(entry) == kind_of(body)


def set_schedule(
    session: Session,
    settings: Settings,
    integration: models.Integration,
    schedule: models.Schedule,
) -> None:
    """Create or replace the schedule of an integration. Without a response, the integration shows whether it has it."""
    body = models.ScheduleRequest(integration_id=integration.id, schedule=schedule)
    if has_schedule(integration):
        session.send(cloudworks.replace_schedule(integration.id, body=body))
        return

    # A schedule has no id. There was none before, so one that is there now is new.
    mark = f"{integration.id} ({uuid4()})"

    def list_candidates(with_marks: bool) -> list[EffectCandidate[str]]:
        current = get_integration(session, integration.id)
        if not has_schedule(current):
            return []
        is_mine = is_same_schedule(current.schedule, schedule)
        return [_candidate("the schedule of integration", mark, None, is_mine if with_marks else None)]

    request = cloudworks.create_schedule(integration.id, body=body)
    send_once(
        session,
        request,
        lambda response: integration.id,
        list_candidates,
        assume_exclusive=settings.assume_exclusive,
        list_before=True,
    )


def set_notification(session: Session, notification_id: str | None, body: models.NotificationRequest) -> None:
    """Replace the configuration of an integration, or create one if it has none."""
    if notification_id:
        session.send(cloudworks.replace_notification(notification_id, body=body))
    else:
        session.send(cloudworks.create_notification(body=body))
