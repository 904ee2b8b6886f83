"""Changes of the project's specifications, each with what `diff` must say about it.

A place starts at an operation, by its id, or at a schema, by its name, or at the top; values are YAML.
"""

import json
from collections.abc import Iterator
from typing import Any

import yaml
from attrs import frozen

ALM, AUTHENTICATION, INTEGRATION = "alm", "authentication", "integration"
ARCHIVE = (
    "{get: {tags: [revisions], operationId: list_archives, summary: X., x-anaplan-role: X, x-anaplan-effect: safe, "
    "responses: {'204': {}, '403': {$ref: '#/components/responses/Unauthorized'}}}}"
)
BODY = "{required: %s, content: {application/json: {schema: {$ref: '#/components/schemas/RevisionPairRequest'}}}}"
BINARY = "{schema: {type: string, format: binary}}"
LID = "{type: object, additionalProperties: false, properties: {a: {type: string}}}"
LID_BODY = "{content: {application/json: {schema: {$ref: '#/components/schemas/Lid'}}}}"


@frozen
class Mutation:
    """A change of one API and the rules that it must be told by, with their severity, and no others.

    `undone` turns it round: what it makes is the earlier version.
    """

    api: str
    edits: tuple[tuple[str, str, str], ...]
    expected: dict[str, str]
    undone: bool = False

    @property
    def id(self) -> str:
        edits = "; ".join(f"{verb} {place} {value[:50]}".strip() for verb, place, value in self.edits)
        return f"undo {edits}" if self.undone else edits


def put(api: str, place: str, value: str, undone: bool = False, **expected: str) -> Mutation:
    return Mutation(api, (("put", place, value),), named(expected), undone)


def drop(api: str, place: str, undone: bool = False, **expected: str) -> Mutation:
    return Mutation(api, (("drop", place, ""),), named(expected), undone)


def move(api: str, place: str, value: str, **expected: str) -> Mutation:
    return Mutation(api, (("move", place, value),), named(expected))


def named(expected: dict[str, str]) -> dict[str, str]:
    """Keyword arguments have no hyphens."""
    return {rule.replace("_", "-"): severity for rule, severity in expected.items()}


