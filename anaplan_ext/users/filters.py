"""Select users: expressions, their text for Anaplan, and what Anaplan cannot do, decided here."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping
from typing import Literal, Protocol, TypeAlias

from attrs import frozen

from anaplan_client.core.codec import validation

Operator: TypeAlias = Literal["eq", "ne", "gt", "ge", "lt", "le", "pr", "co", "sw", "ew"]
Value: TypeAlias = str | bool

ATTRIBUTES: Mapping[str, str] = {
    "id": "id",
    "externalId": "external_id",
    "userName": "user_name",
    "active": "active",
    "name.givenName": "name.given_name",
    "name.familyName": "name.family_name",
}
"""The attributes that Anaplan can filter by, with the path of each in a user."""
_NAMES = {**{name: name for name in ATTRIBUTES}, **{path: name for name, path in ATTRIBUTES.items()}}
_OPTIONAL = ("externalId",)
"""Users may lack these. Anaplan cannot select such users by any of its operators but `ne`."""
_LOCAL: tuple[Operator, ...] = ("co", "sw", "ew")
"""Operators of SCIM that Anaplan rejects."""
_NEGATED: dict[Operator, Operator] = {"eq": "ne", "ne": "eq", "gt": "le", "le": "gt", "lt": "ge", "ge": "lt"}
_ORDERINGS = ("gt", "ge", "lt", "le")
_COMPARE: dict[Operator, Callable[[str, str], bool]] = {
    "eq": operator.eq,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
    "co": operator.contains,
    "sw": str.startswith,
    "ew": str.endswith,
}


class PersonName(Protocol):
    """The name of a person."""

    @property
    def given_name(self) -> str:
        """First name."""
        ...

    @property
    def family_name(self) -> str:
        """Last name."""
        ...


class User(Protocol):
    """What is needed of a user."""

    @property
    def id(self) -> str | None:
        """Id of the user."""
        ...

    @property
    def external_id(self) -> str | None:
        """Id of the user in other systems."""
        ...

    @property
    def user_name(self) -> str:
        """Email address that the user signs in with."""
        ...

    @property
    def active(self) -> bool | None:
        """Whether the user can sign in."""
        ...

    @property
    def name(self) -> PersonName:
        """The name of the user."""
        ...


class UserFilter:
    """A condition of users, made by `field`. Combine conditions by `&`, `|` and `~`."""

    __slots__ = ()

    def __and__(self, other: UserFilter) -> UserFilter:
        return Both(self, _check_filter(other))

    def __or__(self, other: UserFilter) -> UserFilter:
        return Either(self, _check_filter(other))

    def __invert__(self) -> UserFilter:
        return negate(self)

    def __bool__(self) -> bool:
        raise TypeError("a UserFilter is neither true nor false; combine conditions by &, | and ~, in parentheses")

    def matches(self, user: User) -> bool:
        """Return whether a user fulfills the condition. Case does not matter.

        Args:
            user: A user of the SCIM API.

        Returns:
            Whether it does.

        Cost:
            No request.
        """
        return _matches(self, user)

    def __str__(self) -> str:
        return _text(self)


@frozen(str=False)
class Comparison(UserFilter):
    """A condition of one attribute. `pr` has no value: the attribute must be there."""

    attribute: str
    operator: Operator
    value: Value | None = None


@frozen(str=False)
class Both(UserFilter):
    """Both conditions."""

    left: UserFilter
    right: UserFilter


@frozen(str=False)
class Either(UserFilter):
    """At least one of two conditions."""

    left: UserFilter
    right: UserFilter


@frozen(str=False)
class Opposite(UserFilter):
    """The opposite of a condition, where no other operator says it."""

    condition: UserFilter


@frozen(eq=False)
class Field:
    """An attribute to compare, made by `field`."""

    attribute: str

    def __eq__(self, value: object) -> UserFilter:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._compare("eq", value)

    def __ne__(self, value: object) -> UserFilter:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._compare("ne", value)

    def __gt__(self, value: str) -> UserFilter:
        return self._compare("gt", value)

    def __ge__(self, value: str) -> UserFilter:
        return self._compare("ge", value)

    def __lt__(self, value: str) -> UserFilter:
        return self._compare("lt", value)

    def __le__(self, value: str) -> UserFilter:
        return self._compare("le", value)

    def __hash__(self) -> int:
        raise TypeError("an attribute of users cannot be a key; compare it to get a UserFilter")

    def present(self) -> UserFilter:
        """Return the condition that the attribute has a value."""
        return Comparison(self.attribute, "pr")

    def contains(self, text: str) -> UserFilter:
        """Return the condition that the attribute contains a text. Anaplan cannot do that; the client does."""
        return self._compare("co", text)

    def starts_with(self, text: str) -> UserFilter:
        """Return the condition that the attribute starts with a text. Anaplan cannot do that; the client does."""
        return self._compare("sw", text)

    def ends_with(self, text: str) -> UserFilter:
        """Return the condition that the attribute ends with a text. Anaplan cannot do that; the client does."""
        return self._compare("ew", text)

    def _compare(self, name: Operator, value: object) -> UserFilter:
        if self.attribute == "active":
            if not isinstance(value, bool):
                raise TypeError(f"active must be compared with True or False (got {value!r})")
            if name not in ("eq", "ne"):
                raise TypeError("active must be compared by == or !=")
            return Comparison(self.attribute, name, value)
        if not isinstance(value, str):
            hint = f"; use field({self.attribute!r}).present()" if value is None else ""
            raise TypeError(f"{self.attribute} must be compared with text (got {value!r}){hint}")
        validation.check_string(self.attribute, value)
        return Comparison(self.attribute, name, value)


def field(name: str) -> Field:
    """Return an attribute of users, to compare it: `field("active") == False`, `field("userName").starts_with("a")`.

    Args:
        name: `id`, `externalId`, `userName`, `active`, `name.givenName` or `name.familyName`, or the same in Python's
            spelling, such as `user_name`.

    Returns:
        The attribute. It has `==`, `!=`, `<`, `<=`, `>`, `>=`, `present`, `contains`, `starts_with` and `ends_with`.

    Raises:
        ValueError: Anaplan cannot filter by this attribute.

    Cost:
        No request.
    """
    if name not in _NAMES:
        raise ValueError(f"name must be one of {', '.join(ATTRIBUTES)} (got {name!r})")
    return Field(_NAMES[name])


def negate(condition: UserFilter) -> UserFilter:
    """Return the opposite of a condition, by Anaplan's operators where that is possible."""
    match condition:
        case Both(left, right):
            return Either(negate(left), negate(right))
        case Either(left, right):
            return Both(negate(left), negate(right))
        case Opposite(inner):
            return inner
        case Comparison(attribute, name, value) if name in _NEGATED:
            # A user without the attribute fulfills no ordering, so that the other ordering is not the opposite.
            if not (attribute in _OPTIONAL and name in _ORDERINGS):
                return Comparison(attribute, _NEGATED[name], value)
        case _:
            pass
    return Opposite(condition)


