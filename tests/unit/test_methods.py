"""The methods that the specifications name: each is there, and sends the operation that it is named for.

Every operation is answered with its own example, and every argument is one by its name.
"""

import inspect
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from anaplan_client.core import AnaplanError
from anaplan_ext import Client

from ..core.specification import JSON, Operation, operations
from ..core.support import answering

OPERATIONS = operations()
NAMED = [operation for operation in OPERATIONS if operation.node.get("x-anaplan-method")]
# What the specifications need not name: these use other methods, or no operation of their own.
OTHERS = {
    *("alm", "transactional", "close", "from_existing", "send", "stream", "with_model"),
    *("download_file", "get_file_stream", "run_action", "wait_for_task", "upload_and_import", "export_and_download"),
}
KINDS = {"import": "112000000007", "export": "116000000001", "process": "118000000001", "action": "117000000019"}
MODEL = "A1B2C3D4E5F6A1B2C3D4E5F6A1B2C3D4"


def example_of(name: str) -> Any:
    """The first answer that the specification shows for an operation, decoded."""
    operation = next(operation for operation in OPERATIONS if repr(operation) == name)
    request = operation.function(**operation.arguments(optional=False))
    return request.decode(json.dumps(next(iter(operation.answer_examples()))).encode())


def argument(method: str, name: str, operation: Operation) -> Any:
    """What a method is given for a parameter: the operation's own example, unless there is one here."""
    kind = next((kind for kind in KINDS if re.search(rf"_{kind}(_|$)", operation.id)), "import")
    if name == "task":
        return example_of(
            "alm.get_comparison_report_task" if "report" in method else "alm.get_summary_report_task"
        ).task
    values = {
        "action_id": KINDS[kind],
        "content": [b"id,amount\n", b"1,10\n"],
        "description": "New regions",
        "file_id": "113000000008",
        "name": "Release 1.4",
        "object_id": "112000000009",
        "revision_id": "1B9A346A6CE14318925862FE85080068",
        "source_model_id": MODEL,
        "source_revision_id": "1B9A346A6CE14318925862FE85080068",
        "status": "online",
        "target_revision_id": "1B9A346A6CE14318925862FE85080068",
        "task_id": "1B1D84DDD53847BAA621810B593C3FC1",
    }
    return values[name] if name in values else operation.arguments(optional=True)[name]


@pytest.fixture
def sent() -> Iterator[list[str]]:
    """The operations that were sent, each answered with its example."""
    found: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        media = request.headers["accept"]
        matching = [
            operation
            for operation in OPERATIONS
            if operation.method == request.method
            and media in (operation.answer or {JSON: None})
            and re.fullmatch(
                re.sub(r"\{\w+\}", "[^/]+", operation.specification.base + operation.path), request.url.path
            )
        ]
        # A literal path such as /users/me also matches a template.
        operation = min(matching, key=lambda operation: operation.path.count("{"))
        found.append(repr(operation))
        example = next(iter(operation.answer_examples()), "")
        status = next(int(status) for status in operation.node["responses"] if status.startswith("2"))
        return httpx.Response(status, content=example if isinstance(example, str) else json.dumps(example))

    with answering(answer):
        yield found


@pytest.mark.parametrize("operation", NAMED, ids=repr)
def test_a_named_method_sends_its_operation(operation: Operation, sent: list[str]) -> None:
    name = operation.node["x-anaplan-method"]
    with Client("8a8b8c8d8e8f1a2b3c4d5e6f78901234", MODEL, token="token", base_url="https://api.test") as client:
        method: Any = client
        for part in name.split("."):
            method = getattr(method, part)
        parameters = inspect.signature(method).parameters.values()
        needed = {parameter.name for parameter in parameters if parameter.default is parameter.empty}
        if "_dump" in operation.id and "process" in operation.id:
            needed.add("object_id")
        # What it makes of the answer is not the question here.
        with suppress(AnaplanError):
            method(**{parameter: argument(name, parameter, operation) for parameter in needed})
    assert repr(operation) in sent


def test_every_method_is_named_or_made_of_others() -> None:
    named = {operation.node["x-anaplan-method"] for operation in NAMED}
    assert not named & OTHERS
    with Client("8a8b8c8d8e8f1a2b3c4d5e6f78901234", MODEL, token="token", base_url="https://api.test") as client:
        faces = {"": client, "alm.": client.alm, "transactional.": client.transactional}
    methods = {
        prefix + name
        for prefix, face in faces.items()
        for name, value in inspect.getmembers(type(face))
        if not name.startswith("_") and (callable(value) or isinstance(value, property))
    }
    assert methods == named | OTHERS
