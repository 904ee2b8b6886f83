"""What counts as the success of an operation: each documented one with each response that a server may give."""

import json
from collections.abc import Callable, Iterator, Set
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from attrs import evolve

from anaplan_client.core import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    DecodeError,
    ModelArchivedError,
    ModelLockedError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    Request,
    ServerError,
    StatusError,
)
from anaplan_client.core.http.deviations import HARMLESS_STATUSES, HARMLESS_TYPES

from ..specification import JSON, REDIRECT, Operation, operations
from ..support import FACES, Face, answering, drain

# A redirect has its own test: its content is for people, and may be anything.
OPERATIONS = [operation for operation in operations() if REDIRECT not in operation.responses]
TEXT, BINARY = "text/plain", "application/octet-stream"
STATUSES = (200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 299)
WITHOUT_CONTENT = (204, 205)
PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>"


class Sent(NamedTuple):
    """A response, and its name in a failed assertion."""

    label: str
    status: int
    content: bytes
    media_type: str | None


def envelope(code: object, **more: object) -> bytes:
    return json.dumps({"meta": {"schema": "s"}, "status": {"code": code, "message": "No way"}, **more}).encode()


def any_request(operation: Operation) -> Request[Any]:
    body, _, _ = next(operation.bodies())
    return operation.function(**operation.arguments(optional=False) | body)


def media_type(operation: Operation) -> str | None:
    """The documented media type, without parameters; None if the response has no content."""
    return next(iter(operation.answer), "").partition(";")[0] or None


def documented_content(operation: Operation) -> bytes:
    if not operation.answer:
        return b""
    example = next(operation.answer_examples())
    return json.dumps(example).encode() if operation.answer_schema else example.encode()


REQUESTS = {repr(operation): (operation, any_request(operation)) for operation in OPERATIONS}


def successes(operation: Operation) -> set[tuple[int, bool]]:
    """The statuses of success, with content or without: what is documented, and what is harmless by this table."""
    with_content = set(operation.success_statuses(with_content=True))
    empty = set(operation.success_statuses(with_content=False))
    # The one is how a gateway writes the other.
    empty |= {200} if 204 in empty else {204} if 200 in empty else set()
    if operation.id == "close_model":
        empty.add(202)
    if operation.id == "create_token":
        with_content.add(200)
    return {(status, True) for status in with_content} | {(status, False) for status in empty}


async def outcome(face: Face, call: str, request: Request[Any]) -> object:
    try:
        return await face.call(call, request)
    except ApiError as error:
        return error


async def check(
    kind: str, call: str, cases: Callable[[Operation], Iterator[tuple[Sent, Callable[[Any], bool]]]]
) -> None:
    """Sends every operation, for every response of its cases, and collects those with an outcome that does not fit."""
    face, wrong, count = Face(kind), list[str](), 0
    current: list[Sent] = []

    def answer(_: httpx.Request) -> httpx.Response:
        sent = current[0]
        headers = {"Content-Type": sent.media_type} if sent.media_type else {}
        if sent.status not in WITHOUT_CONTENT:
            headers["Content-Length"] = str(len(sent.content))
        return httpx.Response(sent.status, content=sent.content, headers=headers)

    with answering(answer):
        for operation, request in REQUESTS.values():
            if call == "stream" and (operation.answer_schema or not operation.answer):
                continue
            for sent, fits in cases(operation):
                current[:] = [sent]
                found = await outcome(face, call, request)
                count += 1
                if not fits(found):
                    wrong.append(f"{operation!r} answered {sent.status} {sent.label}: {found!r:.200}")
    await face.close()
    assert not wrong, "\n".join(wrong)
    assert count >= 12


every_way = pytest.mark.parametrize(("kind", "call"), [(kind, call) for kind in FACES for call in ("send", "stream")])


def is_success(found: object) -> bool:
    return not isinstance(found, ApiError)


def is_decode_error(found: object) -> bool:
    return type(found) is DecodeError


@every_way
async def test_only_a_documented_or_harmless_status_is_a_success(kind: str, call: str) -> None:
    def cases(operation: Operation) -> Iterator[tuple[Sent, Callable[[Any], bool]]]:
        content = documented_content(operation)
        for status in STATUSES:
            fits = is_success if (status, bool(content)) in successes(operation) else is_decode_error
            if not content or status not in WITHOUT_CONTENT:
                yield Sent("as documented", status, content, media_type(operation)), fits
            if content:
                fits = is_success if (status, False) in successes(operation) else is_decode_error
                yield Sent("without content", status, b"", media_type(operation)), fits
            if (status, False) in successes(operation):
                yield Sent("without content, called a page", status, b"", "text/html"), is_success

    await check(kind, call, cases)


