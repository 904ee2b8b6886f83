"""The specifications as plain documents, read once in each process: the longest takes seconds without the C parser."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

OPENAPI = Path(__file__).resolve().parent.parent / "openapi"
NAMES = sorted(path.stem.removeprefix("anaplan_") for path in OPENAPI.glob("anaplan_*.yaml"))


@cache
def document(name: str) -> dict[str, Any]:
    """The specification of an API; not to be changed."""
    text = (OPENAPI / f"anaplan_{name}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found
