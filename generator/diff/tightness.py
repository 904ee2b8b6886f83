"""Whether a fact became tighter, looser, or just another."""

from collections.abc import Callable
from typing import Any, TypeAlias

from .security import NONE

Compare: TypeAlias = Callable[[Any, Any], str]
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


def compare(what: str, old: object, new: object) -> str:
    """Return `tightened`, `loosened` or `changed`. A fact that is absent is None."""
    return _COMPARED[what](old, new) if what in _COMPARED else "changed"


def _demand(old: object, new: object) -> str:
    return "tightened" if new else "loosened"


def _permission(old: object, new: object) -> str:
    return "loosened" if new else "tightened"


def _format(old: object, new: object) -> str:
    return "tightened" if old is None else "loosened" if new is None else "changed"


def _open(old: object, new: object) -> str:
    if old is False or new is True:
        return "loosened"
    return "tightened" if new is False or old is True else "changed"


def _type(old: object, new: object) -> str:
    wider = frozenset(str(old).split(" | ")) < frozenset(str(new).split(" | "))
    return "loosened" if wider or (old, new) == ("int", "float") or new == "object" else "changed"


def _accept(old: object, new: object) -> str:
    """Compare media types. The first one is the default of the request."""
    before, after = str(old).split(", "), str(new).split(", ")
    return _members(frozenset(before), frozenset(after)) if before[0] == after[0] else "changed"


def _members(old: Any, new: Any) -> str:
    before: frozenset[str] = old or frozenset()
    after: frozenset[str] = new or frozenset()
    return "loosened" if before < after else "tightened" if after < before else "changed"


def _choices(old: Any, new: Any) -> str:
    if old is None or new is None:
        return "tightened" if old is None else "loosened"
    return _members(old, new)


def _requirements(old: Any, new: Any) -> str:
    if NONE in new.key:
        return "loosened"
    return "tightened" if NONE in old.key else _members(old.key, new.key)


def _limits(old: Any, new: Any) -> str:
    before: dict[str, Any] = dict(old or ())
    after: dict[str, Any] = dict(new or ())
    paths = {key.rpartition(".")[0] for key in before.keys() | after.keys()}
    return "tightened" if any(_is_tighter(_at(before, path), _at(after, path)) for path in paths) else "loosened"


def _at(limits: dict[str, Any], path: str) -> dict[str, Any]:
    return {key.rpartition(".")[2]: value for key, value in limits.items() if key.rpartition(".")[0] == path}


def _is_tighter(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Return whether one of the limits of a value is tighter, whatever the others are."""
    for bounds, direction in ((LOWER[:2], 1), (UPPER[:2], -1)):
        before, after = _bound(old, bounds, direction), _bound(new, bounds, direction)
        if after is not None and (before is None or after > before):
            return True
    for names, direction in ((LOWER[2:], 1), (UPPER[2:], -1)):
        for key in names:
            if key in new and (key not in old or (new[key] - old[key]) * direction > 0):
                return True
    if "multipleOf" in new and ("multipleOf" not in old or old["multipleOf"] % new["multipleOf"]):
        return True
    return any(key in new and new[key] != old.get(key) for key in ("uniqueItems", "pattern"))


def _bound(limits: dict[str, Any], names: tuple[str, str], direction: int) -> tuple[float, bool] | None:
    """Return the tightest of two bounds, so that a greater one is tighter."""
    found = [(limits[key] * direction, index == 1) for index, key in enumerate(names) if key in limits]
    return max(found, default=None)


_COMPARED: dict[str, Compare] = {
    **dict.fromkeys(("required", "authorization", "deprecated", "sensitive", "read-only", "write-only"), _demand),
    "enum": _demand,
    **dict.fromkeys(("nullable", "public"), _permission),
    "format": _format,
    "open": _open,
    "type": _type,
    **dict.fromkeys(("media", "servers", "scopes", "method"), _members),
    "choices": _choices,
    "security": _requirements,
    "accept": _accept,
    "limit": _limits,
}
