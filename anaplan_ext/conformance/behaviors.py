"""Beliefs about how Anaplan behaves, beyond the shapes in the specifications. Each is a line of data."""

from __future__ import annotations

from typing import NamedTuple

from .rules import (
    Rule,
    all_entries,
    check_envelope,
    contains_text,
    has_at_most,
    has_fields,
    has_ids,
    has_key,
    has_media_type,
    has_paths,
    has_status,
    is_empty,
    is_sorted,
    is_unchanged,
    lacks_fields,
    rejects,
)
from .samples import Json

SEEN, DOCUMENTED, ASSUMED = "seen", "documented", "assumed"
"""How far to trust a belief: seen on live tenants, documented by Anaplan, or neither."""
_COMMUNITY = "community specifications, live tests"
_PAGES = "Anaplan's documentation"
_CLIENTS = "other clients, live tests"
_OWN = "assumed by the emulator"


class Behavior(NamedTuple):
    """A belief about one operation: how its request is changed, and the rule that its response follows."""

    operation: str
    variant: str
    statement: str
    rule: Rule
    source: str
    trust: str
    name: str = ""
    """Names it among those about the plain request; the others are named by their variant."""


_MODEL_LISTS = ("files", "imports", "exports", "actions", "processes")
_SERVED_IN_WORKSPACES = (*_MODEL_LISTS, "lists", "modules", "views", "line_items")
_SCIM = "application/scim+json"


def _is_task(entry: Json) -> bool:
    return {"taskId", "taskState"} <= entry.keys() and isinstance(entry.get("creationTime"), int)


