"""The rules for what a specification documents: errors, units, examples, and closed or open schemas."""

import re
from collections.abc import Callable, Iterator

from openapi_schema_validator import OAS30Validator

from ..spec import usage
from ..spec.document import Node, Operation, Pointer, Problem, Spec
from ..spec.media import is_json
from ..spec.schemas import get_class_name, is_union
from ..spec.security import find_signer

# The description of a number says its unit, or what it counts.
UNIT = re.compile(
    r"\b(how (many|much|far|often)|this many|number of|counts?|counted|index|id|code|version|year|percent|ratio"
    r"|bytes?|[kKMG]B|kg|unit|characters?|milliseconds?|seconds?|minutes?|hours?|days?|from -?\d+ to -?\d+)\b|%",
    re.IGNORECASE,
)


def check(spec: Spec) -> Iterator[Problem]:
    """Yield every problem of the documentation in a valid specification."""
    for rule in (_errors, _tags, _units, _strictness, _examples, _parameter_examples, _unused):
        yield from rule(spec)


# The errors that an operation must document, and when.
_ERRORS: tuple[tuple[str, str, Callable[[Spec, Operation], bool]], ...] = (
    ("400", "it has a body", lambda spec, operation: "requestBody" in operation.node),
    ("401", "its token can be wrong", lambda spec, operation: find_signer(spec, operation) != "nobody"),
    ("404", "its path names something", lambda spec, operation: "{" in operation.path),
    ("429", "Anaplan limits requests", lambda spec, operation: True),
)


def _errors(spec: Spec) -> Iterator[Problem]:
    for operation in spec.operations():
        for status, why, needed in _ERRORS:
            if needed(spec, operation) and status not in operation.node["responses"]:
                at = (*operation.pointer, "responses")
                yield spec.problem("errors", at, f"{_name(operation)}: error {status} must be described, because {why}")


def _tags(spec: Spec) -> Iterator[Problem]:
    listed = spec.node.get("tags", [])
    used: dict[str, Operation] = {}
    for operation in spec.operations():
        used |= dict.fromkeys(operation.node.get("tags", []), operation)
    for index, tag in enumerate(listed):
        if not tag.get("description"):
            yield spec.problem("tag", ("tags", index), f"tag {tag['name']} has no description")
        if tag["name"] not in used:
            yield spec.problem("tag", ("tags", index), f"tag {tag['name']} is not used")
    for name in used.keys() - {tag["name"] for tag in listed}:
        yield spec.problem("tag", (*used[name].pointer, "tags"), f"tag {name} is not in the list of tags")


def _units(spec: Spec) -> Iterator[Problem]:
    for operation in spec.operations():
        for index, reference in enumerate(operation.node.get("parameters", [])):
            node = spec.resolve(reference)
            at = (*operation.pointer, "parameters", index)
            yield from _unit(spec, at, f"{_name(operation)}: parameter {node['name']}", node.get("schema", {}), node)
    for name, schema in spec.schemas.items():
        for key, node in schema.get("properties", {}).items():
            yield from _unit(spec, ("components", "schemas", name, "properties", key), f"{name}.{key}", node, node)


def _unit(spec: Spec, at: Pointer, what: str, schema: Node, described: Node) -> Iterator[Problem]:
    moment = schema.get("format") == "epoch-milliseconds"
    text = described.get("description")
    if schema.get("type") in ("integer", "number") and not moment and text and not UNIT.search(text):
        message = f"{what}: its description must say the unit, such as bytes, or what it counts"
        yield spec.problem("unit", at, message)


def _strictness(spec: Spec) -> Iterator[Problem]:
    sent, received, bodies = usage.find_sent_schemas(spec), usage.find_received_schemas(spec), set(_bodies(spec))
    for name, schema in spec.schemas.items():
        closed = schema.get("additionalProperties") is False
        at = ("components", "schemas", name)
        if name in received and closed:
            message = f"schema {name}: a response may get fields at any time; leave additionalProperties out"
            yield spec.problem("response-tolerant", at, message)
        if name in (sent - received) | bodies and not closed and not _has_no_fields(schema):
            message = f"schema {name}: a schema of requests only must have additionalProperties: false"
            yield spec.problem("request-strict", at, message)


def _has_no_fields(schema: Node) -> bool:
    return "enum" in schema or is_union(schema)


def _bodies(spec: Spec) -> Iterator[str]:
    for operation in spec.operations():
        for media in spec.resolve(operation.node.get("requestBody", {})).get("content", {}).values():
            schema = media.get("schema", {})
            if name := get_class_name(schema.get("items", schema)):
                yield name


def _examples(spec: Spec) -> Iterator[Problem]:
    seen: set[Pointer] = set()
    for operation in spec.operations():
        bodies: list[tuple[Pointer, str, Node]] = []
        if "requestBody" in operation.node:
            body = operation.node["requestBody"]
            bodies.append(((*operation.pointer, "requestBody"), "request body", body))
        for status, response in operation.node["responses"].items():
            bodies.append(((*operation.pointer, "responses", status), f"response {status}", response))
        for place, what, body in bodies:
            # What is shared is checked once.
            at = tuple(body["$ref"].removeprefix("#/").split("/")) if "$ref" in body else place
            content = [node for name, node in spec.resolve(body).get("content", {}).items() if is_json(name)]
            if content and at not in seen:
                seen.add(at)
                is_error = what.startswith("response") and not what.startswith("response 2")
                rule = "error-example" if is_error else "example-missing"
                for media in content:
                    yield from _media_examples(spec, at, f"{_name(operation)}: the {what}", media, rule)


def _media_examples(spec: Spec, at: Pointer, what: str, media: Node, rule: str) -> Iterator[Problem]:
    named = [spec.resolve(item) for item in media.get("examples", {}).values()]
    values = [media["example"]] if "example" in media else [item["value"] for item in named if "value" in item]
    if not values:
        yield spec.problem(rule, at, f"{what} has no example")
    for value in values:
        yield from _fits(spec, at, what, media["schema"], value)


def _parameter_examples(spec: Spec) -> Iterator[Problem]:
    for operation in spec.operations():
        for index, reference in enumerate(operation.node.get("parameters", [])):
            node = spec.resolve(reference)
            at = (*operation.pointer, "parameters", index)
            what = f"{_name(operation)}: parameter {node['name']}"
            if "example" in node:
                yield from _fits(spec, at, what, node.get("schema", {}), node["example"])


def _fits(spec: Spec, at: Pointer, what: str, schema: Node, value: object) -> Iterator[Problem]:
    whole = {**schema, "components": spec.node.get("components", {})}
    for error in OAS30Validator(whole).iter_errors(value):
        field = ".".join(str(key) for key in error.absolute_path)
        message = f"{what} has an example that its schema rejects: {field}: {error.message}"
        yield spec.problem("example-fits", at, message)


def _unused(spec: Spec) -> Iterator[Problem]:
    used = set(re.findall(r"'\$ref': '#/components/([^']+)'", str(spec.node)))
    for kind, components in spec.node.get("components", {}).items():
        for name in components if kind != "securitySchemes" else ():
            if f"{kind}/{name}" not in used:
                yield spec.problem("component-used", ("components", kind, name), f"{kind}/{name} is not used")


def _name(operation: Operation) -> str:
    return str(operation.node.get("operationId", operation.path))
