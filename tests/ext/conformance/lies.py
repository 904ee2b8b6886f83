"""Lies as data: how a response is changed, and the belief that finds it."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from attrs import evolve

from .world import Reply

Json = dict[str, Any]
Change = Callable[[Reply], Reply]


class Lie(NamedTuple):
    """A change of every response to a path, and the id of a belief that it contradicts."""

    name: str
    path: str
    change: Change
    finds: str
    query: str = ""
    token: str = "known"

    def apply(self, path: str, query: str, token: str, reply: Reply) -> Reply:
        hit = re.search(self.path, path) and re.search(self.query, query) and token == self.token
        return self.change(reply) if hit else reply


def body(change: Callable[[Json], object]) -> Change:
    """Change the object of a response; a change that returns None has changed the object in place."""

    def apply(reply: Reply) -> Reply:
        if reply.status != 200:
            return reply
        value = json.loads(reply.body)
        changed = change(value)
        return evolve(reply, body=json.dumps(value if changed is None else changed).encode())

    return apply


def entries(change: Callable[[Json], object]) -> Change:
    """Change each entry of a listing in place."""

    def apply(value: Json) -> None:
        for entry in next((item for item in value.values() if isinstance(item, list) and item), []):
            change(entry)

    return body(apply)


def paging(**values: object) -> Change:
    return body(lambda value: value["meta"]["paging"].update(values))


def rows(change: Callable[[list[Any]], list[Any]]) -> Change:
    """Change the list of a listing."""

    def apply(value: Json) -> None:
        for key in [key for key, item in value.items() if isinstance(item, list)]:
            value[key] = change(value[key])

    return body(apply)


def status(code: int) -> Change:
    return lambda reply: evolve(reply, status=code)


def success(value: Json | None = None) -> Change:
    envelope = {"meta": {"schema": "x"}, "status": {"code": 200, "message": "Success"}} | (value or {})
    return lambda _: Reply(200, "application/json", json.dumps(envelope).encode())


def rejection(code: int) -> Change:
    error = {"status": {"code": code, "message": "No"}, "path": "/", "timestamp": "x"}
    return lambda _: Reply(code, "application/json", json.dumps(error).encode())


def media(name: str) -> Change:
    return lambda reply: evolve(reply, media=name)


def drop(*keys: str) -> Change:
    return entries(lambda entry: [entry.pop(key, None) for key in keys])


def put(**values: object) -> Change:
    return entries(lambda entry: entry.update(values))


def _rename(old: str, new: str) -> Change:
    def change(value: Json) -> None:
        value[new] = value.pop(old, [])

    return body(change)


M = "/models/[^/]+"
PLAIN = "^(?!.*(limit|offset|sort|startIndex|count)=)"
LIES: tuple[Lie, ...] = (
    # Fields and types
    Lie("a model without its id", "/2/0/models$", drop("id"), "integration.list_models/shape"),
    Lie("a workspace without its id", "/2/0/workspaces$", drop("id"), "integration.list_workspaces/shape"),
    Lie("a name that is a number", "/2/0/workspaces$", put(name=7), "integration.list_workspaces/shape"),
    Lie("a flag that is a text", "/2/0/workspaces$", put(active="yes"), "integration.list_workspaces/shape"),
    Lie("a size that is a text", "/2/0/workspaces$", put(sizeAllowance="big"), "integration.list_workspaces/shape"),
    Lie("a time that is none", "/2/0/models$", put(lastModified="yesterday"), "integration.list_models/shape"),
    Lie("files that are an object", f"{M}/files$", body(lambda v: v.update(files={})), "integration.list_files/shape"),
    Lie("a file count that is a list", f"{M}/files$", put(chunkCount=[]), "integration.list_files/shape"),
    Lie("a task whose progress is a text", "/imports/[^/]+/tasks/[^/]+$",
        body(lambda v: v["task"].update(progress="half")), "integration.get_import_task/shape"),
    Lie("a revision without a time", "/alm/revisions$", drop("createdOn"), "alm.list_revisions/details"),
    Lie("a revision whose name is a list", "/alm/revisions$", put(name=[]), "alm.list_revisions/shape"),
    Lie("a connection that is a text", "/integrations/connections$",
        rows(lambda found: ["x" for _ in found]), "cloudworks.list_connections/shape"),
    Lie("an event whose time is a text", "/audit/api/1/events$", put(eventDate="now"), "audit.list_events/time"),
    Lie("a user whose active is a number", "/scim/1/0/v2/Users$",
        body(lambda v: [user.update(active=3) for user in v["Resources"]]) , "scim.list_users/shape"),
    Lie("a response that is a list", "/2/0/models$", body(lambda v: [v]), "integration.list_models/shape"),
    # New fields and constants
    Lie("a new field of models", "/2/0/models$", put(color="red"), "integration.list_models/fields"),
    Lie("a new field of files", f"{M}/files$", put(checksum="x"), "integration.list_files/fields"),
    Lie("a new field at the top", f"{M}/imports$", body(lambda v: v.update(extra=1)),
        "integration.list_imports/fields"),
    Lie("a new state of a model", "/2/0/models$", put(activeState="FROZEN"), "integration.list_models/fields"),
    Lie("a new state of a task", "/exports/[^/]+/tasks/[^/]+$",
        body(lambda v: v["task"].update(taskState="PAUSED")), "integration.get_export_task/fields"),
    # Statuses and media types
    Lie("a success with 206", f"{M}/modules$", status(206), "integration.list_modules/shape", PLAIN),
    Lie("a success with 201", f"{M}/lists$", status(201), "integration.list_lists/shape", PLAIN),
    Lie("a list without content", f"{M}/views$", lambda _: Reply(204, "", b""), "integration.list_views/shape", PLAIN),
    Lie("a page of HTML", f"{M}/versions$", lambda _: Reply(200, "text/html", b"<html>Maintenance</html>"),
        "integration.list_versions/shape", PLAIN),
    Lie("CSV instead of JSON", "/2/0/users$", lambda _: Reply(200, "text/csv", b"a,b\n"),
        "integration.list_users/shape", PLAIN),
    Lie("SCIM as plain JSON", "/scim/1/0/v2/Users$", media("application/json"), "scim.list_users/media-type"),
    # Envelopes
    Lie("no schema", "/2/0/models$", body(lambda v: v["meta"].pop("schema")), "integration.list_models/envelope"),
    Lie("no code", f"{M}/files$", body(lambda v: v["status"].pop("code")), "integration.list_files/envelope"),
    Lie("another code", f"{M}/imports$", body(lambda v: v["status"].update(code=201)),
        "integration.list_imports/envelope"),
    Lie("no message", f"{M}/lists$", body(lambda v: v["status"].pop("message")), "integration.list_lists/envelope"),
    Lie("line items under another key", f"{M}/lineItems$", _rename("items", "lineItems"),
        "integration.list_line_items/key"),
    Lie("an import under another key", f"{M}/imports/[^/]+$", _rename("importMetadata", "import"),
        "integration.get_import/key"),
    Lie("a view in an object", f"{M}/views/[^/]+$", body(lambda v: {"view": v}), "integration.get_view_info/key"),
    Lie("events under another key", "/audit/api/1/events$", _rename("response", "events"), "audit.list_events/key"),
    # Pages
    Lie("no paging", f"{M}/files$", body(lambda v: v["meta"].pop("paging")), "integration.list_files/page"),
    Lie("a size that is wrong", f"{M}/imports$", paging(currentPageSize=9), "integration.list_imports/page"),
    Lie("a total that is too small", f"{M}/lists$", paging(totalSize=0), "integration.list_lists/page"),
    Lie("an offset that is wrong", f"{M}/modules$", paging(offset=1), "integration.list_modules/page"),
    Lie("an offset that is a text", f"{M}/exports$", paging(offset="0"), "integration.list_exports/page"),
    Lie("a limit that is ignored", f"{M}/imports$", success({"imports": [{"id": "1"}, {"id": "2"}]}),
        "integration.list_imports/limit", "limit=1$"),
    Lie("a limit without a count", f"{M}/exports$", paging(currentPageSize=2),
        "integration.list_exports/limit", "limit=1$"),
    Lie("another first entry with a limit", f"{M}/modules$", put(id="102000000099", name="x"),
        "integration.list_modules/limit", "limit=1$"),
    Lie("more integrations than the default", "/2/0/integrations$", rows(lambda found: found * 20),
        "cloudworks.list_integrations/default-limit"),
    Lie("another total with a limit", f"{M}/lists$", paging(totalSize=99), "integration.list_lists/limit", "limit=1$"),
    Lie("an offset that is ignored", f"{M}/actions$", paging(offset=0), "integration.list_actions/second", "offset=1$"),
    Lie("another order of pages", f"{M}/processes$", put(id="118000000099"), "integration.list_processes/second",
        "offset=1$"),
    Lie("a page behind the last that starts again", f"{M}/files$", success({"files": [{"id": "113000000000"}]}),
        "integration.list_files/beyond", "offset=1[0-9]{3}$"),
    Lie("a page behind the last that is rejected", f"{M}/lists$", rejection(400),
        "integration.list_lists/beyond", "offset=1[0-9]{3}$"),
    Lie("SCIM that counts from 0", "/scim/1/0/v2/Users$", body(lambda v: v.update(startIndex=0)),
        "scim.list_users/page", PLAIN),
    Lie("SCIM without a total", "/scim/1/0/v2/Users$", body(lambda v: v.pop("totalResults")),
        "scim.list_users/first-index"),
    # Ids
    Lie("models with ids in lower case", "/2/0/models$", entries(lambda e: e.update(id=str(e["id"]).lower())),
        "integration.list_models/ids"),
    Lie("workspaces with ids of 31 digits", "/2/0/workspaces$", entries(lambda e: e.update(id=e["id"][1:])),
        "integration.list_workspaces/ids"),
    Lie("imports with ids of exports", f"{M}/imports$", entries(lambda e: e.update(id="116" + e["id"][3:])),
        "integration.list_imports/ids"),
    Lie("modules with ids of lists", f"{M}/modules$", put(id="101000000001"), "integration.list_modules/ids"),
    Lie("an id in the other case that is found", "/2/0/models/d0e5[^/]+$", success({"model": {"id": "x"}}),
        "integration.get_model/other-case"),
    Lie("an unknown import that is 404", "/imports/999999999998$", rejection(404), "integration.get_import/unknown-id"),
    Lie("an unknown process that is 200", "/processes/999999999998$", success({"processMetadata": {}}),
        "integration.get_process/unknown-id"),
    Lie("an error without a path", "/2/0/workspaces/0+f$",
        lambda _: Reply(404, "application/json", b'{"status":{"code":404,"message":"x"}}'),
        "integration.get_workspace/unknown-id"),
    Lie("tasks of an unknown import", "/imports/999999999998/tasks$", success({"tasks": [{"taskId": "1"}]}),
        "integration.list_import_tasks/unknown-parent"),
    # Order and search
    Lie("models in another order", "/2/0/models$", rows(lambda found: found[::-1]),
        "integration.list_models/sort-up-name", "sort=%2Bname"),
    Lie("users in another order", "/2/0/users$", rows(lambda found: found[1:] + found[:1]),
        "integration.list_users/sort-down-email", "sort=-email"),
    Lie("a sort without a sign that is accepted", "/2/0/workspaces$", success({"workspaces": []}),
        "integration.list_workspaces/sort-bare-name", "sort=name"),
    Lie("an unknown sort that is accepted", "/2/0/models$", success({"models": []}),
        "integration.list_models/sort-unknown", "sort=%2BnoSuch"),
    Lie("an unknown sort that is rejected", f"{M}/files$", rejection(400), "integration.list_files/sort-unknown",
        "sort=%2BnoSuch"),
    Lie("a search that finds nothing", "/2/0/workspaces$", success({"workspaces": []}),
        "integration.list_workspaces/search-name", "(^|&)s="),
    *(
        Lie(f"{what} in another order by {query}", path, rows(lambda found: found[::-1]), finds, query)
        for what, path, query, finds in (
            ("workspaces", "/2/0/workspaces$", "sort=-name", "integration.list_workspaces/sort-down-name"),
            ("files", f"{M}/files$", "sort=name", "integration.list_files/sort-bare-name"),
            ("revisions", "/alm/revisions$", "sort=%2Bname", "alm.list_revisions/sort-up-name"),
            ("revisions", "/alm/revisions$", "sort=-name", "alm.list_revisions/sort-down-name"),
            ("integrations", "/2/0/integrations$", "sortBy=name", "cloudworks.list_integrations/sort-by-name"),
            ("integrations", "/2/0/integrations$", "sortBy=-name", "cloudworks.list_integrations/sort-by-name-down"),
        )
    ),
    Lie("a page of 101 users", "/scim/1/0/v2/Users$", success({"Resources": []}), "scim.list_users/count-101",
        "count=101"),
    Lie("a filter by an unknown operator", "/scim/1/0/v2/Users$", success({"Resources": []}),
        "scim.list_users/bad-filter", "filter="),
    Lie("a range of 721 hours", "/audit/api/1/events$", success({"response": []}), "audit.list_events/interval-721",
        "721"),
    Lie("nobody who signed in", "/2/0/users/me$", success({"user": {}}), "integration.list_users/own-user"),
    # Paths, parameters and sign-in
    Lie("other files below the workspace", "/workspaces/[^/]+/models/[^/]+/files$", rows(lambda found: found[:1]),
        "integration.list_files/in-workspace"),
    Lie("a slash that is 404", f"{M}/imports/$", rejection(404), "integration.list_imports/slash"),
    Lie("a model below its workspace", "/workspaces/[^/]+/models/[^/]+$", success({"model": {"id": "x"}}),
        "integration.get_model/in-workspace"),
    Lie("memory without details", "/2/0/models$", put(memoryUsage=1), "integration.list_models/plain-models",
        "^(?!.*(modelDetails|limit|sort|s)=)"),
    Lie("no memory with details", "/2/0/models$", drop("memoryUsage"), "integration.list_models/details"),
    Lie("a limit in words", f"{M}/files$", success({"files": []}), "integration.list_files/limit-text", "limit=many"),
    Lie("two latest revisions", "/alm/latestRevision$", rows(lambda found: found * 2), "alm.get_latest_revision/one"),
    Lie("dates in the wrong order", "/alm/revisions$", success({"revisions": []}), "alm.list_revisions/dates-reversed",
        "appliedAfter=2026-02-01"),
    Lie("a range of 90 days", "/audit/api/1/events$", success({"response": []}), "audit.list_events/dates-apart",
        "dateFrom=1704"),
    Lie("a type that is rejected", "/audit/api/1/events$", status(400), "audit.list_events/unknown-type",
        "type=no_such"),
    Lie("no quota", "/2/0/integrations$", body(lambda v: v["meta"].pop("tenantMaxAllowed")),
        "cloudworks.list_integrations/quota"),
    Lie("jobs in a list", "/2/0/integrations$", put(jobs=[]), "cloudworks.list_integrations/no-jobs"),
    Lie("workspaces for everybody", "/2/0/workspaces$", success({"workspaces": []}),
        "integration.list_workspaces/no-token", token="none"),
    Lie("a token that was never issued", "/audit/api/1/events$", success({"response": []}),
        "audit.list_events/unknown-token", token="unknown"),
    Lie("discovery with a token only", "/ServiceProviderConfig$", status(401),
        "scim.get_service_provider_config/no-token", token="none"),
)  # fmt: skip
