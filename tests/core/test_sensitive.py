"""Which requests are sensitive: the specification says so, and not the name of a host.

`tests/ext/client/test_canaries.py` holds what a sensitive request does not show.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from anaplan_client import authentication, integration, oauth
from anaplan_client.core import AnaplanError, ApiError, Observed

from .support import FACES, Face, answering, request

SECRET = "canary-5ea1"
BODY = f'{{"access_token": "{SECRET}"}}'.encode()
# A field that would be taken for the code of a rejection.
SUCCESS = f'{{"error": "{SECRET}"}}'.encode()


class Truncated(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Content whose connection is lost."""

    def __iter__(self) -> Iterator[bytes]:
        yield BODY
        raise httpx.ReadError("connection reset")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield BODY
        raise httpx.ReadError("connection reset")


def fail(content: bytes) -> bytes:
    raise ValueError(f"no token in {content.decode()}")


RESPONSES: dict[str, dict[str, Any]] = {
    "undecodable": {"content": SUCCESS},
    "undocumented status": {"status_code": 299, "content": SUCCESS},
    "web page": {"html": f"<html><title>{SECRET}</title>"},
    "rejection": {"status_code": 400, "content": BODY},
    "server error": {"status_code": 500, "content": BODY},
    "truncated": {"stream": Truncated(), "headers": {"content-length": "9999"}},
}


async def record(kind: str, outcome: str, **changes: Any) -> tuple[ApiError | None, list[Observed]]:
    """Send a request with a secret, and return its error and what the observer saw."""
    seen: list[Observed] = []
    face = Face(kind, observer=seen.append)
    sent = request(
        method="POST",
        authorization=f"Basic {SECRET}",
        content=f"client_secret={SECRET}".encode(),
        accept="application/json",
        decode=fail if outcome == "undecodable" else bytes,
        **changes,
    )
    response = {"status_code": 200, **RESPONSES[outcome]}
    error: ApiError | None = None
    with answering(lambda _: httpx.Response(**response)):
        try:
            await face.send(sent)
        except ApiError as raised:
            error = raised
    await face.close()
    return error, seen


@pytest.mark.parametrize("outcome", RESPONSES)
@pytest.mark.parametrize("kind", FACES)
async def test_another_request_on_the_authentication_host_keeps_its_content(kind: str, outcome: str) -> None:
    error, seen = await record(kind, outcome, host="auth")
    assert error is not None
    assert SECRET.encode() in error.context.body
    for observed in seen:
        assert SECRET.encode() in observed.content
        assert observed.request.authorization == f"Basic {SECRET}"


@pytest.mark.parametrize("kind", FACES)
async def test_a_rejection_of_a_sensitive_request_says_why(kind: str) -> None:
    face = Face(kind)
    content = b'{"status": "FAILURE_BAD_CREDENTIAL", "statusMessage": "wrong password"}'
    with answering(lambda _: httpx.Response(401, content=content)), pytest.raises(AnaplanError, match="wrong password"):
        await face.send(request(host="app", sensitive=True))
    await face.close()


def test_the_operations_on_tokens_are_sensitive_and_no_others() -> None:
    tokens = [
        authentication.create_token(authorization=f"Basic {SECRET}"),
        authentication.refresh_token(),
        authentication.validate_token(),
        authentication.delete_token(),
    ]
    assert [sent.sensitive for sent in tokens] == [True] * 4
    grant = oauth.models.RefreshTokenGrant(client_id="c", refresh_token=SECRET, client_secret=SECRET)
    public = [
        oauth.start_authorization(client_id="c", redirect_uri="http://127.0.0.1", scope="offline_access"),
        oauth.create_device_code(body=oauth.models.DeviceCodeRequest(client_id="c")),
        oauth.create_token(body=grant),
    ]
    assert [(sent.sensitive, sent.public) for sent in public] == [(True, True)] * 3
    assert SECRET not in repr(public)
    assert not integration.list_workspaces().sensitive
