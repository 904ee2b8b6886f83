"""Infer schemas from samples of responses and bodies."""

import re
from collections.abc import Mapping
from typing import Any, cast

from attrs import field, frozen
from openapi_schema_validator import OAS30Validator

from ..lint import rules
from ..lint.name_rules import is_class_name
from ..render.engine import pascal_case, snake_case
from ..spec.document import Node

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
SECRET = re.compile(r"password|secret|token", re.IGNORECASE)
# From 2001 on, in milliseconds.
FIRST_EPOCH_MILLISECONDS = 10**12


class UnclearSampleError(Exception):
    """A sample does not determine a schema."""


@frozen
class Schemas:
    """The schemas of one sample: `known` are those of the API, `new` are inferred from the sample."""

    known: Mapping[str, Node]
    closed: bool
    """Whether the sample is of a request: its fields are required, and others are rejected."""
    new: dict[str, Node] = field(factory=dict[str, Node])

    def of(self, name: str, sample: Node, owner: str = "") -> Node:
        """Return a reference to the schema of an object. A schema of the API that fits is reused.

        Raises `UnclearSampleError` for a value without a type, and if the names for the schema are taken.
        """
        known = {**self.known, **self.new}
        for chosen in dict.fromkeys((pascal_case(name), f"{owner}{pascal_case(name)}")):
            if not is_class_name(chosen) or (chosen not in known and snake_case(chosen) in map(snake_case, known)):
                continue
            if chosen not in known:
                schema: Node = {"type": "object", "description": f"{_words(chosen)}."}
                if self.closed:
                    schema["additionalProperties"] = False
                if self.closed and sample:
                    schema["required"] = list(sample)
                self.new[chosen] = schema
                schema["properties"] = {key: self._field(chosen, key, value) for key, value in sample.items()}
            elif not self._is(known[chosen], sample):
                continue
            return {"$ref": f"#/components/schemas/{chosen}"}
        if not is_class_name(pascal_case(name)):
            raise UnclearSampleError(f"no class can be called after {name}")
        raise UnclearSampleError(f"schema {name} exists already with other fields")

    def fault(self, schema: Node, sample: Node) -> str | None:
        """Return where a sample does not fit its schema, which was inferred from the first value of each place."""
        whole = {**schema, "components": {"schemas": {**self.known, **self.new}}}
        error = next(OAS30Validator(whole).iter_errors(sample), None)
        return f"{'.'.join(map(str, error.absolute_path))}: {error.message}" if error is not None else None

    def _is(self, schema: Node, sample: Node) -> bool:
        closed = schema.get("additionalProperties") is False
        told = sample.keys() <= schema.get("properties", {}).keys()
        return closed == self.closed and told and self.fault(schema, sample) is None

    def _field(self, owner: str, key: str, value: Any) -> Node:
        node = self._typed(owner, key, value)
        if "$ref" in node:
            return node
        python = _python_name(owner, key)
        named = {"x-python-name": python} if python != snake_case(key) else {}
        about = f"Id of the {_words(owner).lower()}" if python == "id" else _words(key)
        number = node.get("type") in ("integer", "number") and "format" not in node
        # The rules require a unit, which a sample does not have.
        return {**node, **named, "description": f"{about}: how much, or how many." if number else f"{about}."}

    def _typed(self, owner: str, key: str, value: Any) -> Node:
        if isinstance(value, dict):
            return self.of(key, cast("Node", value), owner)
        if isinstance(value, list):
            entries: Any = cast("Any", value)
            return {"type": "array", "items": self._entry(owner, key, entries)}
        if value is None:
            raise UnclearSampleError(f"{owner}.{key} must have a value in the sample (got null)")
        if isinstance(value, str):
            return _of_text(key, value)
        if isinstance(value, bool):
            return {"type": "boolean"}
        if isinstance(value, int) and value >= FIRST_EPOCH_MILLISECONDS:
            return {"type": "integer", "format": "int64", "x-anaplan-type": "epoch-milliseconds"}
        return {"type": "integer" if isinstance(value, int) else "number"}

    def _entry(self, owner: str, key: str, values: list[Any]) -> Node:
        if not values:
            raise UnclearSampleError(f"{owner}.{key} must have an entry in the sample (got [])")
        if all(isinstance(value, dict) for value in values):
            # Together the entries show the fields that each may leave out.
            return self.of(singularize(key), {name: item for value in values for name, item in value.items()}, owner)
        return self._typed(owner, singularize(key), values[0])


def singularize(word: str) -> str:
    """Return the singular of a plural: `boxes` gives `box`."""
    for plural, single in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", "")):
        if word.endswith(plural) and not word.endswith(("ss", "us", "is")):
            return word.removesuffix(plural) + single
    return word


def _of_text(key: str, value: str) -> Node:
    if MOMENT.fullmatch(value):
        return {"type": "string", "format": "date-time"}
    if DAY.fullmatch(value):
        return {"type": "string", "format": "date"}
    return {"type": "string", "format": "password"} if SECRET.search(key) else {"type": "string"}


def _python_name(owner: str, key: str) -> str:
    """Return `id` for `boxId` of a box, as on every resource, and another name for one that is reserved."""
    name = snake_case(key)
    if name == f"{snake_case(owner)}_id":
        return "id"
    return f"{snake_case(owner)}_{name}" if name in rules.UNFIT_ATTRIBUTES else name


def _words(name: str) -> str:
    return snake_case(name).replace("_", " ").capitalize()
