"""Create a specification, and operations in it, that follow the rules from the start."""

import json
import re
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from attrs import field, frozen

from ..lint import rules
from ..lint.name_rules import is_plain
from ..render.engine import pascal_case, snake_case
from ..spec import document
from ..spec.document import InvalidSpecificationError, Node, Spec
from ..spec.split_operations import iter_functions
from . import yaml_edit
from .samples import Schemas, UnclearSampleError, singularize

EFFECTS = {
    "get": "safe",
    "put": "idempotent",
    "delete": "idempotent",
    "post": "non-idempotent",
    "patch": "non-idempotent",
}
BINARY = "binary"
TYPES = ("string", "integer", "number", "boolean")
# The error responses that the rules require, and the shared parts that describe them.
ERRORS = {
    "400": ("BadRequest", "The body does not match its schema."),
    "401": ("Unauthorized", "The token is missing, invalid or expired."),
    "404": ("NotFound", "There is no such object, or the user has no access."),
    "429": ("TooManyRequests", "The tenant's request limit is reached."),
}
HEAD = """\
# Written by hand; name the sources here, and mark in comments where live tenants differ.
openapi: 3.0.3
info:
  title: {title}
  version: "1.0"
  description: {title}.
  termsOfService: https://www.anaplan.com/legal/
  contact:
    name: Anaplan's help
    url: https://help.anaplan.com/
  license:
    name: Apache-2.0
    url: https://www.apache.org/licenses/LICENSE-2.0
servers:
  - url: {server}
    x-anaplan-host: {host}
security:
  - AnaplanAuthToken: []
tags: []

paths: {{}}

components:
  securitySchemes:
    AnaplanAuthToken:
      type: apiKey
      in: header
      name: Authorization
      description: "`AnaplanAuthToken <token>`."
"""


class ScaffoldError(Exception):
    """A specification or an operation cannot be created as requested."""


@frozen(kw_only=True)
class Draft:
    """An operation to create. Samples are JSON or `binary`. None means no body or no content."""

    api: str
    method: str
    path: str
    id: str
    response: str | None = None
    body: str | None = None
    query: list[str] = field(factory=list[str])
    tag: str | None = None
    summary: str | None = None
    role: str = "Standard User"
    effect: str | None = None


