"""What a user needs to sign a device in."""

import sys

from attrs import field, frozen


@frozen(kw_only=True)
class DeviceCode:
    """A code that a user enters in a browser, on any machine, to sign this program in.

    Attributes:
        user_code: The code. Show it to the user, and to nobody else.
        verification_uri: The page where the user enters it.
        verification_uri_complete: The same page, with the code entered; None if the server has none.
        expires_in: Seconds until the code expires.
    """

    user_code: str = field(repr=False)
    verification_uri: str
    verification_uri_complete: str | None = field(default=None, repr=False)
    expires_in: float


def print_device_code(code: DeviceCode) -> None:
    """Print on standard error where the user enters which code.

    Args:
        code: The code of the device. It is a secret until the user has entered it.
    """
    minutes = max(1, round(code.expires_in / 60))
    print(
        f"Open {code.verification_uri} in a browser, and enter {code.user_code} within {minutes} min.", file=sys.stderr
    )
