"""The elements of a specification that can be compared. Prose and order are left out, and nothing else."""

import re
from collections.abc import Iterator
from typing import TypeAlias, cast

from ..render import functions
from ..render.engine import to_argument_name
from ..spec import split_operations
from ..spec.document import Node, Operation, Pointer, Spec
from ..spec.media import MULTIPART
from ..spec.schemas import get_class_name
from ..spec.security import find_signer
from ..spec.statuses import is_success
from .element import Element, Identity, find_home, find_place, make_part
from .facts import Facts, Told, describe_type, other_facts, schema_facts
from .normal import PROSE, canonical, find_directions, normalize
from .schema_elements import iter_inside, iter_schema, iter_values
from .security import describe_requirements, iter_schemes

OPERATION_KEYS = {
    *(*PROSE, "operationId", "tags", "parameters", "requestBody", "responses", "deprecated", "security", "servers"),
    *("x-anaplan-effect", "x-anaplan-role", "x-anaplan-content-type", "x-anaplan-method", "x-anaplan-sensitive"),
    *("x-anaplan-operation", "x-sunset"),
}
PARAMETER_KEYS = {
    *(*PROSE, "name", "in", "required", "deprecated", "schema", "content", "style", "explode", "collectionFormat"),
    *("x-python-name", "x-sunset"),
}
DEFAULT_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


Surface: TypeAlias = dict[Identity, Element]


def extract_surface(spec: Spec) -> Surface:
    """Return the elements of a specification."""
    api = _api(spec)
    elements: list[Element] = [api]
    for name, facts in iter_schemes(spec):
        elements.append(
            make_part(api, "scheme", name, name, facts, find_place(spec, ("components", "securitySchemes", name)))
        )
    for operation in split_operations.iter_functions(spec):
        own = _operation(spec, operation, api.identity)
        elements += [own, *_parameters(spec, operation, own), *_body(spec, operation, own)]
        elements += _statuses(spec, operation, own)
    for direction, names in find_directions(spec).items():
        for name in sorted(names):
            elements += iter_schema(spec, name, direction, api.identity)
    return {element.identity: element for element in elements}


def _api(spec: Spec) -> Element:
    servers = spec.node.get("servers") or [{"url": "/"}]
    facts: Facts = {
        "server": f"{servers[0].get('x-anaplan-host')} ({servers[0]['url']})",
        "servers": frozenset(canonical(server) for server in servers[1:]),
    }
    for key in ("variables", *(key for key in servers[0] if key.startswith("x-") and key != "x-anaplan-host")):
        if key in servers[0]:
            facts[f"extension servers.{key}"] = canonical(servers[0][key])
    told = {*PROSE, "openapi", "info", "servers", "security", "tags", "paths", "components"}
    facts |= other_facts(spec.node, told)
    return Element(kind="api", key=spec.name, subject=spec.name, facts=facts, where=find_place(spec, ("servers",)))


def _operation(spec: Spec, operation: Operation, parent: Identity) -> Element:
    node = operation.node
    media, schema = functions.get_success(spec, operation)
    sent = f"{_constants(spec, operation)}{_type_of_none(node)}"
    facts: Facts = {
        # The name of an argument in the path is not sent.
        "request": Told(
            f"{operation.method} {re.sub('{[^}]*}', '{}', operation.path)}{sent}",
            f"{operation.method.upper()} {operation.path}{sent}",
        ),
        "effect": node.get("x-anaplan-effect"),
        "role": node.get("x-anaplan-role"),
        "method": frozenset(map(str, operation.methods)),
        "sensitive": bool(node.get("x-anaplan-sensitive")),
        "tag": ", ".join(sorted(node.get("tags", []))),
        "result": _result(spec, schema),
        "accept": ", ".join(media),
        "authorization": find_signer(spec, operation) == "caller",
        "public": find_signer(spec, operation) == "nobody",
        "security": _security(spec, node),
        "server": canonical(_own_servers(spec, operation)),
        "deprecated": bool(node.get("deprecated", False)),
        **({"sunset": str(node["x-sunset"])} if "x-sunset" in node else {}),
        **other_facts(node, OPERATION_KEYS),
    }
    name = f"{spec.name}.{operation.id}"
    where = find_place(spec, operation.pointer)
    return Element(kind="operation", key=name, subject=name, parent=parent, facts=facts, where=where)


