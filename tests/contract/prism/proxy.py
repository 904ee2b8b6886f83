"""A proxy of Prism before an emulator, which holds what passes against the specifications."""

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .merged import merged

NODE = shutil.which("node")
PRISM = Path(__file__).resolve().parents[3] / "build" / "prism" / "node_modules" / "@stoplight" / "prism-cli"
VIOLATIONS = "sl-violations"
"""The header with the violations of a request and its response."""


@contextmanager
def prism(upstream: str, folder: Path) -> Iterator[str]:
    """Starts a proxy before a URL and gives its own; `folder` takes the specification."""
    specification = folder / "openapi.json"
    specification.write_text(json.dumps(merged()), encoding="utf-8")
    command = [NODE or "node", str(PRISM / "dist" / "index.js"), "proxy", str(specification), upstream]
    with subprocess.Popen(
        [*command, "--errors", "--host", "127.0.0.1", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        try:
            told = ""
            for line in process.stdout:
                told += line
                if found := re.search(r"listening on (http://\S+)", line):
                    break
            else:
                raise RuntimeError(f"Prism has not started:\n{told}")
            # Its output must be read, or it stops when the pipe is full.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            yield found[1]
        finally:
            process.terminate()