BREAKING, RISKY, SAFE = "breaking", "risky", "safe"
PATH = "/models/{modelId}/alm/revisions"
FIELDS = "CreateRevisionRequest > properties"
VIEW_ANSWER = "get_view_data > responses > 200 > content"
CELLS_BODY = "update_module_data > requestBody > content > application/json > schema"
CELL_VALUE = "CellWrite > properties > value > oneOf"
MUTATIONS = [
    # APIs and operations
    put(AUTHENTICATION, "servers > 0 > url", "https://sign.anaplan.com", api_server_changed=BREAKING),
    put(AUTHENTICATION, "servers > 0 > x-anaplan-host", "api", api_server_changed=BREAKING),
    put(ALM, "paths > /archives", ARCHIVE, operation_added=SAFE),
    put(ALM, "paths > /archives", ARCHIVE, undone=True, operation_removed=BREAKING),
    drop(ALM, "list_syncable_revisions", operation_removed=BREAKING),
    drop(ALM, "list_syncable_revisions", undone=True, operation_added=SAFE),
    drop(INTEGRATION, "delete_file", operation_removed=BREAKING),
    put(ALM, "list_revisions > operationId", "list_snapshots", operation_renamed=BREAKING),
    put(AUTHENTICATION, "delete_token > operationId", "end_token", operation_renamed=BREAKING),
    move(ALM, f"paths > {PATH}", f"{PATH}/all", operation_request_changed=BREAKING),
    move(ALM, "paths > /models/{modelId}/onlineStatus > put", "post", operation_request_changed=BREAKING),
    put(INTEGRATION, "open_model > x-anaplan-content-type", "text/plain", operation_request_changed=BREAKING),
    put(ALM, "create_revision > x-anaplan-effect", "idempotent", operation_effect_changed=RISKY),
    put(INTEGRATION, "delete_file > x-anaplan-effect", "non-idempotent", operation_effect_changed=RISKY),
    put(ALM, "get_latest_revision > x-anaplan-role", "Standard User", operation_role_changed=RISKY),
    put(INTEGRATION, "list_files > x-anaplan-role", "Workspace Administrator", operation_role_changed=RISKY),
    put(ALM, "list_revisions > tags", "[models]", operation_tag_changed=SAFE),
    put(
        ALM,
        "list_revisions > responses > 200 > content > application/json > schema",
        "{$ref: '#/components/schemas/RevisionResponse'}",
        operation_result_changed=BREAKING,
    ),
    move(ALM, "get_comparison_report > responses > 200 > content > 0", "text/csv", operation_media_changed=RISKY),
    drop(INTEGRATION, f"{VIEW_ANSWER} > text/csv;escaped=true", operation_media_removed=BREAKING),
    drop(INTEGRATION, f"{VIEW_ANSWER} > text/csv;escaped=true", undone=True, operation_media_added=SAFE),
    # An operation that answers JSON or CSV is two functions.
    put(
        INTEGRATION,
        f"{VIEW_ANSWER} > text/csv > x-anaplan-operation > operationId",
        "download_cells",
        operation_renamed=BREAKING,
    ),
    put(INTEGRATION, "get_view_data > operationId", "read_view_data", operation_renamed=BREAKING),
    put(AUTHENTICATION, "validate_token > security", "[{Basic: []}]", operation_authorization_added=BREAKING),
    drop(AUTHENTICATION, "create_token > security", operation_authorization_removed=BREAKING),
    put(ALM, "list_sync_tasks > deprecated", "true", operation_deprecated=RISKY),
    put(ALM, "list_sync_tasks > deprecated", "true", undone=True, operation_undeprecated=SAFE),
    # Parameters
    put(ALM, "list_revisions > parameters > +", "{name: x, in: query, schema: {type: string}}", parameter_added=SAFE),
    put(
        ALM,
        "list_revisions > parameters > +",
        "{name: x, in: query, required: true, schema: {type: string}}",
        parameter_added_required=BREAKING,
    ),
    drop(ALM, "list_revisions > parameters > 1", parameter_removed=BREAKING),
    drop(ALM, "list_revisions > parameters > 4", parameter_removed=BREAKING),
    put(ALM, "list_revisions > parameters > 1 > name", "after", parameter_removed=BREAKING, parameter_added=SAFE),
    put(ALM, "components > parameters > SourceRevisionId > in", "query", parameter_place_changed=BREAKING),
    put(ALM, "list_revisions > parameters > 3 > required", "true", parameter_required=BREAKING),
    put(ALM, "list_revisions > parameters > 3 > required", "true", undone=True, parameter_optional=SAFE),
    put(INTEGRATION, "components > parameters > Limit > required", "true", parameter_required=BREAKING),
    put(ALM, "components > parameters > Limit > schema > type", "number", parameter_type_widened=SAFE),
    put(ALM, "components > parameters > Limit > schema > type", "string", parameter_type_changed=BREAKING),
    drop(ALM, "list_revisions > parameters > 1 > schema > format", parameter_type_changed=BREAKING),
    put(ALM, "components > parameters > Limit > schema > maximum", "100", parameter_limit_tightened=BREAKING),
    put(ALM, "components > parameters > Limit > schema > minimum", "2", parameter_limit_tightened=BREAKING),
    put(ALM, "components > parameters > Limit > schema > minimum", "0", parameter_limit_loosened=SAFE),
    drop(INTEGRATION, "components > parameters > Limit > schema > minimum", parameter_limit_loosened=SAFE),
    put(ALM, "components > parameters > ModelId > schema > pattern", "x", parameter_limit_tightened=BREAKING),
    put(
        INTEGRATION, "components > parameters > IncludeSubsidiaryViews > x-python-name", "x", parameter_renamed=BREAKING
    ),
    put(INTEGRATION, "get_view_data > parameters > 6 > schema > enum", "[v2]", operation_request_changed=BREAKING),
    drop(INTEGRATION, "get_view_data > parameters > 6", operation_request_changed=BREAKING),
    # Bodies
    put(ALM, "list_revisions > requestBody", BODY % "false", body_added=SAFE),
    put(ALM, "list_revisions > requestBody", BODY % "true", body_added_required=BREAKING),
    drop(INTEGRATION, "upload_file > requestBody", body_removed=BREAKING),
    put(ALM, "create_revision > requestBody > required", "false", body_optional=SAFE),
    put(ALM, "create_revision > requestBody > required", "false", undone=True, body_required=BREAKING),
    put(
        ALM,
        "create_revision > requestBody > content > application/json > schema > $ref",
        "'#/components/schemas/RevisionPairRequest'",
        body_type_changed=BREAKING,
        request_schema_removed=BREAKING,
    ),
    put(INTEGRATION, f"{CELLS_BODY} > maxItems", "1000", body_limit_tightened=BREAKING),
    put(INTEGRATION, f"{CELLS_BODY} > maxItems", "200000", body_limit_loosened=SAFE),
    put(INTEGRATION, "upload_file > requestBody > content > text/plain", BINARY, body_media_added=SAFE),
    put(INTEGRATION, "upload_file > requestBody > content > x/x", BINARY, undone=True, body_media_removed=BREAKING),
    move(INTEGRATION, "upload_file > requestBody > content > 0", "text/plain", body_media_changed=BREAKING),
    # Statuses
    put(ALM, "create_revision > responses > 202", "{description: Later.}", success_added=RISKY),
    put(AUTHENTICATION, "delete_token > responses > 202", "{}", undone=True, success_removed=RISKY),
    put(ALM, "list_revisions > responses > 409", "{$ref: '#/components/responses/Conflict'}", error_added=SAFE),
    drop(ALM, "create_sync_task > responses > 409", error_removed=SAFE),
    put(ALM, "create_sync_task > responses > 409", "{description: Busy.}", error_body_changed=SAFE),
    # Schemas
    move(ALM, "schema Revision", "Snapshot", schema_renamed=BREAKING),
    move(ALM, "schema CreateRevisionRequest", "Baptism", schema_renamed=BREAKING),
    put(ALM, "TaskState", "{type: object, properties: {a: {type: string}}}", schema_kind_changed=BREAKING),
    Mutation(
        AUTHENTICATION,
        (("put", "components > schemas > Lid", LID), ("put", "delete_token > requestBody", LID_BODY)),
        {"body-added": SAFE, "request-schema-added": SAFE},
    ),
    Mutation(
        ALM,
        (
            ("put", "components > schemas > Lid", LID),
            ("put", "Revision > properties > lid", "{$ref: '#/components/schemas/Lid'}"),
        ),
        {"response-field-added": SAFE, "response-schema-added": SAFE},
    ),
    Mutation(
        ALM,
        (
            ("put", "components > schemas > Lid", LID),
            ("put", "Revision > properties > lid", "{$ref: '#/components/schemas/Lid'}"),
        ),
        {"response-field-removed": BREAKING, "response-schema-removed": BREAKING},
        undone=True,
    ),
    put(ALM, "Error > properties > more", "{type: string}", error_schema_changed=SAFE),
    # Fields of requests
    put(ALM, f"{FIELDS} > color", "{type: string}", request_field_added=SAFE),
    drop(ALM, f"{FIELDS} > description", request_field_removed=BREAKING),
    drop(INTEGRATION, "StartTaskRequest > properties > localeName", request_field_removed=BREAKING),
    put(ALM, "CreateRevisionRequest > required", "[name, description]", request_field_required=BREAKING),
    put(ALM, "CreateRevisionRequest > required", "[]", request_field_optional=SAFE),
    Mutation(
        ALM,
        (("put", f"{FIELDS} > color", "{type: string}"), ("put", "CreateRevisionRequest > required > +", "color")),
        {"request-field-added-required": BREAKING},
    ),
    put(
        INTEGRATION, "SetChunkCountRequest > properties > chunkCount > type", "number", request_field_type_widened=SAFE
    ),
    put(INTEGRATION, CELL_VALUE, "[{type: string}]", undone=True, request_field_type_widened=SAFE),
    put(INTEGRATION, CELL_VALUE, "[{type: string}, {type: integer}]", request_field_type_changed=BREAKING),
    put(ALM, f"{FIELDS} > name > type", "boolean", request_field_type_changed=BREAKING),
    put(ALM, f"{FIELDS} > name > maxLength", "30", request_field_limit_tightened=BREAKING),
    put(ALM, f"{FIELDS} > name > minLength", "2", request_field_limit_tightened=BREAKING),
    put(ALM, f"{FIELDS} > name > maxLength", "90", request_field_limit_loosened=SAFE),
    drop(ALM, f"{FIELDS} > description > maxLength", request_field_limit_loosened=SAFE),
    # Fields of answers
    put(ALM, "Revision > properties > color", "{type: string}", response_field_added=SAFE),
    drop(ALM, "Revision > properties > createdBy", response_field_removed=BREAKING),
    drop(INTEGRATION, "Workspace > properties > currentSize", response_field_removed=BREAKING),
    put(ALM, "Revision > required", "[id, name, createdBy]", response_field_required=RISKY),
    put(ALM, "Revision > required", "[id]", response_field_optional=BREAKING),
    Mutation(
        ALM,
        (("put", "Revision > properties > color", "{type: string}"), ("put", "Revision > required > +", "color")),
        {"response-field-added-required": RISKY},
    ),
    drop(ALM, "TaskSummary > properties > creationTime > format", response_field_type_changed=BREAKING),
    put(ALM, "Revision > properties > name > type", "integer", response_field_type_changed=BREAKING),
    put(ALM, "Revision > properties > name > maxLength", "9", response_field_limit_changed=SAFE),
    drop(INTEGRATION, "ListMetadata > properties > nextItemIndex > x-anaplan-spellings", field_spellings_changed=RISKY),
    put(ALM, "Revision > properties > name > x-python-name", "title", field_renamed=BREAKING),
    drop(ALM, "ModelRevision > properties > modelId > x-python-name", field_renamed=BREAKING),
    put(ALM, "Revision > properties > createdBy > format", "password", field_secrecy_changed=SAFE),
    put(ALM, "Revision > properties > description > nullable", "true", field_null_changed=SAFE),
    # Values
    put(ALM, "OnlineStatus > enum > +", "asleep", request_value_added=SAFE),
    drop(ALM, "OnlineStatus > enum > 0", request_value_removed=BREAKING),
    put(ALM, "TaskState > enum > +", "WAITING", response_value_added=RISKY),
    drop(ALM, "TaskState > enum > 1", response_value_removed=BREAKING),
    put(ALM, "TaskState > enum > 2", "DONE", response_value_removed=BREAKING, response_value_added=RISKY),
]


