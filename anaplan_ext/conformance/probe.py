"""Send the probes of the beliefs to a tenant. Only GET requests are sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from attrs import define, evolve, field

from anaplan_client.core import ApiError, AuthenticationError, DecodeError, Request, StatusError, TransportError

from ..drift.walk import Send, list_operations, walk
from .beliefs import Belief
from .samples import Sample, get_entries
from .variants import TOKEN_VARIANTS, VARIANTS

MAX_BASE_SAMPLES = 20
"""Number of responses to the plain request of an operation that are kept and judged."""


@define
class Evidence:
    """The responses of a tenant, by operation and variant."""

    samples: dict[tuple[str, str], list[Sample]] = field(factory=dict[tuple[str, str], list[Sample]])
    requests: int = 0
    """Number of requests that were sent, without retries and sign-in."""

    def add(self, sample: Sample) -> None:
        """Keep a response."""
        kept = self.samples.setdefault((sample.operation, sample.variant), [])
        if len(kept) < MAX_BASE_SAMPLES:
            kept.append(sample)

    def get_base(self, operation: str, variant: str) -> Sample | None:
        """Return the response to the plain request that a variant is compared with; None if there is none."""
        bases = self.get_bases(operation)
        if not bases and variant in TOKEN_VARIANTS:
            # Whether a token is required can be seen without a success.
            bases = self.samples.get((operation, "base"), [])
        return bases[0] if bases else None

    def get_bases(self, operation: str) -> list[Sample]:
        """Return the successes of the plain request of an operation; those with most entries come first."""
        samples = [sample for sample in self.samples.get((operation, "base"), []) if sample.is_success]
        return sorted(samples, key=lambda sample: -len(get_entries(sample.value)))


def collect(send: Send, beliefs: Iterable[Belief], max_per_kind: int) -> Evidence:
    """Send what the beliefs need, and return the responses.

    Raises:
        AuthenticationError: The client cannot sign in.
        TransportError: There was no complete response.
    """
    evidence = Evidence()
    beliefs = list(beliefs)
    wanted = _find_needed({belief.operation for belief in beliefs})
    skip = frozenset(operation.name for operation in list_operations()) - wanted

    def send_and_keep(request: Request[object]) -> object:
        sample, error = _send(send, request, request.operation, "base")
        evidence.requests += 1
        evidence.add(sample)
        if isinstance(error, AuthenticationError) and request.public:
            raise StatusError(error.context)  # it says nothing about the sign-in of the client
        if error is not None:
            raise error
        return sample.value

    for _ in walk(send_and_keep, max_per_kind, skip):
        pass
    workspaces = _find_workspaces(evidence)
    for operation, variant in dict.fromkeys((belief.operation, belief.variant) for belief in beliefs):
        base = evidence.get_base(operation, variant) if variant != "base" else None
        changed = None if base is None else VARIANTS[variant](base, workspaces)
        if changed is not None:
            evidence.requests += 1
            evidence.add(_send(send, changed, operation, variant)[0])
    return evidence


def _send(send: Send, request: Request[object], operation: str, variant: str) -> tuple[Sample, ApiError | None]:
    """Send one request, and return its response, and the error if it was not the documented success."""
    if request.method != "GET" or request.effect != "safe":
        raise ValueError(f"only GET requests are sent (got {request.method} of {operation})")
    headers: dict[str, str] = {}
    try:
        content = cast("bytes", send(evolve(request, decode=bytes, on_headers=headers.update)))
    except TransportError:
        raise
    except (StatusError, DecodeError) as error:
        context = error.context
        status = context.http_status or context.status or 0
        return _make_sample(operation, variant, request, status, context.body, isinstance(error, StatusError)), error
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    return (
        Sample(
            operation=operation,
            variant=variant,
            request=request,
            status=request.statuses[0],
            media=media,
            content=bytes(content),
        ),
        None,
    )


def _make_sample(
    operation: str, variant: str, request: Request[object], status: int, body: bytes, is_documented: bool
) -> Sample:
    return Sample(
        operation=operation,
        variant=variant,
        request=request,
        status=status,
        content=body,
        is_documented=is_documented,
    )


def _find_needed(operations: set[str]) -> frozenset[str]:
    """Return the operations to send: those of the beliefs, and those whose responses have the ids that they take."""
    from ..drift.walk import SOURCES

    known = {operation.name: operation for operation in list_operations()}
    needed, pending = set[str](), [name for name in operations if name in known]
    while pending:
        name = pending.pop()
        if name in needed:
            continue
        needed.add(name)
        for meaning in known[name].needs.values():
            pending += [source for source, places in SOURCES.items() if meaning in {place[2] for place in places}]
    return frozenset(needed)


def _find_workspaces(evidence: Evidence) -> Mapping[str, str]:
    """Return the workspace of each model that was seen."""
    models = [
        entry
        for name in ("integration.list_models", "integration.list_workspace_models")
        for sample in evidence.get_bases(name)
        for entry in get_entries(sample.value)
    ]
    return {
        str(model["id"]): str(model["currentWorkspaceId"])
        for model in models
        if "id" in model and "currentWorkspaceId" in model
    }
