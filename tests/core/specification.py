"""The specifications as the tests read them: independently of the generator, straight from the YAML."""

import builtins
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from hypothesis import strategies as st

from anaplan_client.core import OpenStrEnum

from ..contract.conformance import message_of
from ..openapi import NAMES, document

JSON = "application/json"
# What leads a browser on is a success.
REDIRECT = 302
MULTIPART = "multipart/form-data"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Fields that Anaplan may add and that must not be mixed up with what the classes have themselves.
SIMILAR_NAMES = ["self", "cls", "value", "fields", "additional_properties", "__class__", "id", "name", "task_state"]
OFFSETS = ["Z", "+00:00", "+0000", "+02:00", "-0530"]


def argument_name(parameter: dict[str, Any]) -> str:
    """The name of a parameter as an argument, which is not that of a builtin."""
    name = python_name(parameter["name"], parameter)
    return f"{name}_" if hasattr(builtins, name) and "x-python-name" not in parameter else name


def is_free_form(schema: dict[str, Any]) -> bool:
    """Whether a schema allows any object, or any value."""
    return schema.get("type", "object") == "object" and not {"properties", "additionalProperties"} & {*schema}


def json_media(content: dict[str, Any]) -> str | None:
    """The media type of JSON in the content of a body or response, such as `application/scim+json`."""
    return next((media for media in content if media == JSON or media.endswith("+json")), None)


