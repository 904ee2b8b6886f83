"""The log of a command: to standard error or a file, as text or JSON."""

from __future__ import annotations

import json
import logging
import sys
from argparse import Namespace
from collections.abc import Generator
from contextlib import contextmanager

_PLAIN = frozenset(vars(logging.makeLogRecord({})))


class _JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object, with the fields of `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        extra = {key: value for key, value in vars(record).items() if key not in _PLAIN and key != "message"}
        fields = {"time": self.formatTime(record), "level": record.levelname, "message": record.getMessage(), **extra}
        return json.dumps(fields, default=str, ensure_ascii=False)


@contextmanager
def configured(options: Namespace) -> Generator[None]:
    """Send the log of the client to where the options say, while a command runs."""
    level = logging.DEBUG if options.debug else logging.INFO if options.verbose or options.log_file else logging.WARNING
    handler: logging.Handler
    if options.log_file:
        handler = logging.FileHandler(options.log_file, encoding="utf-8")
    else:
        handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(_JsonFormatter() if options.log_format == "json" else text)
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
