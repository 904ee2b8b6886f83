"""`python -m generator`: regenerates the client; `--check` only says whether it is up to date.

Further commands: `diff` says what changed since an earlier version, `rules` lists what specifications must keep.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from . import grades, pipeline, report, rule_ids
from .diff import diff
from .specs import InvalidSpecification
from .versions import UnknownVersion

ROOT = Path(__file__).resolve().parent.parent
FORMATS = {"text": report.text, "markdown": report.markdown, "json": report.as_json}


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 when all is well; 1 when the tree, or the difference, is not as asked for; 2 for bad input."""
    options = _parser().parse_args(arguments)
    root: Path = options.root.resolve()
    try:
        if options.command == "diff":
            return _diff(root, options)
        if options.command == "rules":
            print(rule_ids.page(), "\n## Changes\n", grades.page(), sep="\n")
            return 0
        return _generate(root, options.check)
    except InvalidSpecification as error:
        print(error, file=sys.stderr)
        print(f"{len(error.problems)} problem(s); nothing was changed", file=sys.stderr)
    except UnknownVersion as error:
        print(error, file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m generator", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail if a generated file is not as generated"
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--root", type=Path, default=argparse.SUPPRESS, help="the project's folder")
    commands = parser.add_subparsers(dest="command")
    found = commands.add_parser("diff", parents=[common], help="say what changed since an earlier version")
    found.add_argument("reference", metavar="REF", help="a git commit, branch or tag, or a folder with a tree")
    found.add_argument("--format", choices=FORMATS, default="text", help="how to say it; text by default")
    found.add_argument("--fail-on", choices=grades.SEVERITIES[:2], help="fail on such changes, and graver ones")
    found.add_argument("--changelog", type=Path, metavar="FILE", help="also write lines for the changelog into a file")
    commands.add_parser("rules", parents=[common], help="list the rules of specifications and the grades of changes")
    return parser


def _generate(root: Path, check: bool) -> int:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        built = pipeline.build(root, target)
        differences = list(pipeline.differences(root, target, built))
        if check and differences:
            print("".join(differences))
            print("The tree is not as generated: run python -m generator", file=sys.stderr)
            return 1
        if not check:
            pipeline.put_in_place(root, target, built)
    print("up to date" if not differences else "regenerated")
    return 0


def _diff(root: Path, options: argparse.Namespace) -> int:
    found = diff(root, options.reference)
    print(FORMATS[options.format](found), end="")
    if options.changelog is not None:
        options.changelog.write_text(report.changelog(found), encoding="utf-8")
    return 1 if found.fails(options.fail_on) else 0


if __name__ == "__main__":
    sys.exit(main())
