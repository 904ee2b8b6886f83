"""The command line, `python -m generator`: regenerate the client, or run a command; see `--help`."""

import argparse
import sys
import tempfile
from pathlib import Path

from . import pipeline
from .diff import report, severity
from .diff.compare import diff
from .diff.trees import UnknownVersionError
from .lint import rule_ids, rules
from .scaffold import drafts
from .spec.document import InvalidSpecificationError

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Return 0 for success, 1 for a stale tree or too severe a change, and 2 for bad input."""
    given = _parser().parse_args(arguments)
    root: Path = given.root.resolve()
    commands = {"diff": _diff, "rules": _rules, "new-api": _new_api, "add-operation": _add_operation, None: _generate}
    try:
        return commands[given.command](root, given)
    except InvalidSpecificationError as error:
        print(error, file=sys.stderr)
        print(f"{len(error.problems)} problem(s); nothing was changed", file=sys.stderr)
    except (UnknownVersionError, drafts.ScaffoldError) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("interrupted; nothing was changed", file=sys.stderr)
    return 2


def _generate(root: Path, given: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        built = pipeline.build(root, target)
        differences = list(pipeline.find_differences(root, target, built))
        if given.check and differences:
            print("".join(differences))
            print("The tree is not as generated: run python -m generator", file=sys.stderr)
            return 1
        if differences:
            if problems := pipeline.find_problems(root, target, built):
                raise InvalidSpecificationError(problems)
            pipeline.install(root, target, built)
    print("up to date" if not differences else "regenerated")
    return 0


def _diff(root: Path, given: argparse.Namespace) -> int:
    found = diff(root, given.reference)
    print(report.FORMATS[given.format](found), end="")
    if given.changelog is not None:
        given.changelog.write_text(report.write_changelog(found), encoding="utf-8")
    return 1 if found.fails(given.fail_on) else 0


def _rules(root: Path, given: argparse.Namespace) -> int:
    print(rule_ids.write_table(), "\n## Changes\n", severity.write_table(), sep="\n")
    return 0


def _new_api(root: Path, given: argparse.Namespace) -> int:
    path = drafts.new_api(root, given.name, given.server, given.host)
    print(f"{path.relative_to(root)}: describe the API there, and give it operations with add-operation")
    return 0


def _add_operation(root: Path, given: argparse.Namespace) -> int:
    draft = drafts.Draft(
        api=given.api,
        method=given.method,
        path=given.path,
        id=given.id,
        response=_sample(given.response),
        body=_sample(given.body),
        query=given.query,
        tag=given.tag,
        summary=given.summary,
        role=given.role,
        effect=given.effect,
    )
    path, line = drafts.add_operation(root, draft)
    print(f"{path.relative_to(root)}:{line}: its descriptions are drafted from names; put in what Anaplan says")
    return 0


def _sample(given: str | None) -> str | None:
    """Read a sample that is given as `@` and the name of a file."""
    if given is None or not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise drafts.ScaffoldError(f"{given[1:]}: cannot be read: {error}") from None


def _parser() -> argparse.ArgumentParser:
    """Build the parser of the command line. Without a command it generates."""
    whole = argparse.ArgumentParser(
        prog="python -m generator", description="Regenerate the client; or run one of the commands."
    )
    whole.add_argument(
        "--check", action="store_true", help="change nothing; fail if a generated file is not as generated"
    )
    whole.add_argument("--root", type=Path, default=ROOT, help="the project's folder")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--root", type=Path, default=argparse.SUPPRESS, help="the project's folder")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND")
    _diff_options(commands.add_parser("diff", parents=[common], help="say what changed since an earlier version"))
    commands.add_parser("rules", parents=[common], help="list the rules of specifications and the grades of changes")
    _new_api_options(commands.add_parser("new-api", parents=[common], help="start the specification of an API"))
    _add_operation_options(commands.add_parser("add-operation", parents=[common], help="start an operation of an API"))
    return whole


def _diff_options(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("reference", metavar="REF", help="a git commit, branch or tag, or a folder with a tree")
    add("--format", choices=report.FORMATS, default="text", help="how to say it; text by default")
    add("--fail-on", choices=severity.SEVERITIES[:2], help="end with 1 on such changes, and graver ones")
    add("--changelog", type=Path, metavar="FILE", help="also write lines for the changelog into a file")


def _new_api_options(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("name", metavar="NAME", help="of the package in anaplan_client, such as boxes")
    add("--server", metavar="URL", required=True, help="what its paths are behind, such as https://api.anaplan.com/2/0")
    add("--host", choices=rules.HOSTS, help="which of Anaplan's hosts that is, where the URL does not tell")


def _add_operation_options(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("api", metavar="API", help="the API's name")
    add("method", metavar="METHOD", type=str.lower, choices=drafts.EFFECTS, help=f"one of {', '.join(drafts.EFFECTS)}")
    add("path", metavar="PATH", help="behind the server's URL, such as /boxes/{boxId}")
    add("--id", required=True, help="names the function: a verb and a noun, such as get_box")
    sample = f"a JSON object, @ and a file with one, or {drafts.BINARY}"
    add(
        "--response",
        "--answer",  # its name until 0.1.0
        metavar="SAMPLE",
        help=f"a sample of the response: {sample}; without one it has no content",
    )
    add("--body", metavar="SAMPLE", help=f"a sample of the body: {sample}; without one it has none")
    add("--query", metavar="NAME:TYPE", action="append", default=[], help="a query parameter, such as limit:integer")
    add("--tag", help="what it is listed under; the first part of the path by default")
    add("--summary", help="a sentence; drafted from the id by default")
    add("--role", default="Standard User", help="the minimum role that may call it; Standard User by default")
    add("--effect", choices=rules.EFFECTS, help="how it may be repeated; by the method by default")


if __name__ == "__main__":
    sys.exit(main())
