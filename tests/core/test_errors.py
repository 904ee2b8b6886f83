"""The errors of failed requests."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.core import (
    AnaplanError,
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ConnectError,
    DecodeError,
    ErrorContext,
    ModelArchivedError,
    ModelLockedError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    StatusError,
    TransportError,
)
from anaplan_client.core.errors import make_status_error, read_code_and_message

from .support import bounded, exchange, subclasses

LADDER = [
    (300, StatusError),
    (302, StatusError),
    (304, StatusError),
    (400, BadRequestError),
    (401, AuthenticationError),
    (402, StatusError),
    (403, PermissionDeniedError),
    (404, NotFoundError),
    (405, StatusError),
    (406, StatusError),
    (408, StatusError),
    (409, ConflictError),
    (410, StatusError),
    (415, StatusError),
    (422, ModelArchivedError),
    (423, ModelLockedError),
    (424, PermissionDeniedError),
    (425, StatusError),
    (429, RateLimitError),
    (452, PermissionDeniedError),
    (499, StatusError),
    (500, ServerError),
    (501, ServerError),
    (502, ServerError),
    (503, ServerError),
    (504, ServerError),
    (599, ServerError),
]

CORE_ERRORS = {
    AnaplanError,
    ApiError,
    TransportError,
    ConnectError,
    RequestTimeoutError,
    DecodeError,
    StatusError,
    BadRequestError,
    AuthenticationError,
    PermissionDeniedError,
    NotFoundError,
    ConflictError,
    ModelArchivedError,
    ModelLockedError,
    RateLimitError,
    ServerError,
}

FULL = exchange(
    attempts=3,
    status=404,
    code="404",
    message="Model not found",
    request_id="req-1",
    retry_after="5",
    body=b'{"status": {}}',
)


@pytest.mark.parametrize(("status", "kind"), LADDER)
def test_a_status_has_its_class(status: int, kind: type[StatusError]) -> None:
    error = make_status_error(exchange(status=status))
    assert type(error) is kind
    assert error.status == status


def test_every_refusal_is_a_status_error_and_every_error_has_one_root() -> None:
    own = {kind for kind in subclasses(StatusError) if kind.__module__ == StatusError.__module__}
    assert {kind for _, kind in LADDER} == own
    assert subclasses(ApiError) >= CORE_ERRORS - {AnaplanError}
    assert all(issubclass(kind, AnaplanError) for kind in CORE_ERRORS)
    for kind in (ConnectError, RequestTimeoutError):
        assert issubclass(kind, TransportError)
    assert not issubclass(StatusError, TransportError)
    assert not issubclass(DecodeError, StatusError | TransportError)
    # A wrong argument is none of these, and the other way round.
    assert not issubclass(AnaplanError, ValueError | TypeError | OSError)


BODIES = [
    # integration, alm, cloudworks
    (
        b'{"status": {"code": 404, "message": "Model not found"}, "path": "/2/0/models/X", '
        b'"timestamp": "2021-03-10T11:31:08Z"}',
        "404",
        "Model not found",
    ),
    (b'{"status": {"code": 424, "message": ""}, "path": "/2/0/x"}', "424", ""),
    (b'{"status": {"message": "Only words"}}', None, "Only words"),
    (b'{"status": {"code": 400, "message": null}}', "400", ""),
    (b'{"status": {}}', None, ""),
    # authentication, audit, exception
    (
        b'{"status": "FAILURE_BAD_CREDENTIAL", "statusMessage": "incorrect password"}',
        "FAILURE_BAD_CREDENTIAL",
        "incorrect password",
    ),
    (
        b'{"meta": {"validationUrl": "https://x"}, "status": "FAILURE_BAD_HEADER", "statusMessage": "bad"}',
        "FAILURE_BAD_HEADER",
        "bad",
    ),
    (b'{"status": "FAILURE_BAD_HEADER"}', "FAILURE_BAD_HEADER", ""),
    # administration
    (b'{"status": 403, "message": "Forbidden"}', "403", "Forbidden"),
    # scim, whose status is a string
    (
        b'{"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409", "detail": "exists", '
        b'"scimType": "uniqueness"}',
        "409",
        "exists",
    ),
    # oauth
    (
        b'{"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."}',
        "invalid_grant",
        "Unknown or invalid refresh token.",
    ),
    (b'{"error": "authorization_pending"}', "authorization_pending", ""),
    # no JSON, no object, or nothing that is known
    (b"", None, ""),
    (b" ", None, ""),
    (b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", None, ""),
    (b"Service Unavailable", None, ""),
    (b'{"status": {"code": 500, "mess', None, ""),
    (b"\xff\xfe\x00", None, ""),
    (b"null", None, ""),
    (b"[]", None, ""),
    (b'"text"', None, ""),
    (b"17", None, ""),
    (b"{}", None, ""),
    (b'{"status": null, "message": "words"}', None, "words"),
    (b'{"status": [], "message": {"text": "x"}}', None, ""),
    (b'{"error": {"code": 1}}', None, ""),
]


@pytest.mark.parametrize(("body", "code", "message"), BODIES)
def test_code_and_message_are_found_in_every_shape_of_a_refusal(body: bytes, code: str | None, message: str) -> None:
    assert read_code_and_message(body) == (code, message)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
KEYS = ["status", "statusMessage", "message", "detail", "error", "error_description", "code"]


@bounded(200)
@given(st.binary() | st.dictionaries(st.sampled_from(KEYS), json_values))
def test_no_body_stops_the_error_from_being_raised(body: bytes | dict[str, object]) -> None:
    code, message = read_code_and_message(body if isinstance(body, bytes) else json.dumps(body).encode())
    assert code is None or (isinstance(code, str) and code)
    assert isinstance(message, str)


def test_no_depth_of_a_body_stops_the_error_from_being_raised() -> None:
    assert read_code_and_message(b"[" * 100_000) == (None, "")


def test_the_text_names_operation_url_status_message_and_hint() -> None:
    assert str(NotFoundError(FULL)) == (
        "Model not found; integration.sample: GET https://api.test/2/0/sample returned 404; "
        "the id may be wrong, or the user may have no access (needs the role Workspace Administrator); "
        "request id req-1; Retry-After: 5; after 3 attempts"
    )


@pytest.mark.parametrize("kind", sorted(subclasses(ApiError), key=lambda kind: kind.__name__))
def test_the_text_of_every_error_has_what_is_known(kind: type[ApiError]) -> None:
    text = str(kind(FULL))
    for part in ("integration.sample", "GET", "https://api.test/2/0/sample", "404", "Model not found", "req-1", "3"):
        assert part in text
    assert "{" not in text
    bare = str(kind(exchange()))
    assert "integration.sample: GET https://api.test/2/0/sample" in bare
    assert "None" not in bare
    assert "attempts" not in bare


# What a status has to teach, in every one of its errors.
LESSONS = [
    (302, "redirected"),
    (401, "wrong or expired"),
    (403, "needs the role Workspace Administrator"),
    (404, "may have no access"),
    (408, "complete request in time"),
    (409, "busy"),
    (413, "larger than"),
    (422, "archived"),
    (423, "locked"),
    (424, "role may be missing"),
    (425, "deployed"),
    (429, "limit"),
    (452, "needs the role"),
    (500, "Anaplan or a proxy failed"),
    (503, "proxy"),
]


@pytest.mark.parametrize(("status", "says"), LESSONS)
def test_an_error_says_what_its_status_usually_means(status: int, says: str) -> None:
    assert says in str(make_status_error(exchange(status=status)))


@pytest.mark.parametrize("code", ["FAILURE_UNAUTHORIZED_USER_ACTION", "ACCESS_CONTROL_DENIED"])
def test_a_role_that_is_denied_as_401_is_no_matter_of_the_token(code: str) -> None:
    error = make_status_error(exchange(status=401, code=code))
    assert type(error) is PermissionDeniedError
    assert "needs the role" in str(error)


BASE = "https://api.anaplan.com/2/0"
M = "A1B2C3D4E5F6A1B2C3D4E5F6A1B2C3D4"


@pytest.mark.parametrize(
    ("path", "about"),
    [
        (f"/models/{M}", f" (model {M})"),
        (f"/models/{M}/files/113000000000/chunks/3", f" (model {M}, file 113000000000, chunk 3)"),
        (f"/models/{M}/imports/112000000000/tasks/0F/dump", f" (model {M}, import 112000000000, task 0F)"),
        (
            f"/models/{M}/processes/118000000000/tasks/0F/dumps/112000000000",
            f" (model {M}, process 118000000000, task 0F, dump of 112000000000)",
        ),
        (f"/models/{M}/alm/revisions/0F1/appliedToModels", f" (model {M}, revision 0F1)"),
        (f"/models/{M}/alm/syncTasks/0F1", f" (model {M}, task 0F1)"),
        ("/workspaces/8a81/models", " (workspace 8a81)"),
        ("/models/a%2Fb1", " (model a/b1)"),
        ("/models", ""),
        ("/users/me", ""),
    ],
)
def test_an_error_names_what_the_request_was_about(path: str, about: str) -> None:
    error = make_status_error(exchange(operation="integration.sample", url=BASE + path, status=404))
    assert f"integration.sample{about}: GET {BASE}{path} returned 404" in str(error)


def test_an_error_says_why_it_was_not_tried_again() -> None:
    error = RateLimitError(
        exchange(status=429, retry_after="3600", no_retry_reason="Anaplan requires a wait of 3600 s")
    )
    assert str(error).endswith("; not retried: Anaplan requires a wait of 3600 s")


@pytest.mark.parametrize("status", [403, 404, 424])
def test_a_denial_names_the_role_that_is_needed(status: int) -> None:
    assert "needs the role Workspace Administrator" in str(make_status_error(exchange(status=status)))


@pytest.mark.parametrize("message", ["{", "{role}", "{0}", "%s"])
def test_braces_in_what_anaplan_says_stay_as_they_are(message: str) -> None:
    assert message in str(PermissionDeniedError(exchange(status=403, message=message, role="{role}")))


def test_an_error_shows_what_it_knows_as_attributes() -> None:
    error = NotFoundError(FULL)
    assert (error.status, error.code, error.message) == (404, "404", "Model not found")
    assert error.context is FULL
    assert error.context.retry_after == "5"
    assert TransportError(exchange(message="reset")).status is None


def test_the_body_of_an_answer_is_kept_but_not_shown() -> None:
    known = exchange(status=500, body=b"canary")
    assert known.body == b"canary"
    for shown in (repr(known), str(known), repr(ServerError(known)), str(ServerError(known))):
        assert "canary" not in shown


@pytest.mark.parametrize("known", [FULL, exchange()], ids=["full", "bare"])
@pytest.mark.parametrize("kind", sorted(subclasses(ApiError), key=lambda kind: kind.__name__))
def test_an_error_survives_pickling_and_copying(kind: type[ApiError], known: ErrorContext) -> None:
    error = kind(known)
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is kind
        assert str(again) == str(error)
        assert repr(again) == repr(error)
        assert vars(again) == vars(error)
        assert again.context == known
        assert (again.status, again.code, again.message) == (error.status, error.code, error.message)


def test_the_root_survives_pickling() -> None:
    again = pickle.loads(pickle.dumps(AnaplanError("what happened")))
    assert (type(again), str(again)) == (AnaplanError, "what happened")
