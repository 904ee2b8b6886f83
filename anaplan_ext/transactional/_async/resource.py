"""Lists, modules, views, cells, time and versions of one model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import date

from anaplan_client import integration
from anaplan_client.core import NotFoundError, PermissionDeniedError
from anaplan_client.core.codec import validation
from anaplan_client.integration import models

from ...arguments.checks import check_list, check_text, day_text, page_selectors
from ...arguments.ids import id_text, optional_id
from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from ...listing import endpoints
from ...listing._async.pager import collect, iterate
from ...listing.sorting import UserSort
from ...settings import Settings
from ...transfers.progress import OnTransfer, forward_only
from ..cells import CallSize, CellInput
from ..list_items import ItemInput
from ..read_request import PollOptions, ViewLayout
from ..write_result import CellWriteResult, ListWriteResult
from . import reading, writing


class AsyncTransactional:
    """The transactional methods of a model, reached as `client.transactional`.

    Most need the role Workspace Administrator. While a model is busy, they wait for it. An archived model raises
    `ModelArchivedError`; an unknown id, or one without access to it, `NotFoundError`.
    """

    def __init__(self, session: AsyncSession, settings: Settings, model_id: str) -> None:
        self._session = session
        self._settings = settings
        self._model_id = model_id

    async def list_users(
        self, *, search: str | None = None, sort_by: UserSort | None = None, descending: bool = False
    ) -> list[models.User]:
        """List the users of the tenant. One request for each 5,000, four at once.

        Args:
            search: Only users whose name, email address or id contains this, in any case; `%` stands for any characters
                and `_` for one. Anaplan does not document it.
            sort_by: What to sort by; in Anaplan's own order without it.
            descending: Sort from the end; only together with `sort_by`.

        Raises:
            ValueError: for another `sort_by`, before a request is made.
            IncompleteListError: if fewer come than were announced.
        """
        return await collect(self._session, *endpoints.users(search, sort_by, descending))

    def iter_users(
        self, *, search: str | None = None, sort_by: UserSort | None = None, descending: bool = False
    ) -> AsyncIterator[models.User]:
        """As `list_users`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(self._session, *endpoints.users(search, sort_by, descending))

    async def get_user(self, user_id: str = "me") -> models.User:
        """Read a user, by default the one who is signed in. One request.

        Args:
            user_id: The user.
        """
        answer = await self._session.send(integration.get_user(id_text("user_id", user_id)))
        return answer.user

    async def list_modules(self) -> list[models.Module]:
        """List the modules of the model. One request for each 5,000, four at once."""
        return await collect(self._session, *endpoints.modules(self._model_id))

    def iter_modules(self) -> AsyncIterator[models.Module]:
        """As `list_modules`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(self._session, *endpoints.modules(self._model_id))

    async def list_views(
        self, module_id: int | str | None = None, *, include_subsidiary_views: bool = False
    ) -> list[models.View]:
        """List the views of the model or of one module; each module has a default view with its id and name.

        One request for each 5,000, four at once.

        Args:
            module_id: The module; all of them without it.
            include_subsidiary_views: Whether to list those of line items too, with the ids and names of these.
        """
        return await collect(
            self._session,
            *endpoints.views(self._model_id, optional_id("module_id", module_id), include_subsidiary_views),
        )

    def iter_views(
        self, module_id: int | str | None = None, *, include_subsidiary_views: bool = False
    ) -> AsyncIterator[models.View]:
        """As `list_views`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(
            self._session,
            *endpoints.views(self._model_id, optional_id("module_id", module_id), include_subsidiary_views),
        )

    async def get_view_info(self, view_id: int | str) -> models.ViewInfo:
        """Read which dimensions a view has in its rows, columns and pages. One request.

        Args:
            view_id: The view; a module's id stands for its default view.
        """
        return await self._session.send(integration.get_view_info(self._model_id, id_text("view_id", view_id)))

    async def list_line_items(
        self, module_id: int | str | None = None, *, include_all: bool = False
    ) -> list[models.LineItem]:
        """List the line items of the model or of one module. One request for each 5,000, four at once.

        Args:
            module_id: The module; all of them without it.
            include_all: Whether to tell more than names and ids: formats, formulas, dimensions, numbers of cells.
        """
        return await collect(
            self._session, *endpoints.line_items(self._model_id, optional_id("module_id", module_id), include_all)
        )

    def iter_line_items(
        self, module_id: int | str | None = None, *, include_all: bool = False
    ) -> AsyncIterator[models.LineItem]:
        """As `list_line_items`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(
            self._session, *endpoints.line_items(self._model_id, optional_id("module_id", module_id), include_all)
        )

    async def list_lists(self) -> list[models.List]:
        """List the lists of the model. One request for each 5,000, four at once."""
        return await collect(self._session, *endpoints.lists(self._model_id))

    def iter_lists(self) -> AsyncIterator[models.List]:
        """As `list_lists`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(self._session, *endpoints.lists(self._model_id))

    async def get_list_metadata(self, list_id: int | str) -> models.ListMetadata:
        """Read how a list is made up, and how many items it has. One request.

        Args:
            list_id: The list (101…).
        """
        answer = await self._session.send(integration.get_list_metadata(self._model_id, id_text("list_id", list_id)))
        return answer.metadata

    async def get_list_items(self, list_id: int | str, *, include_all: bool = False) -> list[models.ListItem]:
        """List the items of a list. One request for each 5,000, four at once; holds them all.

        Args:
            list_id: The list (101…).
            include_all: Whether to tell the properties and subsets of each item too.

        Raises:
            BadRequestError: if it has more than 1,000,000 items; `get_list_items_stream` reads those as well.
            IncompleteListError: if fewer come than were announced, or items are deleted meanwhile.
        """
        return await collect(
            self._session, *endpoints.list_items(self._model_id, id_text("list_id", list_id), include_all)
        )

    def iter_list_items(self, list_id: int | str, *, include_all: bool = False) -> AsyncIterator[models.ListItem]:
        """As `get_list_items`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(self._session, *endpoints.list_items(self._model_id, id_text("list_id", list_id), include_all))

    def get_list_items_stream(
        self, list_id: int | str, *, timeout: float | None = None, progress: OnTransfer | None = None
    ) -> AsyncIterator[bytes]:
        """Read a list of any size as CSV, with all properties and subsets, piece by piece.

        One request tells the number of items. Up to 100,000 come with one more, in one piece. Above that, a read
        request is started, looked at until it is complete, read page by page, and deleted in any case: also when the
        iteration is left early or fails, at the latest when the client is closed. Holds three pages at most ahead of
        the reader. A read request that fails or is gone is begun anew, twice at most; what was read already must come
        again then.

        Args:
            list_id: The list (101…).
            timeout: Seconds for a read request to be complete; without it there is no limit.
            progress: Called after each piece.

        Raises:
            ReadError: if it cannot be read as a whole; like all others, from the iteration.
            ReadQuotaError: if there are too many read requests.
            OutcomeUnknown: if no answer says whether a read request was started; Anaplan drops it after 30 minutes.
        """
        return reading.items(
            self._session, self._model_id, id_text("list_id", list_id), self._waiting(timeout, progress)
        )

    def iter_list_rows(
        self, list_id: int | str, *, timeout: float | None = None, progress: OnTransfer | None = None
    ) -> AsyncIterator[list[str]]:
        """As `get_list_items_stream`, but row by row. The first row has the names of the columns."""
        pages = self.get_list_items_stream(list_id, timeout=timeout, progress=progress)
        return reading.rows(f"list {list_id}", pages)

    async def insert_list_items(
        self,
        list_id: int | str,
        items: concurrency.Source[ItemInput],
        *,
        items_per_call: int = 100_000,
        raise_on_failure: bool = False,
        progress: Callable[[ListWriteResult], None] | None = None,
    ) -> ListWriteResult:
        """Add items to a list: any number, in calls of 100,000, in their order, so that parents can come first.

        One request for each call; holds one call's items at a time. An item that Anaplan refuses does not keep the
        others from being added. A call is not repeated once it may have had its effect.

        Args:
            list_id: The list (101…).
            items: What to add: `ListItemInput`s, or dictionaries with `name` (in a numbered list only `code`), and if
                wanted `code`, `parent`, `properties` and `subsets`. Taken from an iterator only as they are sent.
            items_per_call: How many go into one call, up to 100,000.
            raise_on_failure: Whether to raise when an item was refused or ignored, after all calls.
            progress: Called after each call with the result so far.

        Returns:
            The counts, and the refused items by their place in `items`.

        Raises:
            ValueError: with the index of an item that cannot be sent. Those of a list or tuple are checked before any
                request is made; those of an iterator before the call that they belong to.
            PartialWriteError: if an item was refused and that is to be raised, or a call failed after another one
                had its effect; it carries the result. The error of a first call is raised as it is:
            OutcomeUnknown: if no answer says whether the items were added.
            StatusError: 425 if the model is in deployed mode, and the list not for production data.
        """
        return await writing.write_items(
            self._session,
            self._model_id,
            id_text("list_id", list_id),
            "insert",
            items,
            items_per_call,
            raise_on_failure,
            progress,
        )

    async def update_list_items(
        self,
        list_id: int | str,
        items: concurrency.Source[ItemInput],
        *,
        items_per_call: int = 100_000,
        raise_on_failure: bool = False,
        progress: Callable[[ListWriteResult], None] | None = None,
    ) -> ListWriteResult:
        """Change items of a list; what is not given stays as it is.

        Costs, arguments and errors are those of `insert_list_items`; but each item needs exactly one of `id`, `code`
        and `name` (which a numbered list is without) to be found by, and a call may be repeated.
        """
        return await writing.write_items(
            self._session,
            self._model_id,
            id_text("list_id", list_id),
            "update",
            items,
            items_per_call,
            raise_on_failure,
            progress,
        )

    async def delete_list_items(
        self,
        list_id: int | str,
        items: concurrency.Source[ItemInput],
        *,
        items_per_call: int = 100_000,
        raise_on_failure: bool = False,
        progress: Callable[[ListWriteResult], None] | None = None,
    ) -> ListWriteResult:
        """Delete items of a list.

        Costs, arguments and errors are those of `insert_list_items`; but each item needs exactly one of `id`, `code`
        and `name` (which a numbered list is without) to be found by.
        """
        return await writing.write_items(
            self._session,
            self._model_id,
            id_text("list_id", list_id),
            "delete",
            items,
            items_per_call,
            raise_on_failure,
            progress,
        )

    async def reset_list_index(self, list_id: int | str) -> None:
        """Let the numbers that a list gives its items begin at 1 again. One request.

        Args:
            list_id: The list (101…). It must be empty.

        Raises:
            BadRequestError: if it is not.
        """
        await self._session.send(integration.reset_list_index(self._model_id, id_text("list_id", list_id)))

    async def get_view_data(
        self,
        view_id: int | str,
        pages: Iterable[tuple[int | str, int | str]] | None = None,
        *,
        max_rows: int | None = None,
    ) -> models.ViewData:
        """Read one page of a view, with the names of rows and columns. One request; holds all cells.

        Args:
            view_id: The view; a module's id stands for its default view, a line item's for its subsidiary view.
            pages: Which item to select in dimensions of the view's pages, each as the ids of dimension and item, as
                `get_dimension_items` tells them; as in the view without it.
            max_rows: At most this many rows.

        Raises:
            BadRequestError: if it has more than 1,000,000 cells, which `get_view_data_stream` reads as well, or if
                `pages` does not fit.
        """
        selected = page_selectors(pages or ())
        return await self._session.send(
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
    ) -> AsyncIterator[bytes]:
        """Read a view of any size as CSV, piece by piece.

        Up to 1,000,000 cells come with one request, in one piece. Anaplan refuses more, and nothing tells their number
        beforehand; then a read request is started, looked at until it is complete, read page by page, and deleted in
        any case: also when the iteration is left early or fails, at the latest when the client is closed. Holds three
        pages at most ahead of the reader. A read request that fails or is gone is begun anew, twice at most; what was
        read already must come again then.

        Args:
            view_id: The view; a module's id stands for its default view, a line item's for its subsidiary view.
            layout: How to lay the cells out: as a table with a row for each combination of items and a column for each
                line item, as one with a row for each cell (`TABULAR_SINGLE_COLUMN`), or as they are shown, with all
                pages (`GRID_ALL_PAGES`) or the current one (`GRID_CURRENT_PAGE`).
            module_id: The module of a saved view. For a table, it spares a look at the list of views.
            timeout: Seconds for a read request to be complete; without it there is no limit.
            progress: Called after each piece.

        Raises:
            ReadError: if it cannot be read as a whole; like all others, from the iteration.
            ReadQuotaError: if there are too many read requests.
            OutcomeUnknown: if no answer says whether a read request was started; Anaplan drops it after 30 minutes.
        """
        waiting = self._waiting(timeout, progress)
        return reading.view(
            self._session,
            self._model_id,
            id_text("view_id", view_id),
            layout,
            optional_id("module_id", module_id),
            waiting,
        )

    def iter_view_rows(
        self,
        view_id: int | str,
        *,
        layout: ViewLayout = "TABULAR_MULTI_COLUMN",
        module_id: int | str | None = None,
        timeout: float | None = None,
        progress: OnTransfer | None = None,
    ) -> AsyncIterator[list[str]]:
        """As `get_view_data_stream`, but row by row. The first row of a table has the names of the columns."""
        pages = self.get_view_data_stream(
            view_id, layout=layout, module_id=module_id, timeout=timeout, progress=progress
        )
        return reading.rows(f"view {view_id}", pages)

    async def update_module_data(
        self,
        module_id: int | str,
        cells: concurrency.Source[CellInput],
        *,
        cells_per_call: int = 100_000,
        bytes_per_call: int = 15_000_000,
        raise_on_failure: bool = False,
        progress: Callable[[CellWriteResult], None] | None = None,
    ) -> CellWriteResult:
        """Write cells of a module: any number, in calls of 100,000 cells and 15 MB, in their order.

        One request for each call, which may be repeated; holds one call's cells at a time. A cell that Anaplan refuses
        does not keep the others from being written. For millions of cells, an import of a file is faster.

        Args:
            module_id: The module (102…).
            cells: What to write: `CellWrite`s, or dictionaries with `value`, `lineItemId` or `lineItemName`, and
                `dimensions`, a dictionary for each dimension with `dimensionId` or `dimensionName`, and `itemId`,
                `itemName` or `itemCode`. Taken from an iterator only as they are sent.
            cells_per_call: How many cells go into one call, up to 100,000.
            bytes_per_call: How many bytes go into one call, up to 15,000,000.
            raise_on_failure: Whether to raise when a cell was refused, after all calls.
            progress: Called after each call with the result so far.

        Returns:
            The counts, and the refused cells by their place in `cells`.

        Raises:
            ValueError: with the index of a cell that cannot be sent. Those of a list or tuple are checked before any
                request is made; those of an iterator before the call that they belong to.
            PartialWriteError: if a cell was refused and that is to be raised, or a call failed after another one
                had its effect; it carries the result.
        """
        size = CallSize(cells_per_call, bytes_per_call)
        return await writing.write_cells(
            self._session, self._model_id, id_text("module_id", module_id), cells, size, raise_on_failure, progress
        )

    async def get_dimension_items(self, dimension_id: int | str) -> list[models.DimensionItem]:
        """List the items of a list, a subset of a list or of line items, or Users. One request; holds them all.

        Args:
            dimension_id: The dimension (101…, 109… or 114…). Time and Versions are refused, see
                `get_line_item_dimension_items`.

        Raises:
            BadRequestError: if it is another dimension, or has more than 1,000,000 items.
        """
        answer = await self._session.send(
            integration.get_dimension_items(self._model_id, id_text("dimension_id", dimension_id))
        )
        return answer.items or []

    async def lookup_dimension_items(
        self, dimension_id: int | str, codes: list[str] | None = None, names: list[str] | None = None
    ) -> list[models.DimensionItem]:
        """Find items of a list, Time, Versions or Users by codes and names, in any case. One request.

        What is not found is not in the result, whose order says nothing.

        Args:
            dimension_id: The dimension.
            codes: Codes of items.
            names: Names of items.

        Raises:
            ValueError: without codes and names, before a request is made.
        """
        for name, texts in (("codes", codes), ("names", names)):
            for index, text in enumerate(check_list(name, texts or [])):
                check_text(f"{name}[{index}]", text)
        if not codes and not names:
            raise ValueError("codes, names: one of them is needed")
        body = models.LookupDimensionItemsRequest(codes=codes or None, names=names or None)
        request = integration.lookup_dimension_items(self._model_id, id_text("dimension_id", dimension_id), body=body)
        answer = await self._session.send(request)
        return answer.items or []

    async def get_view_dimension_items(self, view_id: int | str, dimension_id: int | str) -> list[models.DimensionItem]:
        """List the items of a dimension that a view shows, Time and Versions included. One request; holds them all.

        Args:
            view_id: The view.
            dimension_id: One of its dimensions.

        Raises:
            BadRequestError: if there are more than 1,000,000.
        """
        request = integration.get_view_dimension_items(
            self._model_id, id_text("view_id", view_id), id_text("dimension_id", dimension_id)
        )
        answer = await self._session.send(request)
        return answer.items or []

    async def get_line_item_dimensions(self, line_item_id: int | str) -> list[models.Dimension]:
        """List the dimensions of a line item, Time and Versions included. One request.

        Args:
            line_item_id: The line item.
        """
        return await collect(
            self._session, *endpoints.line_item_dimensions(self._model_id, id_text("line_item_id", line_item_id))
        )

    async def get_line_item_dimension_items(
        self, line_item_id: int | str, dimension_id: int | str
    ) -> list[models.DimensionItem]:
        """List the items of a dimension of a line item, Time and Versions included. One request; holds them all.

        Args:
            line_item_id: The line item.
            dimension_id: One of its dimensions.

        Raises:
            BadRequestError: if there are more than 1,000,000.
        """
        request = integration.get_line_item_dimension_items(
            self._model_id, id_text("line_item_id", line_item_id), id_text("dimension_id", dimension_id)
        )
        answer = await self._session.send(request)
        return answer.items or []

    async def list_versions(self) -> list[models.Version]:
        """List the versions of the model. One request."""
        return await collect(self._session, *endpoints.versions(self._model_id))

    async def set_version_switchover(self, version_id: int | str, day: date | str) -> models.Switchover:
        """Set up to when a version shows the actual values. One request.

        Args:
            version_id: The version (107…): a forecast or a variance.
            day: The day, as a date or `YYYY-MM-DD`; empty for none.

        Raises:
            BadRequestError: if the version has no switchover, or the day is not behind the present one.
        """
        body = models.SetSwitchoverRequest(day=day_text("day", day))
        answer = await self._session.send(
            integration.set_version_switchover(self._model_id, id_text("version_id", version_id), body=body)
        )
        return answer.version_switchover

    async def get_current_period(self) -> models.CurrentPeriod:
        """Read the current period of the model; its fields are empty while none is set. One request."""
        answer = await self._session.send(integration.get_current_period(self._model_id))
        return answer.current_period

    async def set_current_period(self, day: date | str) -> models.CurrentPeriod:
        """Make the period of a day the current one. One request.

        Args:
            day: The day, as a date or `YYYY-MM-DD`; empty for no current period.

        Raises:
            BadRequestError: if the calendar does not have the day.
        """
        body = models.SetCurrentPeriodRequest(day=day_text("day", day))
        answer = await self._session.send(integration.set_current_period(self._model_id, body=body))
        return answer.current_period

    async def set_current_fiscal_year(self, year: str) -> models.FiscalYear:
        """Set the current fiscal year. One request. What the model holds of years that are left behind is lost.

        Args:
            year: The year, as the model calls it, such as `FY21`.

        Raises:
            BadRequestError: if it is out of range, or the calendar is `Weeks: General`.
        """
        check_text("year", year)
        body = models.SetFiscalYearRequest(year=year)
        answer = await self._session.send(integration.set_current_fiscal_year(self._model_id, body=body))
        return answer.model_calendar.fiscal_year or models.FiscalYear(year=year)

    async def get_model_calendar(self) -> models.ModelCalendar:
        """Read the calendar; which fields are there depends on its type. One request."""
        answer = await self._session.send(integration.get_model_calendar(self._model_id))
        return answer.model_calendar

    async def get_model_status(self) -> models.ModelStatus:
        """See whether the model is open, and what it is busy with. One request."""
        answer = await self._session.send(integration.get_model_status(self._model_id))
        return answer.request_status

    async def open_model(self) -> None:
        """Open the model, so that the first call to it need not wait. One request; does nothing if it is open.

        Returns before the model is open; `get_model_status` tells.

        Raises:
            NotFoundError: also if it is asked for too often.
            PermissionDeniedError: for 403; a 424, which elsewhere is a missing role, says here that it is open.
        """
        try:
            await self._session.send(integration.open_model(self._model_id))
        except PermissionDeniedError as error:
            if error.status != 424:
                raise
        except NotFoundError as error:
            # Of a repetition it may come from the first try, whose answer was lost: the model is being opened.
            if error.context.attempts == 1:
                raise
            status = await self.get_model_status()
            if status.current_step in ("Closed", "Closing"):
                raise

    async def close_model(self) -> None:
        """Close the model, which puts out whoever works in it. One request.

        Returns before the model is closed; `get_model_status` tells.
        """
        await self._session.send(integration.close_model(self._model_id))

    def _waiting(self, timeout: float | None, progress: OnTransfer | None) -> PollOptions:
        validation.check_number("timeout", timeout, minimum=0)
        return PollOptions(self._settings.status_poll_delay, timeout, forward_only(progress))
