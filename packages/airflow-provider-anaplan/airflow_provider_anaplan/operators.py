"""Operators that run loads, actions, exports and promotions of Anaplan."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from anaplan_ext import (
    AnaplanActionError,
    AnaplanError,
    BoundPlan,
    Client,
    LoadReport,
    OutcomeUnknown,
    PlannedTarget,
    TaskCancelled,
    TaskHandle,
)

from .hooks import AnaplanHook, find_model
from .triggers import AnaplanTaskTrigger


class AnaplanRunOperator(BaseOperator):
    """Run an import, export, process or other action, and wait for its end.

    Args:
        model: Name or id of the model.
        action: Name or id of the action.
        anaplan_conn_id: Id of the connection.
        max_rejected: Number of rejected rows that do not fail the task.
        rejects_dir: Folder to write the rejected rows to, as CSV.
        deferrable: Whether the wait is left to the triggerer, so that it holds no worker.
        timeout: Maximum duration of the wait. None for no limit. The task of Anaplan continues after that.
    """

    template_fields: Sequence[str] = ("model", "action", "rejects_dir")

    def __init__(
        self,
        *,
        model: str,
        action: str = "",
        anaplan_conn_id: str = AnaplanHook.default_conn_name,
        max_rejected: int = 0,
        rejects_dir: str | None = None,
        deferrable: bool = True,
        timeout: timedelta | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.model = model
        self.action = action
        self.anaplan_conn_id = anaplan_conn_id
        self.max_rejected = max_rejected
        self.rejects_dir = rejects_dir
        self.deferrable = deferrable
        self.timeout = timeout
        self._handle: TaskHandle | None = None

    def start(self, client: Client) -> str:
        """Start the action, and return its id and that of the task."""
        actions = [*client.list_imports(), *client.list_exports(), *client.list_processes(), *client.list_actions()]
        found = {each.id for each in actions if self.action in (each.id, each.name)}
        if len(found) != 1:
            raise AirflowFailException(f"{len(found)} actions are called {self.action!r}")
        return found.pop()

    def finish(self, client: Client, handle: TaskHandle, result: dict[str, Any]) -> dict[str, Any]:
        """Return the result of the task of Airflow."""
        return result

    def execute(self, context: Any) -> Any:
        """Start the action, and wait for its end here or in the triggerer."""
        with AnaplanHook(self.anaplan_conn_id).get_conn() as connected:
            client = find_model(connected, self.model)
            try:
                action_id = self.start(client)
                task_id = client.invoke_action(action_id)
            except OutcomeUnknown as error:
                raise AirflowFailException(str(error)) from error
            self._handle = TaskHandle(
                kind="action", model_id=client.model_id or "", action_id=action_id, task_id=task_id
            )
            if not self.deferrable:
                seconds = None if self.timeout is None else self.timeout.total_seconds()
                return self._wait(client, self._handle, seconds)
        trigger = AnaplanTaskTrigger(self.anaplan_conn_id, [self._handle.to_dict()], end(self.timeout))
        self.defer(trigger=trigger, method_name="resume")

    def resume(self, context: Any, event: Mapping[str, Any]) -> Any:
        """Read how the task ended."""
        if event["error"]:
            raise AirflowFailException(event["error"])
        (handle,) = map(TaskHandle.from_dict, event["handles"])
        with AnaplanHook(self.anaplan_conn_id).get_conn() as client:
            return self._wait(client.with_model(handle.model_id), handle, None)

    def on_kill(self) -> None:
        """Cancel the task of Anaplan, if this process waits for it."""
        if self._handle is not None and not self.deferrable:
            with AnaplanHook(self.anaplan_conn_id).get_conn() as client:
                client.cancel_task(self._handle)

    def _wait(self, client: Client, handle: TaskHandle, seconds: float | None) -> dict[str, Any]:
        try:
            report = client.wait_for_task(handle, timeout=seconds)
        except AnaplanError as error:
            if self.rejects_dir is not None and isinstance(error, AnaplanActionError):
                error.rejected.to_csv(self.rejects_dir)
            # A retry would start the action once more, whatever the first one did.
            if not isinstance(error, AnaplanActionError) or not is_accepted(error, self.max_rejected):
                raise AirflowFailException(str(error)) from error
            report = error.report
            assert report is not None  # as accepted
        return self.finish(client, handle, summarize(report))


class AnaplanLoadOperator(AnaplanRunOperator):
    """Upload files, run the process or import that reads them, and fail for rejected rows.

    Args:
        files: Paths by the names of the files in Anaplan.
        process: Name or id of the process that reads them.
        import_: Name or id of the import that reads them. Exactly one of `process` and `import_` is required.
        **kwargs: The arguments of `AnaplanRunOperator`, apart from `action`.
    """

    template_fields: Sequence[str] = ("model", "files", "process", "import_", "rejects_dir")

    def __init__(
        self, *, files: Mapping[str, str], process: str | None = None, import_: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.files = files
        self.process = process
        self.import_ = import_

    def start(self, client: Client) -> str:
        """Check the load, upload the files, and return the id of the process or import."""
        contents = {name: Path(path) for name, path in self.files.items()}
        plan = client.plan_load(contents, process=self.process, import_=self.import_)
        for file in plan.files:
            client.upload_file(file.id, contents[file.key])
        return plan.action_id


class AnaplanExportOperator(AnaplanRunOperator):
    """Run an export, and download what it wrote.

    Args:
        export: Name or id of the export.
        path: Path to write to. It has either the complete export or its previous content.
        **kwargs: The arguments of `AnaplanRunOperator`, apart from `action`.
    """

    template_fields: Sequence[str] = ("model", "action", "path", "rejects_dir")

    def __init__(self, *, export: str, path: str, **kwargs: Any) -> None:
        super().__init__(action=export, **kwargs)
        self.path = path

    def finish(self, client: Client, handle: TaskHandle, result: dict[str, Any]) -> dict[str, Any]:
        """Download the file of the export."""
        client.download_file(str(handle.action_id), self.path)
        return result | {"path": self.path}


class AnaplanPromoteOperator(BaseOperator):
    """Bring a revision of a source model to target models, and wait for the end of all syncs.

    The promotion is planned first. Nothing is synchronized if a target has a problem, or a risk is not approved. A
    target that is on the revision already is left alone, so the task can be cleared and run again. Anaplan cancels no
    syncs: they continue if a user ends the task.

    Args:
        source: Name or id of the source model.
        revision: Title or id of the revision.
        targets: Names or ids of the target models.
        approve_risks: Names or kinds of risks that are accepted, such as `deletes data`.
        anaplan_conn_id: Id of the connection.
        deferrable: Whether the wait is left to the triggerer, so that it holds no worker.
        timeout: Maximum duration of the wait. None for no limit. The syncs continue after that.
    """

    template_fields: Sequence[str] = ("source", "revision", "targets", "approve_risks")

    def __init__(
        self,
        *,
        source: str,
        revision: str,
        targets: Sequence[str],
        approve_risks: Sequence[str] = (),
        anaplan_conn_id: str = AnaplanHook.default_conn_name,
        deferrable: bool = True,
        timeout: timedelta | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.revision = revision
        self.targets = targets
        self.approve_risks = approve_risks
        self.anaplan_conn_id = anaplan_conn_id
        self.deferrable = deferrable
        self.timeout = timeout

    def execute(self, context: Any) -> Any:
        """Plan, start the syncs, and wait for their end here or in the triggerer."""
        with AnaplanHook(self.anaplan_conn_id).get_conn() as connected:
            plan = find_model(connected, self.source).alm.plan(self.revision, list(self.targets))
            if reasons := find_obstacles(plan, self.approve_risks):
                raise AirflowFailException("; ".join(reasons))
            try:
                handles = [start_sync(connected, plan, target) for target in plan.targets if target.can_sync]
            except AnaplanError as error:
                # A run after that plans again, and continues.
                raise AirflowFailException(f"{error}; syncs that were started before continue") from error
            if not self.deferrable or not handles:
                return self._wait(connected, handles, self.timeout)
        trigger = AnaplanTaskTrigger(self.anaplan_conn_id, [handle.to_dict() for handle in handles], end(self.timeout))
        self.defer(trigger=trigger, method_name="resume")

    def resume(self, context: Any, event: Mapping[str, Any]) -> dict[str, list[str]]:
        """Read how the syncs ended."""
        if event["error"]:
            raise AirflowFailException(event["error"])
        with AnaplanHook(self.anaplan_conn_id).get_conn() as client:
            return self._wait(client, [TaskHandle.from_dict(handle) for handle in event["handles"]], None)

    def _wait(self, client: Client, handles: Sequence[TaskHandle], timeout: timedelta | None) -> dict[str, list[str]]:
        """Wait for the syncs, which run at the same time in Anaplan. Return the targets by what happened to them."""
        ends_at, failures, synced = end(timeout), list[str](), list[str]()
        for handle in handles:
            try:
                client.wait_for_task(handle, timeout=None if ends_at is None else max(0.0, ends_at - time.time()))
                synced.append(handle.model_id)
            except AnaplanError as error:
                failures.append(str(error))
        if failures:
            raise AirflowFailException("; ".join(failures))
        names = {model.id: model.name or model.id for model in client.list_models()} if synced else {}
        synced_names = [names[model_id] for model_id in synced]
        return {
            "synced": synced_names,
            "already": [target for target in self.targets if target not in (*synced, *synced_names)],
        }


def end(timeout: timedelta | None) -> float | None:
    """Return when a wait that starts now ends, in seconds of the epoch."""
    return None if timeout is None else time.time() + timeout.total_seconds()


def find_obstacles(plan: BoundPlan, approved: Sequence[str]) -> list[str]:
    """Return why a plan must not be applied: targets with a problem, and risks that nobody approved."""
    problems = [f"{target.model.name}: {target.reason}" for target in plan.targets if target.problem is not None]
    risks = [str(risk) for risk in plan.risks if risk.name not in approved and risk.risk not in approved]
    return [*problems, *(f"{risk} (approve_risks has neither its name nor its kind)" for risk in risks)]


def start_sync(client: Client, plan: BoundPlan, target: PlannedTarget) -> TaskHandle:
    """Start the sync of a target. Anaplan rejects it if the target has moved since it was planned."""
    assert target.revision is not None  # as it can be synchronized
    pending = client.with_model(target.model.model_id).alm.sync_models(
        plan.revision.id, plan.source.model_id, target.revision.id, wait_for_completion=False
    )
    return TaskHandle(kind="sync", model_id=target.model.model_id, task_id=pending.id)


def is_accepted(error: AnaplanActionError, max_rejected: int) -> bool:
    """Return whether a load ran to its end, and has few enough rejected rows."""
    report = error.report
    if report is None or isinstance(error, TaskCancelled):
        return False
    ran = bool(report.actions) and all(action.successful for action in report.actions)
    return ran and report.failed is not None and report.failed <= max_rejected


def summarize(report: LoadReport) -> dict[str, Any]:
    """Return the rows of a load by what happened to them; a count that Anaplan omits is None."""
    return {"loaded": report.loaded, "ignored": report.ignored, "rejected": report.failed}
