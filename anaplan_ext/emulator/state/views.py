"""Saved views and dashboards of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen


@frozen(kw_only=True)
class View:
    """A saved view of module `module`. Each axis names dimensions; `shown` limits a dimension to some items."""

    id: str
    name: str
    module: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    shown: Mapping[str, Sequence[str]] = field(factory=dict[str, Sequence[str]])


@frozen(kw_only=True)
class Dashboard:
    """A dashboard of a model."""

    id: str
    name: str
    code: str = ""
