"""A process that refreshes tokens again and again, until it is killed: the child of `test_rotation.py`.

python -m tests.contract.faults.rotating URL FILE COUNT NAME

Its requests have the header `X-Child` with its name. It prints a line for each refresh, and `lost` when the refresh
token is used up.
"""

import sys

import httpx

from anaplan_ext import Client, FileTokenStore, OAuth, SignInRequiredError
from anaplan_ext.emulator.state.oauth import DEVICE_CLIENT_ID


def main(url: str, file: str, count: str, name: str) -> int:
    def sign(request: httpx.Request) -> None:
        request.headers["X-Child"] = name

    oauth = OAuth(DEVICE_CLIENT_ID, store=FileTokenStore(file))
    with Client(auth=oauth, base_url=url, hooks={"request": [sign]}) as client:
        source = client._session._tokens._source  # type: ignore[union-attr]
        assert source is not None
        for _ in range(int(count)):
            try:
                # The tokens of the emulator expire so soon that each is refreshed.
                source.create(None)
            except SignInRequiredError:
                print("lost", flush=True)
                return 3
            print("refreshed", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
