"""Reading long answers that are exactly as documented, in compiled code.

What is otherwise, such as a field that is not known or a number as text, is left to `decode`, which reads the same from
what both can read; only a part of a microsecond is rounded here and cut there. `msgspec` reads JSON into classes that
are made from the models, and those into the models.
"""

from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from attrs import NOTHING, fields, has

from .decode import Model

M = TypeVar("M", bound=Model)


def read(model: type[M], content: bytes) -> M | None:
    """Reads a body, or gives None if it is not exactly as documented."""
    decoder = _decoder(model)
    if decoder is None:
        return None
    try:
        return msgspec.convert(decoder.decode(content), model, from_attributes=True)
    except (ValueError, RecursionError):
        return None


@cache
def _decoder(model: type[Model]) -> msgspec.json.Decoder[msgspec.Struct] | None:
    try:
        return msgspec.json.Decoder(_struct(model))
    except (TypeError, RecursionError):
        return None


@cache
def _struct(model: type[Model]) -> type[msgspec.Struct]:
    """The fields of a model and no others; raises `TypeError` where only `decode` knows how to read one."""
    types = get_type_hints(model)
    # Of several names of a field, the first is its own.
    names = {attribute: name for name, attribute in reversed(model.__json_names__.items())}
    required = {field.name for field in fields(model) if field.default is NOTHING}
    definitions = [(name, _strict(types[name]), msgspec.NODEFAULT if name in required else None) for name in names]
    return msgspec.defstruct(
        model.__name__, definitions, rename=names, forbid_unknown_fields=True, kw_only=True, gc=False
    )


def _strict(kind: Any) -> Any:
    """The type of a field for `msgspec`, without the values that `decode` reads in a way of its own."""
    origin: Any = get_origin(kind)
    if origin in (list, dict):
        return GenericAlias(origin, tuple(map(_strict, get_args(kind))))
    if isinstance(kind, UnionType) and len(get_args(kind)) == 2 and get_args(kind)[1] is NoneType:
        return _strict(get_args(kind)[0]) | None
    if kind is datetime:
        return Annotated[datetime, msgspec.Meta(tz=True)]
    if kind in (str, int, float, bool, date):
        return kind
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return Literal[tuple(member.value for member in kind)]
    if isinstance(kind, type) and has(kind):
        return _struct(kind)
    raise TypeError(f"only decode reads {kind}")
