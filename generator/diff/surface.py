"""The elements of a specification that can be compared. Prose and order are left out."""

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from attrs import field, frozen

from ..render import functions, python_types
from ..render.engine import snake_case, to_argument_name
from ..spec import split_operations, usage
from ..spec.document import Node, Operation, Pointer, Spec
from ..spec.media import MULTIPART
from ..spec.schemas import get_choices, get_class_name, get_spellings, is_constant, is_union
from ..spec.security import find_signer

Identity: TypeAlias = tuple[str, str, str]
BOUNDS = {"minimum": 1, "maximum": -1, "minLength": 1, "maxLength": -1, "minItems": 1, "maxItems": -1}


@frozen(kw_only=True)
class Element:
    """One part of an API: an operation, parameter, body, status, schema, field or value of an enum.

    `direction` says who is held to it: who sends it, who reads it, or who reads it in an error. `key` is its name on
    the wire, by which it is found in another version; `subject`, `owner` and `name` are what users call it.
    """

    kind: str
    direction: str = ""
    key: str
    subject: str
    owner: str = ""
    name: str = ""
    parent: Identity | None = None
    facts: dict[str, object] = field(factory=dict[str, object])
    where: str
    """Its file and line."""
    home: str = ""
    """Where it is described, if elsewhere."""

    @property
    def identity(self) -> Identity:
        """The key of the element in a surface."""
        return (self.kind, self.direction, self.key)


Surface: TypeAlias = dict[Identity, Element]


def extract_surface(spec: Spec) -> Surface:
    """Return the elements of a specification."""
    server = spec.node["servers"][0]
    facts: dict[str, object] = {"server": f"{server.get('x-anaplan-host')} ({server['url']})"}
    api = Element(kind="api", key=spec.name, subject=spec.name, facts=facts, where=_place(spec, ("servers",)))
    elements: list[Element] = [api]
    for operation in split_operations.iter_functions(spec):
        own = _operation(spec, operation, api.identity)
        elements += [own, *_parameters(spec, operation, own), *_body(spec, operation, own)]
        elements += _statuses(spec, operation, own)
    asked = usage.find_sent_schemas(spec) | usage.find_reachable_schemas(spec, spec.operations(), "parameters")
    directions = {
        "request": asked,
        "response": usage.find_received_schemas(spec),
        "error": usage.find_error_schemas(spec),
    }
    for direction, names in directions.items():
        for name in sorted(names):
            elements += _schema(spec, name, direction, api.identity)
    return {element.identity: element for element in elements}


def _operation(spec: Spec, operation: Operation, parent: Identity) -> Element:
    node = operation.node
    media, schema = functions.get_success(spec, operation)
    facts: dict[str, object] = {
        "request": f"{operation.method.upper()} {operation.path}{_constants(spec, operation)}{_type_of_none(node)}",
        "effect": node.get("x-anaplan-effect"),
        "role": node.get("x-anaplan-role"),
        "tag": ", ".join(node.get("tags", [])),
        "result": functions.write_result(spec, schema)[0],
        "accept": ", ".join(media),
        "authorization": find_signer(spec, operation) == "caller",
        "deprecated": node.get("deprecated", False),
    }
    name = f"{spec.name}.{operation.id}"
    where = _place(spec, operation.pointer)
    return Element(kind="operation", key=name, subject=name, parent=parent, facts=facts, where=where)


def _parameters(spec: Spec, operation: Operation, own: Element) -> Iterator[Element]:
    for index, reference in enumerate(operation.node.get("parameters", [])):
        node = spec.resolve(reference)
        if is_constant(node):
            continue
        name = node.get("x-python-name") or to_argument_name(node["name"])
        yield Element(
            kind="parameter",
            direction="request",
            key=f"{own.key}({node['name']})",
            subject=f"{own.subject}({name})",
            owner=own.subject,
            name=name,
            parent=own.identity,
            facts={
                "python": name,
                "place": node["in"],
                "required": node.get("required", False),
                "type": _type(node["schema"]),
                "limit": _limits(node["schema"]),
            },
            where=_place(spec, (*operation.pointer, "parameters", index)),
            home=_home(spec, reference),
        )


def _body(spec: Spec, operation: Operation, own: Element) -> Iterator[Element]:
    reference = operation.node.get("requestBody")
    if reference is None:
        return
    node = spec.resolve(reference)
    media = list(node["content"])
    schema = node["content"][media[0]]["schema"]
    if MULTIPART in media:
        yield from _multipart(spec, operation, own, schema)
        return
    yield Element(
        kind="body",
        direction="request",
        key=f"{own.key}(body)",
        subject=f"{own.subject}(body)",
        owner=own.subject,
        name="body",
        parent=own.identity,
        facts={
            "required": node.get("required", False),
            "type": _type(schema),
            "limit": _limits(schema),
            "media": frozenset(media),
            "default": media[0],
        },
        where=_place(spec, (*operation.pointer, "requestBody")),
        home=_home(spec, reference),
    )


