"""Schemathesis continues with the responses of the emulator: ids of a response are in the next request.

It infers from the specifications which operation returns what others need. Tokens are not parameters there, so their
links are added here. Each sequence of requests has its own emulator.
"""

import re
from copy import deepcopy
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi.checks import ignored_auth, missing_required_header

from anaplan_ext.emulator import Emulator

from ..openapi import document
from .probing import NOT_ASKED, REAL, base_url, basic, sign_in

SETTINGS = hypothesis.settings(
    max_examples=10,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[hypothesis.Phase.generate],  # to find the shortest of such sequences takes minutes
    suppress_health_check=list(hypothesis.HealthCheck),
)
# Without the model nothing else can succeed.
FATAL = ["delete_models", "close_model"]
# One machine of all operations takes minutes. Each of these has, by tag, operations that return what others need.
PARTS: list[tuple[str, list[str] | None]] = [
    ("alm", None),
    ("integration", ["files", "imports", "exports"]),
    ("integration", ["processes", "actions"]),
    ("integration", ["lists"]),
    ("integration", ["modules", "views"]),
    ("integration", ["modules", "dimensions", "versions", "calendar"]),
    ("integration", ["workspaces", "models", "users"]),
]


def run(schema: schemathesis.BaseSchema, api: str) -> set[str]:
    """Runs sequences of requests, and returns the operations that succeeded."""
    succeeded: set[str] = set()

    class Machine(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.emulator = Emulator(observer=None).start()  # it checks its own requests, which are wrong on purpose
            self.token = f"AnaplanAuthToken {sign_in(self.emulator)}"

        def teardown(self) -> None:
            self.emulator.stop()

        def before_call(self, case: schemathesis.Case) -> None:
            # These exist once, or must stay the same. All others come from responses.
            own = {**REAL, "modelId": self.emulator.development_model_id, "workspaceId": self.emulator.workspace_id}
            case.path_parameters.update({name: own[name] for name in own if name in case.path_parameters})

        def get_call_kwargs(self, case: schemathesis.Case) -> dict[str, Any]:
            operation = case.operation.definition.raw["operationId"]
            # That of a link, not one that is made up where a specification has no parameter for it.
            given = case.headers.get("Authorization") if api == "authentication" else None
            authorization = basic(self.emulator) if operation == "create_token" else given or self.token
            return {"base_url": base_url(self.emulator, api), "headers": {"Authorization": authorization}}

        def validate_response(self, response: Any, case: schemathesis.Case, **_: Any) -> None:
            if response.status_code < 300:
                succeeded.add(case.operation.definition.raw["operationId"])
            case.validate_response(response, excluded_checks=[*NOT_ASKED, ignored_auth, missing_required_header])

    Machine.run(settings=SETTINGS)
    return succeeded


def with_ids(api: str) -> set[str]:
    """Return the operations that need more than a model id. Most succeed only with an id from a response."""
    paths = {node["operationId"]: path for path, item in document(api)["paths"].items() for node in item.values()}
    return {name for name, path in paths.items() if set(re.findall(r"{(\w+)}", path)) - {"modelId", "workspaceId"}}


@pytest.mark.parametrize(("api", "tags"), PARTS, ids=[f"{api}-{tags[0] if tags else 'all'}" for api, tags in PARTS])
def test_what_one_answer_tells_the_next_request_asks_for(api: str, tags: list[str] | None) -> None:
    schema = schemathesis.openapi.from_dict(deepcopy(document(api))).exclude(operation_id=FATAL)
    assert run(schema if tags is None else schema.include(tag=tags), api) & with_ids(api)


def test_every_tag_has_a_part() -> None:
    parts = {tag for _, tags in PARTS for tag in tags or ()}
    assert parts == {tag["name"] for tag in document("integration")["tags"]}


def test_the_life_of_a_token() -> None:
    """Tokens are refreshed and validated while they are valid, and rejected after they are revoked."""
    changed = deepcopy(document("authentication"))
    operations = {node["operationId"]: node for item in changed["paths"].values() for node in item.values()}
    authorization = "AnaplanAuthToken {$response.body#/tokenInfo/tokenValue}"
    links = {
        name: {"operationId": name, "parameters": {"Authorization": authorization}}
        for name in operations
        if name != "create_token"
    }
    for name in links:
        header = {"name": "Authorization", "in": "header", "required": True, "schema": {"type": "string"}}
        operations[name].setdefault("parameters", []).append(header)
    operations["create_token"]["responses"]["201"]["links"] = links
    operations["refresh_token"]["responses"]["200"]["links"] = links
    for node in [changed, *operations.values()]:
        node.pop("security", None)
    assert run(schemathesis.openapi.from_dict(changed), "authentication") == operations.keys()
