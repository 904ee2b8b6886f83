"""Where each of Anaplan's regions serves its APIs."""

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from .request import Host

# Regions that share the hosts without a prefix.
_UNPREFIXED = ("us1", "us2", "us5", "us7", "eu1", "eu2", "eu4", "ap1")
# Regions whose hosts carry their name; ca1 spells it ca1a.
_PREFIXED = {name: name for name in ("us9", "eu3", "eu5", "gb1", "sg1", "ae1", "in1", "id1", "me1")} | {"ca1": "ca1a"}

_CLOUDWORKS = "https://api.cloudworks.anaplan.com"

_API_PATH = re.compile(r"/+([0-9]+/+[0-9]+|token|oauth|scim|audit/+api)(?=[/;]|$)", re.IGNORECASE)
"""How the paths of APIs begin, such as `/2/0` and `/token/authenticate`."""
_DOT_SEGMENT = re.compile(r"/\.\.?(?=/|$)")
_HOST_NAME = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})*\.?|[0-9a-f:.]*:[0-9a-f:.]*", re.ASCII)

REGIONS = (*_UNPREFIXED, *_PREFIXED, "au1")
"""The regions that can be named."""


def base_urls(region: str | None = None, base_url: str | None = None) -> Mapping[Host, str]:
    """Return the origin of every API, without a slash at the end. That of CloudWorks has a path in most regions.

    Args:
        region: One of `REGIONS`, ignoring case and spaces. The shared hosts by default.
        base_url: One URL that serves every API by path instead, such as an emulator's or a gateway's.

    Raises:
        TypeError: An argument is not a string.
        ValueError: The region is unknown, `base_url` is not an http or https URL or has the path of an API, or both
            are set.
    """
    if base_url is not None:
        if region is not None:
            raise ValueError("region and base_url must not both be given")
        origin = _origin(base_url)
        return {"api": origin, "auth": origin, "audit": origin, "cloudworks": origin, "app": origin}
    if region is None:
        return _urls("api", "auth", "us1a.app", _CLOUDWORKS)
    name = _region(region)
    if name in _UNPREFIXED:
        return _urls("api", "auth", "us1a.app", _CLOUDWORKS)
    if name == "au1":  # irregular: authentication is served by the application's host
        return _urls("au1a.api2", "au1a.app2", "au1a.app2", "https://api.cloudworks.au1a.app2.anaplan.com")
    prefix = _PREFIXED[name]
    # Documented for ca1. It is assumed for the others: the shared main host serves CloudWorks in this form, too.
    cloudworks = f"https://{prefix}.api.anaplan.com/cloudworks"
    return _urls(f"{prefix}.api", f"{prefix}.auth", f"{prefix}.app", cloudworks)


def _region(region: object) -> str:
    if not isinstance(region, str):
        raise TypeError(f"region must be a string (got {type(region).__name__})")
    name = "".join(region.split()).lower()
    if name not in REGIONS:
        from difflib import get_close_matches  # late, because it is rarely needed

        parts = [region for region in REGIONS if region in name]  # for example of a host's name
        similar = parts or get_close_matches(name, REGIONS, n=1, cutoff=0.5)
        hint = f"; did you mean {similar[0]!r}?" if similar else ""
        raise ValueError(f"region must be one of {', '.join(REGIONS)} (got {region!r}){hint}")
    return name


def _origin(base_url: object) -> str:
    """Return the URL to which paths are appended. A URL with a user would sign requests, and be logged."""
    if not isinstance(base_url, str):
        raise TypeError(f"base_url must be a string (got {type(base_url).__name__})")
    if not _is_http(base_url):
        raise ValueError(
            "base_url must be an http or https URL with a host name in ASCII and without user, query, `.` and `..`, "
            "such as http://localhost:8080"
        )
    parts = urlsplit(base_url)
    if match := _API_PATH.search(unquote(parts.path)):
        raise ValueError(f"base_url must not have the path of an API (got {match[0]}), which each request adds")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _is_http(url: str) -> bool:
    # Reject what httpx would reject with each request, or parse differently.
    if re.search(r"[\s?#@\\\x00-\x20\x7f]", url):
        return False
    try:
        parts = urlsplit(url)
        is_host = bool(_HOST_NAME.fullmatch(parts.hostname or "")) and not _DOT_SEGMENT.search(unquote(parts.path))
        return is_host and parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return False


def _urls(api: str, auth: str, app: str, cloudworks: str) -> Mapping[Host, str]:
    return {
        "api": f"https://{api}.anaplan.com",
        "auth": f"https://{auth}.anaplan.com",
        "app": f"https://{app}.anaplan.com",
        # Audit has one host for all regions.
        "audit": "https://audit.anaplan.com",
        "cloudworks": cloudworks,
    }
