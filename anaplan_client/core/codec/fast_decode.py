"""Fast path of `decode`: read the entries of long responses in compiled code.

`msgspec` reads JSON into structs that are made from the models, and converts those into the models. It reads the
entries of a page in blocks. A block with an entry that is not as documented, such as a number as text, is read by the
model itself, and so costs what it costs without this module. Undocumented fields found there are fields of the structs
that the next such block is read with, because Anaplan adds fields at any time, and to every entry.
"""

import json
import os
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from threading import Lock
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints

import msgspec
from attrs import NOTHING, evolve, fields, has

from .model import JsonModel, VariantModel

M = TypeVar("M", bound=JsonModel)

Names: TypeAlias = tuple[tuple[type[JsonModel], str], ...]
"""Undocumented fields, each once, with the model that has it."""
Models: TypeAlias = tuple[type[JsonModel], ...]

BLOCKS = 50
"""Into how many blocks the entries of a page are divided, so that an odd one slows a fiftieth of them."""
MAX_LEARNED_BLOCKS = 10
"""From how many blocks of a page undocumented fields are learned; where they still differ then, they are data."""
MAX_LEARNED_NAMES = 32
"""How many undocumented fields are learned from a page."""

_BUILDING = Lock()
"""Held while decoders are built: msgspec publishes what it knows of a class before it is complete, and another thread
that uses it then ends the process with a segmentation fault."""
if hasattr(os, "register_at_fork"):
    # A process that is forked while another thread builds would never get the lock, and would have the incomplete.
    os.register_at_fork(before=_BUILDING.acquire, after_in_parent=_BUILDING.release, after_in_child=_BUILDING.release)

# The errors of msgspec are a `ValueError` only since its version 0.21.
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
_PAGE = msgspec.json.Decoder(dict[str, list[msgspec.Raw] | dict[str, object] | str | int | float | bool | None])

_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])


def read(model: type[M], content: bytes) -> M | None:
    """Read a response, or return None where that gains nothing or only the model itself can tell what is wrong."""
    try:
        listings = _listings(_key(model))
        page = _PAGE.decode(content)
        entries: dict[str, list[JsonModel]] = {}
        rest: dict[str, object] = {}
        for name, value in page.items():
            listing = listings.get(name)
            if not isinstance(value, list):
                rest[name] = value
            elif listing is None:
                rest[name] = json.loads(_block(value))
            else:
                rest[name] = []
                entries[listing.attribute] = _entries(listing.model, value)
        return cast("M", evolve(cast("Any", model.from_dict(rest)), **entries)) if entries else None
    except _UNREADABLE:
        return None


def read_array(model: type[M], content: bytes) -> list[M] | None:
    """Read a response that is an array, or return None where only the model itself can tell what is wrong."""
    try:
        return _entries(model, _ARRAY.decode(content))
    except _UNREADABLE:
        return None


def _key(model: type[JsonModel]) -> Any:
    """Return a class as the key of a cache. mypy takes the hash of its objects for its own."""
    return model


class _Listing(NamedTuple):
    """A field of a response that is a list of models."""

    attribute: str
    model: type[JsonModel]


@cache
def _listings(model: type[JsonModel]) -> dict[str, _Listing]:
    """Return the lists of models in a response by their names in JSON. Threads may build it concurrently."""
    types = get_type_hints(model)
    kinds = {name: _present(types[attribute]) for name, attribute in model.__json_names__.items()}
    return {
        name: _Listing(model.__json_names__[name], get_args(kind)[0])
        for name, kind in kinds.items()
        if get_origin(kind) is list and has(get_args(kind)[0])
    }


def _present(kind: Any) -> Any:
    """Return the type of a field without its None."""
    optional = isinstance(kind, UnionType) and len(get_args(kind)) == 2 and get_args(kind)[1] is NoneType
    return get_args(kind)[0] if optional else kind


def _block(entries: list[msgspec.Raw]) -> bytes:
    return b"[" + b",".join(entries) + b"]"


