"""The methods that the specifications name: each is there, and sends the operation that it is named for.

Every operation is answered with its own examples, and every argument is one by its name.
"""

import inspect
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from anaplan_client.cloudworks.models import AmazonS3Body, AmazonS3Connection, ConnectionChanges
from anaplan_client.core import AnaplanError
from anaplan_client.scim.models import PersonName, UserRequest
from anaplan_ext import AuditCursor, Client
from anaplan_ext.cloudworks import schedules
from anaplan_ext.cloudworks.definitions import export_job, step

from ...core.specification import JSON, Operation, operations, python_name
from ...core.support import answering

OPERATIONS = operations()
# What the specifications need not name: these have no operation of their own, or use other methods.
OTHERS = {
    *("administration", "audit", "exception_users", "files", "users"),
    *("alm", "cloudworks", "transactional", "close", "from_existing", "from_env", "from_profile", "send"),
    *("send_with_headers", "stream", "with_model"),
    *("run_action", "upload_and_import", "export_and_download", "download_file", "export", "load", "plan_load"),
    *("cloudworks.run_flow", "get_authorization", "items", "view"),
    *("transactional.upsert_list_items", "transactional.write_module_data"),
    *("alm.apply", "alm.changelog", "alm.graph", "alm.history", "alm.load_plan", "alm.plan", "alm.status"),
}
# Nor these, which give piece by piece what another method gives whole.
PIECES = re.compile(r"(^|\.)iter_")
KINDS = {"import": "112000000007", "export": "116000000001", "process": "118000000001", "action": "117000000019"}
WORKSPACE, MODEL = "8a8b8c8d8e8f1a2b3c4d5e6f78901234", "A1B2C3D4E5F6A1B2C3D4E5F6A1B2C3D4"
REVISION = "1B9A346A6CE14318925862FE85080068"
DAY = date(2026, 3, 2)
BODY = AmazonS3Body(name="Files", access_key_id="id", secret_access_key="key", bucket_name="files")
CONNECTION = AmazonS3Connection(id="9c7f2d0a4b1e4f6f8d3c5a6b7e8f9012")
ARGUMENTS: dict[str, Any] = {
    "body": BODY,
    "changes": ConnectionChanges(name="Files"),
    "connection": "9c7f2d0a4b1e4f6f8d3c5a6b7e8f9012",
    "flow": "5e4d3c2b1a0f49e8b7a6958473625140",
    "integration": "f53c0e2d1b4a4958a7c6b5d4e3f20100",
    "jobs": [export_job(CONNECTION, "out.csv", "116000000001")],
    "schedule": schedules.from_cron("0 6 * * *", name="s", start=DAY, end=DAY, timezone="Etc/UTC"),
    "steps": [step("f53c0e2d1b4a4958a7c6b5d4e3f20100"), step("0a1b2c3d4e5f60718293a4b5c6d7e8f9")],
    "users": {"success": ["8a81b09c000000000000000000000001"]},
    "cells": [{"lineItemId": "206000000000", "value": 1}],
    "content": [b"id,amount\n", b"1,10\n"],
    "day": "2021-06-03",
    "description": "New regions",
    "items": [{"code": "id1"}],
    "model_ids": [MODEL],
    "name": "Release 1.4",
    "names": ["South"],
    "revision_id": REVISION,
    "source_model_id": MODEL,
    "source_revision_id": REVISION,
    "status": "online",
    "target_revision_id": REVISION,
    "year": "FY21",
}


SINCE = datetime.now(UTC) - timedelta(days=1)
GUID = "8a8b8c8d9e0000000000000000000a01"
GIVEN: dict[str, dict[str, Any]] = {
    "administration.import_users": {"users": "username,first_name,last_name,licenses\na@x.y,A,B,C\n"},
    "alm.sync_models": {
        "source_revision_id": REVISION,
        "source_model_id": MODEL,
        "target_revision_id": REVISION,
    },
    "audit.iter_cef-download_searched_events": {"since": SINCE, "search": True},
    "audit.iter_cef": {"since": SINCE},
    "audit.iter_events-search_events": {"since": SINCE, "search": True},
    "audit.iter_events": {"since": SINCE},
    "audit.read": {"cursor": AuditCursor.start(SINCE)},
    "audit.follow": {"cursor": AuditCursor.start(SINCE)},
    "exception_users.list": {"workspace_id": WORKSPACE},
    "users.create": {"user_name": "a@x.y", "given_name": "A", "family_name": "B"},
    "users.replace": {
        "user_id": GUID,
        "user": UserRequest(user_name="a@x.y", name=PersonName(given_name="A", family_name="B")),
    },
    "users.update": {"user_id": GUID, "active": True},
}
"""All arguments of methods whose operations do not have them."""