def _multipart(spec: Spec, operation: Operation, own: Element, schema: Node) -> Iterator[Element]:
    """Yield the parts of a multipart body, which are arguments like parameters."""
    for key, part in schema["properties"].items():
        name = part.get("x-python-name") or to_argument_name(key)
        yield Element(
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
                "type": _type(part),
                "limit": _limits(part),
            },
            where=_place(spec, (*operation.pointer, "requestBody")),
        )


def _statuses(spec: Spec, operation: Operation, own: Element) -> Iterator[Element]:
    for status, reference in operation.node["responses"].items():
        direction = "response" if status.startswith("2") else "error"
        schemas = [media.get("schema", {}) for media in spec.resolve(reference).get("content", {}).values()]
        body = ", ".join(filter(None, map(get_class_name, schemas)))
        yield Element(
            kind="status",
            direction=direction,
            key=f"{own.key} {status}",
            subject=f"{own.subject} {status}",
            owner=own.subject,
            name=status,
            parent=own.identity,
            facts={"body": body} if direction == "error" else {},
            where=_place(spec, (*operation.pointer, "responses", status)),
            home=_home(spec, reference),
        )


def _schema(spec: Spec, name: str, direction: str, parent: Identity) -> Iterator[Element]:
    node = spec.schemas[name]
    at: Pointer = ("components", "schemas", name)
    subject = f"{spec.name}.models.{name}"
    kind = "an enum" if "enum" in node else "an object"
    if is_union(node):
        kind = f"one of {', '.join(sorted(get_choices(node)))}"
    own = Element(
        kind="schema",
        direction=direction,
        key=subject,
        subject=subject,
        parent=parent,
        facts={"kind": kind},
        where=_place(spec, at),
    )
    yield own
    for value in node.get("enum", ()):
        yield _part(own, "value", str(value), str(value), {}, own.where)
    for key, part in node.get("properties", {}).items():
        python = part.get("x-python-name") or snake_case(key)
        facts: dict[str, object] = {
            "python": python,
            "required": key in node.get("required", ()),
            "type": _type(part),
            "limit": _limits(part),
            "secret": part.get("format") == "password",
            "nullable": part.get("nullable", False),
        }
        if direction == "response":
            facts["spellings"] = frozenset(get_spellings(part, key))
        yield _part(own, "field", key, python, facts, _place(spec, (*at, "properties", key)))


def _part(own: Element, kind: str, key: str, name: str, facts: dict[str, object], where: str) -> Element:
    return Element(
        kind=kind,
        direction=own.direction,
        key=f"{own.key}.{key}",
        subject=f"{own.subject}.{name}",
        owner=own.subject,
        name=name,
        parent=own.identity,
        facts=facts,
        where=where,
    )


def _constants(spec: Spec, operation: Operation) -> str:
    """Return the constant query parameters of an operation."""
    nodes = [spec.resolve(reference) for reference in operation.node.get("parameters", [])]
    sent = [f"{node['name']}={node['schema']['enum'][0]}" for node in nodes if is_constant(node)]
    return f"?{'&'.join(sorted(sent))}" if sent else ""


def _type_of_none(node: Node) -> str:
    """Return the content type that an operation without a body sends."""
    return f" as {node['x-anaplan-content-type']}" if "x-anaplan-content-type" in node else ""


def _type(schema: Node) -> str:
    """Return the type in Python, with the choices of a union in alphabetical order."""
    union = r"\w+(?: \| \w+)+"
    return re.sub(union, lambda found: " | ".join(sorted(found[0].split(" | "))), python_types.write_annotation(schema))


def _limits(schema: Node) -> tuple[tuple[str, object], ...]:
    return tuple((key, schema[key]) for key in (*BOUNDS, "pattern") if key in schema)


def _place(spec: Spec, pointer: Pointer) -> str:
    return f"{spec.file}:{spec.line(pointer)}"


def _home(spec: Spec, reference: Node) -> str:
    """Return the place of a `$ref`, or an empty text for an inline part."""
    pointer: Iterable[str] = reference["$ref"].removeprefix("#/").split("/") if "$ref" in reference else ()
    return _place(spec, tuple(pointer)) if pointer else ""
