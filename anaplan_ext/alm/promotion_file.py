"""Read `promotion.toml`: the source, the stages, their targets, approvals and time windows."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Protocol, cast
from zoneinfo import ZoneInfo

from attrs import frozen

from .apply import MAX_PARALLEL

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WILDCARDS = "*?["
_STAGE_KEYS = ("targets", "except", "approvals", "parallel", "offline", "stepwise", "stop_on_error", "window")
_WINDOW_KEYS = ("days", "from", "to", "timezone")


class NamedModel(Protocol):
    """A model with the names that patterns are compared with."""

    @property
    def model_id(self) -> str:
        """Its id."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def workspace(self) -> str | None:
        """The name of its workspace."""
        ...


@frozen(kw_only=True)
class Window:
    """The time of the week in which a stage may be applied."""

    days: tuple[str, ...] = DAYS
    """The days on which it begins, such as `sat`."""
    start: time
    """When it begins, in the time zone."""
    end: time
    """When it ends; on the next day, unless it is later than the beginning."""
    timezone: str
    """Name of the time zone, such as `Europe/London`."""

    def is_open(self, moment: datetime) -> bool:
        """Return whether a moment is in the window.

        Args:
            moment: The moment, with a time zone.

        Returns:
            Whether it is. The beginning is in the window, the end is not.
        """
        local = moment.astimezone(ZoneInfo(self.timezone))
        now, today, yesterday = local.time(), DAYS[local.weekday()], DAYS[local.weekday() - 1]
        if self.start < self.end:
            return today in self.days and self.start <= now < self.end
        return (today in self.days and now >= self.start) or (yesterday in self.days and now < self.end)

    def __str__(self) -> str:
        days = "every day" if self.days == DAYS else ", ".join(self.days)
        return f"{days} from {self.start:%H:%M} to {self.end:%H:%M} {self.timezone}"


@frozen(kw_only=True)
class Stage:
    """A stage of a promotion: targets that get a revision together."""

    name: str
    """Name of the stage."""
    targets: tuple[str, ...]
    """Ids, names and patterns of models, such as `Prod *` or `Planning EU/*`."""
    excluded: tuple[str, ...] = ()
    """Ids, names and patterns of models that are left out."""
    approvals: int = 0
    """Minimum number of people who must have approved a plan."""
    parallel: int = 3
    """Maximum number of targets that are synchronized concurrently."""
    offline: bool = False
    """Whether targets are taken offline meanwhile."""
    stepwise: bool = False
    """Whether revisions are applied one by one after a failure."""
    stop_on_error: bool = False
    """Whether no further target is started after a failure."""
    window: Window | None = None
    """When it may be applied; None for any time."""

    def select(self, models: Iterable[NamedModel], source_id: str) -> list[str]:
        """Return the ids of the targets: in the order of their patterns, and by name within a pattern.

        Args:
            models: All models that the user can see.
            source_id: Id of the source, which no pattern selects.

        Returns:
            The ids, each once.

        Raises:
            ValueError: A text selects no model, or the name of several models.
        """
        known = sorted((model for model in models if model.model_id != source_id), key=lambda model: model.name)
        left_out = {model_id for text in self.excluded for model_id in _find(text, known, self.name)}
        found = [model_id for text in self.targets for model_id in _find(text, known, self.name)]
        ids = [model_id for model_id in dict.fromkeys(found) if model_id not in left_out]
        if not ids:
            raise ValueError(f"stage {self.name} must have a target that is not left out")
        return ids

    def has(self, model: NamedModel) -> bool:
        """Return whether a model is a target of the stage."""
        return any(_fits(text, model) for text in self.targets) and not any(
            _fits(text, model) for text in self.excluded
        )


@frozen(kw_only=True)
class Promotion:
    """What `promotion.toml` says."""

    source: str
    """Id or name of the source model, or `WORKSPACE/MODEL`."""
    stages: Mapping[str, Stage]
    """The stages by name, in the order of the file."""

    def stage(self, name: str) -> Stage:
        """Return a stage by its name. Raise `ValueError` for any other name."""
        if name not in self.stages:
            similar = get_close_matches(name, self.stages, 1)
            hint = f"did you mean {similar[0]}?" if similar else f"it has {', '.join(self.stages)}"
            raise ValueError(f"there is no stage {name!r}; {hint}")
        return self.stages[name]

    @classmethod
    def parse(cls, text: str, where: str = "promotion.toml") -> Promotion:
        """Read the text of a file.

        Args:
            text: TOML with `source` and a table for each stage, such as `[stage.production]`.
            where: Path of the file, for the messages of errors.

        Returns:
            What it says.

        Raises:
            ValueError: It is not TOML, or a key is missing, unknown or has a wrong value.
        """
        try:
            content: dict[str, object] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{where} must be TOML: {error}") from None
        _check_keys(content, ("source", "stage"), where)
        stages = _table(content.get("stage"), f"stage of {where}")
        if not stages:
            raise ValueError(f"{where} must have a stage, such as [stage.production]")
        return cls(
            source=_text(content.get("source"), f"source of {where}"),
            stages={name: _read_stage(name, value, where) for name, value in stages.items()},
        )


