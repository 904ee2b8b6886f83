"""Users of the tenant as CSV: export and import."""

from __future__ import annotations

import csv
import io
import re
from email.parser import BytesParser
from email.policy import HTTP

from starlette.responses import Response

from ..http.request import CSV, HTTPError, Request
from ..http.responses import json_response
from ..state.tenant import User
from ..state.values import Json
from .user_changes import apply_user_change

COLUMNS = ["username", "first_name", "last_name", "licenses"]
MAX_ROWS = 500
_DENIALS = {
    401: ("Access is denied", "ACCESS_CONTROL_DENIED"),
    403: ("The user may not manage users", "FORBIDDEN"),
    500: ("Internal Server Error", "INTERNAL_SERVER_ERROR"),
}


def export_users(request: Request) -> Response:
    """Export the users, by limit and offset."""
    _require_role(request)
    users = [user for user in request.server.tenant.users if not user.visitor]
    limit, offset = (
        request.query.get(name, default) for name, default in (("Limit", str(len(users))), ("Offset", "0"))
    )
    # A text that is not a number is not documented to be rejected.
    first = int(offset) if re.fullmatch("[0-9]{1,9}", offset) else 0
    count = int(limit) if re.fullmatch("[0-9]{1,9}", limit) else len(users)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for user in users[first : first + count]:
        writer.writerow([user.email, user.first_name, user.last_name, ",".join(user.licenses)])
    return Response(text.getvalue(), media_type=CSV)


def import_users(request: Request) -> Response:
    """Create or update users, and report each rejected row."""
    _require_role(request)
    rows = _parse_rows(_find_file(request))
    errors, created = list[Json](), 0
    for line, cells in rows:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", cells["username"]):
            errors.append({"line": line, "message": "The username is not an email address"})
        else:
            created += _import_user(request, cells)
    accepted = len(rows) - len(errors)
    body: Json = {"accepted": accepted, "created": created, "updated": accepted - created, "errors": errors}
    return json_response(body, 207)


def _require_role(request: Request) -> None:
    if not request.user.tenant_administrator:
        status = request.server.administration_denial
        raise HTTPError(status, *_DENIALS[status])


def _bad_file(message: str) -> HTTPError:
    return HTTPError(400, message, "BAD_REQUEST")


def _find_file(request: Request) -> str:
    """Return the text of the part `file`."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    if request.media_type == "multipart/form-data" and message.is_multipart():
        for part in message.iter_parts():
            if part.get_param("name", header="content-disposition") == "file":
                content: object = part.get_payload(decode=True)
                if isinstance(content, bytes):
                    return content.decode("utf-8-sig", "replace")
    raise _bad_file("The part `file` with a CSV file is missing")


def _parse_rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows with the numbers of their lines."""
    reader = csv.reader(io.StringIO(text, newline=""))
    rows, line = list[tuple[int, list[str]]](), 0
    try:
        for row in reader:
            rows += [(line + 1, row)] if row else []
            line = reader.line_num
    except csv.Error:
        rows = []
    if not rows or rows[0][1] != COLUMNS or any(len(row) != len(COLUMNS) for _, row in rows):
        raise _bad_file("The columns must be username, first_name, last_name and licenses")
    if not 1 <= len(rows) - 1 <= MAX_ROWS:
        raise _bad_file("The file must have 1 to 500 rows")
    if any(not cell.strip() for _, row in rows for cell in row):
        raise _bad_file("A cell is empty")
    names = [row[0].strip().lower() for _, row in rows]
    if len(set(names)) != len(names):
        raise _bad_file("A username occurs twice")
    return [(number, dict(zip(COLUMNS, row, strict=True))) for number, row in rows[1:]]


def _import_user(request: Request, cells: dict[str, str]) -> bool:
    """Create or update the user of a row; return whether it is a new one."""
    users = request.server.tenant.users
    user = next((one for one in users if one.email.lower() == cells["username"].lower()), None)
    is_new = user is None
    if user is None:
        now = request.server.now()
        user = User(email=cells["username"], workspace_administrator=False, workspaces=[], last_login=None, created=now)
        users.append(user)
        request.server.record_event("USR-1", request.user.id, user.id, "USER")
    apply_user_change(request, user, "first_name", cells["first_name"], "USR-27")
    apply_user_change(request, user, "last_name", cells["last_name"], "USR-28")
    user.licenses = tuple(name.strip() for name in cells["licenses"].split(",") if name.strip())
    request.server.record_event("USR-5", request.user.id, user.id, "USER")
    return is_new
