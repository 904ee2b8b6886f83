# Converted by `python -m generator` from tests/ext/transport/_async/test_requests.py. Edit that file, not this one.
"""Signing in, repeating requests, and reading whole lists, against the emulator; see also `test_tokens.py`."""

import pytest

from anaplan_client import authentication, integration
from anaplan_ext import (
    AuthenticationError,
    BadRequestError,
    Client,
    DecodeError,
    IncompleteListError,
    NotFoundError,
    RetryPolicy,
    ServerError,
    TransportError,
)
from anaplan_ext.concurrency import _sync as concurrency
from anaplan_ext.emulator import Emulator, Fault


def test_one_sign_in_serves_all_requests_and_models(emulator: Emulator, client: Client, production: Client) -> None:
    client.list_files()
    production.list_files()
    other = Client.from_existing(client, emulator.workspace_id, emulator.production_model_id)
    other.list_imports()
    assert other.model_id == emulator.production_model_id
    assert emulator.count("POST", "/token/authenticate") == 1


def test_a_wrong_password_fails_at_once_and_is_not_tried_again(emulator: Emulator) -> None:
    with Client(user_email=emulator.user_email, password="wrong", base_url=emulator.url) as client:
        with pytest.raises(AuthenticationError, match="create_token"):
            client.list_models()
    assert emulator.count() == 1


def test_a_token_that_ends_is_replaced_unseen(emulator: Emulator, client: Client) -> None:
    client.list_files()
    emulator.expire_tokens()
    client.list_files()
    assert emulator.count("POST", "/token/authenticate") == 2


def test_a_ready_token_is_used_as_it_is_and_never_ended(emulator: Emulator, client: Client) -> None:
    request = authentication.create_token(authorization=_basic(emulator))
    token = (client.send(request)).token_info.token_value
    with Client(model_id=emulator.development_model_id, token=token, base_url=emulator.url) as other:
        other.list_files()
        answer = other.send(authentication.validate_token())
        assert answer.user_info is not None
        assert answer.user_info.user_id == emulator.user_email
    assert emulator.count("POST", "/token/logout") == 0
    assert emulator.count("POST", "/token/authenticate") == 1
    emulator.expire_tokens()
    with Client(model_id=emulator.development_model_id, token=token, base_url=emulator.url) as other:
        with pytest.raises(AuthenticationError):
            other.list_files()
    assert emulator.count("POST", "/token/authenticate") == 1


def test_a_refusal_is_final(emulator: Emulator, client: Client) -> None:
    with pytest.raises(NotFoundError, match="get_model"):
        client.send(integration.get_model("0" * 32))
    assert emulator.count("GET", "/models/0") == 1
    with pytest.raises(BadRequestError):
        client.send(integration.list_models(sort="size"))
    assert emulator.count("GET", "/models$") == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=503), ServerError),
        (Fault(kind="reset"), TransportError),
        (Fault(kind="truncate"), TransportError),
    ],
    ids=["503", "reset", "truncate"],
)
def test_a_fault_that_stays_is_raised_with_the_number_of_tries(
    fault: Fault, error: type[Exception], emulator: Emulator, client: Client
) -> None:
    emulator.inject(Fault(path="/users/me", kind=fault.kind, status=fault.status, times=None))
    with pytest.raises(error, match="after 3 attempts"):
        client.send(integration.get_current_user())
    assert emulator.count("GET", "/users/me") == 3


