"""What goes wrong in a random run: which faults hit which steps, drawn from the table with a seed."""

import re
from random import Random

from attrs import frozen

from anaplan_ext.emulator import Exchange, Fault

from .table import FAULTS, SLOW, table

TASK = "[0-9A-F]{32}$"
SIGN_IN = ("POST", "/token/authenticate$", "sign-in")
# The steps of a run, and those of its lookups: method and path of their requests, and the column of the table.
PROMOTION = (
    ("POST", "/revisions$", "revision"),
    ("GET", "/latestRevision$", "listing"),
    ("POST", "/comparisonReportTasks$", "report"),
    ("GET", f"/comparisonReportTasks/{TASK}", "poll"),
    ("GET", "/comparisonReports/", "download"),
    ("POST", "/syncTasks$", "sync"),
    ("GET", f"/syncTasks/{TASK}", "poll"),
    ("GET", "/revisions$", "listing"),
    ("GET", "/syncTasks$", "listing"),
    ("GET", "/users/me$", "listing"),
    SIGN_IN,
)
LOAD = (
    ("POST", "/files/[0-9]+$", "listing"),
    ("PUT", "/chunks/[0-9]+$", "upload"),
    ("POST", "/imports/[0-9]+/tasks$", "start"),
    ("GET", f"/tasks/{TASK}", "poll"),
    ("GET", "/dump/chunks$", "listing"),
    ("GET", "/dump/chunks/[0-9]+$", "download"),
    ("GET", "/imports/[0-9]+/tasks$", "listing"),
    SIGN_IN,
)


@frozen
class Chance:
    """What was drawn: the faults, whether the client is exclusive, and whether another user starts the same."""

    faults: list[Fault]
    exclusive: bool
    company: bool
    refused_rows: bool


def draw(seed: int, steps: tuple[tuple[str, str, str], ...]) -> Chance:
    """Draws up to four faults, twice as often of what has an effect, and the rest."""
    random = Random(seed)
    weights = [2 if method == "POST" else 1 for method, _, _ in steps]
    faults = [fault(random, *step) for step in random.choices(steps, weights, k=random.randint(1, 4))]
    exclusive = random.random() < 0.4
    return Chance(faults, exclusive, not exclusive and random.random() < 0.3, random.random() < 0.5)


def fault(random: Random, method: str, path: str, column: str) -> Fault:
    """Draws a fault that can happen to a step, at one of the first times that it is made."""
    known = [name for name, cells in table().items() if column in cells and name not in SLOW]
    names = [name for name in known if "sign_in" not in FAULTS[name]]
    # Rejections and permanent faults end most runs early.
    weights = [1 if 300 <= FAULTS[name].get("status", 503) < 500 else 6 for name in names]
    fields = FAULTS[random.choices(names, weights)[0]]
    times = None if fields.get("times", 1) is None and random.random() < 0.2 else random.choice([1, 1, 2, 3])
    return Fault(method=method, path=path, nth=random.choice([1, 1, 1, 2]), **fields | {"times": times})


def in_doubt(exchanges: list[Exchange], start: str, look_ups: str, done: bool, tellable: bool) -> bool:
    """Return whether the outcome of the requests to a path cannot be known.

    It cannot be known in three cases: a lookup failed as well; nothing was `done` after an ambiguous response; or it
    was done, but neither Anaplan shows by whom (it is not `tellable`) nor the response.
    """
    if any(exchange.fault and re.search(look_ups, exchange.path) for exchange in exchanges if exchange.method == "GET"):
        return True
    fault = [exchange.fault for exchange in exchanges if exchange.method == "POST" and re.search(start, exchange.path)][
        -1
    ]
    if fault is None:
        return False
    if fault.late:
        return True
    if not done:
        return fault.status == 504 or (fault.body or b"").startswith(b'{"meta": {')
    told = fault.kind == "malformed" or (fault.kind == "truncate" and fault.keep_bytes != 0)
    return not tellable and not told
