"""Parse and apply the filters of SCIM that Anaplan supports: a subset of RFC 7644."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from attrs import define

Values = Mapping[str, str | bool | None]
"""The attributes of a user that a filter can name."""
Condition = Callable[[Values], bool]

TEXT_ATTRIBUTES = ("id", "externalId", "userName", "name.givenName", "name.familyName")
_TOKEN = re.compile(r'\s*(?:(\()|(\))|("(?:[^"\\]|\\.)*")|([A-Za-z][\w.]*))')
_BOOLEANS = {"true": True, "false": False}
_ORDER: dict[str, Callable[[str, str], bool]] = {
    "gt": lambda found, value: found > value,
    "ge": lambda found, value: found >= value,
    "lt": lambda found, value: found < value,
    "le": lambda found, value: found <= value,
}


class FilterError(ValueError):
    """A filter is not one that Anaplan supports."""


def parse_filter(text: str) -> Condition:
    """Return the condition of a filter's text. FilterError for anything that Anaplan does not support."""
    parser = _Parser(_split(text))
    condition = parser.alternatives()
    if parser.position != len(parser.tokens):
        raise FilterError("there is more than a condition")
    return condition


def _split(text: str) -> list[str]:
    tokens, position = list[str](), 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise FilterError("a character is not part of a filter")
        tokens.append(match[0].strip())
        position = match.end()
    return tokens


@define
class _Parser:
    tokens: list[str]
    position: int = 0

    def take(self) -> str:
        if self.position >= len(self.tokens):
            raise FilterError("the filter ends too early")
        self.position += 1
        return self.tokens[self.position - 1]

    def follows(self, word: str) -> bool:
        found = self.position < len(self.tokens) and self.tokens[self.position].lower() == word
        self.position += found
        return found

    def alternatives(self) -> Condition:
        parts = [self.conjunction()]
        while self.follows("or"):
            parts.append(self.conjunction())
        return lambda values: any(part(values) for part in parts)

    def conjunction(self) -> Condition:
        parts = [self.condition()]
        while self.follows("and"):
            parts.append(self.condition())
        return lambda values: all(part(values) for part in parts)

    def condition(self) -> Condition:
        name = self.take()
        if name == "(":
            inner = self.alternatives()
            if self.take() != ")":
                raise FilterError("a parenthesis is open")
            return inner
        attribute = next((known for known in (*TEXT_ATTRIBUTES, "active") if known.lower() == name.lower()), None)
        if attribute is None:
            raise FilterError(f"{name} is no attribute")
        operator = self.take().lower()
        if operator == "pr":
            return lambda values: values.get(attribute) not in (None, "")
        return _comparison(attribute, operator, self.take())


def _comparison(attribute: str, operator: str, literal: str) -> Condition:
    if operator not in ("eq", "ne", *_ORDER):
        raise FilterError(f"{operator} is no operator")
    if attribute == "active":
        if literal.lower() not in _BOOLEANS or operator in _ORDER:
            raise FilterError("active is a boolean")
        expected = _BOOLEANS[literal.lower()]
        return lambda values: (values["active"] is expected) is (operator == "eq")
    try:
        value = json.loads(literal)
    except ValueError:
        value = None
    if not isinstance(value, str):
        raise FilterError(f"{literal} is no text")
    return _text_comparison(attribute, operator, value.lower())


def _text_comparison(attribute: str, operator: str, value: str) -> Condition:
    def compare(values: Values) -> bool:
        found = values.get(attribute)
        text = found.lower() if isinstance(found, str) else None
        if operator in ("eq", "ne"):
            return (text == value) is (operator == "eq")
        return text is not None and _ORDER[operator](text, value)

    return compare
