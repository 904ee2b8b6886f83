"""What the SCIM API says of itself: its kinds of objects, schemas and features."""

from __future__ import annotations

from starlette.responses import Response

from ..http.request import Request
from ..state.values import Json
from .scim import CORE, MAX_PAGE, MESSAGES, base_url, dated_meta, scim_response

_RELEASED = 1_672_531_200.0


def list_resource_types(request: Request) -> Response:
    """List the kinds of objects: users only."""
    row = {
        "schemas": [f"{CORE}:ResourceType"],
        "meta": {"resourceType": "ResourceType", "location": f"{base_url(request)}/ResourceTypes/User"},
        "id": "User",
        "name": "User",
        "endpoint": "/Users",
        "description": "User Account",
        "schema": f"{CORE}:User",
    }
    return scim_response(_list_of(row))


def list_schemas(request: Request) -> Response:
    """List the schemas: that of users."""
    attributes = [
        _attribute("id", mutability="readOnly", required=True, uniqueness="server"),
        _attribute("externalId"),
        _attribute("userName", mutability="readOnly", required=True, uniqueness="server"),
        _attribute("name", "complex", required=True, parts=("familyName", "givenName")),
        _attribute("displayName", mutability="readOnly"),
        _attribute("active", "boolean"),
        _attribute("entitlements", "complex", several=True, parts=("value", "display", "type", "primary")),
        _attribute("emails", "complex", several=True, parts=("value", "type", "primary")),
    ]
    row = {
        "meta": {"resourceType": "Schema", "location": f"{base_url(request)}/Schemas/{CORE}:User"},
        "id": f"{CORE}:User",
        "name": "User",
        "description": "User Account",
        "attributes": attributes,
    }
    return scim_response(_list_of(row))


def get_service_provider_config(request: Request) -> Response:
    """Describe the features. `patch` and `filter` are denied as in Anaplan, although both work."""
    no: Json = {"supported": False}
    return scim_response(
        {
            "schemas": [f"{CORE}:ServiceProviderConfig"],
            "meta": dated_meta(
                "ServiceProviderConfig", f"{base_url(request)}/ServiceProviderConfig", _RELEASED, _RELEASED
            ),
            "documentationUri": f"{base_url(request)}/documentation",
            "patch": no,
            "bulk": no | {"maxOperations": 0, "maxPayloadSize": 0},
            "filter": no | {"maxResults": MAX_PAGE},
            "changePassword": no,
            "sort": no,
            "etag": no,
            "authenticationSchemes": [
                {
                    "type": "httpbasic",
                    "name": "HTTP Basic",
                    "description": "Email address and password",
                    "specUri": "https://www.rfc-editor.org/rfc/rfc7617",
                    "documentationUri": f"{base_url(request)}/documentation",
                }
            ],
        }
    )


def _list_of(row: Json) -> Json:
    head: Json = {"schemas": [f"{MESSAGES}:ListResponse"], "totalResults": 1, "startIndex": 1, "itemsPerPage": 10}
    return head | {"Resources": [row]}


def _attribute(
    name: str,
    kind: str = "string",
    *,
    mutability: str = "readWrite",
    required: bool = False,
    several: bool = False,
    uniqueness: str = "none",
    parts: tuple[str, ...] = (),
) -> Json:
    row: Json = {
        "name": name,
        "type": kind,
        "multiValued": several,
        "description": f"The attribute `{name}`",
        "required": required,
        "caseExact": False,
        "mutability": mutability,
        "returned": "default",
        "uniqueness": uniqueness,
    }
    return row | ({"subAttributes": [_attribute(part) for part in parts]} if parts else {})
