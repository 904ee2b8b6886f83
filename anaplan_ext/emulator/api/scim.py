"""Users by SCIM: list, create, replace and change them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from starlette.responses import Response

from ..engine.scim_filter import FilterError, parse_filter
from ..http.request import HTTPError, Request
from ..state.tenant import User
from ..state.timestamps import format_timestamp
from ..state.values import Json
from .user_changes import apply_user_change, set_active, set_workspaces

MEDIA_TYPE = "application/scim+json"
MAX_PAGE = 100
MAX_WORKSPACES = 50
CORE = "urn:ietf:params:scim:schemas:core:2.0"
MESSAGES = "urn:ietf:params:scim:api:messages:2.0"
_BAD_FILTER = (
    "The specified filter syntax was invalid, or the specified attribute and filter comparison combination is not "
    "supported"
)
_WORKSPACE_PATH = 'entitlements[type eq "WORKSPACE"]'
_READ_ONLY = ("id", "userName", "displayName", "name.formatted", "meta", "schemas")
_USER_FIELDS = ("schemas", "id", "externalId", "userName", "name", "displayName", "active", "emails", "entitlements")


def scim_response(body: Json, status: int = 200) -> Response:
    """Create a response in the media type of SCIM."""
    return Response(json.dumps(body), status, media_type=MEDIA_TYPE)


def list_users(request: Request) -> Response:
    """List the users that a filter selects, by start index and count."""
    _require_role(request)
    start = _parse_number(request, "startIndex", 1, 10**9)
    count = min(_parse_number(request, "count", MAX_PAGE, MAX_PAGE), request.server.page_limit)
    users = [user for user in request.server.tenant.users if not user.visitor]
    if "filter" in request.query:
        try:
            condition = parse_filter(request.query["filter"])
        except (FilterError, RecursionError):
            raise HTTPError(400, _BAD_FILTER, "invalidValue") from None
        users = [user for user in users if condition(_filter_values(user))]
    page = [_user_row(request, user) for user in users[start - 1 : start - 1 + count]]
    body: Json = {"schemas": [f"{MESSAGES}:ListResponse"], "totalResults": len(users), "startIndex": start}
    return scim_response(body | {"itemsPerPage": len(page)} | ({"Resources": page} if page else {}))


def get_user(request: Request) -> Response:
    """Describe one user."""
    _require_role(request)
    return scim_response(_user_row(request, _find_user(request)))


def create_user(request: Request) -> Response:
    """Create a user."""
    _require_role(request)
    body = _parse_user(request)
    email = str(body["userName"])
    if any(user.email.lower() == email.lower() for user in request.server.tenant.users):
        raise HTTPError(409, "A user with this userName exists", "uniqueness")
    now = request.server.now()
    user = User(email=email, workspace_administrator=False, workspaces=[], last_login=None, created=now)
    request.server.tenant.users.append(user)
    request.server.effects["users"] += 1
    for code in ("USR-1", "USR-2"):
        request.server.record_event(code, request.user.id, user.id, "USER")
    _assign(request, user, body)
    return scim_response(_user_row(request, user), 201)


def replace_user(request: Request) -> Response:
    """Replace all attributes and workspaces of a user."""
    _require_role(request)
    user = _find_user(request)
    body = _parse_user(request)
    if str(body["userName"]).lower() != user.email.lower():
        raise HTTPError(400, "The attribute `userName` is read-only", "mutability")
    _assign(request, user, body)
    return scim_response(_user_row(request, user))


def patch_user(request: Request) -> Response:
    """Change some attributes of a user: all changes, or none."""
    _require_role(request)
    user = _find_user(request)
    body = _parse_body(request)
    operations = body.get("Operations")
    if body.get("schemas") != [f"{MESSAGES}:PatchOp"] or body.keys() - {"schemas", "Operations"}:
        raise _bad_value("schemas")
    if not isinstance(operations, list) or not operations:
        raise _bad_value("Operations")
    changes: list[object] = operations  # pyright: ignore[reportUnknownVariableType]
    changed = _assignable(user)
    for operation in changes:
        _change(request, changed, operation)
    _assign(request, user, changed)
    return scim_response(_user_row(request, user))


def delete_user(request: Request) -> Response:
    """Reject the deletion, as seen live."""
    raise HTTPError(501, "Not Implemented")


def dated_meta(kind: str, location: str, created: float, modified: float) -> Json:
    """Return what SCIM says of an object itself."""
    times = {"created": format_timestamp(created), "lastModified": format_timestamp(modified)}
    return {"resourceType": kind, "location": location} | times


def base_url(request: Request) -> str:
    """Return the URL of the API."""
    return f"{request.server.url}/scim/1/0/v2"


def _require_role(request: Request) -> None:
    if not request.user.user_administrator:
        raise HTTPError(403, "The user may not manage users")


def _find_user(request: Request) -> User:
    for user in request.server.tenant.users:
        if user.id == request.params["user"].lower() and not user.visitor:
            return user
    raise HTTPError(404, f"Resource {request.params['user']} not found")


def _parse_number(request: Request, name: str, default: int, maximum: int) -> int:
    text = request.query.get(name, str(default))
    if not re.fullmatch("[0-9]{1,9}", text) or not 1 <= int(text) <= maximum:
        raise HTTPError(400, f"`{name}` must be a whole number within its range", "invalidValue")
    return int(text)


def _filter_values(user: User) -> Mapping[str, str | bool | None]:
    return {
        "id": user.id,
        "externalId": user.external_id,
        "userName": user.email,
        "active": user.active,
        "name.givenName": user.first_name,
        "name.familyName": user.last_name,
    }


def _bad_value(name: str) -> HTTPError:
    return HTTPError(400, f"The value of `{name}` is missing or not allowed", "invalidValue")


def _parse_body(request: Request) -> Json:
    if request.media_type not in (MEDIA_TYPE, "application/json"):
        raise HTTPError(400, f"The content type must be {MEDIA_TYPE} or application/json", "invalidSyntax")
    try:
        body: object = json.loads(request.body)
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise HTTPError(400, "The body is not a JSON object", "invalidSyntax")
    return body  # pyright: ignore[reportUnknownVariableType]


def _parse_user(request: Request) -> Json:
    """Parse and check a complete user."""
    body = _parse_body(request)
    for name in body.keys() - set(_USER_FIELDS):
        raise _bad_value(name)
    if not _is_text(body.get("userName")):
        raise _bad_value("userName")
    names = body.get("name")
    if not isinstance(names, dict) or not all(_is_text(names.get(part)) for part in ("familyName", "givenName")):  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        raise _bad_value("name")
    found: Json = {
        "userName": body["userName"],
        "active": body.get("active", True),
        "externalId": body.get("externalId"),
        "name.familyName": names["familyName"],
        "name.givenName": names["givenName"],
        "emails": body.get("emails") or [],
        "workspaces": _parse_entitlements(request, body.get("entitlements", [])),
    }
    _check_values(found)
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _check_values(values: Json) -> None:
    if not isinstance(values["active"], bool):
        raise _bad_value("active")
    if values["externalId"] is not None and not isinstance(values["externalId"], str):
        raise _bad_value("externalId")
    for name in ("name.familyName", "name.givenName"):
        if not _is_text(values[name]):
            raise _bad_value(name)
    emails = values["emails"]
    if not isinstance(emails, list):
        raise _bad_value("emails")
    for email in emails:  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(email, dict) or not _is_text(email.get("value")) or email.get("type", "work") != "work":  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
            raise _bad_value("emails")


def _parse_entitlements(request: Request, value: object) -> list[str]:
    """Return the ids of workspaces, which are given by their ids or names."""
    if not isinstance(value, list):
        raise _bad_value("entitlements")
    entries: list[object] = value  # pyright: ignore[reportUnknownVariableType]
    if len(entries) > MAX_WORKSPACES:
        raise HTTPError(400, f"A call must not have more than {MAX_WORKSPACES} workspaces", "invalidValue")
    ids = list[str]()
    for entry in entries:
        if not isinstance(entry, dict):
            raise _bad_value("entitlements")
        fields: Json = entry  # pyright: ignore[reportUnknownVariableType]
        name = fields.get("value") or fields.get("display")
        if fields.get("type", "WORKSPACE") != "WORKSPACE" or not isinstance(name, str):
            raise _bad_value("entitlements")
        workspaces = [one for one in request.server.tenant.workspaces if name in (one.id, one.name)]
        if not workspaces:
            raise HTTPError(400, f"The workspace {name} does not exist", "invalidValue")
        ids.append(workspaces[0].id)
    return list(dict.fromkeys(ids))


def _assignable(user: User) -> Json:
    return {
        "userName": user.email,
        "active": user.active,
        "externalId": user.external_id,
        "name.familyName": user.last_name,
        "name.givenName": user.first_name,
        "emails": [{"value": user.work_email, "type": "work"}] if user.work_email else [],
        "workspaces": user.workspaces,
    }


def _change(request: Request, values: Json, operation: object) -> None:
    """Apply one change to the attributes of a user."""
    if not isinstance(operation, dict) or operation.keys() - {"op", "path", "value"}:  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        raise _bad_value("Operations")
    fields: Json = operation  # pyright: ignore[reportUnknownVariableType]
    verb, path, value = fields.get("op"), fields.get("path"), fields.get("value")
    if verb not in ("add", "remove", "replace"):
        raise _bad_value("op")
    if path in _READ_ONLY:
        raise HTTPError(400, f"The attribute `{path}` is read-only", "mutability")
    if path in ("entitlements", _WORKSPACE_PATH):
        ids = [] if verb == "remove" else _parse_entitlements(request, value)
        held: list[str] | None = values["workspaces"] if verb == "add" else []
        every = [one.id for one in request.server.tenant.workspaces]
        values["workspaces"] = list(dict.fromkeys([*(every if held is None else held), *ids]))
    elif path in ("externalId", "emails"):
        values[path] = ([] if path == "emails" else None) if verb == "remove" else value
    elif path in ("active", "name.familyName", "name.givenName"):
        if verb == "remove":
            raise _bad_value(path)
        values[path] = value
    else:
        raise HTTPError(400, f"The path `{path or 'none'}` is not supported", "invalidPath")
    _check_values(values)


def _assign(request: Request, user: User, values: Json) -> None:
    """Give a user all of the values, and record what changed."""
    user.external_id = values["externalId"]
    emails: list[Json] = values["emails"]
    user.work_email = emails[0]["value"] if emails else None
    apply_user_change(request, user, "first_name", values["name.givenName"], "USR-27")
    apply_user_change(request, user, "last_name", values["name.familyName"], "USR-28")
    set_active(request, user, values["active"])
    set_workspaces(request, user, values["workspaces"])
    user.modified = request.server.now()
    request.server.record_event("USR-5", request.user.id, user.id, "USER")


def _user_row(request: Request, user: User) -> Json:
    workspaces = [one for one in request.server.tenant.workspaces if user.can_enter(one.id)]
    entitlements: list[Json] = [
        {"value": one.id, "display": one.name, "type": "WORKSPACE", "primary": index == 0}
        for index, one in enumerate(workspaces)
    ]
    if workspaces:
        entitlements.append({"value": ",".join(one.id for one in workspaces), "type": "WORKSPACE_IDS"})
        entitlements.append({"value": ",".join(f'"{one.name}"' for one in workspaces), "type": "WORKSPACE_NAMES"})
    row: Json = {
        "schemas": [f"{CORE}:User"],
        "id": user.id,
        "userName": user.email,
        "name": {"familyName": user.last_name, "givenName": user.first_name, "formatted": user.full_name},
        "displayName": user.full_name,
        "active": user.active,
        "emails": [{"value": user.work_email or user.email, "type": "work", "primary": True}],
        "meta": dated_meta("User", f"{base_url(request)}/Users/{user.id}", user.created, user.modified),
    }
    return (
        row
        | ({} if user.external_id is None else {"externalId": user.external_id})
        | ({"entitlements": entitlements} if entitlements else {})
    )
