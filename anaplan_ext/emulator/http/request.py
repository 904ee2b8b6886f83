"""One request, parsed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.responses import Response

from ..state.model import Model, Workspace
from ..state.objects import User
from ..state.server_state import Token, World
from .errors import not_recognized

JSON = "application/json"
CSV = "text/csv"


@dataclass(slots=True)
class Call:
    """One request, taken apart. `params` are the path's parameters.

    `scripted` tells that a test decided what is answered, so that it need not be as documented.
    """

    world: World
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

    def __post_init__(self) -> None:
        self.query = dict(self.query_pairs())

    def query_pairs(self) -> list[tuple[str, str]]:
        """Names and values of the query in their order; `query` has the last value of each name."""
        return parse_qsl(self.query_string, keep_blank_values=True)

    @property
    def user(self) -> User:
        """The user the token belongs to."""
        return self.token.user

    @property
    def media_type(self) -> str:
        """The request's content type without parameters, lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def wants_csv(self) -> bool:
        """Whether the request accepts CSV, and says so."""
        return any(part.strip().startswith(CSV) for part in self.headers.get("accept", "").lower().split(","))

    def flag(self, name: str) -> bool:
        """Whether a boolean query parameter is `true`."""
        return self.query.get(name, "").lower() == "true"


def find_workspace(call: Call) -> Workspace:
    """The workspace the path names, or a 404."""
    for workspace in call.world.tenant.workspaces:
        if workspace.id == call.params["workspace"]:
            return workspace
    raise not_recognized(call.params["workspace"])


Handler = Callable[[Call], Response | Awaitable[Response]]