def split(condition: UserFilter) -> tuple[str | None, UserFilter | None]:
    """Return the text of what Anaplan can select, and what is to be checked of each user that it selects.

    Anaplan never selects fewer users than the condition does.
    """
    if _is_supported(condition):
        return _text(condition), None
    if isinstance(condition, Both):
        (left, left_rest), (right, right_rest) = split(condition.left), split(condition.right)
        texts = [_group(part, text) for part, text in ((condition.left, left), (condition.right, right)) if text]
        rests = [rest for rest in (left_rest, right_rest) if rest is not None]
        rest = rests[0] if len(rests) == 1 else Both(rests[0], rests[1])
        return " and ".join(texts) or None, rest
    return None, condition


def _check_filter(other: object) -> UserFilter:
    if not isinstance(other, UserFilter):
        raise TypeError(f"a UserFilter must be combined with another one (got {type(other).__name__})")
    return other


def _is_supported(condition: UserFilter) -> bool:
    match condition:
        case Both(left, right) | Either(left, right):
            return _is_supported(left) and _is_supported(right)
        case Comparison(_, name, _):
            return name not in _LOCAL
        case _:
            return False


def _group(condition: UserFilter, text: str) -> str:
    return f"({text})" if isinstance(condition, Either) else text


def _text(condition: UserFilter) -> str:
    match condition:
        case Both(left, right):
            return f"{_group(left, _text(left))} and {_group(right, _text(right))}"
        case Either(left, right):
            return f"{_text(left)} or {_text(right)}"
        case Opposite(inner):
            return f"not ({_text(inner)})"
        case Comparison(attribute, name, value):
            return f"{attribute} pr" if name == "pr" else f"{attribute} {name} {json.dumps(value, ensure_ascii=False)}"
        case _:
            raise AssertionError(f"{type(condition).__name__} is no condition")


def _matches(condition: UserFilter, user: User) -> bool:
    match condition:
        case Both(left, right):
            return _matches(left, user) and _matches(right, user)
        case Either(left, right):
            return _matches(left, user) or _matches(right, user)
        case Opposite(inner):
            return not _matches(inner, user)
        case Comparison(attribute, name, value):
            return _compare(name, _value_of(user, attribute), value)
        case _:
            raise AssertionError(f"{type(condition).__name__} is no condition")


def _compare(name: Operator, found: Value | None, value: Value | None) -> bool:
    if name == "pr":
        return found not in (None, "")
    if name == "ne":
        return not _compare("eq", found, value)
    if found is None or value is None:
        return False
    if isinstance(found, bool) or isinstance(value, bool):
        return found is value
    # Anaplan's schema says of each attribute that case does not matter.
    return _COMPARE[name](found.lower(), value.lower())


def _value_of(user: User, attribute: str) -> Value | None:
    value: object = user
    for part in ATTRIBUTES[attribute].split("."):
        value = getattr(value, part)
    return value if isinstance(value, str | bool) else None
