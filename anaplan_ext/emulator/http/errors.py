"""Errors that handlers raise to send an error response."""

from __future__ import annotations


class HTTPError(Exception):
    """An error response in the envelope of the path's host; 404 by default."""

    def __init__(
        self,
        status: int = 404,
        message: str = "Not Found",
        code: str = "FAILURE_BAD_HEADER",
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.headers: dict[str, str] = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.status = status
        self.message = message
        self.code = code


def not_recognized(object_id: str) -> HTTPError:
    """Create the error for an unknown workspace or model id; ids are case-sensitive."""
    return HTTPError(404, f"{object_id} is not recognized")
