"""The headers of a request, without those that the HTTP library adds."""

import re
from typing import TypeVar

from ..request import Request
from .content_encoding import ACCEPTED
from .request_body import body_length

T = TypeVar("T")


def build_headers(request: Request[T]) -> dict[str, str]:
    """Return the headers of a request.

    Raises:
        ValueError: Its `authorization` cannot be a header. The message does not quote it.
    """
    # Only plain content has a length that is known in advance.
    encoding = "identity" if request.accept == "application/octet-stream" else ACCEPTED
    headers = {**request.headers, "Accept": request.accept, "Accept-Encoding": encoding}
    if request.authorization is not None:
        # The error of the HTTP library would quote the header.
        if not re.fullmatch(r"[!-~]+( [!-~]+)*", request.authorization):
            raise ValueError("authorization must have printable ASCII characters only")
        headers["Authorization"] = request.authorization
    if request.content_type is not None:
        headers["Content-Type"] = request.content_type
    size = body_length(request.content)
    if size is not None:
        headers["Content-Length"] = str(size)
    return headers
