"""One job done by another Python client of Anaplan on the emulator, in an environment with that client.

    python clients.py CLIENT URL WORKSPACE MODEL USER PASSWORD

Prints, as JSON, what each step gave. The clients are as published: only the connections of those that cannot be given
another host are led to the URL. It stands alone, because the project is not installed where it runs.
"""

import asyncio
import inspect
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CLIENT, URL, WORKSPACE, MODEL, USER, PASSWORD = sys.argv[1:7]
FILE, IMPORT, EXPORT, ACTION, PROCESS = 113000000000, 112000000000, 116000000000, 117000000000, 118000000000
CONTENT = "id,amount\n1,10\n2,20\n"
REJECTED = "id,amount\n1,10\n2,ten\n"
Steps = dict[str, Callable[[], Any]]


def redirect_httpx2() -> None:
    import httpx2

    far = urlsplit(URL)
    send, send_async = httpx2.HTTPTransport.handle_request, httpx2.AsyncHTTPTransport.handle_async_request

    def moved(request: Any) -> Any:
        request.url = request.url.copy_with(scheme="http", host=far.hostname, port=far.port)
        return request

    httpx2.HTTPTransport.handle_request = lambda self, request: send(self, moved(request))
    httpx2.AsyncHTTPTransport.handle_async_request = lambda self, request: send_async(self, moved(request))


def redirect_requests() -> None:
    import requests

    send = requests.adapters.HTTPAdapter.send

    def moved(self: object, request: Any, *rest: object, **named: object) -> Any:
        request.url = URL + request.path_url
        return send(self, request, *rest, **named)

    requests.adapters.HTTPAdapter.send = moved


def names(things: Any) -> list[str]:
    return [thing.name for thing in things]


def id_of(things: Any, name: str) -> int:
    return next(thing.id for thing in things if thing.name == name)


def sdk(kind: Any, done: Callable[[Any], Any]) -> Steps:
    redirect_httpx2()
    client = kind(workspace_id=WORKSPACE, model_id=MODEL, user_email=USER, password=PASSWORD, status_poll_delay=0)

    def airports() -> int:
        return id_of(done(client.tr.get_lists()), "Airports")

    def put(verb: str, items: list[dict[str, Any]]) -> Any:
        return done(getattr(client.tr, f"{verb}_list_items")(airports(), items))

    def run_rejected() -> list[str]:
        done(client.upload_file(FILE, REJECTED))
        result = done(client.run_action(IMPORT)).result
        return [result.successful, result.failure_dump_available]

    def promote() -> str:
        model_id = client._model_id
        revision = done(client.alm.create_revision("Release", "By another client"))
        production = client.with_model(next(m.id for m in done(client.get_models()) if m.id != model_id))
        latest = done(production.alm.get_latest_revision())
        report = done(production.alm.create_comparison_report(revision.id, model_id, latest.id))
        text = done(production.alm.get_comparison_report(report)).decode()
        summary = done(production.alm.create_comparison_summary(revision.id, model_id, latest.id))
        return f"{text.splitlines()[6]} {summary.totals.created}"

    return {
        "workspaces": lambda: names(done(client.get_workspaces())),
        "models": lambda: names(done(client.get_models())),
        "model": lambda: done(client.get_model()).name,
        "files": lambda: names(done(client.get_files())),
        "actions": lambda: names(done(client.get_actions())),
        "imports": lambda: names(done(client.get_imports())),
        "exports": lambda: names(done(client.get_exports())),
        "processes": lambda: names(done(client.get_processes())),
        "upload": lambda: done(client.upload_file(FILE, CONTENT)),
        "import": lambda: done(client.run_action(IMPORT)).result.successful,
        "upload and import": lambda: done(client.upload_and_import(FILE, CONTENT, IMPORT)).result.successful,
        "export": lambda: done(client.export_and_download(EXPORT)).decode(),
        "rejected": run_rejected,
        "action": lambda: done(client.run_action(ACTION)).result.successful,
        "lists": lambda: names(done(client.tr.get_lists())),
        "list": lambda: done(client.tr.get_list_metadata(airports())).item_count,
        "items": lambda: names(done(client.tr.get_list_items(airports()))),
        "insert": lambda: put("insert", [{"name": "Boston", "code": "BOS"}]).added,
        "update": lambda: put("update", [{"code": "BOS", "parent": "Newark"}]).updated,
        "delete": lambda: put("delete", [{"code": "BOS"}]).deleted,
        "modules": lambda: names(done(client.tr.get_modules())),
        "views": lambda: [view.name for view in done(client.tr.get_views())],
        "status": lambda: done(client.tr.get_model_status()).current_step,
        "close": lambda: done(client.tr.close_model()),
        "revisions": lambda: names(done(client.alm.get_revisions())),
        "promote": promote,
    }


def anaplan_sdk() -> Steps:
    from anaplan_sdk import Client

    return sdk(Client, lambda value: value)


def anaplan_sdk_async() -> Steps:
    from anaplan_sdk import AsyncClient

    loop = asyncio.new_event_loop()
    return sdk(AsyncClient, lambda value: loop.run_until_complete(value) if inspect.isawaitable(value) else value)


