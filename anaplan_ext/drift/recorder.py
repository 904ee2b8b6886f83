"""The observer that compares answers with the specifications while a program does its work."""

import random
import threading

from attrs import define

from anaplan_client.core import Observed

from .comparison import Difference, differences
from .documents import Document, Node, Pointer, document
from .findings import DriftReport, Finding, Kind
from .patch import Sighting, overlay
from .redaction import is_name

FIRST = 3
"""How many answers of each operation and status are looked into whatever the sample is."""
SAMPLE = 0.002
"""The part of the others that is looked into unless something else is asked for."""
MOST = 1000
"""How many findings are kept."""

_Key = tuple[str, str, Kind, str, str, str, Pointer]


@define
class _Tally:
    count: int = 0
    shortest: int = 0
    longest: int = 0

    def add(self, value: object) -> None:
        size = len(value) if isinstance(value, str) else 0
        self.shortest = min(self.shortest, size) if self.count else size
        self.longest = max(self.longest, size)
        self.count += 1

    def description(self, seen: str) -> str:
        if seen not in ("text", "string"):
            return seen
        sizes = f"{self.shortest}" if self.shortest == self.longest else f"{self.shortest} to {self.longest}"
        return f"a text of {sizes} characters"


class DriftRecorder:
    """Compares the answers that a client gets with the specifications. Safe to share between clients and threads.

    Looks into the first answers of each operation and status, and into a sample of all others. Answers 502, 503 and
    504 are of gateways and passed over, and the authentication host's have no content. At
    most 1,000 findings are kept, and no value of an answer.

    Args:
        sample: The part of the further answers that is looked into, 0 to 1. At the default it costs less than 3 % of
            what a request does.

    Raises:
        ValueError: for a sample outside its range.
    """

    def __init__(self, sample: float = SAMPLE) -> None:
        if not 0 <= sample <= 1:
            raise ValueError(f"sample: {sample} is not between 0 and 1")
        self._sample = sample
        self._random = random.Random().random
        self._lock = threading.Lock()
        self._met: dict[tuple[str, int], int] = {}
        self._found: dict[_Key, _Tally] = {}
        self._sightings: dict[tuple[str, Kind, Pointer], Sighting] = {}
        self._examined = 0
        self._omitted = 0

    def __call__(self, observed: Observed) -> None:
        """Looks at an answer: give the recorder to a client as its `observer`."""
        key = (observed.request.operation, observed.status)
        met = self._met.get(key, 0)
        # Two threads may count one answer: what that changes is which answers are looked into.
        self._met[key] = met + 1
        if met >= FIRST and self._random() >= self._sample:
            return
        api, _, operation = observed.request.operation.partition(".")
        if (specification := document(api)) is None:
            return
        found = list(differences(specification, observed))
        with self._lock:
            self._examined += 1
            for difference in found:
                self._add(specification, operation, difference)

    def report(self) -> DriftReport:
        """What was found so far."""
        with self._lock:
            findings = [
                Finding(
                    *key[:5], tally.description(key[5]), tally.count, "".join(f"/{_escaped(part)}" for part in key[6])
                )
                for key, tally in self._found.items()
            ]
            answers = sum(self._met.values())
            return DriftReport(tuple(sorted(findings, key=_order)), answers, self._examined, self._omitted)

    def patch(self) -> dict[str, Node]:
        """Proposed changes of the specifications, by the name of the API: an OpenAPI Overlay 1.0 document each."""
        with self._lock:
            return overlay(self._sightings.values())

    def _add(self, specification: Document, operation: str, one: Difference) -> None:
        hidden = one.kind == "unknown field" and not is_name(one.spec[-1])
        spec = one.spec[:-1] if hidden else one.spec
        key = (specification.api, operation, one.kind, one.where, one.expected, one.seen, spec)
        if key not in self._found and len(self._found) == MOST:
            self._omitted += 1
            return
        self._found.setdefault(key, _Tally()).add(one.value)
        place = (specification.api, one.kind, spec)
        sighting = self._sightings.setdefault(place, Sighting(specification, one.kind, spec))
        sighting.shape.add(one.value)
        sighting.names.update(one.names)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _order(finding: Finding) -> tuple[str, ...]:
    return (finding.api, finding.operation, finding.kind, finding.where, finding.seen)
