"""A parsed request, and the error that rejects it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol, TypeVar
from urllib.parse import parse_qsl

from attrs import define, field
from starlette.responses import Response

from ..state.model import Model
from ..state.server_state import ServerState
from ..state.tenant import User, Workspace
from ..state.tokens import Token

JSON = "application/json"
CSV = "text/csv"


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


@define
class Request:
    """A parsed request. `params` are the path's parameters.

    `scripted` tells that a test decided the response, so that it may differ from the documentation.
    """

    server: ServerState
    method: str
    path: str
    query_string: str
    headers: dict[str, str]
    body: bytes
    query: dict[str, str] = field(init=False)
    params: dict[str, str] = field(init=False)
    token: Token = field(init=False)
    model: Model = field(init=False)
    scripted: bool = field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        self.query = dict(self.query_pairs())

    def query_pairs(self) -> list[tuple[str, str]]:
        """Return names and values of the query in order; `query` has the last value of each name."""
        return parse_qsl(self.query_string, keep_blank_values=True)

    @property
    def user(self) -> User:
        """The token's user."""
        return self.token.user

    @property
    def media_type(self) -> str:
        """The content type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def wants_csv(self) -> bool:
        """Whether the request explicitly accepts CSV."""
        return any(part.strip().startswith(CSV) for part in self.headers.get("accept", "").lower().split(","))

    def flag(self, name: str) -> bool:
        """Tell whether a boolean query parameter is `true`."""
        return self.query.get(name, "").lower() == "true"


def not_recognized(object_id: str) -> HTTPError:
    """Create the error for an unknown workspace or model id; ids are case-sensitive."""
    return HTTPError(404, f"{object_id} is not recognized")


class Identified(Protocol):
    """An object with an id."""

    @property
    def id(self) -> str:
        """Its id."""
        ...


IdentifiedT = TypeVar("IdentifiedT", bound=Identified)


def find_by_id(objects: Iterable[IdentifiedT], object_id: str) -> IdentifiedT:
    """Find an object by its id, or reject the request with 404."""
    for item in objects:
        if item.id == object_id:
            return item
    raise HTTPError()


def find_workspace(request: Request) -> Workspace:
    """Find the workspace named in the path, or reject the request with 404."""
    for workspace in request.server.tenant.workspaces:
        if workspace.id == request.params["workspace"]:
            return workspace
    raise not_recognized(request.params["workspace"])


Handler = Callable[[Request], Response | Awaitable[Response]]
