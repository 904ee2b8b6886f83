"""The company network in which `docs/network.md` plays."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from anaplan_ext.emulator import Emulator

from .authority import Authority
from .company import Proxy, gateway, listening

USER = "ada:p@ss"


@contextmanager
def company(folder: Path) -> Iterator[Proxy]:
    """Puts certificates into the current folder and proxies into the environment; the only way out is the proxy."""
    authority = Authority(folder / "ca")
    Path("company-ca.pem").write_bytes(authority.file.read_bytes())
    for source, name in zip(authority.pair("ada", password="of the key"), ("ada.pem", "ada.key"), strict=True):
        Path(name).write_bytes(source.read_bytes())
    with ExitStack() as stack:
        emulator = stack.enter_context(Emulator())
        inspected = stack.enter_context(listening(gateway(emulator.url), authority.server("*.anaplan.com")))
        demanding = authority.server("gateway.example.com", clients=authority)
        guarded = stack.enter_context(listening(gateway(emulator.url), demanding))
        proxy = Proxy(USER, route=lambda to: guarded if to[0] == "gateway.example.com" else inspected)
        host, port = stack.enter_context(listening(proxy))
        url = f"http://{USER.replace('@', '%40')}@{host}:{port}"
        added = {"COMPANY_PROXY": url, "HTTPS_PROXY": url, "SSL_CERT_FILE": "company-ca.pem"}
        stack.callback(os.environ.update, {name: os.environ[name] for name in added if name in os.environ})
        for name in added:
            stack.callback(os.environ.pop, name, None)
        os.environ.update(added)
        yield proxy
