"""Schemathesis sends valid and invalid requests to the emulator; every response must match the specifications.

Half of the requests name existing objects, so that not every response is a 404.
"""

from collections.abc import Iterator, Sequence

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import ignored_auth, missing_required_header

from anaplan_ext.emulator import Emulator

from ..openapi import NAMES, OPENAPI
from .probing import NOT_ASKED, base_url, sign_in, use_real_ids

pytest_plugins = ["schemathesis.pytest.plugin"]
SCHEMAS = {name: schemathesis.openapi.from_path(OPENAPI / f"anaplan_{name}.yaml") for name in NAMES}
# Without a valid header, Anaplan responds to the refresh and validation of a token with 400, not 401.
ANSWERED_400 = [missing_required_header, ignored_auth]
SETTINGS = hypothesis.settings(
    # Beside those at the bounds of each parameter and field, which come first.
    max_examples=max(10, hypothesis.settings.default.max_examples // 20),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
    database=None,
)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    # It checks the responses itself, and its requests are wrong on purpose.
    with Emulator(observer=None) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def token(emulator: Emulator) -> str:
    return sign_in(emulator)


def probe(
    case: schemathesis.Case, emulator: Emulator, token: str, name: str, excluded: Sequence[CheckFunction] = ()
) -> None:
    use_real_ids(case, emulator)
    headers = {"Authorization": f"AnaplanAuthToken {token}"}
    case.call_and_validate(base_url=base_url(emulator, name), headers=headers, excluded_checks=[*NOT_ASKED, *excluded])


@SCHEMAS["alm"].parametrize()
@SETTINGS
def test_alm(case: schemathesis.Case, emulator: Emulator, token: str) -> None:
    probe(case, emulator, token, "alm")


@SCHEMAS["cloudworks"].parametrize()
@SETTINGS
def test_cloudworks(case: schemathesis.Case, emulator: Emulator, token: str) -> None:
    probe(case, emulator, token, "cloudworks")


@SCHEMAS["integration"].parametrize()
@SETTINGS
def test_integration(case: schemathesis.Case, emulator: Emulator, token: str) -> None:
    probe(case, emulator, token, "integration")


@SCHEMAS["authentication"].exclude(operation_id="delete_token").parametrize()
@SETTINGS
def test_authentication(case: schemathesis.Case, emulator: Emulator, token: str) -> None:
    probe(case, emulator, token, "authentication", ANSWERED_400)


@SCHEMAS["oauth"].parametrize()
@SETTINGS
def test_oauth(case: schemathesis.Case, emulator: Emulator, token: str) -> None:
    probe(case, emulator, token, "oauth")


@SCHEMAS["audit"].parametrize()
@SETTINGS
def test_audit(case: schemathesis.Case, emulator: Emulator, token: str) -> None:
    probe(case, emulator, token, "audit")


@SCHEMAS["scim"].parametrize()
@SETTINGS
def test_scim(case: schemathesis.Case, emulator: Emulator, token: str) -> None:
    keep_administrator(emulator)
    probe(case, emulator, token, "scim")


@SCHEMAS["exception_users"].parametrize()
@SETTINGS
def test_exception_users(case: schemathesis.Case, emulator: Emulator, token: str) -> None:
    # Without a valid header, Anaplan responds with 400, not 401.
    probe(case, emulator, token, "exception_users", ANSWERED_400)


@SCHEMAS["administration"].parametrize()
@SETTINGS
def test_administration(case: schemathesis.Case, emulator: Emulator, token: str) -> None:
    probe(case, emulator, token, "administration")


def keep_administrator(emulator: Emulator) -> None:
    """Undo that a request has deactivated the user who sends the next one."""
    emulator.tenant.users[0].active = True
    emulator.tenant.users[0].workspaces = None
