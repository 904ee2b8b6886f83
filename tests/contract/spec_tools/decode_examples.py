"""Decode every example with Python code that others generated: `python -m … SPECIFICATION KIND MODULE`.

Prints each example that cannot be decoded, or that loses a field.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from .examples import read_examples

DECODE = {
    "datamodel-code-generator": lambda cls, value: cls.model_validate(value).model_dump(
        by_alias=True, exclude_unset=True
    ),
    "openapi-python-client": lambda cls, value: cls.from_dict(value).to_dict(),
    "openapi-generator": lambda cls, value: cls.from_dict(value).to_dict(),
}


def shape(value: Any) -> Any:
    """Return the fields of a value at any depth. A null is one that may be left out."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items() if item is not None}
    return [shape(item) for item in value] if isinstance(value, list) else None


def main(path: Path, kind: str, module: str) -> int:
    """Decode the examples of a specification, and return the number of those that fail."""
    models, failed, decoded = import_module(module), 0, 0
    for example in read_examples(path):
        if not example.schema:
            continue
        try:
            written = DECODE[kind](getattr(models, example.schema), example.value)
            problem = "" if shape(written) == shape(example.value) else "it loses a field"
            decoded += 1
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
        if problem:
            failed += 1
            print(f"{example.place} as {example.schema}: {problem}")
    print(f"{decoded} examples decoded")
    return min(failed, 1) if decoded else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
