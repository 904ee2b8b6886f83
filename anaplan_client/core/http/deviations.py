"""The responses that count as success although they are not documented, each with its reason."""

from typing import Literal

from attrs import frozen

JSON = "application/json"
BINARY = "application/octet-stream"


@frozen(kw_only=True)
class StatusDeviation:
    """A status of success that stands for a documented one."""

    documented: int
    received: int
    content: Literal["none", "documented", "envelope"]
    """None, what is documented for the other status, or an object of Anaplan's own that rejects nothing."""
    operations: tuple[str, ...] = ()
    """The only operations that it holds for; all, if empty."""
    reason: str


@frozen(kw_only=True)
class TypeDeviation:
    """A media type that is taken for a documented one; `*` stands for any, and no name for a missing header."""

    documented: str
    received: str
    reason: str


HARMLESS_STATUSES = (
    StatusDeviation(
        documented=204,
        received=200,
        content="none",
        reason="Gateways write 204 as 200 with a length of 0. Both say that the request was done and nothing else.",
    ),
    StatusDeviation(
        documented=200,
        received=204,
        content="none",
        reason="The same the other way: 204 is how HTTP spells a 200 that is documented to have no content.",
    ),
    StatusDeviation(
        documented=204,
        received=202,
        content="none",
        operations=("integration.close_model",),
        reason="Closing is as asynchronous as opening, which returns 202. Only `get_model_status` shows its end.",
    ),
    StatusDeviation(
        documented=201,
        received=200,
        content="documented",
        operations=("authentication.create_token",),
        reason="Anaplan documents 200, live hosts return 201. The token in the content proves the success.",
    ),
    StatusDeviation(
        documented=204,
        received=200,
        content="envelope",
        operations=tuple(f"integration.cancel_{kind}_task" for kind in ("import", "export", "process", "action")),
        reason="Anaplan documents it as the poll of a task with another method, without a response. A poll returns the "
        "task, and only its state shows the end of the cancellation.",
    ),
)

HARMLESS_TYPES = (
    TypeDeviation(
        documented=JSON,
        received="*",
        reason="That the content is JSON, and the documented object, is proven by decoding it.",
    ),
    TypeDeviation(
        documented="*",
        received="",
        reason="Without a type nothing says that it is another one; error pages and messages have theirs.",
    ),
    TypeDeviation(
        documented=BINARY,
        received="text/csv",
        reason="Files are CSV files mostly. Messages of proxies come as plain text, HTML or JSON.",
    ),
    TypeDeviation(
        documented="text/plain",
        received="text/csv",
        reason="A failure dump is a CSV file, although its documented type is plain text.",
    ),
    TypeDeviation(
        documented="text/plain",
        received=BINARY,
        reason="Dumps are kept and served as files are. Messages of proxies never come as binary content.",
    ),
    TypeDeviation(
        documented="text/csv",
        received=BINARY,
        reason="As for dumps.",
    ),
)