def new_api(root: Path, name: str, server: str, host: str | None = None) -> Path:
    """Create the specification of an API without operations. Return its file.

    Raises `ScaffoldError` for a name that is taken or invalid, and for an unknown server without a host.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or (root / "anaplan_client" / name).exists():
        raise ScaffoldError(f"name must be a new package name, such as boxes (got {name})")
    parts = urlsplit(server)
    if parts.scheme != "https" or not parts.hostname or parts.query:
        raise ScaffoldError(f"server must be an https URL, such as https://api.anaplan.com/2/0 (got {server})")
    labels = parts.hostname.split(".")
    found = host or next((known for known in (*rules.HOSTS[1:], "api") if known in labels), None)
    if found not in rules.HOSTS:
        raise ScaffoldError(f"the host of {server} is unknown; pass --host, one of {', '.join(rules.HOSTS)}")
    path = _file(root, name)
    if path.exists():
        raise ScaffoldError(f"{path.relative_to(root)} exists")
    title = f"Anaplan {pascal_case(name)} API"
    path.write_text(HEAD.format(title=title, server=server.rstrip("/"), host=found), encoding="utf-8")
    return path


def add_operation(root: Path, draft: Draft) -> tuple[Path, int]:
    """Add an operation, and the schemas of its samples, to a specification. Return its file and line.

    Raises `ScaffoldError` for an existing operation or an unclear sample, and `InvalidSpecificationError` if the result
    would break a rule. The file is unchanged in either case.
    """
    path = _file(root, draft.api)
    if not path.is_file():
        known = ", ".join(sorted(file.stem.removeprefix("anaplan_") for file in path.parent.glob("anaplan_*.yaml")))
        raise ScaffoldError(f"api must be one of {known} (got {draft.api})")
    file = path.relative_to(root).as_posix()
    text = path.read_text(encoding="utf-8")
    spec = document.parse(text, file)
    item = spec.node["paths"].get(draft.path, {})
    if draft.method in item or draft.id in [function.id for function in iter_functions(spec)]:
        raise ScaffoldError(f"{draft.id}, or {draft.method.upper()} {draft.path}, exists already")
    try:
        text = _extended(spec, text, draft)
    except (UnclearSampleError, ValueError) as error:
        raise ScaffoldError(str(error)) from None
    result = document.parse(text, file)
    if problems := rules.check(result):
        raise InvalidSpecificationError(problems)
    path.write_text(text, encoding="utf-8")
    return path, result.line(("paths", draft.path, draft.method))


def _extended(spec: Spec, text: str, draft: Draft) -> str:
    node, schemas = _operation(spec, draft)
    shared = spec.node["components"].get("responses", {})
    for status, (name, description) in ERRORS.items():
        if (status == "400" and draft.body is None) or (status == "404" and "{" not in draft.path):
            continue
        if name not in shared:
            text = yaml_edit.add_entry(text, ("components", "responses", name), {"description": description})
        node["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    (tag,) = node["tags"]
    if tag not in [known["name"] for known in spec.node.get("tags", [])]:
        text = yaml_edit.add_item(text, "tags", {"name": tag, "description": f"{_about(tag)}."})
    for name, schema in schemas.items():
        text = yaml_edit.add_entry(text, ("components", "schemas", name), schema)
    return yaml_edit.add_entry(text, ("paths", draft.path, draft.method), node)


def _operation(spec: Spec, draft: Draft) -> tuple[Node, dict[str, Node]]:
    """Return the operation without its errors, and the new schemas."""
    verb, _, noun = draft.id.partition("_")
    node: Node = {
        "tags": [draft.tag or next((part for part in draft.path.split("/") if part and "{" not in part), draft.api)],
        "operationId": draft.id,
        "summary": draft.summary or f"{draft.id.replace('_', ' ').capitalize()}.",
        "x-anaplan-role": draft.role,
        "x-anaplan-effect": draft.effect or EFFECTS[draft.method],
    }
    named = [_path_parameter(spec, name) for name in re.findall(r"\{(\w+)\}", draft.path)]
    if parameters := [*named, *map(_query_parameter, draft.query)]:
        node["parameters"] = parameters
    sent = Schemas(spec.schemas, closed=True)
    if draft.body is not None:
        node["requestBody"] = {"required": True, "content": _content(sent, "", f"{draft.id}_request", draft.body)}
    received = Schemas({**spec.schemas, **sent.new}, closed=False)
    response: Node = {"description": f"{_about(noun)}." if draft.response is not None else "Done; no content."}
    if draft.response is not None:
        response["content"] = _content(received, pascal_case(verb), f"{noun}_response", draft.response)
    node["responses"] = {"204" if draft.response is None else "200": response}
    return node, {**received.new, **sent.new}


def _content(schemas: Schemas, owner: str, name: str, sample: str) -> Node:
    if sample == BINARY:
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    try:
        value: object = json.loads(sample)
    except ValueError as error:
        raise UnclearSampleError(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise UnclearSampleError("a sample must be a JSON object or binary")
    found = cast("Node", value)
    for at, part in document.iter_values(found):
        for text in (at[-1], part):
            if isinstance(text, str) and not is_plain(text):
                place = ".".join(map(str, at))
                raise UnclearSampleError(
                    f"a sample must have no control or half character (got {text[:80]!a} in {place!a})"
                )
    schema = schemas.of(name, found, owner)
    if fault := schemas.fault(schema, found):
        raise UnclearSampleError(f"the sample has values of several types in one place: {fault}")
    return {"application/json": {"schema": schema, "example": found}}


def _path_parameter(spec: Spec, name: str) -> Node:
    shared = spec.node["components"].get("parameters", {}).get(pascal_case(name), {})
    if (shared.get("in"), shared.get("name")) == ("path", name):
        return {"$ref": f"#/components/parameters/{pascal_case(name)}"}
    about = _about(singularize(re.sub(r"(?<=[a-z])Id$", "", name)))
    return {"name": name, "in": "path", "required": True, "description": f"The {about.lower()}.", "schema": STRING}


def _query_parameter(declared: str) -> Node:
    name, _, kind = declared.partition(":")
    if kind not in ("", *TYPES):
        raise ValueError(f"query must be a name and one of {', '.join(TYPES)}, such as limit:integer (got {declared})")
    about = f"{_about(name)}: how many." if kind in ("integer", "number") else f"{_about(name)}."
    return {"name": name, "in": "query", "description": about, "schema": {"type": kind or "string"}}


STRING = {"type": "string"}


def _about(name: str) -> str:
    return snake_case(name).replace("_", " ").capitalize()


def _file(root: Path, api: str) -> Path:
    return root / "openapi" / f"anaplan_{api}.yaml"
