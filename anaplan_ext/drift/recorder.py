"""Observe the responses of a running program, and compare them with the specifications."""

import random
import threading

from attrs import define

from anaplan_client.core import Observed

from .comparison import Difference, compare
from .documents import Document, Node, Pointer, load_document
from .findings import DriftReport, Finding, Kind
from .patch import Sighting, build_overlays
from .redaction import is_name

ALWAYS_EXAMINED = 3
"""Number of first responses of each operation and status that are always examined."""
DEFAULT_SAMPLE_RATE = 0.002
"""Fraction of the further responses that is examined by default."""
MAX_FINDINGS = 1000
"""Maximum number of findings that are kept."""

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

    def describe(self, seen: str) -> str:
        if seen not in ("text", "string"):
            return seen
        sizes = f"{self.shortest}" if self.shortest == self.longest else f"{self.shortest} to {self.longest}"
        return f"a text of {sizes} characters"


class DriftRecorder:
    """Compares the responses to a client with the specifications. Give it to the client as its `observer`.

    The first three responses of each operation and status are examined, and a sample of all others. The statuses 502,
    503 and 504 of gateways are skipped. Token responses are observed without content. At most 1,000 findings are kept,
    and no value of a response. A recorder can be shared between clients and threads.

    Args:
        sample_rate: Fraction of the further responses that is examined, 0 to 1. The default, 0.002, costs less than 3 %
            of the CPU time of a request.

    Raises:
        ValueError: `sample_rate` is out of range.
    """

    def __init__(self, sample_rate: float = DEFAULT_SAMPLE_RATE) -> None:
        if not 0 <= sample_rate <= 1:
            raise ValueError(f"sample_rate must be between 0 and 1 (got {sample_rate})")
        self._sample_rate = sample_rate
        self._random = random.Random().random
        self._lock = threading.Lock()
        self._observed: dict[tuple[str, int], int] = {}
        self._tallies: dict[_Key, _Tally] = {}
        self._sightings: dict[tuple[str, Kind, Pointer], Sighting] = {}
        self._examined = 0
        self._omitted = 0

    def __call__(self, observed: Observed) -> None:
        """Observe a response."""
        key = (observed.request.operation, observed.status)
        count = self._observed.get(key, 0)
        # Without a lock, two threads may count once: that only changes which responses are examined.
        self._observed[key] = count + 1
        if count >= ALWAYS_EXAMINED and self._random() >= self._sample_rate:
            return
        api, _, operation = observed.request.operation.partition(".")
        if (document := load_document(api)) is None:
            return
        differences = list(compare(document, observed))
        with self._lock:
            self._examined += 1
            for difference in differences:
                self._add(document, operation, difference)

    def report(self) -> DriftReport:
        """Return the findings so far."""
        with self._lock:
            findings = [
                Finding(*key[:5], tally.describe(key[5]), tally.count, "".join(f"/{_escape(part)}" for part in key[6]))
                for key, tally in self._tallies.items()
            ]
            responses = sum(self._observed.values())
            return DriftReport(tuple(sorted(findings, key=_sort_key)), responses, self._examined, self._omitted)

    def patch(self) -> dict[str, Node]:
        """Return the proposed changes of each specification with drift as an OpenAPI Overlay 1.0 document, by API."""
        with self._lock:
            return build_overlays(self._sightings.values())

    def _add(self, document: Document, operation: str, difference: Difference) -> None:
        kind, spec = difference.kind, difference.spec
        if kind == "unknown field" and not is_name(spec[-1]):
            spec = spec[:-1]
        key = (document.api, operation, kind, difference.where, difference.expected, difference.seen, spec)
        if key not in self._tallies and len(self._tallies) == MAX_FINDINGS:
            self._omitted += 1
            return
        self._tallies.setdefault(key, _Tally()).add(difference.value)
        sighting = self._sightings.setdefault((document.api, kind, spec), Sighting(document, kind, spec))
        sighting.shape.add(difference.value)
        sighting.names.update(difference.names)


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _sort_key(finding: Finding) -> tuple[str, ...]:
    return (finding.api, finding.operation, finding.kind, finding.where, finding.seen)