def methods_of(operation: Operation) -> list[str]:
    named = operation.node.get("x-anaplan-method", [])
    return [named] if isinstance(named, str) else named


NAMED = [(operation, method) for operation in OPERATIONS for method in methods_of(operation)]


def found(client: Client, method: str) -> Any:
    """The method of that name, such as `alm.get_revisions`."""
    here: Any = client
    for part in method.split("."):
        here = getattr(here, part)
    return here


def argument(operation: Operation, method: str, name: str) -> Any:
    """What a method is given for a parameter: the operation's own example, unless there is one here."""
    if name == "action_id" and "optimize" not in operation.path:
        return next(KINDS[kind] for kind in KINDS if f"_{kind}_" in operation.id)
    if name == "task":
        look = "get_comparison_report_task" if "report" in method else "get_summary_report_task"
        task = next(operation for operation in OPERATIONS if operation.id == look)
        answer = json.dumps(next(iter(task.answer_examples()))).encode()
        return task.function(**task.arguments(optional=False)).decode(answer).task
    if name in ARGUMENTS:
        return ARGUMENTS[name]
    examples = {python_name(node["name"], node): node["example"] for one in OPERATIONS for node in one.parameters}
    return operation.arguments(optional=True).get(name, examples[name])


def served(request: httpx.Request) -> Operation:
    """The operation that a request is meant for."""
    media = request.headers["accept"]
    matching = [
        operation
        for operation in OPERATIONS
        if operation.method == request.method
        and media in (operation.answer or {JSON: None})
        and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", operation.specification.base + operation.path), request.url.path)
    ]
    # A literal path such as /users/me also matches a template.
    return min(matching, key=lambda operation: operation.path.count("{"))


def call(operation: Operation, method: str, last: bool) -> list[str]:
    """Calls a method and returns what it sent; everything is answered with its first example, or with its last."""
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        here = served(request)
        sent.append(repr(here))
        if last and here.id == "download_view_data":
            return httpx.Response(400, json={"status": {"code": 400, "message": "too many cells"}})
        status = next(int(status) for status in here.node["responses"] if status.startswith("2"))
        example = [*here.answer_examples(), ""][-2 if last and here.answer else 0]
        return httpx.Response(status, content=example if isinstance(example, str) else json.dumps(example))

    with answering(answer), Client(WORKSPACE, MODEL, token="token", base_url="https://api.test") as client:
        function = found(client, method)
        parameters = inspect.signature(function).parameters.values()
        # What is in the path of the operation is given even where the method has a default, and of names and codes one.
        ids = {python_name(node["name"], node) for node in operation.parameters if node["in"] == "path"}
        ids |= {"names", "jobs"}
        given = [item.name for item in parameters if item.default is item.empty or item.name in ids]
        # What it makes of the answers is not the question here.
        with suppress(AnaplanError):
            own = GIVEN.get(f"{method}-{operation.id}", GIVEN.get(method))
            result = function(**own or {name: argument(operation, method, name) for name in given})
            if isinstance(result, Iterator):
                for _ in result:
                    pass
    return sent


@pytest.mark.parametrize(("operation", "method"), NAMED, ids=[f"{method}-{one.id}" for one, method in NAMED])
def test_a_named_method_sends_its_operation(operation: Operation, method: str) -> None:
    assert repr(operation) in call(operation, method, last=False) + call(operation, method, last=True)


def test_every_method_is_named_or_made_of_others() -> None:
    with Client(WORKSPACE, MODEL, token="token", base_url="https://api.test") as client:
        faces: dict[str, object] = {"": client, "alm.": client.alm, "transactional.": client.transactional}
        faces |= {
            "administration.": client.administration,
            "audit.": client.audit,
            "exception_users.": client.exception_users,
            "users.": client.users,
        }
        faces["cloudworks."] = client.cloudworks
    there = {
        prefix + name
        for prefix, face in faces.items()
        for name, value in inspect.getmembers(type(face))
        if not name.startswith("_") and (callable(value) or isinstance(value, property))
    }
    named = {method for _, method in NAMED}
    assert not named & OTHERS
    whole = {method for method in named if not PIECES.search(method)}
    assert {method for method in there if not PIECES.search(method)} == whole | OTHERS
    assert named - whole <= there