def _security(spec: Spec, node: Node) -> Told:
    ways = describe_requirements(node.get("security", spec.node.get("security")))
    return Told(ways, " or ".join(sorted(ways)), "" if "security" in node else find_place(spec, ("security",)))


def _own_servers(spec: Spec, operation: Operation) -> object:
    return operation.node.get("servers") or spec.node["paths"][operation.path].get("servers") or []


def _result(spec: Spec, schema: Node | None) -> str:
    if schema is None:
        return "None"
    return "bytes" if schema.get("format") == "binary" else describe_type(normalize(spec, schema))


def _all_parameters(spec: Spec, operation: Operation) -> Iterator[tuple[Node, Pointer]]:
    """Yield the parameters of an operation and those that its path has for all."""
    own = operation.node.get("parameters", [])
    named = {(node["in"], node["name"]) for node in map(spec.resolve, own)}
    for index, reference in enumerate(own):
        yield reference, (*operation.pointer, "parameters", index)
    for index, reference in enumerate(spec.node["paths"][operation.path].get("parameters", [])):
        node = spec.resolve(reference)
        if (node["in"], node["name"]) not in named:
            yield reference, ("paths", operation.path, "parameters", index)


def _parameter_schema(node: Node) -> Node:
    """Return the schema of a parameter or header, which may be that of its content."""
    media = cast("list[Node]", list(node.get("content", {}).values()))
    return cast("Node", node.get("schema") or (media[0].get("schema", {}) if media else {}))


def _is_constant(spec: Spec, node: Node) -> bool:
    return len(normalize(spec, _parameter_schema(node)).get("enum", ())) == 1


def _parameters(spec: Spec, operation: Operation, own: Element) -> Iterator[Element]:
    found = [(spec.resolve(reference), reference, at) for reference, at in _all_parameters(spec, operation)]
    names = [node["name"] for node, *_ in found]
    for node, reference, at in found:
        if _is_constant(spec, node):
            continue
        schema = normalize(spec, _parameter_schema(node))
        key = f"{node['name']} in {node['in']}" if names.count(node["name"]) > 1 else node["name"]
        name = node.get("x-python-name") or to_argument_name(node["name"])
        element = Element(
            kind="parameter",
            direction="request",
            key=f"{own.key}({key})",
            subject=f"{own.subject}({name})",
            owner=own.subject,
            name=name,
            parent=own.identity,
            facts={
                "python": name,
                "place": node["in"],
                "required": node.get("required", False),
                "media": frozenset(node.get("content", {})),
                **_wire_facts(node, schema, DEFAULT_STYLES.get(node["in"], "")),
            },
            where=find_place(spec, at),
            home=find_home(spec, reference),
            position=_position(operation, node),
        )
        yield element
        yield from iter_inside(spec, element, schema, at)


def _position(operation: Operation, node: Node) -> str:
    names = re.findall(r"\{([^}]*)\}", operation.path)
    is_in_path = node["in"] == "path" and node["name"] in names
    return f"{operation.id} {names.index(node['name'])}" if is_in_path else ""


def _wire_facts(node: Node, schema: Node, style: str) -> Facts:
    """Return the facts of a parameter or header, whose own keywords add to those of its schema."""
    facts = schema_facts(schema) | other_facts(node, PARAMETER_KEYS)
    if "[" in str(facts["type"]) or "properties" in schema:
        style = str(node.get("style", style))
        # The entries of a list in a path or header are always joined.
        is_joined = style == "simple" and str(facts["type"]).startswith("list[")
        exploded = node.get("explode", style == "form") and not is_joined
        facts["style"] = str(node.get("collectionFormat", f"{style}, {'exploded' if exploded else 'joined'}"))
    if node.get("deprecated"):
        facts["deprecated"] = True
    if "x-sunset" in node:
        facts["sunset"] = str(node["x-sunset"])
    return facts


