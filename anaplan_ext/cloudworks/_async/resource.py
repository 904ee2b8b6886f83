"""CloudWorks: integrations with cloud storage, their runs, schedules and notifications, and flows of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from attrs import evolve

from anaplan_client import cloudworks
from anaplan_client.cloudworks import models

from ...arguments.ids import id_text, optional_id
from ...auth._async.session import AsyncSession
from ...listing._async.pager import iterate
from ...listing.sorting import sort
from ...settings import Settings
from ...tasks.handle import TaskHandle
from ..connections import Connection, ConnectionBody, check_connection
from ..definitions import (
    chain,
    check_integration,
    check_subset,
    is_changed,
    is_flow_changed,
    is_same_schedule,
    notification_request,
    request_of,
    step_of,
)
from ..errors import ChangedMeanwhileError
from ..reports import FailedIntegration, find_failed_integrations
from ..runs import ActionErrors, FlowReport, RunReport, read_errors
from ..schedules import check_schedule
from . import editing, runs

FIELDS = {"name": "name"}
"""The fields that integrations can be sorted by."""
Recipient = Literal["success", "partial_failure", "full_failure"]


class AsyncCloudWorks:
    """Work with CloudWorks, as `client.cloudworks`.

    The user needs the role Restricted Integration User and a workspace, or methods raise `PermissionDeniedError`, and
    lists are empty. Integrations, flows and connections are named by id or by name, or by an object that a method
    returned. A name costs the requests of its list, and raises `NameNotFoundError` or `AmbiguousNameError` unless
    exactly one has it.
    """

    def __init__(
        self, session: AsyncSession, settings: Settings, workspace_id: str | None = None, model_id: str | None = None
    ) -> None:
        self._session = session
        self._settings = settings
        self._workspace_id = workspace_id
        self._model_id = model_id

    async def list_integrations(
        self, *, mine: bool = False, sort_by: Literal["name"] | None = None, descending: bool = False
    ) -> list[models.Integration]:
        """List the integrations, without their jobs.

        Args:
            mine: Return only those that the user created.
            sort_by: `name`, or Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            All integrations that the user may see.

        Raises:
            ValueError: `sort_by` has another value; nothing is sent.
            IncompleteListError: Anaplan returns fewer entries than announced.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per page. Large tenants need 30 seconds and more. Holds all integrations in memory.
        """
        order = sort(FIELDS, sort_by, descending, ascending="")
        return await editing.list_integrations(self._session, mine, order)

    def iter_integrations(
        self, *, mine: bool = False, sort_by: Literal["name"] | None = None, descending: bool = False
    ) -> AsyncIterator[models.Integration]:
        """Iterate over the integrations, without their jobs.

        Args:
            mine: Return only those that the user created.
            sort_by: `name`, or Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            An iterator over the integrations that the user may see.

        Raises:
            ValueError: `sort_by` has another value; nothing is sent.
            IncompleteListError: Anaplan returns fewer entries than announced.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per page, with at most four pages ahead.
        """
        order = sort(FIELDS, sort_by, descending, ascending="")
        return iterate(
            self._session,
            lambda limit, offset: cloudworks.list_integrations(
                my_integrations=1 if mine else None, sort_by=order, limit=limit, offset=offset
            ),
            lambda page: page.integrations,
        )

    async def list_failed_integrations(self, since: datetime | None = None) -> list[FailedIntegration]:
        """List the integrations whose latest run did not load everything, the latest first.

        Args:
            since: Only runs that started then or later. A moment with a time zone; None for all.

        Returns:
            The integrations with their latest runs. Runs in progress are left out.

        Raises:
            ValueError: `since` has no time zone.
            IncompleteListError: Anaplan returns fewer entries than announced.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per page of integrations.
        """
        find_failed_integrations([], since)
        return find_failed_integrations(await editing.list_integrations(self._session), since)

    async def get_integration(self, integration: str | models.Integration) -> models.Integration:
        """Read an integration with its jobs.

        Args:
            integration: The integration: its id, its name, or the object.

        Returns:
            The integration as it is now.

        Raises:
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            NotFoundError: There is no such integration, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and those of the list for a name.
        """
        integration_id = await editing.find_integration_id(self._session, integration)
        return await editing.get_integration(self._session, integration_id)

    async def create_integration(
        self,
        name: str,
        *,
        jobs: Sequence[models.Job] = (),
        process_id: int | str | None = None,
        workspace_id: str | None = None,
        model_id: str | None = None,
        ux_visible: bool = False,
    ) -> models.Integration:
        """Create an integration exactly once.

        Without a response, the client lists the integrations. It returns a new one that is defined the same way.

        Args:
            name: Name, which no other integration has.
            jobs: What to move: `import_job` and `export_job` of `anaplan_ext.cloudworks.definitions` make them.
            process_id: Id of a process (118…) to run. With it, jobs only move the files.
            workspace_id: Id of the workspace. Without it, the client's.
            model_id: Id of the model. Without it, the client's.
            ux_visible: Whether pages of the user experience can run it.

        Returns:
            The new integration.

        Raises:
            ValueError: There is neither a job nor a process, a job lacks something, or a model is missing; nothing is
                sent.
            ConflictError: The name is taken.
            OutcomeUnknown: There was no usable response, and nothing proves whether it was created.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests, and those of the list before.
        """
        body = models.IntegrationRequest(
            name=name,
            workspace_id=_needed("workspace_id", optional_id("workspace_id", workspace_id) or self._workspace_id),
            model_id=_needed("model_id", optional_id("model_id", model_id) or self._model_id),
            process_id=optional_id("process_id", process_id),
            nux_visible=ux_visible,
            jobs=list(jobs) or None,
        )
        check_integration(body)
        integration_id = await editing.create_integration(self._session, self._settings, body)
        return await editing.get_integration(self._session, integration_id)

    async def update_integration(
        self,
        integration: str | models.Integration,
        *,
        name: str | None = None,
        jobs: Sequence[models.Job] | None = None,
        process_id: int | str | None = None,
        ux_visible: bool | None = None,
        overwrite: bool = False,
    ) -> models.Integration:
        """Change some fields of an integration, and keep the others.

        Anaplan replaces integrations as a whole. The client reads the current one, applies the changes, and writes it.

        Args:
            integration: The integration: its id, its name, or the object. An object is compared with the current
                integration.
            name: New name.
            jobs: New jobs, in place of all others.
            process_id: New process (118…). Empty text removes it.
            ux_visible: Whether pages of the user experience can run it.
            overwrite: Write even if the integration was changed since the object was read.

        Returns:
            The integration as it is then.

        Raises:
            ValueError: The result would have neither a job nor a process; nothing is written.
            ChangedMeanwhileError: The object was changed since it was read. Nothing is written.
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Three requests, and those of the list for a name.
        """
        current = await self.get_integration(integration)
        if isinstance(integration, models.Integration) and not overwrite and is_changed(integration, current):
            raise ChangedMeanwhileError("integration", current.id, integration, current)
        request = request_of(current)
        changes: dict[str, object] = {"name": name, "nux_visible": ux_visible}
        changes["jobs"] = None if jobs is None else list(jobs)
        changes["process_id"] = process_id if process_id in (None, "") else id_text("process_id", process_id)
        written = evolve(request, **{key: value for key, value in changes.items() if value is not None})  # type: ignore[arg-type]
        written = evolve(written, jobs=written.jobs or None, process_id=written.process_id or None)
        check_integration(written)
        await self._session.send(cloudworks.replace_integration(current.id, body=written))
        return await editing.get_integration(self._session, current.id)

    async def delete_integration(self, integration: str | models.Integration) -> None:
        """Delete an integration with its schedule and notifications.

        Args:
            integration: The integration: its id, its name, or the object.

        Raises:
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            ConflictError: The integration is running.
            NotFoundError: There is no such integration, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and those of the list for a name.
        """
        integration_id = await editing.find_integration_id(self._session, integration)
        await self._session.send(cloudworks.delete_integration(integration_id))

    async def start_run(self, integration: str | models.Integration) -> TaskHandle:
        """Start a run of an integration exactly once, and do not wait for it.

        Without a response, the client lists the runs. It adopts a new one only if a damaged response proves the start,
        or with `assume_exclusive`. If there is none, it starts the run again, unless the first request may still be in
        flight.

        Args:
            integration: The integration: its id, its name, or the object.

        Returns:
            A reference to the run. `client.wait_for_task` waits for it, in any process.

        Raises:
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            ConflictError: The integration is running.
            OutcomeUnknown: There was no usable response, and nothing proves whether it was started.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and those of the list for a name. `assume_exclusive` adds those of the history.
        """
        integration_id = await editing.find_integration_id(self._session, integration)
        return await runs.start_run(self._session, self._settings, integration_id)

    async def run(
        self,
        integration: str | models.Integration,
        *,
        timeout: float | None = None,
        progress: Callable[[models.Run], None] | None = None,
        allow_partial: bool = False,
    ) -> RunReport:
        """Run an integration to its end.

        It is started exactly once, as by `start_run`.

        Args:
            integration: The integration: its id, its name, or the object.
            timeout: Maximum seconds to wait for the end. None for no limit. The run continues after that.
            progress: Function that gets the run after each poll.
            allow_partial: Whether a run that loaded some rows only is returned. Otherwise it is an error.

        Returns:
            The report of the run. Of a partial one, it has the messages and the failure dumps.

        Raises:
            IntegrationRunError: The run failed. It has the messages of all actions, and the failure dumps.
            PartialRunError: Some rows were not loaded.
            IntegrationRunCancelledError: The run was cancelled.
            TaskTimeout: The run did not end in time, or ten polls in a row failed. Its `handle` resumes waiting.
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            ConflictError: The integration is running.
            OutcomeUnknown: There was no usable response, and nothing proves whether it was started.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests, and one per further poll. A failed run adds two, and one per failure dump. Holds the dumps in
            memory.
        """
        handle = await self.start_run(integration)
        return await runs.wait_for_run(
            self._session, self._settings, handle, timeout, progress, allow_partial=allow_partial
        )

    async def cancel_run(self, integration: str | models.Integration) -> None:
        """Cancel the current run of an integration.

        The method returns before the run ends. Anaplan cancels no run that is still queued.

        Args:
            integration: The integration: its id, its name, or the object.

        Raises:
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            ConflictError: The integration is not running.
            NotFoundError: There is no such integration, or its run is still queued.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and those of the list for a name.
        """
        integration_id = await editing.find_integration_id(self._session, integration)
        await self._session.send(cloudworks.cancel_integration(integration_id))

    async def list_runs(self, integration: str | models.Integration) -> list[models.RunRecord]:
        """List the runs of an integration, those of schedules and flows too.

        Args:
            integration: The integration: its id, its name, or the object.

        Returns:
            All runs, in Anaplan's order.

        Raises:
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            IncompleteListError: Anaplan returns fewer entries than announced.
            NotFoundError: There is no such integration, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per page, and those of the list for a name.
        """
        integration_id = await editing.find_integration_id(self._session, integration)
        return await runs.list_runs(self._session, integration_id)

    async def get_run(self, run_id: str) -> models.Run:
        """Read the state of a run.

        Args:
            run_id: Id of the run.

        Returns:
            The run. It has no end while it is in progress.

        Raises:
            ValueError: `run_id` is not a valid id; nothing is sent.
            NotFoundError: There is no such run, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        return (await self._session.send(cloudworks.get_run(id_text("run_id", run_id)))).run

    async def get_run_errors(self, run_id: str) -> list[ActionErrors]:
        """Read the error messages of a run, by action.

        Args:
            run_id: Id of the run.

        Returns:
            The actions with messages; empty for a success.

        Raises:
            ValueError: `run_id` is not a valid id; nothing is sent.
            NotFoundError: There is no such run, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        response = await self._session.send(cloudworks.get_run_errors(id_text("run_id", run_id)))
        return list(read_errors(response.runs))

    async def get_run_dump(self, run_id: str, action_id: int | str | None = None) -> bytes:
        """Download the rows that a run rejected, as CSV.

        Args:
            run_id: Id of the run.
            action_id: Id of the import (112…), for an integration of a process.

        Returns:
            The content of the dump.

        Raises:
            ValueError: An id is not valid; nothing is sent.
            NotFoundError: The run rejected no row, or the dump is gone.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request. Holds the whole dump in memory.
        """
        import_id = optional_id("action_id", action_id)
        return await runs.download_dump(self._session, id_text("run_id", run_id), import_id)

    async def set_schedule(
        self, integration: str | models.Integration, schedule: models.Schedule, *, overwrite: bool = False
    ) -> None:
        """Set the schedule of an integration, in place of an existing one.

        Args:
            integration: The integration: its id, its name, or the object. The schedule of an object is compared with
                the current one.
            schedule: The schedule. `anaplan_ext.cloudworks.schedules` makes them, also from cron expressions.
            overwrite: Write even if the schedule was changed since the object was read.

        Raises:
            ValueError: The schedule lacks something, or has a value outside its range; nothing is sent.
            ChangedMeanwhileError: The object was changed since it was read. Nothing is written.
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            OutcomeUnknown: There was no usable response, and nothing proves whether it was created.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Three requests, or two for an existing schedule, and those of the list for a name.
        """
        check_schedule(schedule)
        current = await self.get_integration(integration)
        expected = integration if isinstance(integration, models.Integration) else current
        if not overwrite and not is_same_schedule(current.schedule, expected.schedule):
            raise ChangedMeanwhileError("the schedule of integration", current.id, expected, current)
        await editing.set_schedule(self._session, self._settings, current, schedule)

    async def delete_schedule(self, integration: str | models.Integration) -> None:
        """Delete the schedule of an integration.

        Args:
            integration: The integration: its id, its name, or the object.

        Raises:
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            NotFoundError: There is no such integration, or it has no schedule.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and those of the list for a name.
        """
        integration_id = await editing.find_integration_id(self._session, integration)
        await self._session.send(cloudworks.delete_schedule(integration_id))

    async def enable_schedule(self, integration: str | models.Integration) -> None:
        """Enable the schedule of an integration.

        Args:
            integration: The integration: its id, its name, or the object.

        Raises:
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            NotFoundError: There is no such integration, or it has no schedule.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and those of the list for a name.
        """
        integration_id = await editing.find_integration_id(self._session, integration)
        await self._session.send(cloudworks.set_schedule_status(integration_id, models.ScheduleSwitch.ENABLED))

    async def disable_schedule(self, integration: str | models.Integration) -> None:
        """Disable the schedule of an integration.

        Args:
            integration: The integration: its id, its name, or the object.

        Raises:
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            NotFoundError: There is no such integration, or it has no schedule.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and those of the list for a name.
        """
        integration_id = await editing.find_integration_id(self._session, integration)
        await self._session.send(cloudworks.set_schedule_status(integration_id, models.ScheduleSwitch.DISABLED))

    async def get_notification(self, integration: str | models.Integration) -> models.Notification | None:
        """Read who is told about the runs of an integration.

        Args:
            integration: The integration: its id, its name, or the object.

        Returns:
            The configuration, or None if there is none.

        Raises:
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            NotFoundError: There is no such integration, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests, and those of the list for a name.
        """
        current = await self.get_integration(integration)
        if not current.notification_id:
            return None
        return (await self._session.send(cloudworks.get_notification(current.notification_id))).notifications

    async def set_notification(
        self,
        integration: str | models.Integration,
        users: Mapping[Recipient, Sequence[str]],
        *,
        channels: Sequence[Literal["email", "in_app"]] = ("email",),
        expected: models.Notification | None = None,
    ) -> None:
        """Set who is told about the runs of an integration, in place of the existing configuration.

        Args:
            integration: The integration: its id, its name, or the object.
            users: Ids of 1 to 5 users by result: `success`, `partial_failure` and `full_failure`.
            channels: How they are told: `email`, `in_app`, or both.
            expected: The configuration as it was read. If it was changed since, nothing is written.

        Raises:
            ValueError: A result, a channel or the number of users has another value; nothing is sent.
            ChangedMeanwhileError: The configuration differs from `expected`.
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            OutcomeUnknown: A new configuration was sent, and there was no usable response.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests, one more with `expected`, and those of the list for a name.
        """
        rules = [
            models.NotificationRule(type=models.NotificationType(kind), users=list(ids)) for kind, ids in users.items()
        ]
        kinds = [models.NotificationChannel(channel) for channel in channels]
        if not rules or not kinds:
            raise ValueError(f"users and channels must not be empty (got {len(rules)} results, {len(kinds)} channels)")
        current = await self.get_integration(integration)
        written = models.NotificationRequest(
            integration_ids=[current.id], channels=kinds, notifications=models.NotificationRules(config=rules)
        )
        if expected is not None:
            there = await self.get_notification(current)
            if there is None or notification_request(there) != notification_request(expected):
                raise ChangedMeanwhileError("the notification of integration", current.id, expected, there)
        await editing.set_notification(self._session, current.notification_id, written)

    async def delete_notification(self, integration: str | models.Integration) -> None:
        """Tell nobody about the runs of an integration any more.

        Args:
            integration: The integration: its id, its name, or the object.

        Raises:
            NameNotFoundError: No integration has the name.
            AmbiguousNameError: Several have the name.
            NotFoundError: There is no such integration, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests, or one without a configuration, and those of the list for a name.
        """
        current = await self.get_integration(integration)
        if current.notification_id:
            await self._session.send(cloudworks.delete_notification(current.notification_id))

    async def list_connections(self) -> list[Connection]:
        """List the connections, without their secrets.

        Returns:
            All connections of known kinds.

        Raises:
            IncompleteListError: Anaplan returns fewer entries than announced.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per page.
        """
        return await editing.list_connections(self._session)

    async def create_connection(self, body: ConnectionBody) -> Connection:
        """Create a connection exactly once.

        Anaplan signs in to the storage with the credentials. No error, log line or observer shows them.

        Args:
            body: An `AmazonS3Body`, `GoogleBigQueryBody` or `AzureBlobBody` of
                `anaplan_client.cloudworks.models`.

        Returns:
            The new connection, without its secrets.

        Raises:
            TypeError: `body` is of another class; nothing is sent.
            ValueError: A connection to Azure lacks the fields of its method; nothing is sent.
            BadRequestError: The storage rejects the credentials, or the name is taken.
            OutcomeUnknown: There was no usable response, and nothing proves whether it was created.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and those of the list before and after.
        """
        check_connection(body)
        connection_id = await editing.create_connection(self._session, self._settings, body)
        return await self._find_connection(connection_id)

    async def replace_connection(
        self, connection: str | Connection, body: ConnectionBody, *, overwrite: bool = False
    ) -> Connection:
        """Replace all fields of a connection, its credentials included.

        Args:
            connection: The connection: its id, its name, or the object. An object is compared with the current
                connection.
            body: All fields. The kind of storage cannot change.
            overwrite: Write even if the connection was changed since the object was read.

        Returns:
            The connection as it is then, without its secrets.

        Raises:
            ValueError: A connection to Azure lacks the fields of its method; nothing is sent.
            ChangedMeanwhileError: The object was changed since it was read. Nothing is written.
            NameNotFoundError: No connection has the name.
            AmbiguousNameError: Several have the name.
            BadRequestError: The storage rejects the credentials, or the name is taken.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and those of the list, twice with an object.
        """
        check_connection(body)
        connection_id = await editing.find_connection_id(self._session, connection)
        await self._check_connection(connection, overwrite)
        await self._session.send(cloudworks.replace_connection(connection_id, body=body))
        return await self._find_connection(connection_id)

    async def update_connection(
        self, connection: str | Connection, changes: models.ConnectionChanges, *, overwrite: bool = False
    ) -> Connection:
        """Change some fields of a connection.

        Some tenants reject a change without all fields, credentials included. Use `replace_connection` there.

        Args:
            connection: The connection: its id, its name, or the object. An object is compared with the current
                connection.
            changes: The fields to change.
            overwrite: Write even if the connection was changed since the object was read.

        Returns:
            The connection as it is then, without its secrets.

        Raises:
            ChangedMeanwhileError: The object was changed since it was read. Nothing is written.
            NameNotFoundError: No connection has the name.
            AmbiguousNameError: Several have the name.
            BadRequestError: The storage rejects the credentials, or Anaplan requires all fields.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and those of the list, twice with an object.
        """
        connection_id = await editing.find_connection_id(self._session, connection)
        await self._check_connection(connection, overwrite)
        await self._session.send(cloudworks.update_connection(connection_id, body=changes))
        return await self._find_connection(connection_id)

    async def delete_connection(self, connection: str | Connection) -> None:
        """Delete a connection. Integrations that use it stay, and fail.

        Args:
            connection: The connection: its id, its name, or the object.

        Raises:
            NameNotFoundError: No connection has the name.
            AmbiguousNameError: Several have the name.
            ConflictError: An integration that uses it is running.
            NotFoundError: There is no such connection, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and those of the list for a name.
        """
        connection_id = await editing.find_connection_id(self._session, connection)
        await self._session.send(cloudworks.delete_connection(connection_id))

    async def list_flows(self) -> list[models.Flow]:
        """List the flows, without their steps.

        Returns:
            All flows that the user may see.

        Raises:
            IncompleteListError: Anaplan returns fewer entries than announced.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per page.
        """
        return await editing.list_flows(self._session)

    def iter_flows(self) -> AsyncIterator[models.Flow]:
        """Iterate over the flows, without their steps.

        Returns:
            An iterator over the flows that the user may see.

        Raises:
            IncompleteListError: Anaplan returns fewer entries than announced.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per page, with at most four pages ahead.
        """
        return iterate(
            self._session,
            lambda limit, offset: cloudworks.list_flows(limit=limit, offset=offset),
            lambda page: page.integration_flows,
        )

    async def get_flow(self, flow: str | models.Flow) -> models.Flow:
        """Read a flow with its steps.

        Args:
            flow: The flow: its id, its name, or the object.

        Returns:
            The flow as it is now.

        Raises:
            NameNotFoundError: No flow has the name.
            AmbiguousNameError: Several have the name.
            NotFoundError: There is no such flow, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and those of the list for a name.
        """
        return await runs.get_flow(self._session, await editing.find_flow_id(self._session, flow))

    async def create_flow(self, name: str, steps: Sequence[models.FlowStepRequest]) -> models.Flow:
        """Create a flow exactly once.

        Without a response, the client lists the flows. It returns a new one with this name and these steps.

        Args:
            name: Name of the flow.
            steps: The steps in their order: `step` of `anaplan_ext.cloudworks.definitions` makes them. Each depends on
                the one before, which is added here.

        Returns:
            The new flow.

        Raises:
            ValueError: There are fewer than two enabled steps or more than 100, or an integration comes twice; nothing
                is sent.
            OutcomeUnknown: There was no usable response, and nothing proves whether it was created.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests, and those of the list before.
        """
        body = models.FlowRequest(name=name, steps=chain(steps))
        flow_id = await editing.create_flow(self._session, self._settings, body)
        return await runs.get_flow(self._session, flow_id)

    async def update_flow(
        self,
        flow: str | models.Flow,
        *,
        name: str | None = None,
        steps: Sequence[models.FlowStepRequest] | None = None,
        overwrite: bool = False,
    ) -> models.Flow:
        """Change the name or the steps of a flow, and keep the rest.

        Anaplan replaces flows as a whole. The client reads the current one, applies the changes, and writes it.

        Args:
            flow: The flow: its id, its name, or the object. An object is compared with the current flow.
            name: New name.
            steps: New steps, in place of all others.
            overwrite: Write even if the flow was changed since the object was read.

        Returns:
            The flow as it is then.

        Raises:
            ValueError: There would be fewer than two enabled steps or more than 100, or an integration twice; nothing
                is written.
            ChangedMeanwhileError: The object was changed since it was read. Nothing is written.
            NameNotFoundError: No flow has the name.
            AmbiguousNameError: Several have the name.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Three requests, and those of the list for a name.
        """
        new_steps = None if steps is None else chain(steps)
        current = await self.get_flow(flow)
        if isinstance(flow, models.Flow) and not overwrite and is_flow_changed(flow, current):
            raise ChangedMeanwhileError("flow", current.id, flow, current)
        written = models.FlowRequest(
            name=current.name or "" if name is None else name,
            steps=new_steps or chain([step_of(one) for one in current.steps or []]),
        )
        await self._session.send(cloudworks.replace_flow(current.id, body=written))
        return await runs.get_flow(self._session, current.id)

    async def delete_flow(self, flow: str | models.Flow) -> None:
        """Delete a flow. Its integrations stay.

        Args:
            flow: The flow: its id, its name, or the object.

        Raises:
            NameNotFoundError: No flow has the name.
            AmbiguousNameError: Several have the name.
            NotFoundError: There is no such flow, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and those of the list for a name.
        """
        flow_id = await editing.find_flow_id(self._session, flow)
        await self._session.send(cloudworks.delete_flow(flow_id))

    async def start_flow(
        self, flow: str | models.Flow, *, steps: Sequence[str | models.Integration] | None = None
    ) -> TaskHandle:
        """Start a run of a flow exactly once, and do not wait for it.

        Without a response, the latest run of the flow shows whether there is a new one. It is adopted as by
        `start_run`.

        Args:
            flow: The flow: its id, its name, or the object.
            steps: The integrations of the steps to run, by id or object. All enabled steps without it.

        Returns:
            A reference to the run. `client.wait_for_task` waits for it, in any process.

        Raises:
            ValueError: One of `steps` is not an enabled step; nothing is started.
            NameNotFoundError: No flow has the name.
            AmbiguousNameError: Several have the name.
            ConflictError: The flow, or an integration of it, is running.
            OutcomeUnknown: There was no usable response, and nothing proves whether it was started.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests, and those of the list for a name. `assume_exclusive` adds one.
        """
        return (await self._start_flow(flow, steps))[0]

    async def run_flow(
        self,
        flow: str | models.Flow,
        *,
        steps: Sequence[str | models.Integration] | None = None,
        timeout: float | None = None,
        progress: Callable[[models.Flow], None] | None = None,
        allow_partial: bool = False,
    ) -> FlowReport:
        """Run a flow, or some of its steps, to the end.

        It is started exactly once, as by `start_flow`.

        Args:
            flow: The flow: its id, its name, or the object.
            steps: The integrations of the steps to run, by id or object. All enabled steps without it.
            timeout: Maximum seconds to wait for the end. None for no limit. The run continues after that.
            progress: Function that gets the flow after each poll.
            allow_partial: Whether a run that loaded some rows only is returned. Otherwise it is an error.

        Returns:
            The report of the run, with the steps that ran.

        Raises:
            IntegrationRunError: The run failed. It has the messages of the steps.
            PartialRunError: Some rows were not loaded.
            IntegrationRunCancelledError: The run was cancelled.
            TaskTimeout: The run did not end in time, or ten polls in a row failed. Its `handle` resumes waiting.
            ValueError: One of `steps` is not an enabled step; nothing is started.
            NameNotFoundError: No flow has the name.
            AmbiguousNameError: Several have the name.
            ConflictError: The flow, or an integration of it, is running.
            OutcomeUnknown: There was no usable response, and nothing proves whether it was started.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Three requests, and one per further poll, and those of the list for a name.
        """
        handle, before = await self._start_flow(flow, steps)
        return await runs.wait_for_flow(
            self._session, self._settings, handle, timeout, progress, before, allow_partial=allow_partial
        )

    async def cancel_flow(self, flow: str | models.Flow) -> list[str]:
        """Cancel the run of a flow, by its step in progress.

        Anaplan has no operation for a flow itself. The flow stops after a step that was cancelled.

        Args:
            flow: The flow: its id, its name, or the object.

        Returns:
            The ids of the integrations whose runs were cancelled; empty if none was in progress.

        Raises:
            NameNotFoundError: No flow has the name.
            AmbiguousNameError: Several have the name.
            NotFoundError: There is no such flow, or its step is still queued.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, one per step in progress, and those of the list for a name.
        """
        return await runs.cancel_flow(self._session, await self.get_flow(flow))

    async def _start_flow(
        self, flow: str | models.Flow, steps: Sequence[str | models.Integration] | None
    ) -> tuple[TaskHandle, models.LatestRun | None]:
        """Start a flow, and return the handle and the latest run before."""
        current = await self.get_flow(flow)
        subset: list[str] | None = None
        if steps is not None:
            given = [step.id if isinstance(step, models.Integration) else step for step in steps]
            subset = check_subset(current, given)
        handle = await runs.start_flow(self._session, self._settings, current, subset)
        return handle, current.latest_run

    async def _find_connection(self, connection_id: str) -> Connection:
        connections = await editing.list_connections(self._session)
        return editing.find_connection(connections, connection_id)

    async def _check_connection(self, connection: str | Connection, overwrite: bool) -> None:
        if isinstance(connection, str) or overwrite:
            return
        current = await self._find_connection(connection.id)
        if current.modification_date != connection.modification_date or current.body != connection.body:
            raise ChangedMeanwhileError("connection", connection.id, connection, current)


def _needed(name: str, value: str | None) -> str:
    if value is None:
        raise ValueError(f"{name} must be set, since the client has none")
    return value