BEHAVIORS: tuple[Behavior, ...] = (
    # Ids
    *(
        Behavior(f"integration.{name}", "base", f"Ids of {what} are {form}", has_ids(pattern), _COMMUNITY, SEEN, "ids")
        for name, what, form, pattern in (
            ("list_workspaces", "workspaces", "32 hexadecimal digits in lower case", "[0-9a-f]{32}"),
            ("list_models", "models", "32 hexadecimal digits in upper case", "[0-9A-F]{32}"),
            ("list_users", "users", "32 hexadecimal digits in lower case", "[0-9a-f]{32}"),
            ("list_imports", "imports", "12 digits from 112", "112[0-9]{9}"),
            ("list_exports", "exports", "12 digits from 116", "116[0-9]{9}"),
            ("list_actions", "actions", "12 digits from 117", "117[0-9]{9}"),
            ("list_processes", "processes", "12 digits from 118", "118[0-9]{9}"),
            ("list_files", "files", "12 digits from 113, or from 116 for exports", "11[36][0-9]{9}"),
            ("list_lists", "lists", "12 digits from 101, or from 109 for subsets", "10[19][0-9]{9}"),
            ("list_modules", "modules", "12 digits from 102", "102[0-9]{9}"),
            ("list_views", "views", "12 or 13 digits", "[0-9]{12,13}"),
        )
    ),
    Behavior("alm.list_revisions", "base", "Ids of revisions are hexadecimal digits in upper case",
             has_ids("[0-9A-F]{32}"), _PAGES, DOCUMENTED, "ids"),
    Behavior("integration.get_model", "other case", "The id of a model in the other case is not recognized",
             rejects(404, "status"), _PAGES, DOCUMENTED),
    Behavior("integration.get_workspace", "other case", "The id of a workspace in the other case is not recognized",
             rejects(404, "status"), _PAGES, DOCUMENTED),
    # Order
    *(
        Behavior(f"integration.{name}", f"sort {order} {key}", f"`{sign}{key}` sorts {order}",
                 is_sorted(key, descending=order == "down"), _COMMUNITY, SEEN)
        for name, key in (("list_workspaces", "name"), ("list_models", "name"), ("list_users", "email"))
        for order, sign in (("up", "+"), ("down", "-"))
    ),
    *(
        Behavior(f"integration.{name}", f"sort bare {key}", f"`{key}` without a sign is rejected",
                 rejects(400, "status"), _COMMUNITY, SEEN)
        for name, key in (("list_workspaces", "name"), ("list_models", "name"), ("list_users", "email"))
    ),
    *(
        Behavior(f"integration.{name}", "sort unknown", "An unknown field to sort by is rejected",
                 rejects(400, "status"), _COMMUNITY, SEEN)
        for name in ("list_workspaces", "list_models", "list_users")
    ),
    *(
        Behavior(f"integration.list_{name}", "sort bare name", "`name` without a sign sorts up",
                 is_sorted("name"), _COMMUNITY, SEEN)
        for name in _MODEL_LISTS
    ),
    *(
        Behavior(f"integration.list_{name}", "sort unknown", "An unknown field to sort by is ignored",
                 has_status(200), _COMMUNITY, SEEN)
        for name in _MODEL_LISTS
    ),
    Behavior("alm.list_revisions", "sort up name", "`+name` sorts up", is_sorted("name"), _PAGES, DOCUMENTED),
    Behavior("alm.list_revisions", "sort down name", "`-name` sorts down",
             is_sorted("name", descending=True), _PAGES, DOCUMENTED),
    Behavior("cloudworks.list_integrations", "sort by name", "`sortBy=name` sorts up",
             is_sorted("name"), _PAGES, DOCUMENTED),
    Behavior("cloudworks.list_integrations", "sort by name down", "`sortBy=-name` sorts down",
             is_sorted("name", descending=True), _PAGES, DOCUMENTED),
    # Search
    Behavior("integration.list_workspaces", "search name", "`s` finds names, ignoring case",
             contains_text("name"), _COMMUNITY, SEEN),
    Behavior("integration.list_users", "search email", "`s` finds email addresses, ignoring case",
             contains_text("email"), _COMMUNITY, SEEN),
    # Paths
    *(
        Behavior(f"integration.list_{name}", "in workspace", "The path below the workspace has the same entries",
                 is_unchanged, _COMMUNITY, SEEN)
        for name in _SERVED_IN_WORKSPACES
    ),
    Behavior("integration.list_imports", "slash", "A trailing slash changes nothing", is_unchanged, _COMMUNITY, SEEN),
    Behavior("integration.get_model", "in workspace", "A model below its workspace is 405",
             has_status(405), _COMMUNITY, SEEN),
    Behavior("integration.get_model_calendar", "fiscal year", "The fiscal year can only be written",
             has_status(405), _COMMUNITY, SEEN),
    Behavior("integration.get_view_data", "in workspace", "The data of a view below the workspace are 500",
             has_status(500), _COMMUNITY, SEEN),
    Behavior("integration.list_workspaces", "unknown path", "An unknown path is 404",
             has_status(404), _COMMUNITY, SEEN),
    Behavior("integration.list_users", "own user", "`users/me` is the user who signed in",
             has_paths("user.id", "user.email"), _COMMUNITY, SEEN),
    # Missing objects
    *(
        Behavior(operation, "unknown id", "An unknown id is 404", rejects(404, form), _COMMUNITY, SEEN)
        for operation, form in (
            ("integration.get_model", "status, path and timestamp"),
            ("integration.get_workspace", "status, path and timestamp"),
            ("integration.get_user", "status"),
            ("integration.get_action", "status"),
            ("integration.get_export", "status"),
            ("integration.get_process", "status"),
            ("integration.get_list_metadata", "status"),
            ("integration.get_view_info", "status"),
            ("integration.get_import_task", "status"),
            ("integration.get_export_task", "status"),
            ("integration.get_process_task", "status"),
            ("integration.get_action_task", "status"),
            ("alm.get_sync_task", "any"),
            ("cloudworks.get_integration", "any"),
            ("cloudworks.get_flow", "any"),
            ("cloudworks.get_notification", "any"),
            ("cloudworks.get_run", "any"),
            ("scim.get_user", "scim"),
        )
    ),
    Behavior("integration.get_import", "unknown id", "An unknown import is 500", has_status(500), _COMMUNITY, SEEN),
    *(
        Behavior(f"integration.list_{kind}_tasks", "unknown parent", "The tasks of an unknown action are none",
                 is_empty, _COMMUNITY, SEEN)
        for kind in ("import", "export", "process", "action")
    ),
    # Sign-in
    *(
        Behavior(operation, variant, statement, rejects(401, form), _COMMUNITY, SEEN)
        for operation, form in (
            ("integration.list_workspaces", "any"),
            ("alm.list_revisions", "any"),
            ("audit.list_events", "any"),
            ("cloudworks.list_integrations", "any"),
            ("scim.list_users", "any"),
        )
        for variant, statement in (
            ("no token", "A request without a token is 401"),
            ("unknown token", "A token that was never issued is 401"),
        )
    ),
    *(
        Behavior(f"scim.{name}", "no token", "Discovery needs no token", has_status(200), _COMMUNITY, SEEN)
        for name in ("get_service_provider_config", "list_schemas", "list_resource_types")
    ),
    # Envelopes
    *(
        Behavior(operation, "base", "The envelope has `meta.schema`, and the status of HTTP as `status.code`",
                 check_envelope, _COMMUNITY, SEEN, "envelope")
        for operation in (
            *("integration.list_workspaces", "integration.list_models", "integration.get_model"),
            *("integration.list_files", "integration.list_imports", "integration.get_import"),
            *("integration.list_lists", "integration.get_list_metadata", "integration.list_modules"),
            *("integration.list_users", "integration.get_current_user", "integration.list_versions"),
            *("alm.list_revisions", "alm.get_latest_revision", "alm.list_syncable_revisions"),
        )
    ),
    *(
        Behavior(f"integration.{operation}", "base", f"The result is under `{key}`",
                 has_key(key), _COMMUNITY, SEEN, "key")
        for operation, key in (
            ("get_import", "importMetadata"),
            ("get_export", "exportMetadata"),
            ("get_process", "processMetadata"),
            ("get_list_metadata", "metadata"),
            ("list_line_items", "items"),
            ("get_line_item_dimensions", "dimensions"),
            ("get_list_items", "listItems"),
            ("list_versions", "versionMetadata"),
            ("get_user", "user"),
            ("get_current_user", "user"),
            ("get_model_status", "requestStatus"),
        )
    ),
    Behavior("integration.get_view_info", "base", "The id and the name of a view are not in an object of their own",
             has_paths("viewId", "viewName"), _COMMUNITY, SEEN, "key"),
    # Details on request
    Behavior("integration.list_models", "base", "`modelDetails` adds the memory and the last change",
             has_fields("memoryUsage", "lastModified"), _COMMUNITY, SEEN, "details"),
    Behavior("integration.list_models", "plain models", "Without `modelDetails`, models have no memory",
             lacks_fields("memoryUsage", "lastModified"), _COMMUNITY, SEEN),
    Behavior("integration.list_workspaces", "base", "`tenantDetails` adds the sizes",
             has_fields("sizeAllowance", "currentSize"), _COMMUNITY, SEEN, "details"),
    Behavior("integration.list_workspaces", "plain workspaces", "Without `tenantDetails`, workspaces have no size",
             lacks_fields("sizeAllowance", "currentSize"), _COMMUNITY, SEEN),
    Behavior("integration.list_line_items", "base", "`includeAll` adds the format and the formula",
             has_fields("format", "formula"), _COMMUNITY, SEEN, "details"),
    Behavior("integration.list_line_items", "plain items", "Without `includeAll`, line items have no formula",
             lacks_fields("formula", "format"), _COMMUNITY, SEEN),
    Behavior("integration.get_list_items", "plain items", "Without `includeAll`, list items have no properties",
             lacks_fields("properties", "subsets"), _COMMUNITY, SEEN),
    # Limits of parameters
    *(
        Behavior(f"integration.list_{name}", "limit text", "A limit that is not a number is rejected",
                 rejects(400, "status"), _OWN, ASSUMED)
        for name in ("workspaces", "models", "files", "imports")
    ),
    Behavior("integration.list_models", "large limit", "A limit above 5,000 is accepted",
             has_status(200), _CLIENTS, SEEN),
    # Application lifecycle
    Behavior("alm.get_latest_revision", "base", "The latest revision is a list of at most one",
             has_at_most(1), _COMMUNITY, SEEN, "one"),
    Behavior("alm.list_revisions", "dates reversed", "Dates in the wrong order are rejected",
             rejects(400, "status"), _PAGES, DOCUMENTED),
    Behavior("alm.list_revisions", "date text", "A date of another form is rejected",
             rejects(400, "status"), _PAGES, DOCUMENTED),
    Behavior("alm.list_revisions", "base", "Revisions have a name and the time of their creation",
             has_fields("name", "createdOn"), _PAGES, DOCUMENTED, "details"),
    # Audit
    Behavior("audit.list_events", "base", "Events are under `response`, and the offset is `offSet`",
             has_paths("response", "meta.paging.offSet"), _COMMUNITY, SEEN, "key"),
    Behavior("audit.list_events", "interval 721", "More than 720 hours are rejected",
             has_status(400), _COMMUNITY, SEEN),
    Behavior("audit.list_events", "dates apart", "More than 30 days are rejected",
             has_status(400), _COMMUNITY, SEEN),
    Behavior("audit.list_events", "unknown type", "An unknown type means all types",
             has_status(200), _COMMUNITY, SEEN),
    Behavior("audit.list_events", "base", "The time of an event is a number of milliseconds",
             all_entries(lambda event: isinstance(event.get("eventDate"), int), "an event without such a time"),
             _COMMUNITY, SEEN, "time"),
    # Users
    *(
        Behavior(f"scim.{name}", "base", f"The media type is `{_SCIM}`",
                 has_media_type(_SCIM), _COMMUNITY, SEEN, "media-type")
        for name in ("list_users", "get_user", "get_service_provider_config")
    ),
    Behavior("scim.list_users", "count 101", "A count above 100 is rejected", has_status(400), _COMMUNITY, SEEN),
    Behavior("scim.list_users", "bad filter", "A filter with an unknown operator is rejected",
             rejects(400, "scim"), _COMMUNITY, SEEN),
    Behavior("scim.list_users", "base", "A page counts from 1",
             has_paths("startIndex", "itemsPerPage", "totalResults"), _COMMUNITY, SEEN, "first-index"),
    # CloudWorks
    Behavior("cloudworks.list_integrations", "base", "Without a limit, at most 25 integrations come",
             has_at_most(25), _COMMUNITY, SEEN, "default-limit"),
    Behavior("cloudworks.list_integrations", "base", "`meta` has the quota of the tenant",
             has_paths("meta.tenantCurrentCount", "meta.tenantMaxAllowed"), _COMMUNITY, SEEN, "quota"),
    Behavior("cloudworks.list_integrations", "base", "Integrations in a list have no jobs",
             lacks_fields("jobs"), _COMMUNITY, SEEN, "no-jobs"),
    Behavior("cloudworks.get_run_errors", "base", "The errors of a run are an object",
             has_paths("runs"), _COMMUNITY, SEEN, "object"),
    # Tasks
    *(
        Behavior(f"integration.list_{kind}_tasks", "base", "Tasks have an id, a state and a time in milliseconds",
                 all_entries(_is_task, "a task without one of them"), _COMMUNITY, SEEN, "details")
        for kind in ("import", "export", "process", "action")
    ),
)  # fmt: skip