def _read_stage(name: str, value: object, where: str) -> Stage:
    place = f"stage {name} of {where}"
    table = _table(value, place)
    _check_keys(table, _STAGE_KEYS, place)
    defaults = Stage(name=name, targets=_texts(table.get("targets"), f"targets of {place}"))
    if not defaults.targets:
        raise ValueError(f"targets of {place} must not be empty")
    parallel = _number(table.get("parallel", defaults.parallel), f"parallel of {place}")
    if not 1 <= parallel <= MAX_PARALLEL:
        raise ValueError(f"parallel of {place} must be 1 to {MAX_PARALLEL} (got {parallel})")
    return Stage(
        name=name,
        targets=defaults.targets,
        excluded=_texts(table.get("except", []), f"except of {place}"),
        approvals=_number(table.get("approvals", 0), f"approvals of {place}"),
        parallel=parallel,
        offline=_flag(table.get("offline", False), f"offline of {place}"),
        stepwise=_flag(table.get("stepwise", False), f"stepwise of {place}"),
        stop_on_error=_flag(table.get("stop_on_error", False), f"stop_on_error of {place}"),
        window=None if "window" not in table else _read_window(table["window"], f"window of {place}"),
    )


def _read_window(value: object, place: str) -> Window:
    table = _table(value, place)
    _check_keys(table, _WINDOW_KEYS, place)
    days = _texts(table.get("days", list(DAYS)), f"days of {place}")
    if not days or any(day not in DAYS for day in days):
        raise ValueError(f"days of {place} must be some of {', '.join(DAYS)} (got {', '.join(days) or 'none'})")
    timezone = _text(table.get("timezone"), f"timezone of {place}")
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"timezone of {place} must be a time zone such as Europe/London (got {timezone!r})") from None
    start, end = (_clock(table.get(key), f"{key} of {place}") for key in ("from", "to"))
    ordered = tuple(day for day in DAYS if day in days)
    return Window(days=ordered, start=start, end=end, timezone=timezone)


def _find(text: str, models: Sequence[NamedModel], stage: str) -> list[str]:
    """Return the ids of the models that a text selects. An id or a whole name counts before a pattern."""
    for fits in (_is_named, _is_named_ignoring_case):
        named = [model.model_id for model in models if fits(text, model)]
        if len(named) == 1:
            return named
        if named:
            raise ValueError(f"{text!r} of stage {stage} is the name of {len(named)} models ({', '.join(named)})")
    found = [model.model_id for model in models if _fits(text, model)]
    if not found:
        similar = get_close_matches(text, [model.name for model in models], 1)
        hint = f"; did you mean {similar[0]!r}?" if similar else ""
        raise ValueError(f"{text!r} of stage {stage} is no model and fits none{hint}")
    return found


def _names(model: NamedModel) -> tuple[str, ...]:
    return model.model_id, model.name, f"{model.workspace}/{model.name}"


def _is_named(text: str, model: NamedModel) -> bool:
    return text in _names(model)


def _is_named_ignoring_case(text: str, model: NamedModel) -> bool:
    return text.casefold() in (name.casefold() for name in _names(model))


def _fits(text: str, model: NamedModel) -> bool:
    """Return whether a text is a name of a model, or a pattern that fits one. Case is ignored."""
    if _is_named_ignoring_case(text, model):
        return True
    is_pattern = any(character in text for character in _WILDCARDS)
    return is_pattern and any(fnmatchcase(name.casefold(), text.casefold()) for name in _names(model)[1:])


def _check_keys(table: Mapping[str, object], known: Sequence[str], place: str) -> None:
    for key in table:
        if key not in known:
            similar = get_close_matches(key, known, 1)
            hint = f"did you mean {similar[0]}?" if similar else f"use {', '.join(known)}"
            raise ValueError(f"{key} of {place} is unknown; {hint}")


def _table(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f"{place} must be a table")
    return cast("Mapping[str, object]", value)


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{place} must be text that is not empty")
    return value


def _texts(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{place} must be an array of texts")
    return tuple(_text(item, f"each of {place}") for item in cast("list[object]", value))


def _number(value: object, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{place} must be a whole number of at least 0 (got {value!r})")
    return value


def _flag(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{place} must be true or false (got {value!r})")
    return value


def _clock(value: object, place: str) -> time:
    """Return a time of the day, as text or as TOML has it."""
    try:
        moment = value if isinstance(value, time) else time.fromisoformat(_text(value, place))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise ValueError(f"{place} must be a time such as 20:00 (got {value!r})")
    return moment
