"""All beliefs that the emulator and the specifications rest on: from the specifications, and of behavior."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cache

from attrs import frozen

from ..drift.walk import list_operations
from .behaviors import ASSUMED, BEHAVIORS, DOCUMENTED, SEEN, Behavior
from .rules import Rule, check_beyond, check_fields, check_limit, check_paging, check_second, check_shape

_TRUST = {"administration": ASSUMED, "alm": DOCUMENTED}
"""How far to trust the shapes of an API, if not as seen on live tenants."""
_Part = tuple[str, str, str, Rule]
_SHAPES: tuple[_Part, ...] = (
    ("shape", "base", "The response has the documented shape", check_shape),
    ("fields", "base", "Every field and constant is documented", check_fields),
)
_PAGES: tuple[_Part, ...] = (
    ("page", "base", "A page counts its entries, and says where it is", check_paging),
    ("limit", "limit", "A limit of 1 gives the first entry, and the same total", check_limit),
    ("second", "second", "An offset of 1 gives the second entry", check_second),
    ("beyond", "beyond", "Behind the last entry, a page is empty", check_beyond),
)
_NOT_COUNTED = frozenset(("cloudworks.list_runs",))
"""Paged operations whose responses do not say where a page is."""


@frozen
class Belief:
    """Something that is believed of Anaplan, and how to tell whether it is so."""

    id: str
    """Operation, and what the belief is about. It stays the same between versions if the belief does."""
    operation: str
    variant: str
    """How the request differs from the plain one, `base`."""
    statement: str
    source: str
    trust: str
    """`seen` on live tenants, `documented` by Anaplan, or `assumed`."""
    rule: Rule


@cache
def list_beliefs() -> tuple[Belief, ...]:
    """Return all beliefs, each with its own id."""
    return (*_list_documented(), *map(_to_belief, BEHAVIORS))


def _list_documented() -> Iterator[Belief]:
    """Yield what the specifications say of each operation: its shape, its fields, and its pages."""
    for operation in list_operations():
        name, api = operation.name, operation.name.partition(".")[0]
        parts = [*_SHAPES, *(_PAGES if is_paged(operation.build) and name not in _NOT_COUNTED else ())]
        for part, variant, statement, rule in parts:
            source = f"openapi/anaplan_{api}.yaml"
            yield Belief(f"{name}/{part}", name, variant, statement, source, _TRUST.get(api, SEEN), rule)


def _to_belief(behavior: Behavior) -> Belief:
    operation, variant, statement, rule, source, trust, name = behavior
    return Belief(
        f"{operation}/{name or variant.replace(' ', '-')}", operation, variant, statement, source, trust, rule
    )


def is_paged(build: Callable[..., object]) -> bool:
    """Return whether the responses of an operation come in pages."""
    parameters = inspect.signature(build).parameters
    return {"limit", "offset"} <= parameters.keys() or {"count", "start_index"} <= parameters.keys()
