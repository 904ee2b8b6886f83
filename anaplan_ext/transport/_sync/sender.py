# Converted by `python -m generator` from anaplan_ext/transport/_async/sender.py. Edit that file, not this one.
"""One request, repeated as the policy allows and sent when the rate limit does."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Protocol, TypeVar

from anaplan_client.core import Request
from anaplan_client.core.http._sync.api_client import ApiClient, Body

from ...concurrency import _sync as concurrency
from .. import clock, telemetry
from ..attempts import Attempts, RequestPolicy
from ..rate_limit import Limiter

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Signer(Protocol):
    """What signs each try of a request anew."""

    @property
    def renews(self) -> bool:
        """Whether there can be a further signature where one was refused."""
        ...

    def sign(self, request: Request[T], refused: str | None) -> Request[T]:
        """Returns the request with a signature, but not the one that was refused."""
        ...


class ContentReader(Protocol[T_co]):
    """What reads the content of one response."""

    def __call__(self, body: Body) -> T_co:
        """Read the content."""
        ...


class Sender:
    """Sends requests over the connections that all clients of one sign-in share, by the rules that they share.

    A request is sent until it has a response or the policy stops the retries; `Attempts` says what is raised then. A
    body that can be read only once is sent only once.
    """

    def __init__(self, api: ApiClient, rules: RequestPolicy) -> None:
        self._api = api
        self._rules = rules

    def send(
        self,
        request: Request[T],
        signer: Signer | None = None,
        timeout: float | None = None,
        patience: float | None = None,
    ) -> T:
        """Send a request and return its response; `patience` limits the pauses for the rate limit, in seconds."""
        tries = Attempts(self._rules, request, signer is not None and signer.renews, patience)
        with telemetry.span(request):
            while True:
                signed = self._next(tries, request, signer)
                with tries:
                    return self._api.send(signed, timeout=timeout, limit=tries.left)

    def consume(
        self,
        request: Request[bytes],
        read: ContentReader[T],
        signer: Signer | None = None,
        timeout: float | None = None,
    ) -> T:
        """Send a request and return what `read` makes of its content, which it gets anew with each attempt."""
        tries = Attempts(self._rules, request, signer is not None and signer.renews)
        with telemetry.span(request):
            while True:
                signed = self._next(tries, request, signer)
                with tries:
                    left = tries.left
                    with self._api.stream(signed, timeout=timeout, limit=left, content_limit=left) as body:
                        return read(body)

    @contextmanager
    def stream(
        self, request: Request[bytes], signer: Signer | None = None, timeout: float | None = None
    ) -> Generator[Body]:
        """Sends a request and gives its answer in pieces as they arrive; once it is there, nothing is repeated."""
        tries = Attempts(self._rules, request, signer is not None and signer.renews)
        with telemetry.span(request):
            with ExitStack() as opened:
                while True:
                    signed = self._next(tries, request, signer)
                    with tries:
                        answer = self._api.stream(signed, timeout=timeout, limit=tries.left)
                        pieces = opened.enter_context(answer)
                        break
                yield pieces

    def _next(self, tries: Attempts[T], request: Request[T], signer: Signer | None) -> Request[T]:
        """Waits until the next try may be made, and returns the request as it is sent then."""
        if tries.made:
            concurrency.sleep(tries.pause)
        while pause := tries.throttle_delay():
            concurrency.sleep(pause)
        # Few requests go to the authentication host, and all others wait for them.
        if self._rules.limiter is not None and request.host != "auth":
            _turn(self._rules.limiter)
        if signer is None:
            return request
        signed = signer.sign(request, tries.refused)
        tries.signature = signed.authorization
        return signed


def _turn(limiter: Limiter) -> None:
    ticket = limiter.draw(clock.now())
    try:
        while pause := limiter.wait(ticket, clock.now()):
            concurrency.sleep(pause)
    except BaseException:
        limiter.give_back(ticket, clock.now())
        raise
