"""Requests and states of read requests, by which Anaplan exports views and lists of any size."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Generic, Literal, TypeAlias, TypeVar, cast

from attrs import evolve, frozen

from anaplan_client import integration
from anaplan_client.core import Request
from anaplan_client.core.codec import decode
from anaplan_client.integration import models

from ..transfers.progress import OnTransfer
from .errors import ReadError

ResponseT = TypeVar("ResponseT")
ReadRequest: TypeAlias = "models.ViewReadRequest | models.ListReadRequest"
ViewLayout: TypeAlias = Literal["GRID_CURRENT_PAGE", "GRID_ALL_PAGES", "TABULAR_MULTI_COLUMN", "TABULAR_SINGLE_COLUMN"]
"""How the cells of a view are laid out: as a grid, or as rows that name an item of each dimension."""

KEEPALIVE_PAGE_STEP = 100
"""Only the download of a page whose number is a multiple of this keeps a read request alive."""
KEEPALIVE_SECONDS = 600.0
"""Seconds after which such a page is downloaded once more; Anaplan deletes a read request after 1,800."""
MAX_STARTS = 3
"""Maximum number of read requests for one reading."""


@frozen
class PollOptions:
    """How a reading waits and reports."""

    interval: float
    """Maximum interval between polls, in seconds."""
    timeout: float | None
    """Seconds until the read request must be complete; None for no limit."""
    progress: OnTransfer | None


class ReadRestartError(Exception):
    """A read request failed or no longer exists; another one may succeed."""


@frozen
class Reading(Generic[ResponseT]):
    """The requests that read one view or list; most take the id of the read request."""

    label: str
    start: Request[ResponseT]
    get: Callable[[str], Request[ResponseT]]
    get_page: Callable[[str, int], Request[bytes]]
    delete: Callable[[str], Request[ResponseT]]
    state_of: Callable[[ResponseT], ReadRequest]

    def delete_request(self, request_id: str) -> Request[None]:
        """Return the request that deletes a read request. Its response is ignored."""
        return evolve(cast("Request[None]", self.delete(request_id)), decode=decode.none)


def view_reading(model_id: str, view_id: str, layout: ViewLayout) -> Reading[models.ViewReadRequestResponse]:
    """Return the requests that read a view."""
    # Read requests and direct calls have different names for this layout.
    name = "TABULAR_SINGLE_ITEMS" if layout == "TABULAR_SINGLE_COLUMN" else layout
    body = models.StartViewReadRequest(export_type=models.ReadRequestLayout(name))
    return Reading(
        label=f"view {view_id}",
        start=integration.start_view_read_request(model_id, view_id, body=body),
        get=lambda request_id: integration.get_view_read_request(model_id, view_id, request_id),
        get_page=lambda request_id, number: integration.download_view_read_request_page(
            model_id, view_id, request_id, number
        ),
        delete=lambda request_id: integration.delete_view_read_request(model_id, view_id, request_id),
        state_of=lambda response: response.view_read_request,
    )


def list_reading(model_id: str, list_id: str) -> Reading[models.ListReadRequestResponse]:
    """Return the requests that read a list."""
    return Reading(
        label=f"list {list_id}",
        start=integration.start_list_read_request(model_id, list_id),
        get=lambda request_id: integration.get_list_read_request(model_id, list_id, request_id),
        get_page=lambda request_id, number: integration.download_list_read_request_page(
            model_id, list_id, request_id, number
        ),
        delete=lambda request_id: integration.delete_list_read_request(model_id, list_id, request_id),
        state_of=lambda response: response.list_read_request,
    )


def is_complete(label: str, request: ReadRequest) -> bool:
    """Return whether all pages of a read request are available. Its success is known only then.

    Raise `ReadRestartError` if it failed, and `ReadError` if somebody cancelled it.
    """
    if request.request_state == "CANCELLED":
        raise ReadError(label, f"read request {request.id} was cancelled")
    if request.request_state != "COMPLETE":
        return False
    if request.successful is False:
        raise ReadRestartError(f"read request {request.id} failed")
    return True


class ResumeGuard:
    """Lets a second read request continue where the first one stopped, if it repeats exactly what was delivered."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._delivered = blake2b()
        self._delivered_length = 0
        self._repeated = blake2b()
        self._left_to_repeat = 0

    def restart(self) -> None:
        """Expect everything that was delivered once more."""
        self._repeated, self._left_to_repeat = blake2b(), self._delivered_length

    def accept(self, page: bytes) -> bytes:
        """Return the new part of the next page. Raise `ReadError` if the other part is not what was delivered."""
        repeated, new = page[: self._left_to_repeat], page[self._left_to_repeat :]
        if repeated:
            self._repeated.update(repeated)
            self._left_to_repeat -= len(repeated)
            if not self._left_to_repeat and self._repeated.digest() != self._delivered.digest():
                raise ReadError(self._label, "its content changed between two read requests")
        self._delivered.update(new)
        self._delivered_length += len(new)
        return new

    def verify_complete(self) -> None:
        """Raise `ReadError` if a reading ended before it had repeated what was delivered."""
        if self._left_to_repeat:
            raise ReadError(self._label, "its content became shorter between two read requests")
