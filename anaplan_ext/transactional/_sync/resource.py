# Converted by `python -m generator` from anaplan_ext/transactional/_async/resource.py. Edit that file, not this one.
"""Lists, modules, views, cells, time and versions of one model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from anaplan_client import integration
from anaplan_client.core import NotFoundError, PermissionDeniedError
from anaplan_client.core.codec import validation
from anaplan_client.integration import models

from ...arguments.checks import check_list, check_text, day_text, page_selectors
from ...arguments.ids import id_text, optional_id
from ...auth._sync.session import Session
from ...concurrency import _sync as concurrency
from ...frames.recognition import FrameInput
from ...listing import endpoints
from ...listing._sync.pager import collect, iterate
from ...listing.sorting import UserSort
from ...settings import Settings
from ...transfers.progress import OnTransfer, forward_only
from ..cells import CallSize, CellInput
from ..list_items import ItemInput, check_items_per_call
from ..read_request import PollOptions, ViewLayout
from ..write_result import CellWriteResult, ListWriteResult
from . import reading, upserting, writing


class Transactional:
    """Read and write lists, modules, views and cells of one model, as `client.transactional`.

    Most methods need the role Workspace Administrator. They wait while the model is busy. An archived model raises
    `ModelArchivedError`. An unknown id, or one without access, raises `NotFoundError`.
    """

    def __init__(self, session: Session, settings: Settings, model_id: str) -> None:
        self._session = session
        self._settings = settings
        self._model_id = model_id

    def list_users(
        self, *, search: str | None = None, sort_by: UserSort | None = None, descending: bool = False
    ) -> list[models.User]:
        """List the users of the tenant.

        Args:
            search: Return only users whose name, email address or id contains this text, ignoring case. `%` matches any
                characters and `_` one. Anaplan does not document it.
            sort_by: The field to sort by: `first_name`, `last_name`, `email`, `active` or `last_login_date`. Without
                it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            All users.

        Raises:
            ValueError: `sort_by` has another value; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return collect(self._session, *endpoints.users(search, sort_by, descending))

    def iter_users(
        self, *, search: str | None = None, sort_by: UserSort | None = None, descending: bool = False
    ) -> Iterator[models.User]:
        """Iterate over the users of the tenant, page by page.

        Args:
            search: Return only users whose name, email address or id contains this text, ignoring case. `%` matches any
                characters and `_` one. Anaplan does not document it.
            sort_by: The field to sort by: `first_name`, `last_name`, `email`, `active` or `last_login_date`. Without
                it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            An iterator of the users. Its iteration raises the errors.

        Raises:
            ValueError: `sort_by` has another value; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.users(search, sort_by, descending))

    def get_user(self, user_id: str = "me") -> models.User:
        """Read a user.

        Args:
            user_id: Id of the user. By default, the user who is signed in.

        Returns:
            The user.

        Raises:
            ValueError: `user_id` is not a valid id; nothing is sent.
            NotFoundError: The user does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        response = self._session.send(integration.get_user(id_text("user_id", user_id)))
        return response.user

    def list_modules(self) -> list[models.Module]:
        """List the modules of the model.

        Returns:
            All modules.

        Raises:
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return collect(self._session, *endpoints.modules(self._model_id))

    def iter_modules(self) -> Iterator[models.Module]:
        """Iterate over the modules of the model, page by page.

        Returns:
            An iterator of the modules. Its iteration raises the errors.

        Raises:
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.modules(self._model_id))

    def list_views(
        self, module_id: int | str | None = None, *, include_subsidiary_views: bool = False
    ) -> list[models.View]:
        """List the views of the model or of one module.

        Each module has a default view with the id and name of the module.

        Args:
            module_id: Id of the only module to list (102…). Without it, all modules.
            include_subsidiary_views: Whether to include the views of line items. They have the ids and names of the
                line items.

        Returns:
            All views.

        Raises:
            ValueError: `module_id` is not a valid id; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return collect(
            self._session,
            *endpoints.views(self._model_id, optional_id("module_id", module_id), include_subsidiary_views),
        )

    def iter_views(
        self, module_id: int | str | None = None, *, include_subsidiary_views: bool = False
    ) -> Iterator[models.View]:
        """Iterate over the views of the model or of one module, page by page.

        Each module has a default view with the id and name of the module.

        Args:
            module_id: Id of the only module to list (102…). Without it, all modules.
            include_subsidiary_views: Whether to include the views of line items. They have the ids and names of the
                line items.

        Returns:
            An iterator of the views. Its iteration raises the errors.

        Raises:
            ValueError: `module_id` is not a valid id; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(
            self._session,
            *endpoints.views(self._model_id, optional_id("module_id", module_id), include_subsidiary_views),
        )

    def get_view_info(self, view_id: int | str) -> models.ViewInfo:
        """Read the dimensions in the rows, columns and pages of a view.

        Args:
            view_id: Id of the view. The id of a module selects its default view.

        Returns:
            The dimensions of the view.

        Raises:
            ValueError: `view_id` is not a valid id; nothing is sent.
            NotFoundError: The view does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        return self._session.send(integration.get_view_info(self._model_id, id_text("view_id", view_id)))

    def list_line_items(
        self, module_id: int | str | None = None, *, include_all: bool = False
    ) -> list[models.LineItem]:
        """List the line items of the model or of one module.

        Args:
            module_id: Id of the only module to list (102…). Without it, all modules.
            include_all: Whether to include formats, formulas, dimensions and numbers of cells, not only names and ids.

        Returns:
            All line items.

        Raises:
            ValueError: `module_id` is not a valid id; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return collect(
            self._session, *endpoints.line_items(self._model_id, optional_id("module_id", module_id), include_all)
        )

    def iter_line_items(
        self, module_id: int | str | None = None, *, include_all: bool = False
    ) -> Iterator[models.LineItem]:
        """Iterate over the line items of the model or of one module, page by page.

        Args:
            module_id: Id of the only module to list (102…). Without it, all modules.
            include_all: Whether to include formats, formulas, dimensions and numbers of cells, not only names and ids.

        Returns:
            An iterator of the line items. Its iteration raises the errors.

        Raises:
            ValueError: `module_id` is not a valid id; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(
            self._session, *endpoints.line_items(self._model_id, optional_id("module_id", module_id), include_all)
        )

    def list_lists(self) -> list[models.AnaplanList]:
        """List the lists of the model.

        Returns:
            All lists.

        Raises:
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return collect(self._session, *endpoints.lists(self._model_id))

    def iter_lists(self) -> Iterator[models.AnaplanList]:
        """Iterate over the lists of the model, page by page.

        Returns:
            An iterator of the lists. Its iteration raises the errors.

        Raises:
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.lists(self._model_id))

    def get_list_metadata(self, list_id: int | str) -> models.ListMetadata:
        """Read the structure of a list, and its number of items.

        Args:
            list_id: Id of the list (101…).

        Returns:
            The metadata of the list.

        Raises:
            ValueError: `list_id` is not a valid id; nothing is sent.
            NotFoundError: The list does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        response = self._session.send(integration.get_list_metadata(self._model_id, id_text("list_id", list_id)))
        return response.metadata

    def get_list_items(self, list_id: int | str, *, include_all: bool = False) -> list[models.ListItem]:
        """Read the items of a list.

        Above 1,000,000 items, use `get_list_items_stream`.

        Args:
            list_id: Id of the list (101…).
            include_all: Whether to include the properties and subsets of each item.

        Returns:
            All items.

        Raises:
            ValueError: `list_id` is not a valid id; nothing is sent.
            BadRequestError: The list has more than 1,000,000 items.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.

        Example:
            ```python
            for item in client.transactional.get_list_items(list_id, include_all=True):
                print(item.name, item.code, item.properties)
            ```
        """
        return collect(self._session, *endpoints.list_items(self._model_id, id_text("list_id", list_id), include_all))

    def iter_list_items(self, list_id: int | str, *, include_all: bool = False) -> Iterator[models.ListItem]:
        """Iterate over the items of a list, page by page.

        Above 1,000,000 items, use `iter_list_rows`.

        Args:
            list_id: Id of the list (101…).
            include_all: Whether to include the properties and subsets of each item.

        Returns:
            An iterator of the items. Its iteration raises the errors.

        Raises:
            ValueError: `list_id` is not a valid id; nothing is sent.
            BadRequestError: The list has more than 1,000,000 items.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.list_items(self._model_id, id_text("list_id", list_id), include_all))

    def get_list_items_stream(
        self, list_id: int | str, *, timeout: float | None = None, progress: OnTransfer | None = None
    ) -> Iterator[bytes]:
        """Read a list of any size as CSV, piece by piece, with all properties and subsets.

        Up to 100,000 items come with one direct request. Larger lists need a read request. The read request is always
        deleted: at the end, when the iteration stops early, or when the client is closed. A failed or expired one is
        restarted up to twice. The data already returned must then be identical.

        Args:
            list_id: Id of the list (101…).
            timeout: Maximum seconds until a read request is complete. None for no limit.
            progress: Function that gets a `TransferProgress` after each piece.

        Returns:
            An iterator of pieces. Its iteration raises the errors.

        Raises:
            ValueError: `list_id` is not a valid id, or `timeout` is negative; nothing is sent.
            ReadError: The list cannot be read completely.
            ReadQuotaError: The model has too many read requests.
            OutcomeUnknown: No response says whether a read request was created. Anaplan deletes it after 30 minutes.
            NotFoundError: The list does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request for the number of items, and one for up to 100,000 items, which are then held in memory. Above
            that, one per poll and per page; holds at most three pages.
        """
        return reading.read_list(
            self._session, self._model_id, id_text("list_id", list_id), self._poll_options(timeout, progress)
        )

    def iter_list_rows(
        self, list_id: int | str, *, timeout: float | None = None, progress: OnTransfer | None = None
    ) -> Iterator[list[str]]:
        """Read a list of any size row by row, with all properties and subsets.

        Up to 100,000 items come with one direct request. Larger lists need a read request. The read request is always
        deleted: at the end, when the iteration stops early, or when the client is closed. A failed or expired one is
        restarted up to twice. The data already returned must then be identical.

        Args:
            list_id: Id of the list (101…).
            timeout: Maximum seconds until a read request is complete. None for no limit.
            progress: Function that gets a `TransferProgress` after each piece.

        Returns:
            An iterator of rows. The first row has the names of the columns. Its iteration raises the errors.

        Raises:
            ValueError: `list_id` is not a valid id, or `timeout` is negative; nothing is sent.
            ReadError: The list cannot be read completely.
            ReadQuotaError: The model has too many read requests.
            OutcomeUnknown: No response says whether a read request was created. Anaplan deletes it after 30 minutes.
            NotFoundError: The list does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request for the number of items, and one for up to 100,000 items, which are then held in memory. Above
            that, one per poll and per page; holds at most three pages.
        """
        pages = self.get_list_items_stream(list_id, timeout=timeout, progress=progress)
        return reading.iter_rows(f"list {list_id}", pages)

    def insert_list_items(
        self,
        list_id: int | str,
        items: concurrency.Source[ItemInput] | FrameInput,
        *,
        items_per_call: int = 100_000,
        raise_on_failure: bool = False,
        progress: Callable[[ListWriteResult], None] | None = None,
    ) -> ListWriteResult:
        """Add any number of items to a list, in their order.

        Rejected items do not affect the others. A call is not retried once it may have had its effect. Parents must
        precede their children.

        Args:
            list_id: Id of the list (101…).
            items: Items to add: a frame with a row per item, `ListItemInput`s, or dictionaries with `name` (`code` in a
                numbered list). Optional keys are `code`, `parent`, `properties` and `subsets`.
            items_per_call: Items per call, 1 to 100,000.
            raise_on_failure: Whether to raise `PartialWriteError` after all calls if an item was rejected or ignored.
            progress: Function that gets the result so far after each call.

        Returns:
            The counts, and the rejected items with their indices in `items`.

        Raises:
            ValueError: An item cannot be sent; the message has its index. A list or tuple is checked before any
                request, an iterator before each call.
            PartialWriteError: Items were rejected with `raise_on_failure`, or a call failed after others had their
                effect. It has the result.
            OutcomeUnknown: No response to the first call says whether its items were added.
            StatusError: 425: the model is in deployed mode, and the list is not for production data.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per call. Holds the items of one call in memory, and reads an iterator only as it sends.

        Example:
            ```python
            items = [{"name": f"Product {number}", "code": f"P{number}"} for number in range(1_000)]
            result = client.transactional.insert_list_items(list_id, items)
            print(result.added, result.ignored, result.failures)
            ```
        """
        return writing.write_items(
            self._session,
            self._model_id,
            id_text("list_id", list_id),
            "insert",
            items,
            items_per_call,
            raise_on_failure,
            progress,
        )

    def update_list_items(
        self,
        list_id: int | str,
        items: concurrency.Source[ItemInput] | FrameInput,
        *,
        items_per_call: int = 100_000,
        raise_on_failure: bool = False,
        progress: Callable[[ListWriteResult], None] | None = None,
    ) -> ListWriteResult:
        """Change any number of items of a list. Omitted fields keep their values.

        Rejected items do not affect the others. Updates are idempotent, so calls are retried.

        Args:
            list_id: Id of the list (101…).
            items: Items to change: a frame with a row per item, `ListItemInput`s, or dictionaries. Each needs exactly
                one of `id`, `code` and `name` as its key; items of numbered lists have no name. Other keys are
                `parent`, `properties` and `subsets`.
            items_per_call: Items per call, 1 to 100,000.
            raise_on_failure: Whether to raise `PartialWriteError` after all calls if an item was rejected or ignored.
            progress: Function that gets the result so far after each call.

        Returns:
            The counts, and the rejected items with their indices in `items`.

        Raises:
            ValueError: An item cannot be sent; the message has its index. A list or tuple is checked before any
                request, an iterator before each call.
            PartialWriteError: Items were rejected with `raise_on_failure`, or a call failed after others had their
                effect. It has the result.
            StatusError: 425: the model is in deployed mode, and the list is not for production data.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per call. Holds the items of one call in memory, and reads an iterator only as it sends.
        """
        return writing.write_items(
            self._session,
            self._model_id,
            id_text("list_id", list_id),
            "update",
            items,
            items_per_call,
            raise_on_failure,
            progress,
        )

    def upsert_list_items(
        self,
        list_id: int | str,
        items: concurrency.Source[ItemInput] | FrameInput,
        *,
        parents_first: bool = False,
        items_per_call: int = 100_000,
        raise_on_failure: bool = False,
        progress: Callable[[ListWriteResult], None] | None = None,
    ) -> ListWriteResult:
        """Add the items that a list does not have, and change the others. Omitted fields keep their values.

        An item is known by its id, else by its code, else by its name, regardless of case. Rejected items do not affect
        the others. Somebody who adds the same items at the same time makes them rejected here.

        Args:
            list_id: Id of the list (101…).
            items: Items to add or change: a frame with a row per item, `ListItemInput`s, or dictionaries. The keys, or
                columns whatever their case, are `id`, `code`, `name` and `parent`. Dictionaries also have `properties`
                and `subsets`. Of a frame, other columns of booleans are subsets, and the others are properties; null
                leaves a field as it is.
            parents_first: Whether to add new items after their parents, wherever they are. Otherwise in their order.
            items_per_call: Items per call, 1 to 100,000.
            raise_on_failure: Whether to raise `PartialWriteError` after all calls if an item was rejected or ignored.
            progress: Function that gets the result so far after each call.

        Returns:
            The counts, and the rejected items with their indices in `items`.

        Raises:
            ValueError: An item cannot be sent, has an unknown id, would get another code or name, or is its own
                ancestor. The message has its index; nothing is written.
            FrameValueError: A frame has a value that cannot be written without loss; nothing is sent.
            ImportError: `items` is a frame, and the extra `frames` is not installed; nothing is sent.
            PartialWriteError: Items were rejected with `raise_on_failure`, or a call failed after others had their
                effect. It has the result.
            OutcomeUnknown: No response to the first call says whether its items were added.
            BadRequestError: The list has more than 1,000,000 items.
            StatusError: 425: the model is in deployed mode, and the list is not for production data.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items of the list, to know its items, and one per call. Holds all items in memory.

        Example:
            ```python
            items = [{"name": "Berries", "parent": "Fruit"}, {"name": "Fruit"}]
            result = client.transactional.upsert_list_items(list_id, items, parents_first=True)
            print(result.added, result.updated)
            ```
        """
        list_id = id_text("list_id", list_id)
        check_items_per_call(items_per_call)
        entries = [item for item in concurrency.iterate(writing.read_source(items))]
        return upserting.upsert_items(
            *(self._session, self._model_id, list_id, entries, parents_first),
            *(items_per_call, raise_on_failure, progress),
        )

    def delete_list_items(
        self,
        list_id: int | str,
        items: concurrency.Source[ItemInput] | FrameInput,
        *,
        items_per_call: int = 100_000,
        raise_on_failure: bool = False,
        progress: Callable[[ListWriteResult], None] | None = None,
    ) -> ListWriteResult:
        """Delete any number of items of a list.

        Rejected items do not affect the others. A call is not retried once it may have had its effect.

        Args:
            list_id: Id of the list (101…).
            items: Items to delete: a frame with a row per item, `ListItemInput`s, or dictionaries. Each needs exactly
                one of `id`, `code` and `name` as its key; items of numbered lists have no name.
            items_per_call: Items per call, 1 to 100,000.
            raise_on_failure: Whether to raise `PartialWriteError` after all calls if an item was rejected or ignored.
            progress: Function that gets the result so far after each call.

        Returns:
            The counts, and the rejected items with their indices in `items`.

        Raises:
            ValueError: An item cannot be sent; the message has its index. A list or tuple is checked before any
                request, an iterator before each call.
            PartialWriteError: Items were rejected with `raise_on_failure`, or a call failed after others had their
                effect. It has the result.
            OutcomeUnknown: No response to the first call says whether its items were deleted.
            StatusError: 425: the model is in deployed mode, and the list is not for production data.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per call. Holds the items of one call in memory, and reads an iterator only as it sends.
        """
        return writing.write_items(
            self._session,
            self._model_id,
            id_text("list_id", list_id),
            "delete",
            items,
            items_per_call,
            raise_on_failure,
            progress,
        )

    def reset_list_index(self, list_id: int | str) -> None:
        """Reset the numbers that a list gives to new items to 1.

        Args:
            list_id: Id of the list (101…). It must be empty.

        Raises:
            ValueError: `list_id` is not a valid id; nothing is sent.
            BadRequestError: The list is not empty.
            NotFoundError: The list does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        self._session.send(integration.reset_list_index(self._model_id, id_text("list_id", list_id)))

    def get_view_data(
        self,
        view_id: int | str,
        pages: Iterable[tuple[int | str, int | str]] | None = None,
        *,
        max_rows: int | None = None,
    ) -> models.ViewData:
        """Read one page of a view, with the names of rows and columns.

        Above 1,000,000 cells, use `get_view_data_stream`.

        Args:
            view_id: Id of the view. The id of a module selects its default view, that of a line item its subsidiary
                view.
            pages: Pairs of dimension id and item id that select items in the page dimensions, as `get_dimension_items`
                lists them. Without them, the selection of the view.
            max_rows: Maximum number of rows. None for all.

        Returns:
            The cells and their headers.

        Raises:
            ValueError: An id is not valid, or `max_rows` is out of range; nothing is sent.
            BadRequestError: The page has more than 1,000,000 cells, or `pages` does not fit the view.
            NotFoundError: The view does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request. Holds all cells in memory.
        """
        selected = page_selectors(pages or ())
        return self._session.send(
            integration.get_view_data(self._model_id, id_text("view_id", view_id), pages=selected, max_rows=max_rows)
        )

    def get_view_data_stream(
        self,
        view_id: int | str,
        *,
        layout: ViewLayout = "TABULAR_MULTI_COLUMN",
        module_id: int | str | None = None,
        timeout: float | None = None,
        progress: OnTransfer | None = None,
    ) -> Iterator[bytes]:
        """Read a view of any size as CSV, piece by piece.

        Up to 1,000,000 cells come with one direct request. Anaplan rejects more, and does not announce their number;
        then a read request follows. The read request is always deleted: at the end, when the iteration stops early, or
        when the client is closed. A failed or expired one is restarted up to twice. The data already returned must then
        be identical.

        Args:
            view_id: Id of the view. The id of a module selects its default view, that of a line item its subsidiary
                view.
            layout: `TABULAR_MULTI_COLUMN` has a row per combination of items and a column per line item.
                `TABULAR_SINGLE_COLUMN` has a row per cell. `GRID_ALL_PAGES` and `GRID_CURRENT_PAGE` are the grid as
                shown.
            module_id: Id of the module of a saved view (102…). It saves a request to the list of views in tabular
                layouts.
            timeout: Maximum seconds until a read request is complete. None for no limit.
            progress: Function that gets a `TransferProgress` after each piece.

        Returns:
            An iterator of pieces. Its iteration raises the errors.

        Raises:
            ValueError: An id is not valid, or `timeout` is negative; nothing is sent.
            ReadError: The view cannot be read completely.
            ReadQuotaError: The model has too many read requests.
            OutcomeUnknown: No response says whether a read request was created. Anaplan deletes it after 30 minutes.
            NotFoundError: The view does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request for up to 1,000,000 cells, which are then held in memory. Above that, one more per poll and per
            page; holds at most three pages. A saved view without `module_id` adds a list of views.
        """
        options = self._poll_options(timeout, progress)
        return reading.read_view(
            self._session,
            self._model_id,
            id_text("view_id", view_id),
            layout,
            optional_id("module_id", module_id),
            options,
        )

    def iter_view_rows(
        self,
        view_id: int | str,
        *,
        layout: ViewLayout = "TABULAR_MULTI_COLUMN",
        module_id: int | str | None = None,
        timeout: float | None = None,
        progress: OnTransfer | None = None,
    ) -> Iterator[list[str]]:
        """Read a view of any size row by row.

        Up to 1,000,000 cells come with one direct request. Anaplan rejects more, and does not announce their number;
        then a read request follows. The read request is always deleted: at the end, when the iteration stops early, or
        when the client is closed. A failed or expired one is restarted up to twice. The data already returned must then
        be identical.

        Args:
            view_id: Id of the view. The id of a module selects its default view, that of a line item its subsidiary
                view.
            layout: `TABULAR_MULTI_COLUMN` has a row per combination of items and a column per line item.
                `TABULAR_SINGLE_COLUMN` has a row per cell. `GRID_ALL_PAGES` and `GRID_CURRENT_PAGE` are the grid as
                shown.
            module_id: Id of the module of a saved view (102…). It saves a request to the list of views in tabular
                layouts.
            timeout: Maximum seconds until a read request is complete. None for no limit.
            progress: Function that gets a `TransferProgress` after each piece.

        Returns:
            An iterator of rows. The first row of a table has the names of the columns. Its iteration raises the errors.

        Raises:
            ValueError: An id is not valid, or `timeout` is negative; nothing is sent.
            ReadError: The view cannot be read completely.
            ReadQuotaError: The model has too many read requests.
            OutcomeUnknown: No response says whether a read request was created. Anaplan deletes it after 30 minutes.
            NotFoundError: The view does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request for up to 1,000,000 cells, which are then held in memory. Above that, one more per poll and per
            page; holds at most three pages. A saved view without `module_id` adds a list of views.

        Example:
            ```python
            for row in client.transactional.iter_view_rows(module_id):
                print(row)
            ```
        """
        pages = self.get_view_data_stream(
            view_id, layout=layout, module_id=module_id, timeout=timeout, progress=progress
        )
        return reading.iter_rows(f"view {view_id}", pages)

    def update_module_data(
        self,
        module_id: int | str,
        cells: concurrency.Source[CellInput],
        *,
        cells_per_call: int = 100_000,
        bytes_per_call: int = 15_000_000,
        raise_on_failure: bool = False,
        progress: Callable[[CellWriteResult], None] | None = None,
    ) -> CellWriteResult:
        """Write any number of cells of a module, in their order.

        Rejected cells do not affect the others. Writing is idempotent, so calls are retried. For millions of cells, an
        import of a file is faster.

        Args:
            module_id: Id of the module (102…).
            cells: Cells to write: `CellWrite`s, or dictionaries with `value`, `dimensions`, and `lineItemId` or
                `lineItemName`. A dimension has `dimensionId` or `dimensionName`, and `itemId`, `itemName` or
                `itemCode`.
            cells_per_call: Cells per call, 1 to 100,000.
            bytes_per_call: Bytes per call, 1 to 15,000,000.
            raise_on_failure: Whether to raise `PartialWriteError` after all calls if a cell was rejected.
            progress: Function that gets the result so far after each call.

        Returns:
            The counts, and the rejected cells with their indices in `cells`.

        Raises:
            ValueError: A cell cannot be sent; the message has its index. A list or tuple is checked before any request,
                an iterator before each call.
            PartialWriteError: Cells were rejected with `raise_on_failure`, or a call failed after others had their
                effect. It has the result.
            NotFoundError: The module does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per call. Holds the cells of one call in memory, and reads an iterator only as it sends.

        Example:
            ```python
            cells = [
                {
                    "lineItemName": "Units",
                    "value": 7,
                    "dimensions": [{"dimensionName": "Products", "itemName": "Apples"}],
                }
            ]
            result = client.transactional.update_module_data(module_id, cells)
            print(result.changed, result.failures)
            ```
        """
        size = CallSize(cells_per_call, bytes_per_call)
        return writing.write_cells(
            self._session, self._model_id, id_text("module_id", module_id), cells, size, raise_on_failure, progress
        )

    def write_module_data(
        self,
        module_id: int | str,
        frame: FrameInput,
        *,
        dimensions: Mapping[str, str],
        values: Sequence[str] | Mapping[str, str],
        items_by: Literal["name", "code", "id"] = "name",
        cells_per_call: int = 100_000,
        bytes_per_call: int = 15_000_000,
        raise_on_failure: bool = False,
        progress: Callable[[CellWriteResult], None] | None = None,
    ) -> CellWriteResult:
        """Write the cells of a frame to a module, row by row.

        Null leaves a cell as it is, and empty text empties it. Rejected cells do not affect the others. Writing is
        idempotent, so calls are retried. For millions of cells, `client.load` is faster.

        Args:
            module_id: Id of the module (102…).
            frame: A frame of pandas, polars, pyarrow, duckdb, modin, or with an Arrow C stream.
            dimensions: The columns with the items, by the name of the dimension, for example `{"Products": "product"}`.
            values: The line items whose columns have their names, or a mapping of columns by line item.
            items_by: What these columns have of the items: `name`, `code` or `id`.
            cells_per_call: Cells per call, 1 to 100,000.
            bytes_per_call: Bytes per call, 1 to 15,000,000.
            raise_on_failure: Whether to raise `PartialWriteError` after all calls if a cell was rejected.
            progress: Function that gets the result so far after each call.

        Returns:
            The counts, and the rejected cells with their indices among the cells that are not null.

        Raises:
            TypeError: `frame` is no frame; nothing is sent.
            ValueError: An argument is outside its values; nothing is sent.
            FrameValueError: A column or an item is missing, or a value cannot be written without loss. A frame that can
                be read more than once is checked before any request.
            ImportError: The extra `frames` is not installed; nothing is sent.
            PartialWriteError: Cells were rejected with `raise_on_failure`, or a call failed after others had their
                effect. It has the result.
            NotFoundError: The module does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per call. Holds the cells of one call in memory.

        Example:
            ```python
            import polars

            frame = polars.DataFrame({"product": ["Apples", "Pears"], "Units": [7, 9]})
            result = client.transactional.write_module_data(
                module_id, frame, dimensions={"Products": "product"}, values=["Units"]
            )
            print(result.changed)
            ```
        """
        size = CallSize(cells_per_call, bytes_per_call)
        module_id = id_text("module_id", module_id)
        cells = concurrency.run_in_thread(writing.open_cells, frame, dimensions, values, items_by)
        return writing.write_frame(self._session, self._model_id, module_id, cells, size, raise_on_failure, progress)

    def get_dimension_items(self, dimension_id: int | str) -> list[models.DimensionItem]:
        """List the items of a list, a list subset, a line item subset, or Users.

        Args:
            dimension_id: Id of the dimension (101…, 109… or 114…). Anaplan rejects Time and Versions here;
                `get_line_item_dimension_items` lists their items.

        Returns:
            All items.

        Raises:
            ValueError: `dimension_id` is not a valid id; nothing is sent.
            BadRequestError: The dimension is of another kind, or has more than 1,000,000 items.
            NotFoundError: The dimension does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request. Holds all items in memory.
        """
        response = self._session.send(
            integration.get_dimension_items(self._model_id, id_text("dimension_id", dimension_id))
        )
        return response.items or []

    def lookup_dimension_items(
        self, dimension_id: int | str, codes: list[str] | None = None, names: list[str] | None = None
    ) -> list[models.DimensionItem]:
        """Find items of a list, Time, Versions or Users by codes and names, ignoring case.

        Args:
            dimension_id: Id of the dimension.
            codes: Codes to find.
            names: Names to find.

        Returns:
            The items found, in no particular order. Unknown codes and names are omitted.

        Raises:
            ValueError: `codes` and `names` are both empty, or an id or text is not valid; nothing is sent.
            NotFoundError: The dimension does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request. Holds all found items in memory.
        """
        for name, texts in (("codes", codes), ("names", names)):
            for index, text in enumerate(check_list(name, texts or [])):
                check_text(f"{name}[{index}]", text)
        if not codes and not names:
            raise ValueError("codes, names: one of them is needed")
        body = models.LookupDimensionItemsRequest(codes=codes or None, names=names or None)
        request = integration.lookup_dimension_items(self._model_id, id_text("dimension_id", dimension_id), body=body)
        response = self._session.send(request)
        return response.items or []

    def get_view_dimension_items(self, view_id: int | str, dimension_id: int | str) -> list[models.DimensionItem]:
        """List the items of a dimension that a view shows, also of Time and Versions.

        Args:
            view_id: Id of the view.
            dimension_id: Id of one of its dimensions.

        Returns:
            All items that the view shows.

        Raises:
            ValueError: An id is not valid; nothing is sent.
            BadRequestError: The dimension has more than 1,000,000 items.
            NotFoundError: The view or dimension does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request. Holds all items in memory.
        """
        request = integration.get_view_dimension_items(
            self._model_id, id_text("view_id", view_id), id_text("dimension_id", dimension_id)
        )
        response = self._session.send(request)
        return response.items or []

    def get_line_item_dimensions(self, line_item_id: int | str) -> list[models.Dimension]:
        """List the dimensions of a line item, including Time and Versions.

        Args:
            line_item_id: Id of the line item.

        Returns:
            All dimensions.

        Raises:
            ValueError: `line_item_id` is not a valid id; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            NotFoundError: The line item does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        return collect(
            self._session, *endpoints.line_item_dimensions(self._model_id, id_text("line_item_id", line_item_id))
        )

    def get_line_item_dimension_items(
        self, line_item_id: int | str, dimension_id: int | str
    ) -> list[models.DimensionItem]:
        """List the items of a dimension of a line item, also of Time and Versions.

        Args:
            line_item_id: Id of the line item.
            dimension_id: Id of one of its dimensions.

        Returns:
            All items.

        Raises:
            ValueError: An id is not valid; nothing is sent.
            BadRequestError: The dimension has more than 1,000,000 items.
            NotFoundError: The line item or dimension does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request. Holds all items in memory.
        """
        request = integration.get_line_item_dimension_items(
            self._model_id, id_text("line_item_id", line_item_id), id_text("dimension_id", dimension_id)
        )
        response = self._session.send(request)
        return response.items or []

    def list_versions(self) -> list[models.Version]:
        """List the versions of the model.

        Returns:
            All versions.

        Raises:
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        return collect(self._session, *endpoints.versions(self._model_id))

    def set_version_switchover(self, version_id: int | str, day: date | str) -> models.Switchover:
        """Set the date up to which a version shows actual values.

        Args:
            version_id: Id of the version (107…): a forecast or a variance.
            day: The day, as a date or as `YYYY-MM-DD`. Empty for no switchover.

        Returns:
            The new switchover.

        Raises:
            ValueError: `version_id` or `day` is not valid; nothing is sent.
            BadRequestError: The version has no switchover, or the day is not after the present one.
            NotFoundError: The version does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        body = models.SetSwitchoverRequest(day=day_text("day", day))
        response = self._session.send(
            integration.set_version_switchover(self._model_id, id_text("version_id", version_id), body=body)
        )
        return response.version_switchover

    def get_current_period(self) -> models.CurrentPeriod:
        """Read the current period of the model.

        Returns:
            The period. Its fields are empty while none is set.

        Raises:
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        response = self._session.send(integration.get_current_period(self._model_id))
        return response.current_period

    def set_current_period(self, day: date | str) -> models.CurrentPeriod:
        """Set the current period of the model to the period that contains a day.

        Args:
            day: The day, as a date or as `YYYY-MM-DD`. Empty for no current period.

        Returns:
            The new period.

        Raises:
            ValueError: `day` is not valid; nothing is sent.
            BadRequestError: The calendar does not contain the day.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        body = models.SetCurrentPeriodRequest(day=day_text("day", day))
        response = self._session.send(integration.set_current_period(self._model_id, body=body))
        return response.current_period

    def set_current_fiscal_year(self, year: str) -> models.FiscalYear:
        """Set the current fiscal year. Data of years outside the new calendar is permanently lost.

        Args:
            year: Name of the year in the model, for example `FY21`.

        Returns:
            The new fiscal year.

        Raises:
            ValueError: `year` is empty; nothing is sent.
            BadRequestError: The year is out of range, or the calendar is `Weeks: General`.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        check_text("year", year)
        body = models.SetFiscalYearRequest(year=year)
        response = self._session.send(integration.set_current_fiscal_year(self._model_id, body=body))
        return response.model_calendar.fiscal_year or models.FiscalYear(year=year)

    def get_model_calendar(self) -> models.ModelCalendar:
        """Read the calendar of the model.

        Returns:
            The calendar. Its type decides which fields are set.

        Raises:
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        response = self._session.send(integration.get_model_calendar(self._model_id))
        return response.model_calendar

    def get_model_status(self) -> models.ModelStatus:
        """Read whether the model is open, and its current task.

        Returns:
            The state of the model.

        Raises:
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        response = self._session.send(integration.get_model_status(self._model_id))
        return response.request_status

    def open_model(self) -> None:
        """Open the model, so that later requests need not wait. Do nothing if it is open.

        The method returns before the model is open; `get_model_status` reports the state.

        Raises:
            NotFoundError: The model does not exist, the user has no access, or too many requests opened it.
            PermissionDeniedError: 403: the user lacks the role. A 424 means that the model is open, and is not an
                error.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, or two after a retry.
        """
        try:
            self._session.send(integration.open_model(self._model_id))
        except PermissionDeniedError as error:
            if error.status != 424:
                raise
        except NotFoundError as error:
            # After a retry, the first attempt may have opened the model although its response was lost.
            if error.context.attempts == 1:
                raise
            status = self.get_model_status()
            if status.current_step in ("Closed", "Closing"):
                raise

    def close_model(self) -> None:
        """Close the model, which disconnects everyone working in it.

        The method returns before the model is closed; `get_model_status` reports the state.

        Raises:
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        self._session.send(integration.close_model(self._model_id))

    def _poll_options(self, timeout: float | None, progress: OnTransfer | None) -> PollOptions:
        validation.check_number("timeout", timeout, minimum=0)
        return PollOptions(self._settings.status_poll_delay, timeout, forward_only(progress))
