"""CloudWorks: flows of integrations."""

from __future__ import annotations

from starlette.responses import Response

from ..engine.integration_runs import run_due_integrations
from ..http.cloudworks_responses import found, invalid_body, page, read_object, require, success
from ..http.request import HTTPError, Request
from ..state.cloudworks import Flow, FlowRun
from ..state.timestamps import format_timestamp
from ..state.values import Json
from .cloudworks import authorize, integration_type, latest_run, moment


def list_flows(request: Request) -> Response:
    """List the flows."""
    authorize(request)
    rows, meta = page(request, "integrationflows", list(request.server.cloudworks.flows.values()), _flow_row)
    return success({"integrationFlows": rows, "meta": meta})


async def get_flow(request: Request) -> Response:
    """Describe one flow with its steps; each poll moves its run forward."""
    authorize(request)
    flow = _find_flow(request)
    if flow.current_run is not None and flow.current_run.runs:
        flow.current_run.runs[-1].polls += 1
    await run_due_integrations(request.server)
    steps = [_step_row(request, step) for step in flow.body["steps"]]
    return success({"integrationFlow": _flow_row(flow) | {"version": "2.0", "steps": steps}})


def _find_flow(request: Request) -> Flow:
    return found(request.server.cloudworks.flows, request.params["flow"])


def _flow_row(flow: Flow) -> Json:
    return {
        "id": flow.id,
        "name": flow.body["name"],
        "createdBy": flow.created_by,
        "creationDate": moment(flow.created),
        "modificationDate": moment(flow.modified),
        "modifiedBy": flow.modified_by,
        "nuxVisible": False,
        "stepsCount": len(flow.body["steps"]),
        "latestRun": latest_run(flow.runs[-1] if flow.runs else None),
    }


def _step_row(request: Request, step: Json) -> Json:
    row: Json = {key: value for key, value in step.items() if key != "type"}
    row["dependsOn"] = step.get("dependsOn", [])
    integration = request.server.cloudworks.integrations.get(step["referrer"])
    if integration is None:
        return row
    row |= {"name": integration.name, "type": integration_type(integration.body)}
    row |= {"modelId": integration.body["modelId"], "workspaceId": integration.body["workspaceId"]}
    row |= {"createdBy": integration.created_by, "createdDate": _spaced(integration.created)}
    row |= {"modifiedBy": integration.modified_by, "modifiedDate": _spaced(integration.modified)}
    return row | {"latestRun": latest_run(integration.runs[-1] if integration.runs else None)}


def _spaced(seconds: float) -> str:
    """Return a time in the form that only steps have."""
    return f"{format_timestamp(int(seconds))[:-1].replace('T', ' ')}.000000+00:00"


def create_flow(request: Request) -> Response:
    """Create a flow."""
    authorize(request)
    body, now, user_id = _read_flow(request), request.server.now(), request.user.id
    flow_id = request.server.next_id().lower()
    flow = Flow(id=flow_id, body=body, created=now, modified=now, created_by=user_id, modified_by=user_id)
    request.server.cloudworks.flows[flow_id] = flow
    request.server.effects["flows"] += 1
    return success({"integrationFlow": {"integrationFlowId": flow_id}})


def replace_flow(request: Request) -> Response:
    """Replace a flow as a whole."""
    authorize(request)
    flow = _find_flow(request)
    flow.body = _read_flow(request)
    flow.modified, flow.modified_by = request.server.now(), request.user.id
    return success()


def delete_flow(request: Request) -> Response:
    """Delete a flow."""
    authorize(request)
    del request.server.cloudworks.flows[_find_flow(request).id]
    return success()


def _read_flow(request: Request) -> Json:
    body = read_object(request, {"name": str, "version": str, "type": str, "steps": list})
    require(body["name"].strip(), "name")
    require(body["version"] == "2.0" and body["type"] == "IntegrationFlow", "type")
    steps = [_read_step(request, step) for step in body["steps"]]
    if sum(not step["isSkipped"] for step in steps) < 2:
        raise HTTPError(400, "Integration flow has to have at least two enabled steps.")
    require(len(steps) <= 100, "steps")
    known = [step["referrer"] for step in steps]
    require(len(set(known)) == len(known), "referrer")
    for step in steps:
        require(set(step.get("dependsOn", [])) <= set(known), "dependsOn")
    return body


def _read_step(request: Request, value: object) -> Json:
    fields: dict[str, type] = {
        "type": str,
        "referrer": str,
        "dependsOn": list,
        "isSkipped": bool,
        "exceptionBehavior": list,
    }
    step = read_object(request, fields, ("dependsOn",), body=value)
    require(step["type"] == "Integration", "type")
    require(step["referrer"] in request.server.cloudworks.integrations, "referrer")
    if not all(isinstance(name, str) for name in step.get("dependsOn", [])):
        raise invalid_body()
    for rule in step["exceptionBehavior"]:
        rule = read_object(request, {"type": str, "strategy": str}, body=rule)
        require(rule["type"] in ("failure", "partial_success"), "type")
        require(rule["strategy"] in ("stop", "continue"), "strategy")
    return step


async def run_flow(request: Request) -> Response:
    """Start a run of a flow, or of some of its steps."""
    authorize(request)
    flow = _find_flow(request)
    wanted: list[object] | None = None
    if request.body.strip():
        wanted = read_object(request, {"stepsToRun": list}, ("stepsToRun",)).get("stepsToRun")
    enabled = [step["referrer"] for step in flow.body["steps"] if not step["isSkipped"]]
    if wanted is not None:
        require(wanted and all(isinstance(step, str) and step in enabled for step in wanted), "stepsToRun")
        enabled = [step for step in enabled if step in wanted]
    integrations = request.server.cloudworks.integrations
    if flow.current_run is not None or any(integrations[step].current_run for step in enabled if step in integrations):
        raise HTTPError(409, "Integration is already running")
    run_id = request.server.next_id().lower()
    run = FlowRun(id=run_id, user_id=request.user.id, trigger="manual", created=request.server.now(), steps=enabled)
    flow.runs.append(run)
    request.server.effects["flowRuns"] += 1
    await run_due_integrations(request.server)
    return success({"run": {"id": run_id}})
