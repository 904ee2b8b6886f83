"""CloudWorks: connections and notification configurations."""

from __future__ import annotations

from starlette.responses import Response

from ..engine.integration_runs import list_secrets
from ..http.cloudworks_responses import found, invalid_body, page, read_object, require, success
from ..http.request import HTTPError, Request
from ..state.cloudworks import Connection
from ..state.values import Json
from .cloudworks import authorize, moment

_BODIES: dict[str, dict[str, type]] = {
    "AmazonS3": {"name": str, "accessKeyId": str, "secretAccessKey": str, "bucketName": str},
    "GoogleBigQuery": {"name": str, "serviceAccountKey": dict, "dataset": str},
    "AzureBlob": {"name": str, "storageAccountName": str, "containerName": str, "auth_method": str},
}
_OPTIONAL: dict[str, dict[str, type]] = {
    "AmazonS3": {"roleArn": str, "workspaceId": str},
    "GoogleBigQuery": {"workspaceId": str},
    "AzureBlob": {"sasToken": str, "clientId": str, "clientSecret": str, "tenantId": str, "workspaceId": str},
}
_SHOWN = ("name", "bucketName", "roleArn", "dataset", "storageAccountName", "containerName", "workspaceId")
_KEY_FIELDS = {
    *("type", "project_id", "private_key_id", "private_key", "client_email", "client_id", "auth_uri", "token_uri"),
    *("auth_provider_x509_cert_url", "client_x509_cert_url", "universe_domain"),
}
_SAS = "SAS-based"


def list_connections(request: Request) -> Response:
    """List the connections, without their secrets."""
    authorize(request)
    rows, meta = page(request, "connections", list(request.server.cloudworks.connections.values()), _connection_row)
    return success({"connections": rows, "meta": meta})


def _connection_row(connection: Connection) -> Json:
    body = connection.body
    return {
        "connectionId": connection.id,
        "connectionType": connection.type,
        "body": {name: body[name] for name in _SHOWN if name in body},
        "status": 1,
        "integrationErrorCode": None,
        "workspaceId": body.get("workspaceId"),
        "authMethod": body.get("auth_method"),
        "creationDate": moment(connection.created),
        "modificationDate": moment(connection.modified),
        "createdBy": connection.user_id,
        "modifiedBy": connection.user_id,
    }


def create_connection(request: Request) -> Response:
    """Create a connection whose credentials are valid."""
    authorize(request)
    state, now = request.server.cloudworks, request.server.now()
    wrapped = read_object(request, {"type": str, "body": dict})
    require(wrapped["type"] in _BODIES, "type")
    body = _check_body(request, wrapped["type"], wrapped["body"], None)
    connection_id = request.server.next_id().lower()
    connection = Connection(
        id=connection_id, type=wrapped["type"], body=body, created=now, modified=now, user_id=request.user.id
    )
    state.connections[connection_id] = connection
    request.server.effects["connections"] += 1
    return success({"connections": {"connectionId": connection_id}})


def replace_connection(request: Request) -> Response:
    """Replace all fields of a connection."""
    authorize(request)
    connection = _find_connection(request)
    fields = _BODIES[connection.type] | _OPTIONAL[connection.type]
    body = read_object(request, fields, tuple(_OPTIONAL[connection.type]))
    return _change(request, connection, body)


def update_connection(request: Request) -> Response:
    """Change some fields of a connection."""
    authorize(request)
    connection = _find_connection(request)
    fields = _BODIES[connection.type] | _OPTIONAL[connection.type]
    return _change(request, connection, connection.body | read_object(request, fields, tuple(fields)))


def _change(request: Request, connection: Connection, body: Json) -> Response:
    connection.body = _check_body(request, connection.type, body, connection)
    connection.modified = request.server.now()
    return success()


def delete_connection(request: Request) -> Response:
    """Delete a connection that no running integration uses."""
    authorize(request)
    state, connection = request.server.cloudworks, _find_connection(request)
    for integration in state.integrations.values():
        ends = [end for job in integration.body.get("jobs", []) for end in (*job["sources"], *job["targets"])]
        if integration.current_run and any(end.get("connectionId") == connection.id for end in ends):
            raise HTTPError(409, "Integration is already running")
    state.deleted_connections[connection.id] = state.connections.pop(connection.id)
    return success()


