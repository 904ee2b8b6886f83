"""Writes a program that sends every generated operation, and reads every field of every generated class."""

import inspect
import typing
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import UnionType
from typing import Any

import attrs

from ..openapi import NAMES

HEAD = """\
from __future__ import annotations

import collections.abc
import datetime
from typing import Literal, assert_type

import anaplan_client
from anaplan_ext import AsyncClient, Client
"""


def write(path: Path) -> Path:
    """Write the program, and return its file."""
    lines: list[str] = [HEAD]
    modules: set[str] = set()
    for api in NAMES:
        package = import_module(f"anaplan_client.{api}")
        modules.add(package.__name__)
        for name in sorted(set(package.__all__) - {"models"}):
            lines += [*_use(api, name, getattr(package, name), ""), *_use(api, name, getattr(package, name), "async ")]
        for name in package.models.__all__:
            cls = getattr(package.models, name)
            if isinstance(cls, UnionType):
                modules |= {package.models.__name__, *(member.__module__ for member in cls.__args__)}
                lines += _read_union(api, name, cls)
            else:
                modules.add(cls.__module__)
                lines += _read(api, cls)
    lines[1:1] = [f"import {module}" for module in sorted(modules)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _use(api: str, name: str, function: Callable[..., Any], mode: str) -> Iterator[str]:
    signature = inspect.signature(function)
    parameters = [f"{key}: {_write_type(value.annotation)}" for key, value in signature.parameters.items()]
    arguments = [
        key if value.kind is value.POSITIONAL_OR_KEYWORD else f"{key}={key}"
        for key, value in signature.parameters.items()
    ]
    (result,) = typing.get_args(signature.return_annotation)
    client, wait = ("AsyncClient", "await ") if mode else ("Client", "")
    yield f"{mode}def {mode.strip()}{api}_{name}({', '.join([f'client: {client}', *parameters])}) -> None:"
    call = f"{wait}client.send(anaplan_client.{api}.{name}({', '.join(arguments)}))"
    yield f"    assert_type({call}, {_write_type(result)})"


def _read(api: str, cls: type) -> Iterator[str]:
    yield f"def read_{api}_{cls.__name__}(value: {_write_type(cls)}) -> None:"
    if not attrs.has(cls):
        yield "    assert_type(value == 'text', bool)"
        yield "    assert_type(value != 'text', bool)"
        yield "    assert_type(value.value, str)"
        yield f"    assert_type({_write_type(cls)}('new'), {_write_type(cls)})"
        return
    hints = typing.get_type_hints(cls)
    for field in attrs.fields(cls):
        yield f"    assert_type(value.{field.name}, {_write_type(hints[field.name])})"
    if hasattr(cls, "to_dict"):
        yield "    assert_type(value.to_dict(), dict[str, object])"
    if hasattr(cls, "from_dict"):
        yield f"    assert_type({_write_type(cls)}.from_dict({{}}), {_write_type(cls)})"


def _read_union(api: str, name: str, union: UnionType) -> Iterator[str]:
    """An alias is what it stands for, which `_read` reads class by class."""
    yield f"def read_{api}_{name}(value: anaplan_client.{api}.models.{name}) -> None:"
    yield f"    assert_type(value, {_write_type(union)})"


def _write_type(annotation: Any) -> str:
    return "None" if annotation in (None, type(None)) else inspect.formatannotation(annotation)
