"""The log of a command: to standard error or a file, as text or JSON."""

from __future__ import annotations

import json
import logging
import re
import sys
from argparse import Namespace
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anaplan_client.core import Observed, Observer

_PLAIN = frozenset(vars(logging.makeLogRecord({})))
_SECRET = re.compile(r"auth|cookie|token|key|secret|session|signature|credential|password", re.IGNORECASE)
"""What the names of secret headers have in them."""
HIDDEN = "(hidden)"


class _JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object, with the fields of `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        extra = {key: value for key, value in vars(record).items() if key not in _PLAIN and key != "message"}
        fields = {"time": self.formatTime(record), "level": record.levelname, "message": record.getMessage(), **extra}
        return json.dumps(fields, default=str, ensure_ascii=False)


@contextmanager
def configured(options: Namespace) -> Generator[None]:
    """Send the log of the client to where the options say, while a command runs."""
    is_detailed = options.debug or options.verbose
    level = logging.DEBUG if is_detailed else logging.INFO if options.log_file else logging.WARNING
    handler: logging.Handler
    if options.log_file:
        handler = logging.FileHandler(options.log_file, encoding="utf-8")
    else:
        handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(_JsonFormatter() if options.log_format == "json" else text)
    if not options.debug:
        handler.addFilter(_is_verbose)
    logger = logging.getLogger("anaplan")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(level)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
        handler.close()


def also_log_headers(observer: Observer | None) -> Observer:
    """Return an observer that logs headers, and then calls another one."""

    def observe(observed: Observed) -> None:
        log_headers(observed)
        if observer is not None:
            observer(observed)

    return observe


def log_headers(observed: Observed) -> None:
    """Log the headers of a request and its response, without the values of secret ones."""
    request = observed.request
    logging.getLogger("anaplan").debug(
        "%s %s: request headers: %s; response headers: %s",
        request.method,
        request.path,
        _join({"accept": request.accept, **request.headers}),
        _join(observed.headers),
        extra={"operation": request.operation, "status": observed.status},
    )


def _is_verbose(record: logging.LogRecord) -> bool:
    """Return whether a record is for `-v`: of the level INFO, or of an attempt, which has its seconds."""
    return record.levelno >= logging.INFO or hasattr(record, "seconds")


def _join(headers: Mapping[str, str]) -> str:
    return ", ".join(f"{name.lower()}: {_show(name, value)}" for name, value in headers.items())


def _show(name: str, value: str) -> str:
    """Return the value of a header. The query of a URL may have a token."""
    return HIDDEN if _SECRET.search(name) else re.sub(r"\?\S*", f"?{HIDDEN}", value)
