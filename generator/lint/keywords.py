"""Which keywords of OpenAPI 3.0 are supported where. What is not supported is rejected, never ignored."""

from attrs import field, frozen

HONORED = "honored"
"""The generated code does what it says, or other rules say what it may be."""
TOLD = "told"
"""For readers and other tools; the behavior of the client does not depend on it."""

_NOT_CHECKED = "is not checked; say it in the description"
_ONE_TYPE = "is not supported; describe the one object that is sent or received"
_OWN_SERVER = "is not supported: an API has one server"


@frozen
class Place:
    """An object of a specification: each of its keywords is HONORED, TOLD, or rejected for a reason.

    `children` are the places of values, of the entries of lists, and (`{}`) of the values of maps.
    """

    keywords: dict[str, str]
    children: dict[str, str] = field(factory=dict[str, str])


_METHODS = ("get", "put", "post", "delete", "patch")
_LIMITS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")


def _all(status: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, status)


PLACES: dict[str, Place] = {
    "document": Place(
        _all(HONORED, "openapi", "info", "servers", "security", "tags", "paths", "components", "externalDocs"),
        {"info": "info", "servers": "server", "tags": "tag", "paths": "{}path", "components": "components"}
        | {"externalDocs": "external_docs"},
    ),
    "info": Place(
        _all(HONORED, "title", "description") | _all(TOLD, "version", "termsOfService", "contact", "license"),
        {"contact": "contact", "license": "license"},
    ),
    "contact": Place(_all(TOLD, "name", "url", "email")),
    "license": Place(_all(TOLD, "name", "url")),
    "external_docs": Place(_all(TOLD, "url", "description")),
    "server": Place(
        _all(HONORED, "url", "x-anaplan-host") | _all(TOLD, "description", "variables"),
        {"variables": "{}server_variable"},
    ),
    "server_variable": Place(_all(TOLD, "enum", "default", "description")),
    "tag": Place(_all(HONORED, "name", "description") | _all(TOLD, "externalDocs"), {"externalDocs": "external_docs"}),
    "path": Place(
        _all(HONORED, *_METHODS)
        | _all("is not supported by the client", "options", "head", "trace")
        | _all("is not supported; give it to each operation", "parameters", "summary", "description", "$ref")
        | _all(_OWN_SERVER, "servers"),
        dict.fromkeys(_METHODS, "operation"),
    ),
    "operation": Place(
        _all(HONORED, "tags", "summary", "description", "operationId", "parameters", "requestBody", "responses")
        | _all(HONORED, "security", "x-anaplan-content-type", "x-anaplan-effect", "x-anaplan-method")
        | _all(HONORED, "x-anaplan-role", "x-anaplan-sensitive", "deprecated", "externalDocs")
        | {"callbacks": "is not supported: the client receives no requests", "servers": _OWN_SERVER},
        {"parameters": "parameter", "requestBody": "request_body", "responses": "{}response"}
        | {"externalDocs": "external_docs"},
    ),
    "parameter": Place(
        _all(HONORED, "name", "in", "description", "required", "style", "explode", "schema", "example")
        | _all(HONORED, "x-anaplan-only", "x-python-name", "deprecated")
        | _all(TOLD, "examples")
        | {"content": "is not supported; a parameter has a schema", "allowEmptyValue": "is not supported"}
        | {"allowReserved": "is not supported: reserved characters are always quoted"},
        {"schema": "schema", "examples": "{}example"},
    ),
    "request_body": Place(_all(HONORED, "description", "content", "required"), {"content": "{}media"}),
    "media": Place(
        _all(HONORED, "schema", "encoding", "x-anaplan-operation") | _all(TOLD, "example", "examples"),
        {"schema": "schema", "examples": "{}example", "encoding": "{}encoding", "x-anaplan-operation": "half"},
    ),
    # The overrides of an operation by one of its responses.
    "half": Place(
        _all(HONORED, "operationId", "summary", "description", "tags", "x-anaplan-effect", "x-anaplan-method")
        | _all(HONORED, "x-anaplan-role", "x-anaplan-sensitive", "x-anaplan-content-type")
    ),
    "encoding": Place(
        _all(HONORED, "contentType") | _all("is not supported", "headers", "style", "explode", "allowReserved"),
    ),
    "response": Place(
        _all(HONORED, "description", "content", "x-anaplan-hint")
        # A caller who reads the whole response has its headers.
        | _all(TOLD, "headers")
        | {"links": "is not supported: no code follows it"},
        {"content": "{}media", "headers": "{}header"},
    ),
    "header": Place(
        _all(TOLD, "description", "required", "deprecated", "style", "explode", "schema", "example", "examples")
        | _all("is not supported", "allowEmptyValue", "allowReserved", "content"),
        {"examples": "{}example"},
    ),
    "example": Place(
        _all(TOLD, "summary", "description", "value", "x-anaplan-hint")
        | {"externalValue": "is not supported; give the value"},
    ),
    "schema": Place(
        _all(HONORED, "type", "format", "description", "properties", "required", "additionalProperties", "items")
        | _all(HONORED, "enum", "oneOf", "discriminator", "nullable", "deprecated")
        | _all(HONORED, "x-anaplan-spellings", "x-anaplan-type", "x-python-name", *_LIMITS)
        | _all(TOLD, "example", "externalDocs")
        | _all(_NOT_CHECKED, "pattern", "multipleOf", "exclusiveMinimum", "exclusiveMaximum", "uniqueItems")
        | _all(_NOT_CHECKED, "minProperties", "maxProperties")
        | _all(_ONE_TYPE, "allOf", "anyOf", "not", "readOnly", "writeOnly")
        | {
            "title": "is not supported: the name of a schema names its class",
            "xml": "is not supported: content is JSON",
        }
        | {"default": "is not sent for an absent value; say it in the description"},
        {"properties": "{}schema", "additionalProperties": "schema", "items": "schema", "oneOf": "schema"}
        | {"discriminator": "discriminator", "externalDocs": "external_docs"},
    ),
    "discriminator": Place(_all(HONORED, "propertyName", "mapping")),
    "components": Place(
        _all(HONORED, "schemas", "responses", "parameters", "requestBodies", "securitySchemes")
        | _all(TOLD, "examples", "headers")
        | _all("is not supported", "links", "callbacks"),
        {"schemas": "{}schema", "responses": "{}response", "parameters": "{}parameter"}
        | {"requestBodies": "{}request_body", "securitySchemes": "{}security_scheme"}
        | {"examples": "{}example", "headers": "{}header"},
    ),
    "security_scheme": Place(
        _all(HONORED, "type", "in", "name", "scheme")
        | _all(TOLD, "bearerFormat", "description")
        | _all("is not supported; the header `Authorization` is", "flows", "openIdConnectUrl"),
    ),
}
