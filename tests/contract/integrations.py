"""An integration in an emulator that loads the file of a bucket, put there by no request."""

from anaplan_ext.emulator import Emulator
from anaplan_ext.emulator.state.cloudworks import Connection, Flow, Integration, Run

INTEGRATION, CONNECTION, NOTIFICATION, RUN, FLOW = ("f" * 32, "c" * 32, "b" * 32, "d" * 32, "e" * 32)
IMPORT, FILE = "112000000000", "113000000000"


def add_integration(emulator: Emulator, content: bytes) -> str:
    """Add the integration with its connection, and return its id."""
    user_id, now, state = emulator.tenant.users[0].id, emulator.now(), emulator.cloudworks
    body = {"name": "Files", "accessKeyId": "id", "secretAccessKey": "key", "bucketName": "files"}
    state.connections[CONNECTION] = Connection(
        id=CONNECTION, type="AmazonS3", body=body, created=now, modified=now, user_id=user_id
    )
    job = {
        "type": "AmazonS3ToAnaplan",
        "sources": [{"type": "AmazonS3", "connectionId": CONNECTION, "file": "flights.csv"}],
        "targets": [{"type": "Anaplan", "actionId": IMPORT, "fileId": FILE}],
    }
    place = {"workspaceId": emulator.workspace_id, "modelId": emulator.development_model_id}
    state.integrations[INTEGRATION] = Integration(
        id=INTEGRATION,
        body={"name": "Load flights", "version": "2.0", "jobs": [job], **place},
        notification_id=NOTIFICATION,
        created=now,
        modified=now,
        created_by=user_id,
        modified_by=user_id,
    )
    state.notifications[NOTIFICATION] = {
        "integrationIds": [INTEGRATION],
        "channels": ["email"],
        "notifications": {"config": [{"type": "success", "users": [user_id]}]},
    }
    state.bucket("files")["flights.csv"] = content
    return INTEGRATION


def add_history(emulator: Emulator) -> None:
    """Add a run that rejected a row, and a flow of the integration."""
    user_id, now, state = emulator.tenant.users[0].id, emulator.now(), emulator.cloudworks
    run = Run(id=RUN, integration_id=INTEGRATION, user_id=user_id, trigger="manual", created=now)
    run.end(now, 38, "Some rows were not loaded")
    run.dumps[IMPORT] = b"_Status_,_Line_,_Error_1_,id\nE,2,no,2\n"
    state.integrations[INTEGRATION].runs = [run]
    step = {"type": "Integration", "referrer": INTEGRATION, "isSkipped": False, "exceptionBehavior": []}
    body = {"name": "Flow", "version": "2.0", "type": "IntegrationFlow", "steps": [step]}
    state.flows[FLOW] = Flow(id=FLOW, body=body, created=now, modified=now, created_by=user_id, modified_by=user_id)
