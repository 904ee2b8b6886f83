"""The limits of requests."""

from attrs import frozen


@frozen(kw_only=True)
class Limits:
    """Limits per request; the defaults are Anaplan's where known.

    Attributes:
        list_write: Maximum number of items per write.
        cell_write: Maximum number of cells per write.
        cell_write_bytes: Maximum body of a cell write, in bytes.
        view_cells: Maximum number of cells of a view that is read without a read request.
        list_items: Maximum number of items of a list that is read without a read request.
        dimension_items: Maximum number of items of a dimension that is read.
        page_rows: Rows per page of a read request.
        read_requests: Maximum number of concurrent read requests per model.
    """

    list_write: int = 100_000
    cell_write: int = 100_000
    cell_write_bytes: int = 15_000_000
    view_cells: int = 1_000_000
    list_items: int = 1_000_000
    dimension_items: int = 1_000_000
    page_rows: int = 10_000
    read_requests: int = 20