def apply(document: Any, mutation: Mutation) -> Any:
    """Changes a specification in place."""
    for verb, place, value in mutation.edits:
        if place.startswith("schema "):
            return _rename_schema(document, place.removeprefix("schema "), value)
        *path, last = list(_keys(document, place))
        node = document
        for key in path:
            node = node[key]
        if verb == "put" and last == "+":
            node.append(yaml.safe_load(value))
        elif verb == "put":
            node[last] = yaml.safe_load(value)
        elif verb == "drop":
            del node[last]
        else:
            last = list(node)[last] if isinstance(last, int) else last
            node[value] = node.pop(last)
    return document


def _keys(document: Any, place: str) -> Iterator[Any]:
    first, *rest = place.split(" > ")
    if first in document["components"]["schemas"]:
        yield from ("components", "schemas", first)
    elif first in document:
        yield first
    else:
        yield from next(
            ("paths", path, method)
            for path, item in document["paths"].items()
            for method, node in item.items()
            if node["operationId"] == first
        )
    lists = ("parameters", "enum", "servers")
    for before, key in zip([first, *rest], rest, strict=False):
        yield int(key) if key.isdigit() and (before in lists or key == "0") else key


def _rename_schema(document: Any, old: str, new: str) -> Any:
    text = json.dumps(document, default=str)
    document = json.loads(text.replace(f'#/components/schemas/{old}"', f'#/components/schemas/{new}"'))
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {new if name == old else name: node for name, node in schemas.items()}
    return document
