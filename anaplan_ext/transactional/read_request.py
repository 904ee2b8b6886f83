"""The read requests by which Anaplan gives views and lists of any size, and what their states mean."""

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

AnswerT = TypeVar("AnswerT")
ReadRequest: TypeAlias = "models.ViewReadRequest | models.ListReadRequest"
ViewLayout: TypeAlias = Literal["GRID_CURRENT_PAGE", "GRID_ALL_PAGES", "TABULAR_MULTI_COLUMN", "TABULAR_SINGLE_COLUMN"]
"""How the cells of a view are laid out: as they are shown, or as rows that name an item of each dimension."""

KEEPALIVE_PAGE_STEP = 100
"""Only the download of a page whose number this divides tells Anaplan that a read request is still needed."""
KEEPALIVE_SECONDS = 600.0
"""Seconds after which such a page is downloaded once more; Anaplan drops a read request after 1,800."""
MAX_STARTS = 3
"""How often a reading is begun at most."""


@frozen
class PollOptions:
    """How a reading is waited for and reported: the longest pause between looks and the time in all, in seconds."""

    pause: float
    timeout: float | None
    progress: OnTransfer | None


class ReadRestartError(Exception):
    """A read request failed or is gone, and another may do better."""


@frozen
class Reading(Generic[AnswerT]):
    """The requests of which the reading of one view or list consists, by the id of the read request and the page."""

    what: str
    start: Request[AnswerT]
    look: Callable[[str], Request[AnswerT]]
    page: Callable[[str, int], Request[bytes]]
    delete: Callable[[str], Request[AnswerT]]
    state: Callable[[AnswerT], ReadRequest]

    def ending(self, request_id: str) -> Request[None]:
        """The request that deletes a read request, whatever is answered to it."""
        return evolve(cast("Request[None]", self.delete(request_id)), decode=decode.none)


def of_view(model_id: str, view_id: str, layout: ViewLayout) -> Reading[models.ViewReadRequestResponse]:
    """How a view is read."""
    # The layouts have other names here than in a direct call.
    name = "TABULAR_SINGLE_ITEMS" if layout == "TABULAR_SINGLE_COLUMN" else layout
    body = models.StartViewReadRequest(export_type=models.ReadRequestLayout(name))
    return Reading(
        what=f"view {view_id}",
        start=integration.start_view_read_request(model_id, view_id, body=body),
        look=lambda request_id: integration.get_view_read_request(model_id, view_id, request_id),
        page=lambda request_id, number: integration.download_view_read_request_page(
            model_id, view_id, request_id, number
        ),
        delete=lambda request_id: integration.delete_view_read_request(model_id, view_id, request_id),
        state=lambda answer: answer.view_read_request,
    )


def of_list(model_id: str, list_id: str) -> Reading[models.ListReadRequestResponse]:
    """How a list is read."""
    return Reading(
        what=f"list {list_id}",
        start=integration.start_list_read_request(model_id, list_id),
        look=lambda request_id: integration.get_list_read_request(model_id, list_id, request_id),
        page=lambda request_id, number: integration.download_list_read_request_page(
            model_id, list_id, request_id, number
        ),
        delete=lambda request_id: integration.delete_list_read_request(model_id, list_id, request_id),
        state=lambda answer: answer.list_read_request,
    )


def ended(what: str, request: ReadRequest) -> bool:
    """Says whether all pages of a read request are there. Only the end tells about success.

    Raises `ReadRestartError` if it failed, and `ReadError` if it was cancelled, which none of our own is.
    """
    if request.request_state == "CANCELLED":
        raise ReadError(what, f"the read request {request.id} was cancelled")
    if request.request_state != "COMPLETE":
        return False
    if request.successful is False:
        raise ReadRestartError(f"the read request {request.id} was not successful")
    return True


class ResumeGuard:
    """What of a reading its reader has, so that another reading can go on from there, and from nowhere else."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._hash = blake2b()
        self._length = 0
        self._again = blake2b()
        self._known = 0  # bytes that the present reading repeats yet

    def restart(self) -> None:
        """Begins another reading, which repeats what was delivered."""
        self._again, self._known = blake2b(), self._length

    def new(self, page: bytes) -> bytes:
        """Returns what of the next page is new. Raises `ReadError` where it does not repeat what was delivered."""
        repeated, new = page[: self._known], page[self._known :]
        if repeated:
            self._again.update(repeated)
            self._known -= len(repeated)
            if not self._known and self._again.digest() != self._hash.digest():
                raise ReadError(self._what, "it was changed while it was read, and begun anew")
        self._hash.update(new)
        self._length += len(new)
        return new

    def end(self) -> None:
        """Raises `ReadError` if a reading ended before it had repeated what was delivered."""
        if self._known:
            raise ReadError(self._what, "it became shorter while it was read, and begun anew")
