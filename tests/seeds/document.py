"""Runs the code blocks of a document as a reader would who pastes them one after the other."""

import ast
import inspect
import re
from pathlib import Path
from typing import Any

SNIPPETS = Path(__file__).parent / "snippets"


class Document:
    """The code blocks of one document in one face; they share a namespace. `left` are those that were not run yet."""

    def __init__(self, name: str, face: str, **given: object) -> None:
        text = (SNIPPETS / f"{name}.{face}.py.txt").read_text(encoding="utf-8")
        parts = re.split(r"^# %% (.+)$", text, flags=re.MULTILINE)
        self._blocks = dict(zip(parts[1::2], parts[2::2], strict=True))
        self._flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if face == "async" else 0
        self._namespace: dict[str, Any] = {"__builtins__": __builtins__, **given}
        self.left = set(self._blocks)

    async def run(self, block: str) -> dict[str, Any]:
        """Runs a block and returns what it bound."""
        self.left.discard(block)
        before = dict(self._namespace)
        code = compile(self._blocks[block], f"<{block}>", "exec", flags=self._flags, dont_inherit=True)
        await finished(eval(code, self._namespace))
        return {name: value for name, value in self._namespace.items() if before.get(name, before) is not value}


async def finished(value: Any) -> Any:
    """The value of a call in either face: awaited if it has to be."""
    return await value if inspect.isawaitable(value) else value