FOREIGN = {
    "a text": (b"Blocked by policy", TEXT),
    "a page": (PAGE, "text/html; charset=utf-8"),
    "an undeclared page": (PAGE, None),
    "an array": (b"[]", JSON),
    "null": (b"null", JSON),
    "a string": (b'"text"', JSON),
    "a number": (b"17", JSON),
    "an empty object": (b"{}", JSON),
    "another object": (b'{"unexpected": [1]}', JSON),
    "an object of Anaplan's": (b'{"meta": {}, "status": {"code": 200, "message": "Success"}}', JSON),
    "the start of an object": (b'{"meta": {"sche', JSON),
    "XML": (b"<?xml version='1.0'?><error/>", "application/xml"),
}


def is_documented(operation: Operation, names: Set[str]) -> bool:
    """Return whether an object whose fields are all objects is as documented: some successes are a status alone."""
    resolve = operation.specification.resolve
    schema = resolve(operation.answer_schema or {})
    types = {name: resolve(node).get("type") for name, node in schema.get("properties", {}).items() if name in names}
    return {*types.values()} == {"object"} and names >= {*schema.get("required", ())}


def is_plausible(operation: Operation, label: str) -> bool:
    """Return whether unexpected content looks documented, at least until the caller reads it."""
    if label == "an object of Anaplan's":
        return operation.id.startswith("cancel_") or is_documented(operation, json.loads(FOREIGN[label][0]).keys())
    # Dumps and logs are documented as plain text.
    return label == "a text" and media_type(operation) == TEXT


@every_way
async def test_content_of_another_kind_is_no_success(kind: str, call: str) -> None:
    def cases(operation: Operation) -> Iterator[tuple[Sent, Callable[[Any], bool]]]:
        for label, (content, given) in FOREIGN.items():
            if call == "stream" and given is None:
                continue
            fits = is_success if is_plausible(operation, label) else is_decode_error
            for status, _ in successes(operation):
                if status not in WITHOUT_CONTENT:
                    yield Sent(label, status, content, given), fits

    await check(kind, call, cases)


REJECTIONS: list[tuple[bytes, type[StatusError], int, str]] = [
    (envelope(400), BadRequestError, 400, "400"),
    (envelope(401), AuthenticationError, 401, "401"),
    (envelope(403), PermissionDeniedError, 403, "403"),
    (envelope("403"), PermissionDeniedError, 403, "403"),
    (envelope(404), NotFoundError, 404, "404"),
    (envelope(409), ConflictError, 409, "409"),
    (envelope(422), ModelArchivedError, 422, "422"),
    (envelope(423), ModelLockedError, 423, "423"),
    (envelope(424), PermissionDeniedError, 424, "424"),
    (envelope(429), RateLimitError, 429, "429"),
    (envelope(500), ServerError, 500, "500"),
    (envelope(503), ServerError, 503, "503"),
    (
        b'{"status": "FAILURE_BAD_CREDENTIAL", "statusMessage": "No way"}',
        AuthenticationError,
        401,
        "FAILURE_BAD_CREDENTIAL",
    ),
    (b'{"status": "FAILURE_BAD_HEADER", "statusMessage": "No way"}', BadRequestError, 400, "FAILURE_BAD_HEADER"),
    (
        b'{"status": "FAILURE_UNAUTHORIZED_USER_ACTION", "statusMessage": "No way"}',
        PermissionDeniedError,
        401,
        "FAILURE_UNAUTHORIZED_USER_ACTION",
    ),
    (b'{"status": 403, "message": "No way"}', PermissionDeniedError, 403, "403"),
]


@every_way
@pytest.mark.parametrize("rejection", REJECTIONS, ids=lambda rejection: str(rejection[3]))
async def test_content_that_rejects_is_an_error_of_its_own_code(
    kind: str, call: str, rejection: tuple[bytes, type[StatusError], int, str]
) -> None:
    content, expected, status, code = rejection

    def fits(found: object) -> bool:
        return (
            isinstance(found, StatusError)
            and type(found) is expected
            and (found.status, found.code, found.message) == (status, code, "No way")
            and found.context.http_status in STATUSES
        )

    def cases(operation: Operation) -> Iterator[tuple[Sent, Callable[[Any], bool]]]:
        documented = next(iter(operation.responses))
        for wire in {200, documented if documented not in WITHOUT_CONTENT else 202}:
            yield Sent("a rejection", wire, content, JSON), fits

    await check(kind, call, cases)


