"""No token, code or secret of OAuth is shown: by no error, its variables, a log, an observer, a repr or a pickle."""

import copy
import json
import pickle
import traceback
from collections.abc import Awaitable, Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import evolve

from anaplan_client import integration
from anaplan_client.core import Observed
from anaplan_ext import (
    AsyncClient,
    AuthorizationRequest,
    Client,
    DeviceCode,
    FileTokenStore,
    MemoryTokenStore,
    OAuth,
    RetryPolicy,
    StoredToken,
    TokenStoreError,
)
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.emulator.state.oauth import BROWSER_CLIENT_ID, BROWSER_REDIRECT_URI, DEVICE_CLIENT_ID

from ...core.support import FACES

ROOT = Path(__file__).resolve().parents[3]
NAMES = (
    *("access_token", "refresh_token", "id_token", "client_secret", "code", "code_verifier"),
    *("device_code", "user_code", "verification_uri_complete"),
)
CANARY = "canary-0c2f7a"
every_face = pytest.mark.parametrize("kind", FACES)


class Watch:
    """Collects what is shown, and what is secret."""

    def __init__(self, emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
        self.emulator = emulator
        self.caplog = caplog
        self.shown: list[str] = []
        self.secrets: set[str] = {CANARY}

    def observe(self, observed: Observed) -> None:
        self.see(observed, observed.request, observed.content, observed.request.content)

    def see(self, *values: object) -> None:
        self.shown += [text for value in values for text in (str(value), repr(value))]

    def see_error(self, error: BaseException) -> None:
        seen: BaseException | None = error
        while seen is not None:
            self.see(seen, seen.args, getattr(seen, "context", None))
            self.shown += traceback.format_exception(seen)
            self.see_variables(seen)
            try:
                self.see(pickle.dumps(seen))
            except Exception as failure:  # not every error can be pickled
                self.see(failure)
            seen = seen.__cause__ or seen.__context__

    def see_variables(self, error: BaseException) -> None:
        """See the variables of our own frames, which some tools write into their reports."""
        own = (str(ROOT / "anaplan_ext"), str(ROOT / "anaplan_client"))
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename.startswith(own):
                self.see({name: repr(value) for name, value in frame.f_locals.items()})

    def check(self) -> None:
        for record in self.caplog.records:
            if not record.name.startswith("asyncio"):
                self.shown += [record.getMessage(), repr(record.args), record.exc_text or ""]
        for exchange in self.emulator.exchanges:
            for body in (exchange.request_body, exchange.response_body):
                self.secrets |= secrets_of(body)
        assert len(self.secrets) > 1
        for secret in self.secrets:
            assert len(secret) > 3
            assert [text for text in self.shown if secret in text] == []


def secrets_of(body: object) -> set[str]:
    try:
        value = json.loads(body) if isinstance(body, bytes) else {}
    except ValueError:
        return set()
    return {value[name] for name in NAMES if isinstance(value, dict) and isinstance(value.get(name), str)}


@pytest.fixture
def watch(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> Watch:
    caplog.set_level(1)
    emulator.oauth.interval = 0
    return Watch(emulator, caplog)


def visit(url: str) -> str:
    """Return where a browser is redirected to. It is not httpx, whose log would show that."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}")
    location = connection.getresponse().headers["location"]
    connection.close()
    return location


def device(watch: Watch, **options: Any) -> OAuth:
    def approve(code: DeviceCode) -> None:
        watch.see(code)
        watch.emulator.approve_device(code.user_code)

    return OAuth(DEVICE_CLIENT_ID, **{"on_device_code": approve, **options})


def browser(watch: Watch, change: Callable[[str], str] = lambda url: url, **options: Any) -> OAuth:
    def browse(request: AuthorizationRequest) -> str:
        watch.see(request)
        location = visit(request.url)
        watch.secrets |= set(parse_qs(urlsplit(location).query).get("code", []))
        return change(location)

    given = {"client_secret": "client-secret", "redirect_uri": BROWSER_REDIRECT_URI, **options}
    return OAuth(BROWSER_CLIENT_ID, get_redirect=browse, **given)


async def use(kind: str, watch: Watch, oauth: OAuth, *, fails: bool) -> None:
    options: dict[str, Any] = {
        "auth": oauth,
        "base_url": watch.emulator.url,
        "observer": watch.observe,
        "retry_policy": RetryPolicy(count=1, base_delay=0),
    }
    watch.secrets |= {secret for secret in (oauth.client_secret, oauth.refresh_token) if secret}
    failure: Exception | None = None
    client: Any = (AsyncClient if kind == "async" else Client)(**options)
    try:
        result = client.send(integration.get_current_user())
        watch.see(await result if isinstance(result, Awaitable) else result)
    except Exception as error:
        failure = error
        watch.see_error(error)
    finally:
        watch.see(client, oauth, oauth.store)
        await client.aclose() if kind == "async" else client.close()
    watch.check()
    assert (failure is not None) == fails, failure


@every_face
async def test_when_all_goes_well(kind: str, watch: Watch) -> None:
    await use(kind, watch, device(watch), fails=False)
    await use(kind, watch, browser(watch), fails=False)
    assert any(record.name == "anaplan" for record in watch.caplog.records)
    assert any(record.name.startswith("httpcore") for record in watch.caplog.records)


@every_face
async def test_when_the_secret_is_wrong(kind: str, watch: Watch) -> None:
    await use(kind, watch, browser(watch, client_secret=CANARY), fails=True)


@every_face
@pytest.mark.parametrize("ending", ["&state=x", "&code=x", "#", "?"])
async def test_when_the_redirect_is_changed(kind: str, ending: str, watch: Watch) -> None:
    await use(kind, watch, browser(watch, lambda url: url.replace("state=", "other=") + ending), fails=True)


@every_face
@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="reset", times=None),
        Fault(kind="reset", after_effect=True, times=None),
        Fault(kind="truncate", times=None),
        Fault(kind="malformed", times=None),
        Fault(status=503, times=None),
        Fault(status=400, body=f'{{"error": "invalid_grant", "error_description": "{CANARY} is used"}}'.encode()),
        Fault(status=400, body=f"<html>{CANARY}</html>".encode()),
        Fault(status=200, body=f'{{"access_token": "{CANARY} {CANARY}"}}'.encode()),
        Fault(status=200, body=f'{{"access_token": ["{CANARY}"], "refresh_token": "{CANARY}"}}'.encode()),
        Fault(status=200, body=f'{{"token": "{CANARY}"}}'.encode()),
    ],
    ids=["reset", "lost", "cut", "malformed", "503", "repeated", "page", "blank", "type", "field"],
)
async def test_when_a_refresh_fails(kind: str, fault: Fault, watch: Watch) -> None:
    oauth = OAuth(DEVICE_CLIENT_ID, refresh_token=CANARY)
    watch.emulator.inject(evolve(fault, path="/oauth/token"))
    watch.secrets.add("not sent")  # for those that fail before any token is created
    await use(kind, watch, oauth, fails=True)


@every_face
@pytest.mark.parametrize("path", ["/oauth/device/code", "/oauth/token"])
@pytest.mark.parametrize("kind_of_fault", ["reset", "truncate", "malformed"])
async def test_when_a_sign_in_fails(kind: str, path: str, kind_of_fault: Any, watch: Watch) -> None:
    watch.secrets.add("not sent")
    watch.emulator.inject(Fault(path=path, kind=kind_of_fault, times=None))
    watch.emulator.oauth.device_code_seconds = 1
    await use(kind, watch, device(watch), fails=True)


class Failing(MemoryTokenStore):
    """A store whose errors say too much is not ours; one that fails is."""

    def save(self, token: StoredToken) -> None:
        raise TokenStoreError("the disk is full")


@every_face
async def test_when_tokens_cannot_be_stored(kind: str, watch: Watch) -> None:
    await use(kind, watch, device(watch, store=Failing()), fails=True)


@every_face
@pytest.mark.parametrize("text", [CANARY, f'{{"kind": "x", "refresh_token": "{CANARY}"}}'])
async def test_when_a_file_has_something_else(kind: str, text: str, watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(text)
    file.chmod(0o600)
    watch.secrets.add("not sent")
    await use(kind, watch, device(watch, store=FileTokenStore(file)), fails=True)


@every_face
async def test_when_a_file_is_damaged(kind: str, watch: Watch, tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "tokens.json")
    store.save(
        StoredToken(
            client_id=DEVICE_CLIENT_ID,
            origin=watch.emulator.url,
            access_token=CANARY,
            refresh_token=CANARY,
            expires_at=0,
        )
    )
    store.path.write_text(store.path.read_text().replace('"expires_at": 0', '"expires_at": "soon"'))
    watch.secrets.add("not sent")
    await use(kind, watch, device(watch, store=store), fails=True)


def test_settings_are_neither_shown_nor_pickled_nor_copied() -> None:
    oauth = OAuth("c", client_secret=CANARY, refresh_token=CANARY)
    assert CANARY not in f"{oauth}{oauth!r}"
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="holds secrets") as raised:
            take(oauth)
        assert CANARY not in str(raised.value)
