"""A report on a plan as one HTML file. It needs the extra `reports`."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from .plan_view import read_plan

if TYPE_CHECKING:
    from jinja2 import Template

_SIGNS = {"added": "+", "changed": "~", "deleted": "−", "moved": "→"}
_UNSAFE_IN_SCRIPT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def write_html(plan: Mapping[str, object]) -> str:
    """Write a report on a plan as one HTML file, which opens by double click and requests nothing.

    Every change is a row, also without scripts. The plan is in it as JSON, in the element with the id `plan`.

    Args:
        plan: What `to_dict` of the plan returned.

    Returns:
        The file's text, to be written in UTF-8.

    Raises:
        ImportError: The extra `reports` is not installed.
        ValueError: It is not a plan.

    Cost:
        No request.
    """
    view = read_plan(plan)
    style, script = _read_file("plan.css"), _read_file("plan.js")
    text = _load_template().render(
        plan=view,
        signs=_SIGNS,
        style=style,
        script=script,
        policy=_build_policy(style, script),
        data=json.dumps(plan, ensure_ascii=False, indent=1).translate(_UNSAFE_IN_SCRIPT),
    )
    # A lone surrogate cannot be written in UTF-8.
    return text.encode("utf-8", "replace").decode()


def _read_file(name: str) -> str:
    return resources.files("anaplan_ext.alm.reports").joinpath(name).read_text(encoding="utf-8")


def _build_policy(style: str, script: str) -> str:
    """Return the policy by which a browser loads nothing, and runs only our own style and script."""
    own = {"style-src": style, "script-src": script}
    hashes = (f"{directive} 'sha256-{_hash(text)}'" for directive, text in own.items())
    return "; ".join(("default-src 'none'", *hashes, "base-uri 'none'", "form-action 'none'"))


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _load_template() -> Template:
    try:
        from jinja2 import Environment, StrictUndefined
    except ModuleNotFoundError as error:
        if error.name != "jinja2":
            raise
        raise ImportError("HTML reports need jinja2: pip install 'anaplan-client[reports]'", name="jinja2") from error
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_read_file("plan.html.jinja"))
