"""A tenant in which almost every belief can be tested, and a transport that repeats its responses."""

from collections.abc import Callable, Mapping
from copy import deepcopy

import httpx
from attrs import define, evolve

from anaplan_ext import AnaplanActionError, Client
from anaplan_ext.emulator import Emulator
from anaplan_ext.emulator.demo import demo_tenant
from anaplan_ext.emulator.state.actions import Action, Export, Process
from anaplan_ext.emulator.state.files import File
from anaplan_ext.emulator.state.tenant import User, Workspace
from anaplan_ext.emulator.state.views import Dashboard

from ...contract.integrations import CONNECTION, FLOW, INTEGRATION, NOTIFICATION, add_history, add_integration

CANARY = "Canary"
"""In every name and value of the tenant, and so in no report."""


def build_tenant(emulator: Emulator) -> None:
    """Give the emulator two of everything, each with a name that must not be shown."""
    tenant = emulator.tenant = demo_tenant()
    emulator.download_chunk_size = 20
    first = tenant.workspaces[0]
    tenant.workspaces.append(Workspace(id="8a8b8c8d9e0000000000000000000b02", name=f"{CANARY} archive", models=[]))
    for number in range(2):
        tenant.users.append(User(email=f"visitor{number}.{CANARY}@example.com", visitor=True))
        tenant.users.append(User(email=f"admin{number}.{CANARY}@example.com", first_name=CANARY))
    first.name = f"{CANARY} planning"
    for model in first.models:
        model.name += f" {CANARY}"
        model.files.append(File(id="113000000001", name=f"{CANARY}.csv"))
        model.imports.append(evolve(model.imports[0], id="112000000001", name=f"A {CANARY} import"))
        model.exports.append(Export(id="116000000001", name=f"A {CANARY} export", module="Flights"))
        model.actions.append(Action(id="117000000001", name=f"A {CANARY} action", module="Flights"))
        model.processes.append(Process(id="118000000001", name=f"A {CANARY} process", action_ids=["112000000000"]))
        model.dashboards += [Dashboard(id=f"11500000000{number}", name=f"{CANARY} {number}") for number in range(2)]
        model.add_module(f"{CANARY} sales", applies_to=["Airports", "Time"], line_items=["Units", "Price"])
        for name in ("By airport", "By month"):
            pages = ["Line items"]
            rows, columns = (["Airports"], ["Time"]) if name == "By airport" else (["Time"], ["Airports"])
            model.add_view(f"{CANARY} sales", name, rows=rows, columns=columns, pages=pages)


def build_history(emulator: Emulator) -> None:
    """Run every action twice, sync a revision, and load files by CloudWorks."""
    add_integration(emulator, b"id,name,amount\n1,one,10\n")
    add_history(emulator)
    state = emulator.cloudworks
    other = {
        INTEGRATION: "f" * 31 + "0",
        CONNECTION: "c" * 31 + "0",
        FLOW: "e" * 31 + "0",
        NOTIFICATION: "b" * 31 + "0",
    }
    twin = evolve(state.integrations[INTEGRATION], id=other[INTEGRATION], notification_id=other[NOTIFICATION])
    twin.body = deepcopy(twin.body) | {"name": f"A {CANARY} integration"}
    state.integrations[twin.id] = twin
    state.notifications[other[NOTIFICATION]] = state.notifications[NOTIFICATION] | {"integrationIds": [twin.id]}
    state.connections[other[CONNECTION]] = evolve(state.connections[CONNECTION], id=other[CONNECTION])
    state.flows[other[FLOW]] = evolve(state.flows[FLOW], id=other[FLOW])
    with Client(**emulator.client_arguments) as client:
        for content in (f"id,name,amount\n1,{CANARY},x\n", f"id,name,amount\n1,{CANARY},10\n"):
            client.upload_file(113000000000, content)
            for action_id in (112000000000, 112000000001, 118000000000, 118000000001, 117000000000, 116000000000):
                try:
                    client.run_action(action_id)
                except AnaplanActionError:
                    assert "x" in content
        client.upload_file(113000000000, f"id,name,amount\n1,{CANARY},x\n")
        for action_id in (118000000000, 112000000000):  # the last one has the dump
            try:
                client.run_action(action_id)
            except AnaplanActionError:
                continue
        client.upload_file(113000000001, f"{CANARY}\n" * 10)
        source = client.alm.get_latest_revision()
        production = client.with_model(emulator.production_model_id)
        target = production.alm.get_latest_revision()
        assert source is not None
        assert target is not None
        for _ in range(2):
            client.alm.create_revision(f"{CANARY} {_}", "A revision")
            emulator.model(emulator.development_model_id).add_list(f"{CANARY} {_}")
        production.alm.sync_models(source.id, emulator.development_model_id, target.id)


@define
class Reply:
    """A response, as a lie changes it."""

    status: int
    media: str
    body: bytes


Lookup = Mapping[tuple[str, str, str], Reply]
BASE = "https://tenant.test"


def record(emulator: Emulator, since: int) -> Lookup:
    """Return the responses of the emulator since an exchange, by path, query and the kind of token."""
    return {
        (exchange.path, exchange.query, _token_of(dict(exchange.request_headers).get("authorization"))): Reply(
            exchange.status or 0,
            dict(exchange.response_headers).get("content-type", ""),
            bytes(exchange.response_body),  # type: ignore[arg-type]
        )
        for exchange in emulator.exchanges[since:]
    }


def _token_of(header: str | None) -> str:
    return "none" if header is None else "unknown" if header.endswith("not-a-token") else "known"


NOT_FOUND = Reply(404, "application/json", b'{"status":{"code":404,"message":"Not Found"},"path":"/","timestamp":"x"}')


def tell(lookup: Lookup, lie: Callable[[str, str, str, Reply], Reply] | None = None) -> httpx.Client:
    """Return a client of HTTP that gives the recorded responses, as a lie changes them."""

    def respond(request: httpx.Request) -> httpx.Response:
        path, query = request.url.path, request.url.query.decode()
        token = _token_of(request.headers.get("authorization"))
        reply = lookup.get((path, query, token), NOT_FOUND)
        if lie is not None:
            reply = lie(path, query, token, evolve(reply))
        return httpx.Response(reply.status, headers={"content-type": reply.media}, content=reply.body)

    return httpx.Client(transport=httpx.MockTransport(respond))
