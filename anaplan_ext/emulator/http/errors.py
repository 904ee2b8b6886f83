"""The error that a handler raises to send an error response."""

from __future__ import annotations


class Refusal(Exception):
    """An answer other than success, in the envelope of the host that gives it; by default a 404."""

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


def not_recognized(id: str) -> Refusal:
    """What is answered to the id of no workspace or model, also one in the wrong case."""
    return Refusal(404, f"{id} is not recognized")
