"""Read the redirect that ends the sign-in of a user in a browser: pure decisions."""

import hmac
import re
from urllib.parse import parse_qs, urlsplit

from attrs import field, frozen

MAX_REDIRECT_CHARACTERS = 16_384
"""Maximum length of the URL of a redirect."""


@frozen(kw_only=True)
class AuthorizationRequest:
    """A sign-in in a browser.

    Attributes:
        url: The URL to open in a browser.
        redirect_uri: Where the browser returns to.
        state: The random value that the redirect must repeat.
    """

    url: str = field(repr=False)
    redirect_uri: str
    state: str = field(repr=False)


@frozen(kw_only=True)
class Redirect:
    """A redirect of the right sign-in: `code`, or the reason why there is none."""

    code: str | None = field(default=None, repr=False)
    error: str | None = None
    description: str = ""


def read_redirect(url: str, state: str) -> Redirect | str:
    """Return the redirect with this state, or why the URL is none. Blanks and line breaks around it do no harm.

    The query alone is enough, as some pages show it.
    """
    text = re.sub(r"\s+", "", url)
    if len(text) > MAX_REDIRECT_CHARACTERS:
        return f"the URL of the redirect must have at most {MAX_REDIRECT_CHARACTERS} characters (got {len(text)})"
    try:
        query = urlsplit(text).query or (text.lstrip("?") if "://" not in text else "")
        values = parse_qs(query, max_num_fields=50)
    except ValueError:
        return "the URL of the redirect cannot be read"
    if "code" not in values and "error" not in values:
        return "the URL of the redirect must have a code (got none)"
    if any(len(values.get(name, [])) > 1 for name in ("code", "state", "error")):
        return "the URL of the redirect must have one code and one state (got several)"
    if "state" not in values:
        return "the URL of the redirect must have a state (got none)"
    if not hmac.compare_digest(values["state"][0].encode(), state.encode()):
        return "the redirect must have the state of this sign-in (got that of another one)"
    if "error" in values:
        description = values.get("error_description", [""])[0]
        return Redirect(error=_printable(values["error"][0], 60), description=_printable(description, 300))
    return Redirect(code=values["code"][0])


def loopback_address(redirect_uri: str) -> tuple[str, int, str] | None:
    """Return host, port and path of a redirect to this machine; None for any other."""
    parts = urlsplit(redirect_uri)
    if parts.scheme != "http" or parts.hostname != "127.0.0.1" or not parts.port:
        return None
    return parts.hostname, parts.port, parts.path or "/"


def check_redirect_uri(redirect_uri: str) -> None:
    """Raise `ValueError` for a redirect that Anaplan is known to reject."""
    try:
        parts = urlsplit(redirect_uri)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_url = False
        parts = urlsplit("")
    if not is_url or parts.fragment or re.search(r"[\s\x00-\x20]", redirect_uri):
        raise ValueError("redirect_uri must be an http or https URL, such as http://127.0.0.1:8765/callback")
    if parts.hostname == "localhost":
        raise ValueError("redirect_uri must not have the host localhost, which Anaplan rejects; register 127.0.0.1")


def _printable(text: str, limit: int) -> str:
    return "".join(character if character.isprintable() else " " for character in text[:limit])