@pytest.mark.parametrize("code", [0, 200, 201, 204, 299, 302, 399, "200", "Success", "", None, True, [], {}, 399.5])
@pytest.mark.parametrize("kind", FACES)
async def test_an_envelope_that_rejects_nothing_is_no_error(kind: str, code: object) -> None:
    _, request = REQUESTS["integration.get_current_user"]
    face, content = Face(kind), json.dumps({"status": {"code": code}, "user": {"id": "8a"}}).encode()
    with answering(lambda _: httpx.Response(200, content=content)):
        found = await outcome(face, "send", request)
    # A value that is not a number cannot be a code. It rejects nothing either.
    assert not isinstance(found, StatusError)
    await face.close()


@pytest.mark.parametrize("code", [600, 999, 10**8, "FAILURE_SOMETHING_NEW"])
async def test_a_code_that_is_no_status_rejects_without_a_class_of_its_own(code: int | str) -> None:
    _, request = REQUESTS["integration.list_files"]
    content = envelope(code) if isinstance(code, int) else json.dumps({"status": code, "statusMessage": "x"}).encode()
    with answering(lambda _: httpx.Response(200, content=content)):
        found = await outcome(Face("async"), "send", request)
    assert type(found) is StatusError
    assert (found.status, found.code) == (200, str(code))


async def test_a_rejection_beside_a_long_result_is_one() -> None:
    _, request = REQUESTS["integration.list_files"]
    content = envelope(403, files=[{"id": str(index), "name": "x" * 100} for index in range(2000)])
    with answering(lambda _: httpx.Response(200, content=content)):
        found = await outcome(Face("async"), "send", request)
    assert type(found) is PermissionDeniedError


async def test_a_file_may_hold_what_looks_like_a_rejection_or_a_page() -> None:
    _, request = REQUESTS["integration.download_file_chunk"]
    face = Face("async")
    for content in (envelope(403), PAGE, b"[]", b" \n"):
        answer = httpx.Response(200, content=content, headers={"Content-Type": BINARY})
        with answering(lambda _, answer=answer: answer):
            assert await face.send(request) == content
    await face.close()


async def test_a_rejection_of_the_authentication_host_keeps_its_message_but_not_its_body() -> None:
    _, request = REQUESTS["authentication.create_token"]
    content = b'{"status": "FAILURE_BAD_CREDENTIAL", "statusMessage": "No way", "tokenInfo": {"tokenValue": "canary"}}'
    with answering(lambda _: httpx.Response(200, content=content)):
        found = await outcome(Face("async"), "send", request)
    assert type(found) is AuthenticationError
    assert found.message == "No way"
    assert found.context.body == b""
    assert "canary" not in repr(found) + str(found)


def message_of(found: object) -> str:
    assert isinstance(found, ApiError)
    return str(found)


