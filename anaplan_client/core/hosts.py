"""Where each of Anaplan's regions serves its APIs."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from .request import Host

# Regions that share the hosts without a prefix.
_UNPREFIXED = ("us1", "us2", "us5", "us7", "eu1", "eu2", "eu4", "ap1")
# Regions whose hosts carry their name; ca1 spells it ca1a.
_PREFIXED = {name: name for name in ("us9", "eu3", "eu5", "gb1", "sg1", "ae1", "in1", "id1", "me1")} | {"ca1": "ca1a"}

REGIONS = (*_UNPREFIXED, *_PREFIXED, "au1")
"""The regions that can be named."""


def base_urls(region: str | None = None, base_url: str | None = None) -> Mapping[Host, str]:
    """Returns the origin of every API, without a slash at the end.

    `region` is one of `REGIONS` (the shared hosts by default). `base_url` is one URL that serves every API by path
    instead, such as an emulator's or a gateway's. Raises `ValueError` for an unknown region, for a `base_url` that is
    not an http or https URL, and when both are given.
    """
    if base_url is not None:
        if region is not None:
            raise ValueError("give a region or a base_url, not both")
        if not _usable(base_url):
            raise ValueError(
                "base_url: expected an http or https URL without user and query, such as http://localhost:80"
            )
        origin = base_url.rstrip("/")
        return {"api": origin, "auth": origin, "audit": origin, "cloudworks": origin, "app": origin}
    if region is None or region in _UNPREFIXED:
        return _urls("api", "auth", "us1a.app")
    if region == "au1":  # irregular: authentication is served by the application's host
        return _urls("au1a.api2", "au1a.app2", "au1a.app2")
    if region in _PREFIXED:
        name = _PREFIXED[region]
        return _urls(f"{name}.api", f"{name}.auth", f"{name}.app")
    raise ValueError(f"region: {region!r} is none of {', '.join(REGIONS)}")


def _usable(base_url: str) -> bool:
    """Says whether paths can be put behind a URL; not one with a user, which would sign requests and be logged."""
    if re.search(r"[\s?#@]", base_url):
        return False
    try:
        parts = urlsplit(base_url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _urls(api: str, auth: str, app: str) -> Mapping[Host, str]:
    return {
        "api": f"https://{api}.anaplan.com",
        "auth": f"https://{auth}.anaplan.com",
        "app": f"https://{app}.anaplan.com",
        # Audit has one host for all regions.
        "audit": "https://audit.anaplan.com",
        "cloudworks": "https://api.cloudworks.anaplan.com",
    }
