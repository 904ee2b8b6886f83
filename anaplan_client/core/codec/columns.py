"""Turn models into the columns of a frame."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import cast

from .display import shown_fields
from .model import JsonModel, json_value


def to_columns(models: Iterable[JsonModel]) -> dict[str, list[object]]:
    """Return the fields of models as columns, of which `pandas.DataFrame` and `polars.DataFrame` make a frame.

    Dates and timestamps stay what they are, and enumerations become text. A nested model or dictionary has a column for
    each of its fields, such as `result.successful`. A list of models becomes JSON text, because frames lose fields
    that its first entry does not have. Secret and undocumented fields are left out.

    Args:
        models: The models, such as the result of a method that lists something. Those of several classes have the
            columns of all.

    Returns:
        The values of all models, by the names of the attributes. A field that a model does not have is None.
    """
    rows = [dict(shown_fields(model)) for model in models]
    return _columns("", rows)


def _columns(prefix: str, rows: Sequence[dict[str, object]]) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        values = [row.get(name) for row in rows]
        present = [value for value in values if value is not None]
        if present and all(isinstance(value, JsonModel | dict) for value in present):
            columns |= _columns(f"{prefix}{name}.", [_content(value) for value in values])
        elif any(map(_has_objects, present)):
            columns[prefix + name] = [None if value is None else json.dumps(_objects(value)) for value in values]
        else:
            columns[prefix + name] = [_cell(value) for value in values]
    return columns


def _content(value: object) -> dict[str, object]:
    """Return the fields of a nested model or dictionary. None has none."""
    return dict(shown_fields(value)) if isinstance(value, JsonModel) else cast("dict[str, object]", value or {})


def _objects(value: object) -> object:
    """Return the JSON form of a value, with the names of the attributes, and without what is None, as in a frame."""
    if isinstance(value, list | tuple):
        return [_objects(entry) for entry in cast("list[object]", value)]
    if isinstance(value, JsonModel):
        return {name: _objects(entry) for name, entry in shown_fields(value) if entry is not None}
    return json_value(value)


def _has_objects(value: object) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_has_objects, cast("list[object]", value)))
    return isinstance(value, JsonModel | dict)


def _cell(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_cell(entry) for entry in cast("list[object]", value)]
    return value if isinstance(value, date | timedelta) else json_value(value)
