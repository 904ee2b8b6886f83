"""What the tests with schemathesis share: ids that exist, a token, and the checks that do not apply."""

import base64
import gzip
from urllib.parse import urlsplit

import httpx
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance, unsupported_method

from anaplan_ext.emulator import Emulator

from ..openapi import document
from . import integrations

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
    # Anaplan responds with 500 in two documented cases. The check of the status catches any other.
    not_a_server_error,
    # The specification does not define which ids exist: rejecting good or accepting bad data proves nothing.
    negative_data_rejection,
    positive_data_acceptance,
    unsupported_method,
]


@schemathesis.serializer("application/x-gzip")
def compressed(context: schemathesis.SerializationContext, value: object) -> bytes:
    return gzip.compress(value if isinstance(value, bytes) else str(value).encode())


def base_url(emulator: Emulator, api: str) -> str:
    return emulator.url + urlsplit(document(api)["servers"][0]["url"]).path


def basic(emulator: Emulator) -> str:
    return "Basic " + base64.b64encode(f"{emulator.user_email}:{emulator.password}".encode()).decode()


def sign_in(emulator: Emulator) -> str:
    answer = httpx.post(f"{emulator.url}/token/authenticate", headers={"Authorization": basic(emulator)})
    return str(answer.json()["tokenInfo"]["tokenValue"])


def use_real_ids(case: schemathesis.Case, emulator: Emulator) -> None:
    """Give every other case existing ids, so that not every response is a 404."""
    if len(repr((case.path_parameters, case.query, case.body))) % 2:
        for values in (case.path_parameters, case.query, case.body):
            if isinstance(values, dict):
                values.update({key: value for key, value in _real(emulator).items() if key in values})


def _real(emulator: Emulator) -> dict[str, str]:
    if integrations.INTEGRATION not in emulator.cloudworks.integrations:
        integrations.add_integration(emulator, b"id,name,amount\n1,one,10\n")
    integrations.add_history(emulator)
    model = emulator.model(emulator.development_model_id)
    return {
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
        "connectionId": integrations.CONNECTION,
        "integrationId": integrations.INTEGRATION,
        "notificationId": integrations.NOTIFICATION,
        "integrationFlowId": integrations.FLOW,
        "runId": integrations.RUN,
        "userId": emulator.tenant.users[0].id,
    }
