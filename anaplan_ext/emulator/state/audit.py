"""Audit events: what happened in the tenant, with the documented codes."""

from __future__ import annotations

from attrs import define, field

from .values import Json

MESSAGES = {
    "USR-1": "User created",
    "USR-2": "User activated",
    "USR-3": "User enabled",
    "USR-4": "User disabled",
    "USR-5": "User updated",
    "USR-8": "User login success",
    "USR-9": "User login failure",
    "USR-10": "User logout success",
    "USR-13": "User access to model, success",
    "USR-14": "User access-to-model failure",
    "USR-20": "User executed action",
    "USR-21": "User added to workspace",
    "USR-22": "User removed from workspace",
    "USR-27": "User first name updated",
    "USR-28": "User last name updated",
}
"""The documented codes of user activity that the emulator records, with their messages."""
PREFIXES = {
    "user_activity": "USR-",
    "access_control": "AUTHZ-",
    "int": "INT-",
    "conn_mgmt": "CONN-",
    "comment": "COMMENT-",
    "byok": "BYOK-",
    "plan_iq": "PLANIQ-",
    "forecaster": "FORECASTER-",
}
"""How the codes of each type of events begin. The last four are not documented."""
_FAILURES = ("USR-9", "USR-14")
_FIRST_ID = 8 * 10**15
"""Above 32 bits, as of Anaplan, and within what JavaScript can read."""


@define(kw_only=True)
class AuditEvent:
    """Something that happened. Times are in epoch seconds; it is served from `created` on."""

    id: int
    code: str
    user_id: str
    object_id: str
    object_type: str
    at: float
    created: float
    message: str
    success: bool = True
    attributes: Json | None = None
    ip_address: str = "127.0.0.1"
    user_agent: str = ""
    session_id: str = ""


@define
class AuditLog:
    """The audit events of a tenant, in the order in which they were recorded."""

    events: list[AuditEvent] = field(factory=list[AuditEvent])

    def add(
        self,
        code: str,
        user_id: str,
        object_id: str,
        object_type: str,
        at: float,
        created: float | None = None,
        message: str = "",
        attributes: Json | None = None,
    ) -> AuditEvent:
        """Record an event. Ids are large, differ, and have no order, as in Anaplan."""
        number = len(self.events) + 1
        event = AuditEvent(
            id=_FIRST_ID + number * 2_654_435_761 % 999_999_937,
            code=code,
            user_id=user_id,
            object_id=object_id.lower(),
            object_type=object_type,
            at=at,
            created=at if created is None else created,
            message=message or MESSAGES.get(code, code),
            success=code not in _FAILURES,
            attributes=attributes,
        )
        self.events.append(event)
        return event