def _entries(model: type[M], raw: list[msgspec.Raw]) -> list[M]:
    result: list[M] = []
    learned: Names = ()
    to_learn = MAX_LEARNED_BLOCKS
    size = max(1, len(raw) // BLOCKS)
    for start in range(0, len(raw), size):
        block = _block(raw[start : start + size])
        entries = read_block(model, (), block)
        if entries is None and learned:
            entries = read_block(model, learned, block)
        if entries is None:
            entries = [model.from_dict(entry) for entry in json.loads(block)]
            if to_learn:
                to_learn -= 1
                names = tuple(dict.fromkeys([*learned, *_undocumented(entries)]))
                learned = names if len(names) <= MAX_LEARNED_NAMES else learned
        result += entries
    return result


def read_block(model: type[M], learned: Names, block: bytes) -> list[M] | None:
    """Read entries whose fields are documented or learned, or return None if one is not so."""
    decoder = _decoder(model, learned)
    if decoder is None:
        return None
    try:
        structs = decoder.decode(block)
        return cast("list[M]", msgspec.convert(structs, GenericAlias(list, (model,)), from_attributes=True))
    except _UNREADABLE:
        return None


def _undocumented(value: object) -> Iterator[tuple[type[JsonModel], str]]:
    """Find the undocumented fields of models, and of the models in them."""
    if isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _undocumented(item)
    elif hasattr(value, "__json_names__"):
        model = cast("JsonModel", value)
        for name in model.additional_properties:
            yield type(model), name
        for attribute in model.__json_names__.values():
            yield from _undocumented(getattr(model, attribute))


def _decoder(model: type[JsonModel], learned: Names) -> msgspec.json.Decoder[list[msgspec.Struct]] | None:
    with _BUILDING:
        return _build_decoder(_key(model), learned)


@lru_cache(maxsize=256)
def _build_decoder(model: type[JsonModel], learned: Names) -> msgspec.json.Decoder[list[msgspec.Struct]] | None:
    try:
        decoder = msgspec.json.Decoder(GenericAlias(list, (_struct(model, learned),)))
        # With its first conversion into a model msgspec builds what it knows of the model.
        msgspec.convert([], GenericAlias(list, (model,)))
    except (TypeError, *_UNREADABLE):
        return None
    return cast("msgspec.json.Decoder[list[msgspec.Struct]]", decoder)


def _struct(model: type[JsonModel], learned: Names, holders: Models = ()) -> type[msgspec.Struct]:
    """Return a struct with exactly the fields of a model. Raise `TypeError` for a type that only `decode` reads.

    `holders` are the models that this one is a part of.
    """
    if issubclass(model, VariantModel):
        raise TypeError(f"a struct does not tell which names {model} received")
    if model in holders:
        raise TypeError(f"{model} can hold itself, and its struct would have no end")
    holders = (*holders, model)
    types = get_type_hints(model)
    # Of several names of a field, the first is its own.
    names = {attribute: name for name, attribute in reversed(model.__json_names__.items())}
    required = {field.name for field in fields(model) if field.default is NOTHING}
    definitions: list[tuple[str, Any, Any]] = [
        (name, _strict(types[name], learned, holders), msgspec.NODEFAULT if name in required else None)
        for name in names
    ]
    undocumented = {f"undocumented_{index}": name for index, (owner, name) in enumerate(learned) if owner is model}
    definitions += [(name, object, msgspec.UNSET) for name in undocumented]

    def additional_properties(struct: msgspec.Struct) -> dict[str, object]:
        values: dict[str, object] = {}
        for attribute, name in undocumented.items():
            if (value := getattr(struct, attribute)) is not msgspec.UNSET:
                values[name] = value
        return values

    return msgspec.defstruct(
        model.__name__,
        definitions,
        rename=names | undocumented,
        namespace={"additional_properties": property(additional_properties)} if undocumented else None,
        forbid_unknown_fields=True,
        kw_only=True,
        gc=False,
    )


def _strict(kind: Any, learned: Names, holders: Models) -> Any:
    """Return the type of a field for `msgspec`, which rejects the values that only `decode` reads."""
    origin: Any = get_origin(kind)
    if origin in (list, dict):
        return GenericAlias(origin, tuple(_strict(argument, learned, holders) for argument in get_args(kind)))
    if _present(kind) is not kind:
        return _strict(_present(kind), learned, holders) | None
    if kind is datetime:
        return Annotated[datetime, msgspec.Meta(tz=True)]
    if kind in (str, int, float, bool, date, object):
        return kind
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return Literal[tuple(member.value for member in kind)]
    if isinstance(kind, type) and has(kind):
        return _struct(cast("type[JsonModel]", kind), learned, holders)
    raise TypeError(f"only decode reads {kind}")
