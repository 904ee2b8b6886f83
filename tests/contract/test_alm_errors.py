"""The errors of Anaplan's ALM document: specification, emulator and client have each of them word for word."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from attrs import evolve, frozen

from anaplan_client import alm
from anaplan_client.alm import models
from anaplan_client.core import Request
from anaplan_ext import (
    BadRequestError,
    Client,
    ModelArchivedError,
    ModelLockedError,
    NotFoundError,
    PermissionDeniedError,
    StatusError,
)
from anaplan_ext.emulator import Emulator

from ..core.specification import specifications
from .conformance import message_of

TABLE: dict[str, list[tuple[int, str | None, str | None]]] = yaml.safe_load(
    (Path(__file__).parent.parent / "data" / "alm_errors.yaml").read_text(encoding="utf-8")
)
COMMON = [(status, message, hint) for status, message, hint in TABLE.pop("common") if message and hint]
OPERATIONS = {operation.id: operation for operation in specifications()["alm"].operations()}
# Its own messages replace those of the common errors with the same cause.
STARTING = ("create_sync_task", "create_comparison_report_task", "create_summary_report_task")
LOCKED = "Cannot change status when model is in Locked or Archived mode"
ERRORS = {400: BadRequestError, 403: PermissionDeniedError, 404: NotFoundError, 422: ModelArchivedError}
UNKNOWN = "0" * 32


@frozen
class Case:
    """An emulator, a signed-in client, and what is sent."""

    emulator: Emulator
    client: Client
    operation: str

    def request(self, model_id: str | None = None) -> Request[Any]:
        """A request that succeeds for the production model, or finds nothing."""
        emulator = self.emulator
        source, target = emulator.development_model_id, emulator.production_model_id
        new = emulator.model(source).revisions[-1].revision.id
        old = emulator.model(target).revisions[-1].revision.id
        pair = models.RevisionPairRequest(source_revision_id=new, source_model_id=source, target_revision_id=old)
        more: dict[str, dict[str, Any]] = {
            "set_online_status": {"body": models.OnlineStatusRequest(status=models.OnlineStatus.ONLINE)},
            "list_syncable_revisions": {"source_model_id": source},
            "create_revision": {"body": models.CreateRevisionRequest(name="Regions")},
            "list_models_for_revision": {"revision_id": old},
            "get_comparison_report": {"target_revision_id": old, "source_revision_id": new},
            "get_summary_report": {"target_revision_id": old, "source_revision_id": new},
            **{name: {"body": pair} for name in STARTING},
            **{
                name: {"task_id": UNKNOWN}
                for name in ("get_sync_task", "get_comparison_report_task", "get_summary_report_task")
            },
        }
        request: Request[Any] = getattr(alm, self.operation)(model_id or target, **more.get(self.operation, {}))
        return request

    def send(self, content: object = None, **params: str) -> Request[Any]:
        """The request with another body or other parameters."""
        request = self.request()
        if content is not None:
            request = evolve(request, content=content if isinstance(content, bytes) else json.dumps(content).encode())
        return evolve(request, params=params) if params else request


def no_administrator(case: Case) -> Request[Any]:
    case.emulator.tenant.users[0].workspace_administrator = False
    case.emulator.report_denial = 403
    return case.request()


def certificate_of_a_single_sign_on_user(case: Case) -> Request[Any]:
    case.client.list_workspaces()
    for token in case.emulator.tokens.values():
        token.by_certificate, token.user.sso_only = True, True
    return case.request()


def no_access(case: Case) -> Request[Any]:
    case.emulator.tenant.users[0].hidden_models = frozenset([case.emulator.production_model_id])
    return case.request()


def archived(case: Case) -> Request[Any]:
    case.emulator.model(case.emulator.production_model_id).active_state = "ARCHIVED"
    return case.request()


def locked(case: Case) -> Request[Any]:
    case.emulator.model(case.emulator.production_model_id).active_state = "LOCKED"
    return case.request()


def without_alm(case: Case) -> Request[Any]:
    case.emulator.tenant.alm = False
    return case.request()


def another_id(name: str) -> Callable[[Case], Request[Any]]:
    def send(case: Case) -> Request[Any]:
        content = case.request().content
        assert isinstance(content, bytes)
        return case.send(json.loads(content) | {name: UNKNOWN})

    return send


CAUSES: dict[str, Callable[[Case], Request[Any]]] = {
    "Error parsing request body as JSON": lambda case: case.send(b'{"status": online}'),
    "Unrecognised property detected": lambda case: case.send({"status": "online", "color": "red"}),
    "Missing mandatory property `status`": lambda case: case.send({}),
    "Invalid value for `status`, must be one of `[online, offline]`": lambda case: case.send({"status": "away"}),
    LOCKED: locked,
    "Forbidden": no_administrator,
    "A user can see the models but is not a Workspace Administrator": no_administrator,
    "Not Found": lambda case: case.request(UNKNOWN),
    "The specified model does not exist": lambda case: case.request(UNKNOWN),
    "Model is Archived": archived,
    "Missing `sourceModelId` request parameter": lambda case: evolve(case.request(), params={}),
    "Expected mandatory fields `sourceRevisionId`, `sourceModelId` and `targetRevisionId`": lambda case: case.send({}),
    "The title of your revision tag must be 60 characters or fewer": lambda case: case.send({"name": "x" * 61}),
    "Revision tag descriptions must be 250 characters or fewer": lambda case: case.send(
        {"name": "x", "description": "x" * 251}
    ),
    "Date query parameter must be of the format `YYYY-MM-DD`": lambda case: case.send(appliedAfter="1/1/2026"),
    "`appliedAfter` must be an earlier date than `appliedBefore`": lambda case: case.send(
        appliedAfter="2026-02-01", appliedBefore="2026-01-01"
    ),
    "Check if the content is compatible with JSON format.": lambda case: case.send(b"{name: x}"),
    "An unterminated string was identified. Ensure the string is terminated.": lambda case: case.send(b'{"name": "x'),
    "An unterminated JSON object was found. Ensure the object is terminated.": lambda case: case.send(b'{"name": "x"'),
    "Identified an unrecognized `<field_name>`.": lambda case: case.send({"<field_name>": 1}),
    "The data provided is not in the expected format.": lambda case: case.send([]),
    "Found a value with an unexpected string format when `<expected_type>` was expected.": lambda case: case.send("x"),
    "The request body is null.": lambda case: case.send(b"null"),
}
OWN_CAUSES = {
    ("list_sync_tasks", "Forbidden"): certificate_of_a_single_sign_on_user,
    ("list_sync_tasks", "Not Found"): no_access,
}
REFUSALS = [
    without_alm,
    certificate_of_a_single_sign_on_user,
    *map(another_id, ("sourceModelId", "sourceRevisionId", "targetRevisionId")),
]
OTHER_CAUSES = [("create_revision", without_alm), *((name, cause) for name in STARTING for cause in REFUSALS)]
ROWS = [(operation, *row) for operation in TABLE for row in TABLE[operation]]
ROWS += [(operation, *row) for operation in ("create_revision", *STARTING) for row in COMMON]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Client]:
    with Client(**emulator.client_arguments, retry_count=0) as client:
        yield client


def matches(documented: str, sent: str) -> bool:
    """Whether a message is the documented one, with something for `<expected_type>`."""
    pattern = re.escape(documented).replace("<expected_type>", "[a-z]+")
    return re.fullmatch(pattern, sent) is not None


def documented(operation: str, status: int) -> tuple[dict[str, str | None], str | None]:
    """What to do about each message of a status, and about the status, as the specification has it."""
    response = OPERATIONS[operation].responses[status]
    examples = OPERATIONS[operation].error_examples(response)
    messages = {example["value"]["status"]["message"]: example.get("x-anaplan-hint") for example in examples}
    return messages, response.get("x-anaplan-hint")


@pytest.mark.parametrize(("operation", "status", "message", "hint"), ROWS)
def test_each_row_is_in_the_specification(operation: str, status: int, message: str | None, hint: str | None) -> None:
    messages, other = documented(operation, status)
    if message is None:
        assert other == hint
    else:
        assert messages[message] == hint


def test_the_specification_has_no_other_advice_and_each_operation_is_in_the_table() -> None:
    assert TABLE.keys() == OPERATIONS.keys()
    told = {(status, message, hint) for _, status, message, hint in ROWS if hint}
    for operation in OPERATIONS:
        for status in OPERATIONS[operation].rejections:
            messages, other = documented(operation, status)
            found = [(message, hint) for message, hint in [*messages.items(), (None, other)] if hint]
            # 424 is not in the document.
            assert status == 424 or {(status, *pair) for pair in found} <= told


@pytest.mark.parametrize(("operation", "status", "message", "hint"), [row for row in ROWS if row[2]])
def test_each_row_is_what_the_emulator_sends_and_the_client_raises(
    operation: str, status: int, message: str, hint: str | None, emulator: Emulator, client: Client
) -> None:
    cause = OWN_CAUSES.get((operation, message)) or CAUSES[message]
    request = cause(Case(emulator, client, operation))
    with pytest.raises(ERRORS[status]) as caught:
        client.send(request)
    sent = json.loads(emulator.exchanges[-1].response_body)  # type: ignore[arg-type]
    assert sent["status"]["code"] == status == emulator.exchanges[-1].status
    assert matches(message, sent["status"]["message"])
    assert caught.value.message == sent["status"]["message"]
    assert caught.value.context.hint == (hint or "")
    assert hint is None or hint in caught.value.hint
    assert hint is None or hint in str(caught.value)


@pytest.mark.parametrize(("operation", "cause"), OTHER_CAUSES)
def test_other_messages_have_the_advice_of_their_row(
    operation: str, cause: Callable[[Case], Request[Any]], emulator: Emulator, client: Client
) -> None:
    request = cause(Case(emulator, client, operation))
    with pytest.raises(BadRequestError) as caught:
        client.send(request)
    messages, hint = documented(operation, 400)
    assert any(re.fullmatch(re.sub("<[a-z_]+>", ".+", re.escape(text)), caught.value.message) for text in messages)
    assert caught.value.context.hint == hint
    assert hint in str(caught.value)


def test_what_does_not_exist_is_not_found(emulator: Emulator, client: Client) -> None:
    """The ids of the rows for 404 other than that of the model."""
    for operation in (
        "get_sync_task",
        "get_comparison_report_task",
        "get_summary_report_task",
        "get_comparison_report",
    ):
        with pytest.raises(NotFoundError, match="Not Found"):
            client.send(Case(emulator, client, operation).request())
    with pytest.raises(NotFoundError, match="that revision was applied"):
        client.send(alm.list_models_for_revision(emulator.production_model_id, UNKNOWN))
    with pytest.raises(NotFoundError, match="One of the models does not exist"):
        client.send(alm.list_syncable_revisions(emulator.production_model_id, source_model_id=UNKNOWN))


def test_a_locked_model_is_told_by_its_message(emulator: Emulator, client: Client) -> None:
    with pytest.raises(ModelLockedError) as caught:
        client.send(locked(Case(emulator, client, "set_online_status")))
    assert isinstance(caught.value, BadRequestError)
    assert (caught.value.status, caught.value.hint) == (400, "Unlock and unarchive the model")


def test_a_report_is_denied_with_424_as_seen_live(emulator: Emulator, client: Client) -> None:
    emulator.tenant.users[0].workspace_administrator = False
    with pytest.raises(PermissionDeniedError) as caught:
        client.send(Case(emulator, client, "get_summary_report").request())
    assert (caught.value.status, caught.value.message) == (424, "")
    assert "lacks the role Workspace Administrator" in str(caught.value)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_path_works_below_its_workspace(operation: str, emulator: Emulator, client: Client) -> None:
    request = Case(emulator, client, operation).request()
    path = request.path.replace("/2/0/models/", f"/2/0/workspaces/{emulator.workspace_id}/models/")
    outcomes = []
    for form in (path, request.path):
        try:
            outcomes.append(type(client.send(evolve(request, path=form))))
        except StatusError as error:
            outcomes.append((error.status, error.message))
    if operation == "create_sync_task":  # the second is one too many
        assert not isinstance(outcomes[0], tuple)
    else:
        assert outcomes[0] == outcomes[1]
    with pytest.raises(NotFoundError):
        client.send(evolve(request, path=path.replace(emulator.workspace_id, UNKNOWN)))


def test_a_mock_of_the_specification_would_say_what_the_emulator_says() -> None:
    """Every documented error of every API has an example with a message, other than the 424 that live tenants send."""
    count = 0
    for name, specification in specifications().items():
        for operation in specification.operations():
            for status, response in operation.rejections.items():
                assert "content" in response, f"{name}.{operation.id}: {status}"
                bodies = [example["value"] for example in operation.error_examples(response)]
                assert bodies, f"{name}.{operation.id}: {status}"
                texts = [message_of(body) for body in bodies]
                assert all(texts) or (name, status) == ("alm", 424)
                count += 1
    assert count > 550
