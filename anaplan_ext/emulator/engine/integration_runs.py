"""Run integrations and flows of CloudWorks: move files, run actions, tell users."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from ..state.actions import Export, Runnable
from ..state.cloudworks import (
    CANCELLED_CODE,
    FAILURE_CODE,
    PARTIAL_CODE,
    Connection,
    Flow,
    FlowRun,
    Integration,
    Run,
    SentNotification,
)
from ..state.files import Expiring, File
from ..state.model import Model
from ..state.server_state import ServerState
from ..state.values import Json
from .run_action import run_action
from .schedules import list_occurrences
from .tasks import create_task

_KINDS = {"112": "imports", "116": "exports", "117": "actions", "118": "processes"}
_RESULTS = {None: "success", PARTIAL_CODE: "partial_failure"}


class RunError(Exception):
    """A run failed; `code` is its error code."""

    def __init__(self, message: str, code: int = FAILURE_CODE) -> None:
        super().__init__(message)
        self.code = code


def start_run(
    server: ServerState,
    integration: Integration,
    user_id: str,
    trigger: str,
    *,
    at: float | None = None,
    flow_run: FlowRun | None = None,
) -> Run:
    """Start a run of an integration that is not running."""
    server.effects["integrationRuns"] += 1
    run = Run(
        id=server.next_id().lower(),
        integration_id=integration.id,
        user_id=user_id,
        trigger=trigger,
        created=server.now() if at is None else at,
        flow_run_id=flow_run.id if flow_run else None,
    )
    integration.runs.append(run)
    return run


async def run_due_integrations(server: ServerState) -> None:
    """Start what the schedules say, finish the runs that are due, and continue the flows."""
    if not server.cloudworks.integrations or server.cloudworks_busy:
        return
    server.cloudworks_busy = True
    try:
        for integration in list(server.cloudworks.integrations.values()):
            await _finish_due_run(server, integration)
            await _run_schedule(server, integration)
        for flow in list(server.cloudworks.flows.values()):
            while _continue_flow(server, flow):
                for integration in list(server.cloudworks.integrations.values()):
                    await _finish_due_run(server, integration)
    finally:
        server.cloudworks_busy = False


async def _run_schedule(server: ServerState, integration: Integration) -> None:
    schedule, now = integration.schedule, server.now()
    if schedule is None or schedule.get("status") != "Active":
        return
    since, integration.scheduled_until = integration.scheduled_until, now
    for moment in list_occurrences(schedule, since, now):
        # A start during a run is rejected, also that of a schedule.
        if integration.current_run is None:
            start_run(server, integration, integration.created_by, "scheduled", at=moment)
            await _finish_due_run(server, integration)


async def _finish_due_run(server: ServerState, integration: Integration) -> None:
    run = integration.current_run
    if run is None or not server.is_due(run.created, run.polls):
        return
    run.started = True
    await asyncio.to_thread(_execute, server, integration, run)
    with server.lock:
        _notify(server, integration, run)


def _execute(server: ServerState, integration: Integration, run: Run) -> None:
    """Move the files and run the actions of an integration, and end its run."""
    try:
        code = _run_jobs(server, integration, run)
        message = "Some rows were not loaded" if code == PARTIAL_CODE else "Success"
    except RunError as error:
        code, message = error.code, str(error)
    except Exception as error:
        server.errors.append(error)
        code, message = FAILURE_CODE, "The integration could not be run."
    # A scheduled run of the past ended then, too.
    run.end(min(server.now(), run.created + max(server.task_seconds, 1.0)), code, message)


def _run_jobs(server: ServerState, integration: Integration, run: Run) -> int | None:
    model = next((model for _, model in server.tenant.models() if model.id == integration.body["modelId"]), None)
    if model is None:
        raise RunError(f"The model {integration.body['modelId']} was not found.")
    jobs: list[Json] = integration.body.get("jobs", [])
    process_id = integration.body.get("processId")
    code: int | None = None
    for job in jobs:
        if job["type"].endswith("ToAnaplan"):
            _receive(server, model, job, run)
            if not process_id:
                code = _run_object(server, model, job["targets"][0]["actionId"], run) or code
    if process_id:
        code = _run_object(server, model, process_id, run) or code
    for job in jobs:
        if not job["type"].endswith("ToAnaplan"):
            action_id = job["sources"][0]["actionId"]
            if not process_id:
                code = _run_object(server, model, action_id, run) or code
            _send(server, model, job, action_id, run)
    return code


def _find_connection(server: ServerState, end: Json) -> Connection:
    connection = server.cloudworks.connections.get(end["connectionId"])
    if connection is None:
        raise RunError(f"The connection {end['connectionId']} was deleted.")
    if server.cloudworks.invalid_secrets & set(list_secrets(connection.body)):
        raise RunError("Credentials are invalid")
    return connection


def list_secrets(body: Json) -> list[str]:
    """Return the secrets in the body of a connection."""
    key: Json = body.get("serviceAccountKey") or {}
    names = ("accessKeyId", "secretAccessKey", "sasToken", "clientSecret")
    values: list[object] = [
        *(body.get(name) for name in names),
        *(key.get(name) for name in ("private_key", "private_key_id")),
    ]
    return [value for value in values if isinstance(value, str)]


def _receive(server: ServerState, model: Model, job: Json, run: Run) -> None:
    """Put the content of the source into the file of the model."""
    source, target = job["sources"][0], job["targets"][0]
    path = source.get("file") or source.get("table")
    content = server.cloudworks.bucket(_find_connection(server, source).bucket).get(path)
    if content is None:
        raise RunError(f"{path} was not found.")
    for mapping in job.get("mapping", []):
        header, line_end, rows = content.partition(b"\n")
        names = header.decode().split(",")
        renamed = [mapping["targetName"] if name == mapping["sourceName"] else name for name in names]
        content = ",".join(renamed).encode() + line_end + rows
    with server.lock:
        file = next((file for file in model.files if file.id == target["fileId"]), None)
        if file is None:
            raise RunError(f"The file {target['fileId']} was not found.")
        file.copies[run.user_id] = Expiring((content,), server.now())


def _send(server: ServerState, model: Model, job: Json, action_id: str, run: Run) -> None:
    """Put the output of an export where the job says."""
    target = job["targets"][0]
    path = target.get("file") or target.get("table")
    bucket = server.cloudworks.bucket(_find_connection(server, target).bucket)
    export = _find_object(model, action_id)
    output: File = export.output if isinstance(export, Export) else File(id="", name="")
    content = b"".join(output.content_for(run.user_id, server.now()))
    with server.lock:
        if path in bucket and not target.get("overwrite"):
            if "table" not in target:
                raise RunError(f"{path} already exists.")
            content = bucket[path] + content.partition(b"\n")[2]
        bucket[path] = content


def _find_object(model: Model, object_id: str) -> Runnable:
    for item in model.runnables(_KINDS.get(object_id[:3], "actions")):
        if item.id == object_id:
            return item
    raise RunError(f"The action {object_id} was not found.")


def _run_object(server: ServerState, model: Model, object_id: str, run: Run) -> int | None:
    """Run an action or a process, keep its messages and dumps, and return the code of a partial success."""
    item = _find_object(model, object_id)
    with server.lock:
        effect: Callable[..., Json] = partial(run_action, server, model, item, {})
        task = create_task(server, model, _KINDS[object_id[:3]], item, run.user_id, effect)
        run.task_id = task.id
        # A poll of the model's tasks would run its effect, too.
        model.tasks[:] = [other for other in model.tasks if other is not task]
    if task.server_cancels:
        task.state = "CANCELLED"
        model.tasks.append(task)
        raise RunError("Cancelled", CANCELLED_CODE)
    result = task.effect(task)
    with server.lock:
        task.result, task.state = result, task.end_state
        model.tasks.append(task)
        _keep_errors(model, item, result, run)
    if not result.get("successful"):
        texts = [text["localMessageText"] for error in run.errors for text in error["errorMessage"]]
        raise RunError(texts[0] if texts else "The action failed.")
    return PARTIAL_CODE if run.errors else None


def _keep_errors(model: Model, item: Runnable, result: Json, run: Run) -> None:
    for entry in result.get("nestedResults") or [result]:
        object_id = entry.get("objectId", item.id)
        dump = model.dumps.get((run.user_id, object_id))
        if entry.get("failureDumpAvailable") and dump is not None:
            run.dumps[object_id] = dump.content[1]
        if entry.get("successful") and not entry.get("failureDumpAvailable"):
            continue
        run.errors.append(
            {
                "actionId": object_id,
                "actionName": entry.get("objectName", item.name),
                "failureDumpGenerated": object_id in run.dumps,
                "errorMessage": [
                    {**detail, "values": detail.get("values", [])}
                    for detail in entry.get("details", [])
                    if detail.get("occurrences")
                ],
            }
        )


def _notify(server: ServerState, integration: Integration, run: Run) -> None:
    kind = _RESULTS.get(run.code, "full_failure")
    configuration = server.cloudworks.notifications.get(integration.notification_id, {})
    for rule in configuration.get("notifications", {}).get("config", []):
        if rule["type"] == kind:
            for channel in configuration["channels"]:
                sent = SentNotification(
                    integration_id=integration.id,
                    run_id=run.id,
                    type=kind,
                    channel=channel,
                    user_ids=tuple(rule["users"]),
                )
                server.cloudworks.sent.append(sent)


def _continue_flow(server: ServerState, flow: Flow) -> bool:
    """Start the next step of a running flow, or end the flow. False if there is nothing to do."""
    flow_run = flow.current_run
    if flow_run is None or (flow_run.runs and flow_run.runs[-1].ended is None):
        return False
    last = flow_run.runs[-1] if flow_run.runs else None
    integration = server.cloudworks.integrations.get(_next_step(flow_run) or "")
    if integration is None or (last is not None and _stops(flow, last)):
        failed = [run for run in flow_run.runs if run.code is not None]
        _end_flow(flow_run, failed, is_whole=len(flow_run.runs) == len(flow_run.steps))
        return False
    if integration.current_run is not None:
        return False
    at = flow_run.created if last is None else last.ended
    trigger = f"{flow_run.trigger}_inf"
    flow_run.runs.append(start_run(server, integration, flow_run.user_id, trigger, at=at, flow_run=flow_run))
    return True


def _next_step(flow_run: FlowRun) -> str | None:
    done = len(flow_run.runs)
    return flow_run.steps[done] if done < len(flow_run.steps) else None


def _stops(flow: Flow, run: Run) -> bool:
    """Tell whether a flow stops after a run of one of its steps. A cancelled run always stops it."""
    if run.code is None or run.code == CANCELLED_CODE:
        return run.code is not None
    kind = "partial_success" if run.code == PARTIAL_CODE else "failure"
    step = next(step for step in flow.body["steps"] if step["referrer"] == run.integration_id)
    strategies = {rule["type"]: rule["strategy"] for rule in step["exceptionBehavior"]}
    return bool(strategies.get(kind, "stop" if kind == "failure" else "continue") == "stop")


def _end_flow(flow_run: FlowRun, failed: list[Run], *, is_whole: bool) -> None:
    flow_run.ended = flow_run.runs[-1].ended if flow_run.runs else flow_run.created
    flow_run.success = is_whole and not failed
    if failed:
        codes = {run.code for run in failed}
        flow_run.code = PARTIAL_CODE if is_whole and codes == {PARTIAL_CODE} else failed[-1].code
        flow_run.message = failed[-1].message
    elif is_whole:
        flow_run.message = "Success"
    else:
        flow_run.code, flow_run.message = FAILURE_CODE, "An integration of the flow was deleted."
