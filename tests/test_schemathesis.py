"""Schemathesis asks the emulator what the specifications admit, and what they do not; every answer must be specified.

Half of the requests name things that exist, so that not everything is a 404.
"""

import base64
import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
    unsupported_method,
)

from anaplan_ext.emulator import Emulator

OPENAPI = Path(__file__).resolve().parent.parent / "openapi"
SCHEMAS = {
    name: schemathesis.openapi.from_path(OPENAPI / f"anaplan_{name}.yaml")
    for name in ("alm", "authentication", "integration")
}
# Real ids for the parameters and body fields of those names.
REAL = {
    "fileId": "113000000000",
    "importId": "112000000000",
    "exportId": "116000000000",
    "actionId": "117000000000",
    "processId": "118000000000",
    "objectId": "112000000000",
}
NOT_ASKED = [
    # 500 is what Anaplan answers in two documented cases; any other is caught by the check of the status.
    not_a_server_error,
    # Whether an id is right is not in the specification, so neither refusing good nor accepting bad data says anything.
    negative_data_rejection,
    positive_data_acceptance,
    unsupported_method,
]


@schemathesis.serializer("application/x-gzip")
def compressed(context: schemathesis.SerializationContext, value: object) -> bytes:
    return gzip.compress(value if isinstance(value, bytes) else str(value).encode())


# Without a good header, Anaplan answers 400 to the extension and the check of a token, not 401.
ANSWERED_400 = [missing_required_header, ignored_auth]
SETTINGS = hypothesis.settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck), database=None
)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    # It checks the answers itself, and its requests are wrong on purpose.
    with Emulator(observer=None) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def token(emulator: Emulator) -> str:
    pair = base64.b64encode(f"{emulator.user_email}:{emulator.password}".encode()).decode()
    answer = httpx.post(f"{emulator.url}/token/authenticate", headers={"Authorization": f"Basic {pair}"})
    return str(answer.json()["tokenInfo"]["tokenValue"])


def probe(
    case: schemathesis.Case, emulator: Emulator, token: str, name: str, excluded: Sequence[CheckFunction] = ()
) -> None:
    model = emulator.model(emulator.development_model_id)
    real = {
        **REAL,
        "modelId": model.id,
        "workspaceId": emulator.workspace_id,
        "revisionId": model.revisions[0].revision.id,
        "sourceRevisionId": model.revisions[-1].revision.id,
        "targetRevisionId": model.revisions[-1].revision.id,
        "sourceModelId": emulator.development_model_id,
        "listId": model.part("lists", "Airports").id,
        "dimensionId": model.part("lists", "Airports").id,
        "moduleId": model.part("modules", "Delays").id,
        "viewId": model.part("modules", "Delays").id,
        "lineItemId": model.part("lineItems", "Average delay", "Delays").id,
        "versionId": model.versions[-1].id,
        "userId": emulator.tenant.users[0].id,
    }
    if len(repr((case.path_parameters, case.query, case.body))) % 2:
        for values in (case.path_parameters, case.query, case.body):
            if isinstance(values, dict):
                values.update({key: value for key, value in real.items() if key in values})
    base = emulator.url + urlsplit(SCHEMAS[name].raw_schema["servers"][0]["url"]).path
    headers = {"Authorization": f"AnaplanAuthToken {token}"}
    case.call_and_validate(base_url=base, headers=headers, excluded_checks=[*NOT_ASKED, *excluded])


@SCHEMAS["alm"].parametrize()
@SETTINGS
def test_alm(case: schemathesis.Case, emulator: Emulator, token: str) -> None:
    probe(case, emulator, token, "alm")


@SCHEMAS["integration"].parametrize()
@SETTINGS
def test_integration(case: schemathesis.Case, emulator: Emulator, token: str) -> None:
    probe(case, emulator, token, "integration")


@SCHEMAS["authentication"].exclude(operation_id="delete_token").parametrize()
@SETTINGS
def test_authentication(case: schemathesis.Case, emulator: Emulator, token: str) -> None:
    probe(case, emulator, token, "authentication", ANSWERED_400)