@pytest.mark.parametrize(
    ("name", "response", "message"),
    [
        (
            "integration.upload_file_chunk",
            httpx.Response(200, text="Blocked by policy"),
            "unexpected response: 200 with text/plain (documented: 204 without content)",
        ),
        (
            "integration.list_files",
            httpx.Response(204),
            "unexpected response: 204 with no content (documented: 200 with application/json)",
        ),
        (
            "integration.download_file_chunk",
            httpx.Response(206, content=b"part", headers={"Content-Type": BINARY}),
            "unexpected response: 206 with application/octet-stream (documented: 200 with application/octet-stream)",
        ),
        (
            "integration.get_import_dump",
            httpx.Response(200, html="<title>Maintenance</title>"),
            'unexpected response: 200 with HTML page titled "Maintenance" (maintenance or a proxy) '
            "(documented: 200 with text/plain or 204 without content)",
        ),
        (
            "integration.list_files",
            httpx.Response(200, json={"unexpected": 1}),
            "unexpected response: JSON object without any documented field",
        ),
        (
            "alm.set_online_status",
            httpx.Response(200, content=envelope(423)),
            "returned 423 in the body of a 200",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_an_error_says_what_was_received_and_what_is_documented(
    name: str, response: httpx.Response, message: str
) -> None:
    _, request = REQUESTS[name]
    with answering(lambda _: response):
        assert message in message_of(await outcome(Face("async"), "send", request))


@pytest.mark.parametrize("kind", FACES)
async def test_a_stream_is_rejected_before_its_first_byte(kind: str) -> None:
    _, request = REQUESTS["integration.download_file_chunk"]
    face = Face(kind)
    for status, given in [(206, BINARY), (202, BINARY), (200, TEXT), (200, JSON), (200, "text/html")]:
        response = httpx.Response(status, content=b"content", headers={"Content-Type": given})
        pieces: list[bytes] = []
        with answering(lambda _, response=response: response), pytest.raises(DecodeError):
            await drain(face.stream(request), pieces)
        assert pieces == []
    await face.close()


@pytest.mark.parametrize("kind", FACES)
async def test_a_stream_without_a_byte_is_no_success_where_content_is_documented(kind: str) -> None:
    async def nothing() -> Any:
        return
        yield b""

    face = Face(kind)
    empty = httpx.Response(200, content=nothing() if kind == "async" else iter(()), headers={"Content-Type": BINARY})
    _, chunk = REQUESTS["integration.download_file_chunk"]
    with answering(lambda _: empty), pytest.raises(DecodeError, match="200 with no content"):
        await face.call("stream", chunk)
    _, dump = REQUESTS["integration.get_import_dump"]
    with answering(lambda _: httpx.Response(204)):
        assert await face.call("stream", dump) == b""
    await face.close()


def test_every_deviation_has_its_reason_and_is_one() -> None:
    rows = [*HARMLESS_STATUSES, *HARMLESS_TYPES]
    assert all(row.reason.endswith(".") and row.documented != row.received for row in rows)
    names = {name for row in HARMLESS_STATUSES for name in row.operations}
    assert names <= REQUESTS.keys()
    # No success of an operation is held harmless that is documented.
    for row in HARMLESS_STATUSES:
        for name in row.operations:
            operation, _ = REQUESTS[name]
            assert row.received not in operation.success_statuses(with_content=row.content != "none")


def test_every_deviation_is_told_to_users() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "errors.md").read_text(encoding="utf-8")
    for row in (*HARMLESS_STATUSES, *HARMLESS_TYPES):
        assert f"| {row.reason} |" in page


# Roles

ROLE_DENIALS = {
    "integration.list_workspace_admins": 500,
    "integration.list_workspace_visitors": 500,
    "integration.get_workspace": 404,
    "integration.list_files": 404,
    "integration.get_optimizer_log": 403,
    **{
        f"alm.{name}": 424
        for name in (
            "create_comparison_report_task",
            "get_comparison_report_task",
            "get_comparison_report",
            "create_summary_report_task",
            "get_summary_report_task",
            "get_summary_report",
        )
    },
}


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize("content", [b"", b'{"status": {"code": %d, "message": ""}}', b"<h1>nginx</h1>"])
async def test_an_answer_that_a_role_is_missing_names_the_role(kind: str, content: bytes) -> None:
    face = Face(kind)
    for name, status in ROLE_DENIALS.items():
        _, request = REQUESTS[name]
        body = content % status if b"%d" in content else content
        for wire in {status, 200} if b"%d" in content else {status}:
            with answering(lambda _, wire=wire, body=body: httpx.Response(wire, content=body)):
                text = message_of(await outcome(face, "send", request))
            assert f"the role {request.role}" in text
            assert "Anaplan or a proxy failed" not in text
            assert "already be open" not in text
    await face.close()


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [
        ("integration.open_model", 424, "the model is already open or in maintenance"),
        ("integration.get_import", 500, "the id may be wrong"),
        ("integration.list_files", 500, "Anaplan or a proxy failed"),
        ("integration.list_workspace_admins", 503, "Anaplan or a proxy failed"),
        ("integration.list_files", 424, "the role may be missing"),
    ],
)
async def test_a_status_is_explained_by_what_it_means_for_the_operation(name: str, status: int, says: str) -> None:
    _, request = REQUESTS[name]
    with answering(lambda _: httpx.Response(status)):
        assert says in message_of(await outcome(Face("async"), "send", request))


async def test_a_hint_may_hold_braces_as_may_a_role() -> None:
    request = evolve(REQUESTS["integration.list_files"][1], hints={500: "{x} {role}"}, role="{y}")
    with answering(lambda _: httpx.Response(500)):
        assert "{x} {y}" in message_of(await outcome(Face("async"), "send", request))


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize("content", [b"", b"<html>Found</html>"])
async def test_a_documented_redirect_is_a_success_and_any_other_is_not(kind: str, content: bytes) -> None:
    authorize = next(any_request(operation) for operation in operations() if REDIRECT in operation.responses)
    face, seen = Face(kind), list[str]()
    headers = {"Location": "https://elsewhere.test/login?code=canary", "Content-Type": "text/html"}
    with answering(lambda _: httpx.Response(302, content=content, headers=headers)):
        await face.send(evolve(authorize, on_headers=lambda received: seen.append(received["location"])))
        assert seen == [headers["Location"]]
        with pytest.raises(StatusError, match="302") as raised:
            await face.send(REQUESTS["integration.list_workspaces"][1])
        assert "canary" not in str(raised.value)
    with answering(lambda _: httpx.Response(303, headers=headers)), pytest.raises(StatusError, match="303"):
        await face.send(authorize)
    await face.close()
