"""`python -m generator`: regenerates the client, and helps with what comes before and after; see `--help`."""

import argparse
import sys
import tempfile
from pathlib import Path

from . import grades, options, pipeline, report, rule_ids, scaffold
from .diff import diff
from .options import ROOT as ROOT
from .specs import InvalidSpecification
from .versions import UnknownVersion


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 when all is well; 1 when the tree, or a difference, is not as asked for; 2 for bad input."""
    given = options.parser().parse_args(arguments)
    root: Path = given.root.resolve()
    commands = {"diff": _diff, "rules": _rules, "new-api": _new_api, "add-operation": _add_operation, None: _generate}
    try:
        return commands[given.command](root, given)
    except InvalidSpecification as error:
        print(error, file=sys.stderr)
        print(f"{len(error.problems)} problem(s); nothing was changed", file=sys.stderr)
    except (UnknownVersion, scaffold.Refused) as error:
        print(error, file=sys.stderr)
    return 2


def _generate(root: Path, given: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        built = pipeline.build(root, target)
        differences = list(pipeline.differences(root, target, built))
        if given.check and differences:
            print("".join(differences))
            print("The tree is not as generated: run python -m generator", file=sys.stderr)
            return 1
        if not given.check:
            pipeline.put_in_place(root, target, built)
    print("up to date" if not differences else "regenerated")
    return 0


def _diff(root: Path, given: argparse.Namespace) -> int:
    found = diff(root, given.reference)
    print(report.FORMATS[given.format](found), end="")
    if given.changelog is not None:
        given.changelog.write_text(report.changelog(found), encoding="utf-8")
    return 1 if found.fails(given.fail_on) else 0


def _rules(root: Path, given: argparse.Namespace) -> int:
    print(rule_ids.page(), "\n## Changes\n", grades.page(), sep="\n")
    return 0


def _new_api(root: Path, given: argparse.Namespace) -> int:
    path = scaffold.new_api(root, given.name, given.server, given.host)
    print(f"{path.relative_to(root)}: describe the API there, and give it operations with add-operation")
    return 0


def _add_operation(root: Path, given: argparse.Namespace) -> int:
    draft = scaffold.Draft(
        api=given.api,
        method=given.method,
        path=given.path,
        id=given.id,
        answer=_sample(given.answer),
        body=_sample(given.body),
        query=given.query,
        tag=given.tag,
        summary=given.summary,
        role=given.role,
        effect=given.effect,
    )
    path, line = scaffold.add_operation(root, draft)
    print(f"{path.relative_to(root)}:{line}: its descriptions are drafted from names; put in what Anaplan says")
    return 0


def _sample(given: str | None) -> str | None:
    """What `@` and the name of a file stand for."""
    if given is None or not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise scaffold.Refused(f"{given[1:]}: cannot be read: {error}") from None


if __name__ == "__main__":
    sys.exit(main())