def _body(spec: Spec, operation: Operation, own: Element) -> Iterator[Element]:
    reference = operation.node.get("requestBody")
    if reference is None:
        return
    node = spec.resolve(reference)
    media = list(node["content"])
    at = (*operation.pointer, "requestBody")
    for index, (name, content) in enumerate(node["content"].items()):
        schema = normalize(spec, content.get("schema", {}))
        if media == [MULTIPART] and "properties" in schema:
            yield from _multipart(spec, operation, own, content, schema)
            return
        facts = schema_facts(schema) | other_facts(content, {*PROSE, "schema"})
        if not index:
            facts |= {"required": node.get("required", False), "media": frozenset(media), "media-default": name}
            facts |= other_facts(node, {*PROSE, "content", "required"})
        key = "body" if not index else f"body as {name}"
        element = Element(
            kind="body",
            direction="request",
            key=f"{own.key}({key})",
            subject=f"{own.subject}({key})",
            owner=own.subject,
            name="body",
            parent=own.identity,
            facts=facts,
            where=find_place(spec, at),
            home=find_home(spec, reference),
            is_told_alone=not index,
        )
        yield element
        yield from iter_inside(spec, element, schema, at)


def _multipart(spec: Spec, operation: Operation, own: Element, content: Node, schema: Node) -> Iterator[Element]:
    """Yield the parts of a multipart body, which are arguments like parameters."""
    at = (*operation.pointer, "requestBody")
    for key, part in schema["properties"].items():
        name = part.get("x-python-name") or to_argument_name(key)
        encoding: Node = content.get("encoding", {}).get(key, {})
        element = Element(
            kind="parameter",
            direction="request",
            key=f"{own.key}({key})",
            subject=f"{own.subject}({name})",
            owner=own.subject,
            name=name,
            parent=own.identity,
            facts={
                "python": name,
                "place": "multipart",
                "required": key in schema.get("required", ()),
                "media": frozenset([encoding["contentType"]] if "contentType" in encoding else []),
                **schema_facts(part),
                **other_facts(encoding, {"contentType"}, "encoding"),
            },
            where=find_place(spec, at),
        )
        yield element
        yield from iter_inside(spec, element, part, at)


def _statuses(spec: Spec, operation: Operation, own: Element) -> Iterator[Element]:
    is_told = False
    for status, reference in sorted(operation.node["responses"].items()):
        direction = "response" if is_success(status) else "error"
        node = spec.resolve(reference)
        content = cast("Node", node.get("content", {}))
        schemas = [normalize(spec, media.get("schema", {})) for media in content.values()]
        facts: Facts = {"hint": node.get("x-anaplan-hint", "")}
        facts |= other_facts(node, {*PROSE, "content", "headers", "x-anaplan-hint"})
        if direction == "error":
            facts["body"] = ", ".join(filter(None, map(get_class_name, schemas)))
        elif content and is_told:
            # The first one is the result of the operation.
            facts |= {"result": " | ".join(map(describe_type, schemas)), "accept": ", ".join(content)}
        is_told = is_told or (direction == "response" and bool(content))
        at: Pointer = (*operation.pointer, "responses", status)
        element = Element(
            kind="status",
            direction=direction,
            key=f"{own.key} {status}",
            subject=f"{own.subject} {status}",
            owner=own.subject,
            name=status,
            parent=own.identity,
            facts=facts,
            where=find_place(spec, at),
            home=find_home(spec, reference),
        )
        yield element
        yield from _headers(spec, element, node, at)
        for schema in schemas:
            yield from iter_inside(spec, element, schema, at)


def _headers(spec: Spec, own: Element, response: Node, at: Pointer) -> Iterator[Element]:
    for name, reference in response.get("headers", {}).items():
        node = spec.resolve(reference)
        facts: Facts = {"required": node.get("required", False)}
        facts |= _wire_facts(node, normalize(spec, _parameter_schema(node)), "simple")
        place = find_place(spec, (*at, "headers", name))
        part = make_part(own, "header", name.lower(), name, facts, place)
        yield part
        yield from iter_values(part, normalize(spec, _parameter_schema(node)))


def _constants(spec: Spec, operation: Operation) -> str:
    """Return the constant parameters of an operation."""
    nodes = [spec.resolve(reference) for reference, _ in _all_parameters(spec, operation)]
    schemas = [(node["name"], normalize(spec, _parameter_schema(node)).get("enum", ())) for node in nodes]
    sent = [f"{name}={values[0]}" for name, values in schemas if len(values) == 1]
    return f"?{'&'.join(sorted(sent))}" if sent else ""


def _type_of_none(node: Node) -> str:
    """Return the content type that an operation without a body sends."""
    return f" as {node['x-anaplan-content-type']}" if "x-anaplan-content-type" in node else ""
