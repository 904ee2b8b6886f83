"""A minimal server for listings: pages of list items and models, built before they are requested.

    python benchmarks/metadata_server.py LATENCY MODELS

Prints its port. The last six digits of a list's id are the number of its items. A page has at most 5,000 entries. A
request for items without a limit returns all of them, as one of the clients expects. Every response waits for the
latency, except those of `/counted` and of workspaces.
"""

import asyncio
import json
import math
import re
import sys
from functools import cache
from urllib.parse import parse_qs, urlsplit

from loopback import TOKEN, Connection, Link

MOST = 5000
ITEMS = re.compile(r"/2/0/models/\w+/lists/101\d{3}(\d{6})/items")


def item(index: int) -> dict[str, object]:
    """Return a list item with all its fields."""
    return {
        "id": f"206{index:09}",
        "name": f"Product {index}",
        "code": f"P{index}",
        "parent": f"Group {index % 100}",
        "parentId": f"205{index % 100:09}",
        "listId": "101000000000",
        "listName": "Product groups",
        "subsets": {"Sold": index % 2 == 0},
        "properties": {"Color": "green", "Weight": f"{index % 50}.5"},
    }


def model(index: int) -> dict[str, object]:
    """Return a model with all its fields."""
    return {
        "id": f"{index:032X}",
        "activeState": "UNLOCKED",
        "name": f"Model {index}",
        "currentWorkspaceId": "8a8b8c8d9e0000000000000000000b01",
        "currentWorkspaceName": "Planning",
        "modelUrl": "https://us1a.app.anaplan.com/frontdoor/models",
        "categoryValues": [],
        "isoCreationDate": "2024-01-02T03:04:05.000+0000",
        "lastModified": "2026-01-02T03:04:05.000+0000",
        "lastModifiedByUserGuid": "8a8b8c8d9e0000000000000000000a01",
        "lastSavedSerialNumber": index,
        "memoryUsage": index * 1000,
    }


class Listings:
    """State shared by all connections: latency, number of models and counts."""

    def __init__(self, latency: float, models: int) -> None:
        self.latency = latency
        self.models = models
        self.up, self.down = Link(math.inf), Link(math.inf)
        self.counts = {"requests": 0, "received": 0, "sent": 0}

    def answer(self, method: str, path: str) -> tuple[int, bytes]:
        """Return the status and body of a response."""
        address = urlsplit(path)
        if address.path.startswith("/token/"):
            return (201 if method == "POST" else 200), json.dumps(TOKEN).encode()
        if address.path == "/counted":
            found, self.counts = self.counts, dict.fromkeys(self.counts, 0)
            return 200, json.dumps(found).encode()
        query = {name: int(values[0]) for name, values in parse_qs(address.query).items() if values[0].isdigit()}
        offset, limit = query.get("offset", 0), query.get("limit")
        if match := ITEMS.fullmatch(address.path):
            count = int(match[1])
            return 200, page("listItems", count, offset, count if limit is None else min(limit, MOST))
        if address.path == "/2/0/workspaces":
            return 200, page("workspaces", 0, 0, MOST)
        if re.fullmatch("/2/0/(workspaces/\\w+/)?models", address.path):
            return 200, page("models", self.models, offset, min(limit or MOST, MOST))
        return 404, b'{"status":{"code":404,"message":"Not found"}}'


@cache
def page(key: str, total: int, offset: int, limit: int) -> bytes:
    """Return a page in the envelope of Anaplan."""
    entries = [(item if key == "listItems" else model)(index) for index in range(offset, min(offset + limit, total))]
    paging = {"currentPageSize": len(entries), "offset": offset, "totalSize": total}
    return json.dumps(
        {"meta": {"paging": paging}, "status": {"code": 200, "message": "Success"}, key: entries}
    ).encode()


class Asked(Connection):
    """A connection that sends responses built before."""

    shared: Listings  # type: ignore[assignment]

    def answer(self, method: str, path: str) -> None:
        status, body = self.shared.answer(method, path)
        head = f"HTTP/1.1 {status} Response\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if path != "/counted":
            self.shared.counts["requests"] += 1
        self.shared.counts["sent"] += len(head) + len(body)
        self.transport.write(head.encode() + body)


async def serve(latency: float, models: int) -> None:
    """Serve until the process ends."""
    shared = Listings(latency, models)
    server = await asyncio.get_running_loop().create_server(lambda: Asked(shared), "127.0.0.1", 0, backlog=128)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]), int(sys.argv[2])))
