"""Apply the OpenAPI Overlays that are proposed: members, and a filter for the entries of an array."""

import copy
import re
from typing import Any

STEP = re.compile(r"\.(\w+)|\['([^']*)'\]|\[\?@ == '([^']*)'\]")


def apply(document: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """Return the changed document."""
    changed = copy.deepcopy(document)
    for action in overlay["actions"]:
        assert re.fullmatch(rf"\$(?:{STEP.pattern})+", action["target"]), action["target"]
        *steps, last = [next(part for part in groups if part) for groups in STEP.findall(action["target"])]
        parent: Any = changed
        for step in steps:
            parent = parent[step]
        if action.get("remove"):
            parent.remove(last) if isinstance(parent, list) else parent.pop(last)
        elif isinstance(parent[last], list):
            parent[last].append(action["update"])
        else:
            merge(parent[last], action["update"])
    return changed


def merge(node: dict[str, Any], update: dict[str, Any]) -> None:
    for key, value in update.items():
        if isinstance(value, dict) and isinstance(node.get(key), dict):
            merge(node[key], value)
        else:
            node[key] = value
