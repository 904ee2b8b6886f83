"""`python -m generator`: regenerates the client; `--check` only says whether it is up to date."""

import argparse
import sys
import tempfile
from pathlib import Path

from . import pipeline
from .specs import InvalidSpecification

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 when the tree is, or has become, what the specifications say; 1 when not; 2 for bad specifications."""
    parser = argparse.ArgumentParser(prog="python -m generator", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail if a generated file is not as generated"
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder")
    options = parser.parse_args(arguments)
    root: Path = options.root.resolve()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        try:
            built = pipeline.build(root, target)
        except InvalidSpecification as error:
            print(error, file=sys.stderr)
            print(f"{len(error.problems)} problem(s); nothing was changed", file=sys.stderr)
            return 2
        differences = list(pipeline.differences(root, target, built))
        if options.check and differences:
            print("".join(differences))
            print("The tree is not as generated: run python -m generator", file=sys.stderr)
            return 1
        if not options.check:
            pipeline.put_in_place(root, target, built)
    print("up to date" if not differences else "regenerated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
