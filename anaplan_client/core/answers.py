"""Telling what came instead of the answer that was asked for."""

import html
import re

_HTML = ("text/html", "application/xhtml+xml")
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_LOOKS_LIKE_HTML = re.compile(rb"\s*(<!doctype html|<html|<head|<body)", re.IGNORECASE)


def foreign(accept: str, content_type: str | None) -> bool:
    """Says whether an answer's type shows that it is not what was asked for.

    An HTML page is from a proxy or for maintenance, and JSON is not the content of a file. Other types are not to be
    relied on: Anaplan gives CSV out as text, as binary, and in places as JSON.
    """
    given = _type(content_type)
    return given != accept and (
        given in _HTML or (given == "application/json" and accept == "application/octet-stream")
    )


def unreadable(content: bytes, content_type: str | None, error: Exception | None) -> str:
    """Says how an answer differs from what is documented. `error` is what reading it came to."""
    if not content.strip():
        return "the answer is not as documented: it is empty"
    if is_html(content, content_type):
        return f"the answer is not as documented: it is {html_page(content)}, of a proxy or for maintenance"
    if error is None:
        return f"the answer is not as documented: it is of the type {content_type}"
    if isinstance(error, KeyError):
        return f"the answer has no {error}"
    return f"the answer is not as documented: {error}"


def is_html(content: bytes, content_type: str | None) -> bool:
    """Says whether an answer is an HTML page, also one that is not declared as such."""
    return _type(content_type) in _HTML or _LOOKS_LIKE_HTML.match(content) is not None


def html_page(content: bytes) -> str:
    """Names an HTML page by its title."""
    found = _TITLE.search(content)
    title = " ".join(html.unescape(found[1].decode("utf-8", "replace")).split()) if found else ""
    return f"an HTML page ({title[:200]})" if title else "an HTML page"


def _type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()