def _find_connection(request: Request) -> Connection:
    return found(request.server.cloudworks.connections, request.params["connection"])


def _check_body(request: Request, kind: str, value: object, existing: Connection | None) -> Json:
    body = read_object(request, _BODIES[kind] | _OPTIONAL[kind], tuple(_OPTIONAL[kind]), body=value)
    for name in _BODIES[kind]:
        require(body[name], name)
    if kind == "GoogleBigQuery":
        key: Json = body["serviceAccountKey"]
        require(key.keys() <= _KEY_FIELDS and all(isinstance(text, str) for text in key.values()), "serviceAccountKey")
        require(key.get("private_key") and key.get("client_email"), "serviceAccountKey")
    if kind == "AzureBlob":
        needed = ("sasToken",) if body["auth_method"] == _SAS else ("clientId", "clientSecret", "tenantId")
        for name in needed:
            require(body.get(name), name)
    if request.server.cloudworks.invalid_secrets & set(list_secrets(body)):
        raise HTTPError(400, "Credentials are invalid")
    others = [other for other in request.server.cloudworks.connections.values() if other is not existing]
    if any(other.body["name"] == body["name"] for other in others):
        raise HTTPError(400, "Duplicate resource name not allowed")
    return body


# Notifications


def create_notification(request: Request) -> Response:
    """Create the configuration of integrations that have none."""
    authorize(request)
    state, body = request.server.cloudworks, _read_notification(request)
    integrations = [state.integrations[integration_id] for integration_id in body["integrationIds"]]
    if any(integration.notification_id in state.notifications for integration in integrations):
        raise HTTPError(400, "Duplicate resource name not allowed")
    notification_id = request.server.next_id().lower()
    state.notifications[notification_id] = body
    for integration in integrations:
        integration.notification_id = notification_id
    request.server.effects["notifications"] += 1
    return success({"notification": {"notificationId": notification_id}})


def get_notification(request: Request) -> Response:
    """Return a configuration, with users as objects."""
    authorize(request)
    notification_id = request.params["notification"]
    body = found(request.server.cloudworks.notifications, notification_id)
    names = {user.id: user for user in request.server.tenant.users}
    config = [
        {
            "type": rule["type"],
            "users": [
                {"userGuid": user_id, "firstName": names[user_id].first_name, "lastName": names[user_id].last_name}
                for user_id in rule["users"]
            ],
        }
        for rule in body["notifications"]["config"]
    ]
    row = body | {"notificationId": notification_id, "notifications": {"config": config}}
    return success({"notifications": row})


def replace_notification(request: Request) -> Response:
    """Replace a configuration as a whole."""
    authorize(request)
    state, notification_id = request.server.cloudworks, request.params["notification"]
    found(state.notifications, notification_id)
    body = _read_notification(request)
    state.notifications[notification_id] = body
    for integration_id in body["integrationIds"]:
        state.integrations[integration_id].notification_id = notification_id
    return success()


def delete_notification(request: Request) -> Response:
    """Delete a configuration; its integrations have none then."""
    authorize(request)
    state, notification_id = request.server.cloudworks, request.params["notification"]
    found(state.notifications, notification_id)
    del state.notifications[notification_id]
    for integration in state.integrations.values():
        if integration.notification_id == notification_id:
            integration.notification_id = ""
    return success()


def _read_notification(request: Request) -> Json:
    body = read_object(request, {"integrationIds": list, "channels": list, "notifications": dict})
    known = request.server.cloudworks.integrations
    ids, channels = body["integrationIds"], body["channels"]
    require(ids and all(isinstance(name, str) and name in known for name in ids), "integrationIds")
    require(channels and all(channel in ("email", "in_app") for channel in channels), "channels")
    config = read_object(request, {"config": list}, body=body["notifications"])["config"]
    user_ids = {user.id for user in request.server.tenant.users}
    kinds: list[str] = []
    for value in config:
        rule = read_object(request, {"type": str, "users": list}, body=value)
        kinds.append(rule["type"])
        require(rule["type"] in ("success", "partial_failure", "full_failure"), "type")
        if not all(isinstance(user_id, str) for user_id in rule["users"]):
            raise invalid_body()
        require(1 <= len(rule["users"]) <= 5 and set(rule["users"]) <= user_ids, "users")
    require(len(set(kinds)) == len(kinds), "type")
    return body