def python_name(name: str, node: dict[str, Any]) -> str:
    return node.get("x-python-name") or re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def without_spellings(node: Any) -> Any:
    """Return the document without the fields that are other spellings, and each number with its own type as format."""
    if isinstance(node, list):
        return [without_spellings(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    found = {key: without_spellings(value) for key, value in node.items()}
    if node.get("type") == "object" and "properties" in node:
        fields = found["properties"]
        other = {name for field in fields.values() for name in field.get("x-anaplan-spellings", [])}
        found["properties"] = {key: value for key, value in fields.items() if key not in other}
    if found.get("format") == "int64":
        found["format"] = found.get("x-anaplan-type", "integer")
    return found


def is_any(schema: dict[str, Any]) -> bool:
    """Whether a schema allows any JSON value."""
    return schema.keys().isdisjoint(("$ref", "type", "oneOf", "enum"))


def is_constant(schema: dict[str, Any]) -> bool:
    """Whether a field has one value only. No named enumeration has."""
    return len(schema.get("enum", ())) == 1


class Specification:
    """One YAML document and the package that was generated from it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.document = without_spellings(document(name))
        self.package = import_module(f"anaplan_client.{name}")
        self.models: ModuleType = self.package.models
        server = self.document["servers"][0]
        self.base: str = urlsplit(server["url"]).path
        self.host: str = server["x-anaplan-host"]
        self.schemas: dict[str, dict[str, Any]] = self.document["components"]["schemas"]
        self._values: dict[tuple[str, int, bool], st.SearchStrategy[Any]] = {}

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            here = self.document
            for key in node["$ref"].removeprefix("#/").split("/"):
                here = here[key]
            node = here
        return node

    def operations(self) -> Iterator["Operation"]:
        """Yield the operations; those with JSON and binary responses twice, once for each."""
        for path, item in self.document["paths"].items():
            for method, node in item.items():
                content = self._answer(node)
                media = json_media(content)
                binary = {name: content[name] for name in content if name != media}
                if binary and media:
                    yield Operation(self, path, method.upper(), node, {media: content[media]})
                    said = {key: node[key] for key in node if key != "x-anaplan-method"}
                    own = next(iter(binary.values()))["x-anaplan-operation"]
                    yield Operation(self, path, method.upper(), said | own, binary)
                else:
                    yield Operation(self, path, method.upper(), node, content)

    def _answer(self, node: dict[str, Any]) -> dict[str, Any]:
        answers = [self.resolve(node["responses"][status]) for status in node["responses"] if status[0] == "2"]
        contents = [answer["content"] for answer in answers if "content" in answer]
        # Several statuses of a success have one type.
        assert all(
            {media: node.get("schema") for media, node in content.items()}
            == {media: node.get("schema") for media, node in contents[0].items()}
            for content in contents
        )
        return contents[0] if contents else {}

    def answer_schemas(self) -> list[str]:
        """Return the names of the schemas in successful responses."""
        return self.reached(operation.answer_schema for operation in self.operations())

    def request_schemas(self) -> list[str]:
        """The names of the schemas that some body can hold."""
        return self.reached(operation.json_body.get("schema") for operation in self.operations())

    def reached(self, roots: Iterable[dict[str, Any] | None]) -> list[str]:
        """The names of the schemas that these mention, and those that they mention."""
        found: dict[str, None] = {}

        def visit(node: object) -> None:
            if isinstance(node, list):
                for item in node:
                    visit(item)
            elif isinstance(node, dict):
                name = node.get("$ref", "").rpartition("/")[2]
                if name and name not in found:
                    found[name] = None
                    visit(self.schemas[name])
                for item in node.values():
                    visit(item)

        for root in roots:
            visit(root)
        return list(found)

    # Values

    def values(self, schema: dict[str, Any], depth: int = 0, *, exact: bool = False) -> st.SearchStrategy[Any]:
        """Return JSON that a response may have for this schema, in all spellings that occur, or in its own."""
        if "$ref" in schema:
            # Built once: Hypothesis takes longer to look at a new strategy than to draw from it.
            key = (schema["$ref"], depth, exact)
            if key not in self._values:
                self._values[key] = self.values(self.resolve(schema), depth, exact=exact)
            return self._values[key]
        if schema.get("nullable"):
            alone = {key: schema[key] for key in schema if key != "nullable"}
            return st.none() | self.values(alone, depth, exact=exact)
        if "oneOf" in schema:
            return st.one_of(*(self.values(choice, depth, exact=exact) for choice in schema["oneOf"]))
        if is_any(schema):
            return st.none() | st.booleans() | st.integers() | st.lists(st.text(max_size=3), max_size=2)
        if is_constant(schema):  # it tells the choice of a union
            return self._exact(schema)
        if is_free_form(schema):
            return st.dictionaries(st.text(max_size=4), st.integers(), max_size=2)
        if schema["type"] == "array":
            least = schema.get("minItems", 0)
            return st.lists(
                self.values(schema["items"], depth + 1, exact=exact), min_size=least, max_size=max(2, least)
            )
        if isinstance(rest := schema.get("additionalProperties"), dict):
            inner = self.values(rest, depth + 1, exact=exact)
            return st.dictionaries(st.text(max_size=8), inner, max_size=3)
        if schema["type"] == "object":
            return self._objects(schema, depth, exact)
        return self._exact(schema) if exact else self._exact(schema) | self._loose(schema)

    def _exact(self, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        match schema.get("format") or schema["type"]:
            case "date-time":
                moments = st.datetimes(timezones=st.none()).map(
                    lambda moment: moment.isoformat(timespec="milliseconds")
                )
                return st.tuples(moments, st.sampled_from(OFFSETS)).map("".join)
            case "date":
                return st.dates().map(date.isoformat)
            case "epoch-milliseconds":
                return st.integers(-62_135_596_800_000, 253_402_300_799_999)
            case "integer":
                return st.integers()
            case "number":
                return st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False)
            case "boolean":
                return st.booleans()
        return st.text(max_size=8)

    def _loose(self, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
        if "enum" in schema:
            return st.text(min_size=1, max_size=6)
        match schema.get("format") or schema["type"]:
            case "date-time":
                return st.datetimes(timezones=st.none()).map(datetime.isoformat)
            case "date":
                return self._exact(schema)
            case "epoch-milliseconds":
                return self._exact(schema).map(str)
            case "integer":
                return st.integers().map(str) | st.integers(-(2**50), 2**50).map(float)
            case "number":
                return st.floats(allow_nan=False, allow_infinity=False).map(str)
            case "boolean":
                return st.sampled_from(["true", "false", "True"])
        return st.integers()

    def _objects(self, schema: dict[str, Any], depth: int, exact: bool) -> st.SearchStrategy[dict[str, Any]]:
        required, optional = {}, {}
        for name, node in schema["properties"].items():
            if name in schema.get("required", []):
                required[name] = self.values(node, depth + 1, exact=exact)
            elif depth > 4:  # an object that can hold itself has to end somewhere
                optional[name] = st.none()
            else:
                spellings = [] if exact else node.get("x-anaplan-spellings", [])
                unset = st.none() if exact or self.is_text(node) else st.sampled_from([None, ""])
                value = st.one_of(unset, self.values(node, depth + 1, exact=exact))
                optional |= dict.fromkeys([name, *spellings], value)
        known = st.fixed_dictionaries(required, optional=optional)
        if exact:
            return known
        names = st.text(max_size=6) | st.sampled_from(SIMILAR_NAMES)
        values = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)
        unknown = st.dictionaries(names.filter(lambda key: key not in self.spelled(schema)), values, max_size=2)
        return st.tuples(known, unknown).map(lambda pair: {**pair[1], **pair[0]})

    def spelled(self, schema: dict[str, Any]) -> set[str]:
        """The names of an object's properties in all their spellings."""
        return {
            name for key, node in schema["properties"].items() for name in [key, *node.get("x-anaplan-spellings", [])]
        }

    def is_text(self, node: dict[str, Any]) -> bool:
        node = self.resolve(node)
        if node.get("format") == "id":
            return True
        return node.get("type") == "string" and "enum" not in node and node.get("format") in (None, "password")

    def minimal(self, name: str) -> dict[str, Any]:
        """Return an object of a response with only the required fields."""
        schema = self.schemas[name]
        return {key: self._smallest(schema["properties"][key]) for key in schema.get("required", [])}

    def _smallest(self, node: dict[str, Any]) -> Any:
        while "$ref" in node and "oneOf" in self.resolve(node):
            node = self.resolve(node)["oneOf"][0]
        if "$ref" in node and self.resolve(node)["type"] == "object":
            return self.minimal(node["$ref"].rpartition("/")[2])
        node = self.resolve(node)
        if "enum" in node:
            return node["enum"][0]
        if "oneOf" in node:
            return self._smallest(node["oneOf"][0])
        if node["type"] == "array":
            return [self._smallest(node["items"]) for _ in range(node.get("minItems", 0))]
        return {"string": "x", "integer": 1, "number": 1.0, "boolean": True}[node["type"]]

    def choose(self, schema: dict[str, Any], value: Any) -> dict[str, Any]:
        """The object of a union that a value is: by its discriminator, or the first that has all its fields."""
        union = self.resolve(schema)
        if "$ref" not in union.get("oneOf", [{}])[0] or value is None:
            return schema
        choices: list[dict[str, Any]] = union["oneOf"]
        if "discriminator" in union:
            kind = value[union["discriminator"]["propertyName"]]
            return {"$ref": union["discriminator"]["mapping"][kind]}
        return next(choice for choice in choices if value.keys() <= self.resolve(choice)["properties"].keys())

    # What values are to be read as

    def check(self, schema: dict[str, Any], value: Any, read: Any) -> None:
        """Asserts that a value which this schema describes was read as documented."""
        schema = self.choose(schema, value)
        name = schema.get("$ref", "").rpartition("/")[2]
        schema = self.resolve(schema)
        if value is None or (value == "" and not self.is_text(schema) and not is_any(schema)):
            assert read is None
        elif is_any(schema) or is_constant(schema):
            assert (read, type(read)) == (value, type(value))
        elif "enum" in schema:
            assert type(read) is getattr(self.models, name)
            assert isinstance(read, OpenStrEnum)
            assert (read, hash(read)) == (value, hash(value))
        elif schema.get("format") == "date-time":
            moment = datetime.fromisoformat(value)
            assert read == (moment if moment.tzinfo else moment.replace(tzinfo=UTC))
            assert read.tzinfo is not None
        elif schema.get("format") == "date":
            assert read == date.fromisoformat(value)
        elif schema.get("format") == "epoch-milliseconds":
            assert read - EPOCH == timedelta(milliseconds=int(value))
        elif schema["type"] == "array":
            assert len(read) == len(value)
            for item, read_item in zip(value, read, strict=True):
                self.check(schema["items"], item, read_item)
        elif schema["type"] == "object" and isinstance(schema.get("additionalProperties"), dict):
            assert list(read) == list(value)
            for key in value:
                self.check(schema["additionalProperties"], value[key], read[key])
        elif is_free_form(schema):
            assert read == value
        elif schema["type"] == "object":
            assert type(read) is getattr(self.models, name)
            known = self.spelled(schema)
            assert read.additional_properties == {key: value[key] for key in value if key not in known}
            for key, node in schema["properties"].items():
                arrived = [value.get(spelling) for spelling in [key, *node.get("x-anaplan-spellings", [])]]
                first = next((item for item in arrived if item is not None), None)
                self.check(node, first, getattr(read, python_name(key, node)))
        elif schema.get("format") == "id":
            assert read == str(value)
        else:
            expected = {
                "string": str,
                "integer": int,
                "number": float,
                "boolean": lambda value: value if isinstance(value, bool) else value.lower() == "true",
            }[schema["type"]](value)
            assert (read, type(read)) == (expected, type(expected))

    def same(self, schema: dict[str, Any], sent: Any, written: Any) -> bool:
        """Whether an object was written as it was sent: moments may be worded differently, nulls left out."""
        schema = self.resolve(self.choose(schema, sent))
        if schema.get("format") == "date-time":
            return datetime.fromisoformat(sent) == datetime.fromisoformat(written)
        if schema.get("format") == "id":  # one that was text is written as the number that Anaplan documents
            return str(sent) == str(written)
        if schema.get("type") == "array":
            nodes = [schema["items"]] * len(sent)
            return len(sent) == len(written) and all(map(self.same_or_null, nodes, sent, written))
        if isinstance(node := schema.get("additionalProperties"), dict):
            return sent.keys() == written.keys() and all(
                self.same_or_null(node, sent[key], written[key]) for key in sent
            )
        if "properties" not in schema:
            return isinstance(sent, bool) is isinstance(written, bool) and bool(sent == written)
        known: dict[str, Any] = schema["properties"]
        kept = self.kept(schema, sent)
        return kept.keys() == written.keys() and all(
            self.same_or_null(known[key], kept[key], written[key]) if key in known else kept[key] == written[key]
            for key in kept
        )

    def same_or_null(self, schema: dict[str, Any], sent: Any, written: Any) -> bool:
        return sent is written if sent is None or written is None else self.same(schema, sent, written)

    def kept(self, schema: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
        """The fields without the nulls that no field of the object is documented to have."""
        known: dict[str, Any] = schema["properties"]
        several = any(node.get("nullable") or "x-anaplan-spellings" in node or is_any(node) for node in known.values())
        return {key: value for key, value in sent.items() if value is not None or key not in known or several}

    def build(self, schema: dict[str, Any], value: Any) -> Any:
        """Makes the object of a request from its JSON, as a user would."""
        schema = self.choose(schema, value)
        name = schema.get("$ref", "").rpartition("/")[2]
        schema = self.resolve(schema)
        if "enum" in schema:
            return value if is_constant(schema) else getattr(self.models, name)(value)
        if schema.get("type") == "array":
            return [self.build(schema["items"], item) for item in value]
        if schema.get("format") == "epoch-milliseconds":
            return EPOCH + timedelta(milliseconds=value)
        if "properties" not in schema:
            return date.fromisoformat(value) if schema.get("format") == "date" else value
        known = schema["properties"]
        given = {key: item for key, item in value.items() if not is_constant_field(schema, key)}
        fields = {python_name(key, known[key]): self.build(known[key], item) for key, item in given.items()}
        return getattr(self.models, name)(**fields)


class Operation:
    """One operation: what its specification says, and the function that was generated for it."""

    def __init__(
        self,
        specification: Specification,
        path: str,
        method: str,
        node: dict[str, Any],
        answer: dict[str, Any],
    ) -> None:
        self.specification = specification
        self.path = path
        self.method = method
        self.node = node
        self.id: str = node["operationId"]
        self.function = getattr(specification.package, self.id)
        self.answer = answer
        parameters = [specification.resolve(parameter) for parameter in node.get("parameters", [])]
        parameters = [parameter for parameter in parameters if parameter.get("x-anaplan-only") in (None, *answer)]
        # What can have one value only is no argument.
        self.parameters = [parameter for parameter in parameters if "enum" not in parameter["schema"]]
        self.constants = {item["name"]: item["schema"]["enum"] for item in parameters if "enum" in item["schema"]}
        body = specification.resolve(node.get("requestBody", {}))
        self.body: dict[str, Any] = body.get("content", {})
        self.body_required: bool = body.get("required", False)
        self.signed_by_itself = bool(node.get("security"))
        self.is_public = node.get("security", specification.document["security"]) == []
        self.json_body: dict[str, Any] = self.body.get(json_media(self.body) or "", {})

    def __repr__(self) -> str:
        return f"{self.specification.name}.{self.id}"

    @property
    def answer_schema(self) -> dict[str, Any] | None:
        return self.answer.get(json_media(self.answer) or "", {}).get("schema")

    def answer_examples(self) -> Iterator[Any]:
        for media in self.answer.values():
            yield from examples(media)

    def body_examples(self) -> Iterator[Any]:
        yield from examples(self.json_body)

    @property
    def responses(self) -> dict[int, dict[str, Any]]:
        """What is documented of each numbered status."""
        nodes: dict[str, dict[str, Any]] = self.node["responses"]
        return {int(status): self.specification.resolve(node) for status, node in nodes.items() if status.isdecimal()}

    def success_statuses(self, *, with_content: bool) -> tuple[int, ...]:
        found = [status for status, node in self.responses.items() if 200 <= status < 300 or status == REDIRECT]
        return tuple(status for status in found if ("content" in self.responses[status]) == with_content)

    @property
    def rejections(self) -> dict[int, dict[str, Any]]:
        """What is documented of each status of an error."""
        return {status: node for status, node in self.responses.items() if status >= 300 and status != REDIRECT}

    @property
    def hints(self) -> dict[int, str]:
        found = {}
        for status, node in self.rejections.items():
            texts = [
                example.get("x-anaplan-hint") for example in self.error_examples(node) if message_of(example["value"])
            ]
            hint = node.get("x-anaplan-hint") or (texts[0] if len(texts) == 1 else None)
            found |= {status: hint} if hint else {}
        return found

    @property
    def message_hints(self) -> dict[str, str]:
        found = {}
        for node in self.rejections.values():
            examples = [example for example in self.error_examples(node) if message_of(example["value"])]
            if len(examples) > 1 or "x-anaplan-hint" in node:
                told = [example for example in examples if "x-anaplan-hint" in example]
                found |= {message_of(example["value"]): example["x-anaplan-hint"] for example in told}
        return found

    def error_examples(self, response: dict[str, Any]) -> list[dict[str, Any]]:
        """The named examples of a response in JSON."""
        content = response.get("content", {})
        named = content.get(json_media(content) or "", {}).get("examples", {})
        return [self.specification.resolve(example) for example in named.values()]

    def arguments(self, *, optional: bool) -> dict[str, Any]:
        """The examples of the parameters, by the names of the function's arguments."""
        found: dict[str, Any] = {}
        for parameter in self.parameters:
            if optional or parameter.get("required"):
                example = parameter["example"]
                is_day = parameter["schema"].get("format") == "date"
                value = (
                    date.fromisoformat(example) if is_day else self.specification.build(parameter["schema"], example)
                )
                found[argument_name(parameter)] = value
        if self.signed_by_itself:
            found["authorization"] = "Basic abc"
        return found

    def schema(self, parameter: dict[str, Any]) -> dict[str, Any]:
        return self.specification.resolve(parameter["schema"])

    def bodies(self) -> Iterator[tuple[dict[str, Any], str | None, bytes | None]]:
        """The arguments for each documented body, with the content type and the content that they give."""
        if not self.body or not self.body_required:
            yield {}, None, None
        for media in self.body:
            if media == MULTIPART:
                yield {"file": b"\x00\xff"}, media, b"\x00\xff"
            elif media == json_media(self.body):
                for example in self.body_examples():
                    model = self.specification.build(self.body[media]["schema"], example)
                    yield {"body": model}, media, json.dumps(example).encode()
            elif len(self.body) > 1:
                yield {"body": b"\x00\xff", "content_type": media}, media, b"\x00\xff"
            else:
                yield {"body": b"\x00\xff"}, media, b"\x00\xff"


def is_constant_field(schema: dict[str, Any], key: str) -> bool:
    """Whether a field can have one value only, which its class has by itself."""
    return "enum" in schema["properties"][key] and key in schema.get("required", ())


def examples(media: dict[str, Any]) -> list[Any]:
    found = [media["example"]] if "example" in media else []
    return found + [example["value"] for example in media.get("examples", {}).values()]


@cache
def specifications() -> dict[str, Specification]:
    return {name: Specification(name) for name in NAMES}


def operations() -> list[Operation]:
    return [operation for specification in specifications().values() for operation in specification.operations()]