@pytest.mark.parametrize(("options", "attempts"), [({"retry_count": 0}, 1), ({"retry_count": 1}, 2), ({}, 3)])
def test_retry_count_is_the_number_of_retries_after_the_first_attempt(
    options: dict[str, int], attempts: int, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def skip(seconds: float) -> None: ...

    monkeypatch.setattr(concurrency, "sleep", skip)
    emulator.inject(Fault(path="/users/me", times=None))
    with Client(
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        **options,  # type: ignore[arg-type]
    ) as client:
        with pytest.raises(ServerError):
            client.send(integration.get_current_user())
    assert emulator.count("GET", "/users/me") == attempts


def test_retry_after_is_honoured_up_to_its_cap(emulator: Emulator, client: Client) -> None:
    emulator.inject(Fault(path="/users/me", status=429, headers=(("Retry-After", "0"),)))
    client.send(integration.get_current_user())
    emulator.inject(Fault(path="/users/me", status=429, headers=(("Retry-After", "3600"),)))
    with pytest.raises(Exception, match="429") as raised:
        client.send(integration.get_current_user())
    assert raised.value.context.retry_after == "3600"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="malformed"),
        Fault(status=200, body=b"<html>Maintenance</html>", content_type="text/html"),
        Fault(status=200, body=b""),
        Fault(status=200, body=b"[]"),
        Fault(status=200, body=b'{"meta": {}}'),
    ],
    ids=["malformed", "html", "empty", "array", "no user"],
)
def test_an_answer_that_is_not_as_documented_is_a_decode_error(
    fault: Fault, emulator: Emulator, client: Client
) -> None:
    emulator.inject(
        Fault(path="/users/me", kind=fault.kind, status=fault.status, body=fault.body, content_type=fault.content_type)
    )
    with pytest.raises(DecodeError, match="get_current_user") as raised:
        client.send(integration.get_current_user())
    assert raised.value.status == 200
    assert emulator.count("GET", "/users/me") == 1


@pytest.mark.parametrize("cap", [1, 2, 7])
def test_a_list_is_whole_however_small_the_pages(cap: int) -> None:
    with Emulator(page_limit=cap, misleading_next=True) as emulator:
        with Client(user_email=emulator.user_email, password=emulator.password, base_url=emulator.url) as client:
            models = client.list_models()
        assert len({model.id for model in models}) == len(models) == 2


def test_a_list_that_ends_too_soon_raises(emulator: Emulator, client: Client) -> None:
    body = b'{"meta": {"paging": {"currentPageSize": 0, "offset": 0, "totalSize": 12}}, "status": {"code": 200}}'
    emulator.inject(Fault(path="/models$", status=200, body=body))
    with pytest.raises(IncompleteListError, match="received 0 of 12 items"):
        client.list_models()


def test_a_binary_answer_can_be_streamed(client: Client) -> None:
    client.upload_file(113000000000, b"some content")
    request = integration.download_file(client.model_id or "", "113000000000")
    with client.stream(request) as pieces:
        content = b"".join([piece for piece in pieces])
    assert content == b"some content"


def test_wrong_arguments_are_refused_before_any_request(emulator: Emulator) -> None:
    signed_in = {"token": "token", "base_url": emulator.url}
    cases: list[tuple[dict[str, object], str]] = [
        ({"model_id": ""}, "model_id"),
        ({"workspace_id": " "}, "workspace_id"),
        ({"upload_chunk_size": 999_999}, "upload_chunk_size"),
        ({"upload_chunk_size": 50_000_001}, "upload_chunk_size"),
        ({"region": "mars"}, "region"),
        ({"base_url": "localhost:80"}, "base_url"),
        ({"timeout": 0}, "timeout"),
        ({"retry_count": -1}, "retry_count"),
        ({"status_poll_delay": -1}, "status_poll_delay"),
        ({"user_email": "a@b.example", "password": "x"}, "exactly one"),
        ({"token": None}, "exactly one"),
        ({"token": ""}, "token"),
        ({"token": None, "user_email": "a@b.example"}, "password"),
        ({"token": None, "certificate": "c"}, "private_key"),
    ]
    for arguments, says in cases:
        merged: dict[str, object] = {**signed_in, **arguments}
        if "region" in arguments:
            del merged["base_url"]
        with pytest.raises(ValueError, match=says):
            Client(**merged)  # type: ignore[arg-type]
    with Client(token="token", base_url=emulator.url) as client:
        with pytest.raises(ValueError, match="model_id"):
            client.list_files()
        with pytest.raises(ValueError, match="model_id"):
            client.with_model("")
    assert emulator.count() == 0


def test_the_policy_can_be_replaced(emulator: Emulator) -> None:
    emulator.inject(Fault(path="/users/me", times=None))
    with Client(
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        retry_policy=RetryPolicy(count=5, base_delay=0),
    ) as client:
        with pytest.raises(ServerError, match="after 6 attempts"):
            client.send(integration.get_current_user())


def _basic(emulator: Emulator) -> str:
    import base64

    return "Basic " + base64.b64encode(f"{emulator.user_email}:{emulator.password}".encode()).decode()
