"""Check every request to the emulator, and its response, against the specifications."""

import json
import re
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from openapi_schema_validator import OAS30Validator, oas30_format_checker

from anaplan_ext.emulator import Exchange

from ..openapi import NAMES, document

TEXT_VALUES = {
    "integer": int,
    "number": float,
    "boolean": lambda text: {"true": True, "false": False}[text],
    "array": lambda text: text.split(","),
}


class Operation:
    def __init__(self, document: dict[str, Any], base: str, path: str, method: str, node: dict[str, Any]) -> None:
        self.document = document
        self.node = node
        self.method = method.upper()
        self.path = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", base + path))

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            here: Any = self.document
            for key in node["$ref"].removeprefix("#/").split("/"):
                here = here[key]
            node = here
        return node

    def faults(self, schema: dict[str, Any], value: object) -> list[str]:
        whole = {**schema, "components": self.document["components"]}
        found = OAS30Validator(whole, format_checker=oas30_format_checker).iter_errors(value)
        return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in found]

    def unknown_fields(self, schema: dict[str, Any], value: object, at: str = "") -> list[str]:
        """The fields that an open schema admits but does not name: the emulator must not invent any."""
        schema = self.resolve(schema)
        if schema.keys().isdisjoint(("type", "oneOf", "enum")):
            return []  # any value
        if isinstance(value, dict) and "discriminator" in schema:
            kind = value.get(schema["discriminator"]["propertyName"])
            schema = self.resolve({"$ref": schema["discriminator"]["mapping"][kind]})
        if isinstance(value, list):
            return [fault for item in value for fault in self.unknown_fields(schema.get("items", {}), item, f"{at}[]")]
        free = schema.get("type") == "object" and not {"properties", "additionalProperties"} & {*schema}
        if not isinstance(value, dict) or free:
            return []
        known, rest = schema.get("properties", {}), schema.get("additionalProperties")
        known = known | {name: node for node in known.values() for name in node.get("x-anaplan-spellings", [])}
        found = []
        for key, item in value.items():
            if key in known or isinstance(rest, dict):
                found += self.unknown_fields(known.get(key, rest), item, f"{at}.{key}")
            else:
                found.append(f"{at}.{key} is not in the specification")
        return found

    def unknown_message(self, media: dict[str, Any], value: dict[str, Any]) -> list[str]:
        """The message of an error that no example has. `<name>` in an example stands for any text."""
        sent = message_of(value)
        examples = map(self.resolve, media["examples"].values())
        documented = [re.sub("<[a-z_]+>", ".+", re.escape(message_of(example["value"]))) for example in examples]
        known = any(re.fullmatch(pattern, sent) for pattern in documented)
        return [] if known else [f"the message {sent!r} is not in the specification"]


def message_of(body: dict[str, Any]) -> str:
    """Anaplan's message in the body of an error, in either of its forms."""
    status = body.get("status")
    texts = [status["message"]] if isinstance(status, dict) else []
    texts += [body[key] for key in ("statusMessage", "message", "detail", "error_description") if key in body]
    text: str = texts[0]
    return text


def is_json(media: str) -> bool:
    return media == "application/json" or media.endswith("+json")


@cache
def operations() -> list[Operation]:
    found = []
    for specification in map(document, NAMES):
        base = urlsplit(specification["servers"][0]["url"]).path
        for template, item in specification["paths"].items():
            found += [Operation(specification, base, template, method, node) for method, node in item.items()]
    return found


def check(exchange: Exchange) -> None:
    """Raise `AssertionError` if a request or its response violates the specification, unless a fault is injected."""
    if exchange.fault is not None or exchange.scripted or exchange.status is None:
        return
    where = f"{exchange.method} {exchange.path} -> {exchange.status}"
    found = _operation(exchange)
    if found is None:
        assert exchange.status in (401, 404, 405, 501), f"{where}: no such operation is specified"
        return
    operation, match = found
    # A rejected request may be wrong on purpose.
    faults = _request_faults(operation, match, exchange) if exchange.status < 400 else []
    faults += _answer_faults(operation, exchange)
    assert not faults, f"{where}: {'; '.join(faults)}"


def check_answer(exchange: Exchange) -> None:
    """Raise `AssertionError` if a response of a specified operation violates the specification."""
    if found := _operation(exchange):
        faults = _answer_faults(found[0], exchange)
        assert not faults, f"{exchange.method} {exchange.path} -> {exchange.status}: {'; '.join(faults)}"


def _operation(exchange: Exchange) -> tuple[Operation, re.Match[str]] | None:
    path = exchange.path.rstrip("/")
    # Anaplan serves most of a model's paths below its workspace as well; the specifications have one form.
    short = re.sub(r"^/2/0/workspaces/[^/]+(/models/[^/]+/.*)$", r"/2/0\1", path)
    found = [
        (operation, match)
        for form in dict.fromkeys((path, short))
        for operation in operations()
        if operation.method == exchange.method and (match := operation.path.fullmatch(form))
    ]
    # A literal path such as /users/me also matches a template; the one with fewer parameters is meant.
    return min(found, key=lambda pair: len(pair[1].groups()), default=None)


def _request_faults(operation: Operation, match: re.Match[str], exchange: Exchange) -> list[str]:
    headers = dict(exchange.request_headers)
    parameters = [operation.resolve(node) for node in operation.node.get("parameters", [])]
    # Some parameters apply to one kind of response only.
    accepted = headers.get("accept", "").split(";")[0]
    parameters = [node for node in parameters if node.get("x-anaplan-only") in (None, accepted)]
    query = dict(parse_qsl(exchange.query, keep_blank_values=True))
    path = {name: unquote(value) for name, value in match.groupdict().items()}
    faults = [f"query parameter {name} is not specified" for name in query.keys() - {p["name"] for p in parameters}]
    for parameter in parameters:
        value = (path if parameter["in"] == "path" else query).get(parameter["name"])
        if value is None:
            faults += [f"{parameter['name']} is missing"] if parameter.get("required") else []
        else:
            typed = TEXT_VALUES.get(operation.resolve(parameter["schema"])["type"], str)(value)
            faults += operation.faults(parameter["schema"], typed)
    media = headers.get("content-type", "").split("; boundary=")[0] or None
    if "requestBody" not in operation.node:
        return faults + ([f"a body ({media}) is not specified"] if exchange.request_body else [])
    body = operation.resolve(operation.node["requestBody"])
    if not exchange.request_body:
        return faults + (["the body is missing"] if body.get("required") else [])
    if media not in body["content"]:
        return [*faults, f"the content type {media} is not specified"]
    if is_json(media or "") and isinstance(exchange.request_body, bytes):
        faults += operation.faults(body["content"][media]["schema"], json.loads(exchange.request_body))
    return faults


def _answer_faults(operation: Operation, exchange: Exchange) -> list[str]:
    answer = operation.node["responses"].get(str(exchange.status))
    if answer is None:
        return ["the status is not specified"]
    content = operation.resolve(answer).get("content")
    if not content:
        return ["a body is not specified"] if exchange.response_body else []
    media = dict(exchange.response_headers).get("content-type", "").split(";")[0]
    if media not in content:
        return [f"the content type {media} is not specified"]
    if not is_json(media) or not isinstance(exchange.response_body, bytes):
        return []
    value = json.loads(exchange.response_body)
    schema = content[media]["schema"]
    faults = operation.faults(schema, value) + operation.unknown_fields(schema, value)
    return faults + (operation.unknown_message(content[media], value) if exchange.status >= 400 else [])
