"""Check the options of a reader or writer. No secret is an option: engines show options in plans and logs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

from attrs import frozen

from ..frames.schema import ColumnType, check_types
from .borders import MAX_ROW_BYTES
from .ranges import CHUNKS_PER_PARTITION

SIGN_IN = ("profile", "region", "base_url", "timeout", "rate_limit", "rate_limit_shared")
"""What options may say about the sign-in; the profile or the environment has the rest."""
READ = ("export", "model", "workspace", "run", "types", "chunks", "max_row_bytes")
WRITE = ("file", "process", "import", "model", "workspace", "run")
_PLACE = (
    "Spark shows options in plans and logs, so name a profile, or set the environment of the driver and the executors"
)
_SECRETS = ("token", "password", "user", "certificate", "key", "secret", "credential")


@frozen
class ReadOptions:
    """What is read, and how."""

    sign_in: Mapping[str, str]
    model: str
    workspace: str | None
    export: str
    run: bool = True
    types: Mapping[str, ColumnType] | None = None
    chunks: int = CHUNKS_PER_PARTITION
    max_row_bytes: int = MAX_ROW_BYTES


@frozen
class WriteOptions:
    """What is written, and what runs then."""

    sign_in: Mapping[str, str]
    model: str
    workspace: str | None
    file: str
    process: str | None
    import_: str | None
    run: bool = True


def check_names(options: Mapping[str, str], known: tuple[str, ...]) -> None:
    """Raise `ValueError` for an unknown option, and for one that has a password. The message has no value."""
    for name, value in options.items():
        lowered = name.lower()
        if lowered in (*known, *SIGN_IN):
            if _has_password(value):
                raise ValueError(f"the option {name} must have no password; {_PLACE}")
            continue
        if any(secret in lowered for secret in _SECRETS):
            raise ValueError(f"{name} must not be an option; {_PLACE}")
        raise ValueError(f"options must be among {', '.join((*known, *SIGN_IN))} (got {name!r})")


def read_options(options: Mapping[str, str]) -> ReadOptions:
    """Return the options of a reader. Raise `ValueError` for one that is unknown, missing or has a wrong value."""
    check_names(options, READ)
    given = {name.lower(): value for name, value in options.items()}
    return ReadOptions(
        sign_in={name: given[name] for name in SIGN_IN if name in given},
        model=_required(given, "model"),
        workspace=given.get("workspace"),
        export=_required(given, "export"),
        run=_truth(given, "run"),
        types=_types(given),
        chunks=_number(given, "chunks", CHUNKS_PER_PARTITION),
        max_row_bytes=_number(given, "max_row_bytes", MAX_ROW_BYTES),
    )


def write_options(options: Mapping[str, str]) -> WriteOptions:
    """Return the options of a writer. Raise `ValueError` for one that is unknown, missing or has a wrong value."""
    check_names(options, WRITE)
    given = {name.lower(): value for name, value in options.items()}
    if ("process" in given) == ("import" in given):
        raise ValueError("exactly one of the options process and import must be set")
    return WriteOptions(
        sign_in={name: given[name] for name in SIGN_IN if name in given},
        model=_required(given, "model"),
        workspace=given.get("workspace"),
        file=_required(given, "file"),
        process=given.get("process"),
        import_=given.get("import"),
        run=_truth(given, "run"),
    )


def _has_password(value: str) -> bool:
    try:
        return urlsplit(value).password is not None
    except ValueError:
        return "@" in value


def _required(options: Mapping[str, str], name: str) -> str:
    if not options.get(name, "").strip():
        raise ValueError(f"the option {name} must be set")
    return options[name]


def _truth(options: Mapping[str, str], name: str) -> bool:
    value = options.get(name, "true").lower()
    if value not in ("true", "false"):
        raise ValueError(f"the option {name} must be true or false (got {value!r})")
    return value == "true"


def _number(options: Mapping[str, str], name: str, default: int) -> int:
    text = options.get(name, str(default))
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ValueError(f"the option {name} must be a whole number greater than 0 (got {text!r})")
    return int(text)


def _types(options: Mapping[str, str]) -> Mapping[str, ColumnType] | None:
    text = options.get("types")
    if text is None:
        return None
    try:
        types: object = json.loads(text)
    except ValueError:
        types = None
    rule = 'the option types must be a JSON object of types by column, such as {"amount": "text"}'
    if not isinstance(types, dict):
        raise ValueError(rule)
    named = cast("dict[str, object]", types)
    if not all(isinstance(kind, str) for kind in named.values()):
        raise ValueError(rule)
    check_types(cast("dict[str, str]", named))
    return cast("dict[str, ColumnType]", named)
