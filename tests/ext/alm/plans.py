"""Plans as `to_dict` returns them, to write reports on."""

from collections.abc import Sequence
from typing import Any


def change(action: str, kind: str, name: str, module: str = "", **fields: Any) -> dict[str, Any]:
    """A change of a plan; `old`, `new`, `detail` and `position` may be given."""
    empty = {"old": {}, "new": {}, "detail": "", "position": "", "loses_data": False}
    return {"kind": kind, "action": action, "name": name, "module": module} | empty | fields


def revision(name: str) -> dict[str, Any]:
    """A revision of a plan."""
    made = {"created_on": "2026-11-28T10:11:12+00:00", "created_by": "Ada Builder"}
    return {"id": "A" * 32, "name": name, "description": "fortnightly"} | made


def target(
    number: int, name: str, changes: Sequence[Any], *, steps: Sequence[str] = ("2026.11.2",), **fields: Any
) -> Any:
    """A target of a plan, which is on the revision 2026.10.2 unless another is given."""
    totals = {"created": 2, "modified": 5, "deleted": 1} if changes else {}
    return {
        "order": number,
        "model_id": f"{number:032X}",
        "name": name,
        "state": "PRODUCTION",
        "workspace_id": "w",
        "workspace": "Planning EU",
        "room": {"current_size": 400_000_000, "size_allowance": 1 << 30},
        "revision": revision("2026.10.2"),
        "can_sync": bool(steps),
        "is_done": not steps and "reason" not in fields,
        "problem": None,
        "detail": "",
        "reason": None,
        "warnings": [],
        "steps": [revision(step) for step in steps],
        "totals": totals,
        "counts": {},
        "risks": [],
        "changes": list(changes),
        "report_sha256": None,
    } | fields


CHANGES = (
    change(
        "added", "list", "Aircraft types", new={"Is Numbered List": "false", "Notes": "New"}, position="After Airlines"
    ),
    change(
        "changed",
        "line item",
        "Departure delay",
        "Flights",
        old={"Formula": "IF Scheduled > 0 THEN Actual - Scheduled ELSE 0"},
        new={"Formula": "IF ISBLANK(Scheduled) THEN BLANK ELSE Actual - Scheduled"},
    ),
    change("deleted", "line item", "Distance", "Flights", old={"Notes": "in miles"}),
    change("changed", "module", "Flights", old={"Applies To": "Airports"}, new={"Applies To": "Airports, Airlines"}),
    change("changed", "line item", "Speed", "Flights", old={"Formula": ""}, new={"Formula": "Distance / Air time"}),
    change("moved", "list", "Carriers", position="After Airports"),
    change("changed", "role", "Planner", detail="Module access: Delays Read"),
    change("added", "list item", "EWR, JFK", "Airports", detail="Items Added/Moved: EWR, JFK"),
)

PLAN: dict[str, Any] = {
    "format_version": "1.0",
    "expires": "48 hours after it was made",
    "source": {
        "model_id": "5" * 32,
        "name": "Planning Dev",
        "state": "UNLOCKED",
        "workspace": "Planning",
        "revision": revision("2026.11.2"),
    },
    "targets": [
        target(1, "Prod EMEA", CHANGES),
        target(2, "Prod APAC", CHANGES, warnings=["the model is offline, and stays offline"]),
        target(3, "Prod HQ", CHANGES[:2], steps=("2026.11.1", "2026.11.2"), revision=revision("2026.10.1")),
        target(4, "Prod Test", [], steps=(), revision=revision("2026.11.2")),
        target(
            *(5, "Prod US", []),
            steps=(),
            revision=revision("Hotfix 7"),
            problem="diverged",
            reason="its latest revision is not in the history of the source",
        ),
    ],
}

HOSTILE = (
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    '"><svg onload=window.hit=1>',
    "' onmouseover='window.hit=1",
    "</script><script>window.hit=1</script>",
    "</style><style>*{display:none}</style>",
    "<!-- <script>",
    "]]>",
    "{{ 7 * 7 }} {% if %}",
    "javascript:window.hit=1",
    "&lt;b&gt; &amp;",
    "`code` **bold** [link](https://example.com) # head\n\n---\n<b>x</b>",
    "````\n</details>",
    "x ` <b>y</b> ` z",
    "a | b\n- c\n+ d",
    "\u202eright to left",
    "\u2028line\u2029paragraph",
    "名前 ✈ é",
    "end\\",
    " spaces  around ",
)


def poison(value: Any, text: str) -> Any:
    """The same plan with this text as every name and value, but for the words that mean something."""
    kept = ("action", "kind", "created_on", "problem", "format_version")
    if isinstance(value, dict):
        return {key: item if key in kept else poison(item, text) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [poison(item, text) for item in value]
    return text if isinstance(value, str) and value else value
