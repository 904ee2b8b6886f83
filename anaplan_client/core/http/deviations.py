"""The responses that count as success although they are not documented, each with its reason."""

from typing import Literal

from attrs import frozen

JSON = "application/json"
SUFFIX = "+json"
"""The end of the name of a media type that is JSON, such as `application/scim+json`."""
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
    """A media type that is taken for a documented one; `*` stands for any, and no name for a missing header.

    `+json` stands for any with this end.
    """

    documented: str
    received: str
    reason: str


HARMLESS_STATUSES = (
    StatusDeviation(
        documented=204,
        received=200,
        content="none",
        reason="Gateways rewrite 204 to 200 with a length of 0. Both mean that the request succeeded.",
    ),
    StatusDeviation(
        documented=200,
        received=204,
        content="none",
        reason="204 is how HTTP spells a 200 that is documented without content.",
    ),
    StatusDeviation(
        documented=204,
        received=202,
        content="none",
        operations=("integration.close_model",),
        reason="Closing is asynchronous, as is opening, which returns 202. `get_model_status` has the state.",
    ),
    StatusDeviation(
        documented=201,
        received=200,
        content="documented",
        operations=("authentication.create_token",),
        reason="Anaplan documents 200, and live hosts return 201. The token proves the success.",
    ),
    StatusDeviation(
        documented=204,
        received=200,
        content="envelope",
        operations=tuple(f"integration.cancel_{kind}_task" for kind in ("import", "export", "process", "action")),
        reason="Anaplan documents no response. Other methods of the path return the task, and only a poll shows the "
        "end of the cancellation.",
    ),
)

HARMLESS_TYPES = (
    TypeDeviation(
        documented=JSON,
        received="*",
        reason="Decoding proves that the content is the documented JSON.",
    ),
    TypeDeviation(
        documented=SUFFIX,
        received=JSON,
        reason="It is the general name of the same form, and decoding proves the content.",
    ),
    TypeDeviation(
        documented="*",
        received="",
        reason="Error pages and messages declare their type.",
    ),
    TypeDeviation(
        documented=BINARY,
        received="text/csv",
        reason="Most files are CSV files. Messages of proxies are plain text, HTML or JSON.",
    ),
    TypeDeviation(
        documented="text/plain",
        received="text/csv",
        reason="A failure dump is a CSV file, although plain text is documented.",
    ),
    TypeDeviation(
        documented="text/plain",
        received=BINARY,
        reason="Dumps are stored and served like files. Messages of proxies are never binary.",
    ),
    TypeDeviation(
        documented="text/csv",
        received=BINARY,
        reason="The same applies to other CSV content.",
    ),
)