def anaplan_api() -> Steps:
    redirect_requests()
    from anaplan_api.anaplan import anaplan
    from anaplan_api.anaplan.Model import Model
    from anaplan_api.anaplan.models.AnaplanConnection import AnaplanConnection
    from anaplan_api.anaplan.Workspace import Workspace

    connection = AnaplanConnection(
        anaplan.authorize("Basic", email=USER, password=PASSWORD).auth_token, WORKSPACE, MODEL
    )

    def upload(content: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "data.csv"
            path.write_text(content)
            anaplan.file_upload(connection, str(FILE), 1, str(path))

    def stream() -> str:
        anaplan.file_upload(connection, str(FILE), 1, CONTENT)
        return anaplan.get_file(connection, str(FILE))

    def run(action_id: int) -> Any:
        response = anaplan.execute_action(connection, str(action_id), 3)
        dumps = [frame.to_csv(index=False) for frame in response.error_dumps]
        return [part.task_detail for part in response.reponses], dumps, response.files

    def listed(kind: str) -> Any:
        return sorted(name for name, _ in anaplan.get_list(connection, kind))

    return {
        # Both lists begin with their type.
        "workspaces": lambda: [one._name for one in Workspace(conn=connection, user_id="me").get_workspaces()[1:]],
        "models": lambda: [one._name for one in Model(conn=connection, user_id="me").get_models()[1:]],
        **{kind: lambda kind=kind: listed(kind) for kind in ("files", "actions", "imports", "exports", "processes")},
        "upload": lambda: upload(CONTENT),
        "stream": stream,
        "import": lambda: run(IMPORT),
        "export": lambda: run(EXPORT),
        "action": lambda: run(ACTION),
        # It cannot read about rejected rows, whose values may be null.
        "process": lambda: run(PROCESS),
    }


def apapi() -> Steps:
    from apapi import ALMConnection, BasicAuth, BulkConnection, TransactionalConnection

    auth = BasicAuth(f"{USER}:{PASSWORD}", URL)
    bulk, cells, alm = BulkConnection(auth, URL), TransactionalConnection(auth, URL), ALMConnection(auth, URL)

    def listed(answer: Any, key: str) -> list[str]:
        return [thing["name"] for thing in answer.json()[key]]

    def wait(kind: str, action_id: int) -> Any:
        task = getattr(bulk, f"run_{kind}")(MODEL, str(action_id)).json()["task"]
        while task["taskState"] != "COMPLETE":
            task = getattr(bulk, f"get_{kind}_task")(MODEL, str(action_id), task["taskId"]).json()["task"]
        return task

    def rejected() -> str:
        bulk.put_file(MODEL, str(FILE), REJECTED.encode())
        task = wait("import", IMPORT)
        return bulk.download_import_dump(MODEL, str(IMPORT), task["taskId"]).decode()

    def airports() -> str:
        return next(one["id"] for one in cells.get_lists(MODEL).json()["lists"] if one["name"] == "Airports")

    def end() -> None:
        auth.close()

    return {
        "workspaces": lambda: listed(cells.get_workspaces(), "workspaces"),
        "user workspaces": lambda: listed(cells.get_user_workspaces("me"), "workspaces"),
        "models": lambda: listed(cells.get_models(), "models"),
        "user models": lambda: listed(cells.get_user_models("me"), "models"),
        "workspace models": lambda: listed(cells.get_workspace_models(WORKSPACE), "models"),
        "users": lambda: [one["email"] for one in cells.get_users().json()["users"]],
        "workspace users": lambda: [one["email"] for one in cells.get_workspace_users(WORKSPACE).json()["users"]],
        "model users": lambda: [one["email"] for one in cells.get_model_users(MODEL).json()["users"]],
        "files": lambda: listed(bulk.get_files(MODEL), "files"),
        "actions": lambda: listed(bulk.get_actions(MODEL), "actions"),
        "imports": lambda: listed(bulk.get_imports(MODEL), "imports"),
        "exports": lambda: listed(bulk.get_exports(MODEL), "exports"),
        "processes": lambda: listed(bulk.get_processes(MODEL), "processes"),
        "upload": lambda: bulk.upload_file(MODEL, str(FILE), [CONTENT.encode()]).status_code,
        "import": lambda: wait("import", IMPORT)["result"]["successful"],
        "export": lambda: wait("export", EXPORT)["result"]["successful"],
        "download": lambda: b"".join(bulk.download_file(MODEL, str(EXPORT))).decode(),
        "rejected": rejected,
        "process": lambda: wait("process", PROCESS)["result"]["successful"],
        "items": lambda: listed(cells.get_list_items(MODEL, airports()), "listItems"),
        "revisions": lambda: listed(alm.get_revisions(MODEL), "revisions"),
        "end": end,
    }


def main() -> None:
    steps = {
        "anaplan-sdk": anaplan_sdk,
        "anaplan-sdk, asynchronous": anaplan_sdk_async,
        "anaplan-api": anaplan_api,
        "apapi": apapi,
    }[CLIENT]()
    status = 0
    try:
        for name, step in steps.items():
            print(json.dumps([name, step()]), flush=True)
    except Exception:
        traceback.print_exc()
        status = 1
    # The timers that some of them start for their token would keep the process alive.
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
