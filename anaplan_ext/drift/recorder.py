"""Observe the responses of a running program, and compare them with the specifications."""

import random
import threading
from collections.abc import Set as AbstractSet

from attrs import Factory, define

from anaplan_client.core import Observed

from .comparison import Difference, compare, compare_gone
from .deprecation import find_deprecations
from .documents import Document, Node, Pointer, load_document
from .findings import DriftReport, Finding, Kind
from .patch import Sighting, build_overlays
from .places import KnownPlaces, find_places
from .redaction import is_name

ALWAYS_EXAMINED = 3
"""Number of first responses of each operation and status that are always examined."""
CHECKED_EVERY = 20
"""Of the further responses of each operation, one in this number has its fields and types checked."""
DEFAULT_SAMPLE_RATE = 0.0
"""Fraction of the further responses that is examined by default, in addition."""
MAX_UNDOCUMENTED = 256
"""Maximum number of undocumented fields and values for each of which a response is examined, by operation."""
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


@define
class _Operation:
    """What was seen of an operation with one status."""

    count: int = 0
    undocumented: set[int] = Factory(set[int])
    places: KnownPlaces = Factory(KnownPlaces)
    media: set[str] = Factory(set[str])


class DriftRecorder:
    """Compares the responses to a client with the specifications. Give it to the client as its `observer`.

    Examined are the first three responses of each operation and status, and each response with an undocumented field or
    value that is new. Of the others, the fields and types of every twentieth are checked. It is examined if one is new.
    The statuses 502, 503 and 504 of gateways are skipped. Token responses are observed without content. At most 1,000
    findings are kept, and no value of a response. A recorder can be shared between clients and threads.

    Args:
        sample_rate: Fraction of the further responses that is examined in addition, 0 to 1; 0 by default. That costs
            less than 3 % of the CPU time of a request.

    Raises:
        ValueError: `sample_rate` is out of range.
    """

    def __init__(self, sample_rate: float = DEFAULT_SAMPLE_RATE) -> None:
        if not 0 <= sample_rate <= 1:
            raise ValueError(f"sample_rate must be between 0 and 1 (got {sample_rate})")
        self._sample_rate = sample_rate
        self._random = random.Random().random
        self._lock = threading.Lock()
        self._observed: dict[tuple[str, int], _Operation] = {}
        self._tallies: dict[_Key, _Tally] = {}
        self._sightings: dict[tuple[str, Kind, Pointer], Sighting] = {}
        self._examined = 0
        self._omitted = 0

    def __call__(self, observed: Observed) -> None:
        """Observe a response."""
        key = (observed.request.operation, observed.status)
        known = self._observed.get(key)
        if known is None:
            known = self._observed.setdefault(key, _Operation())
        # Without a lock, two threads may count once: that only changes which responses are examined.
        known.count = count = known.count + 1
        if count > ALWAYS_EXAMINED and not (observed.undocumented and self._is_new(known, observed.undocumented)):
            if count % CHECKED_EVERY and not self._sample_rate and not known.places.missing:
                return
            if not self._is_due(known, observed):
                return
        self._examine(known, observed)

    def _is_due(self, known: _Operation, observed: Observed) -> bool:
        """Return whether to examine a response that decoding found nothing in."""
        if self._sample_rate and self._random() < self._sample_rate:
            return True
        if known.count % CHECKED_EVERY and not known.places.is_watching():
            return False
        places = find_places(observed.content)
        with self._lock:
            is_new = places is not None and known.places.add(places)
        media = observed.headers.get("content-type", "")
        return is_new or media not in known.media or known.places.has_gone() or any(find_deprecations(observed.headers))

    def _is_new(self, known: _Operation, undocumented: AbstractSet[int]) -> bool:
        with self._lock:
            is_new = len(known.undocumented) < MAX_UNDOCUMENTED and not undocumented <= known.undocumented
            known.undocumented |= undocumented if is_new else set[int]()
        return is_new

    def _examine(self, known: _Operation, observed: Observed) -> None:
        api, _, operation = observed.request.operation.partition(".")
        if (document := load_document(api)) is None:
            return
        differences = list(compare(document, observed))
        if known.count <= ALWAYS_EXAMINED and (places := find_places(observed.content)) is not None:
            with self._lock:
                known.places.add(places)
        with self._lock:
            self._examined += 1
            known.undocumented |= observed.undocumented
            if len(known.media) < MAX_UNDOCUMENTED:
                known.media.add(observed.headers.get("content-type", ""))
            gone = known.places.find_gone()
            for difference in [*differences, *compare_gone(document, observed, gone)]:
                self._add(document, operation, difference)

    def report(self) -> DriftReport:
        """Return the findings so far."""
        with self._lock:
            findings = [
                Finding(*key[:5], tally.describe(key[5]), tally.count, "".join(f"/{_escape(part)}" for part in key[6]))
                for key, tally in self._tallies.items()
            ]
            responses = sum(known.count for known in self._observed.values())
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
