"""Asks a tenant everything that can be asked without changing it, and reports what is not as specified.

Only GET requests are sent, beside the one that signs in; content of files is not downloaded, and the report holds
no values of answers. Secrets are read from the environment.
"""

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path

from anaplan_client.core import AnaplanError

from .. import Client
from .findings import DriftReport
from .recorder import DriftRecorder
from .walk import Outcome, operations, walk


def main(arguments: list[str] | None = None) -> int:
    """Returns 0, or 1 for drift with `--fail-on-drift`, or 2 where the walk could not be made."""
    options = _options(arguments)
    recorder = DriftRecorder(sample=1)
    outcomes: list[Outcome] = []
    try:
        with _client(options, recorder) as client:
            for outcome in walk(client.send, options.most, frozenset(options.skip)):
                outcomes.append(outcome)
                if options.verbose:
                    print(_line(outcome), file=sys.stderr)
    except (AnaplanError, ValueError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    report = recorder.report()
    _write(options.output, report)
    for api, patch in recorder.patch().items() if options.patch else ():
        options.patch.mkdir(parents=True, exist_ok=True)
        # JSON is YAML.
        text = json.dumps(patch, indent=2, ensure_ascii=False) + "\n"
        (options.patch / f"anaplan_{api}.overlay.yaml").write_text(text, encoding="utf-8")
    print(_coverage(outcomes), file=sys.stderr)
    return 1 if report and options.fail_on_drift else 0


def _write(output: Path | None, report: DriftReport) -> None:
    if output is None:
        print(report)
        return
    formats = {".json": report.to_json, ".md": report.to_markdown}
    output.write_text(formats.get(output.suffix, lambda: f"{report}\n")(), encoding="utf-8")


def _line(outcome: Outcome) -> str:
    return outcome.operation if outcome.refusal is None else f"{outcome.operation}: {outcome.refusal}"


def _coverage(outcomes: list[Outcome]) -> str:
    asked = {outcome.operation for outcome in outcomes}
    refused = Counter(_line(outcome) for outcome in outcomes if outcome.refusal is not None)
    lines = [f"{len(outcomes)} requests of {len(asked)} operations."]
    if refused:
        lines.append("Refused: " + ", ".join(f"{line} ({count})" for line, count in sorted(refused.items())))
    if missed := sorted({operation.name for operation in operations()} - asked):
        lines.append(f"Not asked, for want of an id or skipped: {', '.join(missed)}")
    return "\n".join(lines)


def _client(options: argparse.Namespace, recorder: DriftRecorder) -> Client:
    return Client(
        user_email=options.user,
        password=os.environ.get("ANAPLAN_PASSWORD") if options.user else None,
        certificate=options.certificate,
        private_key=options.private_key,
        private_key_password=os.environ.get("ANAPLAN_KEY_PASSWORD"),
        token=os.environ.get("ANAPLAN_TOKEN") if not (options.user or options.certificate) else None,
        region=options.region,
        base_url=options.url,
        observer=recorder,
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m anaplan_ext.drift",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Without --user and --certificate, a token is read from ANAPLAN_TOKEN.",
    )
    parser.add_argument(
        "--read-only", action="store_true", required=True, help="there is no other way; say that you know"
    )
    parser.add_argument("--url", help="one URL that serves every API")
    parser.add_argument("--region", help="region of the tenant, such as us1 or eu3")
    parser.add_argument("--user", help="email address; the password is read from ANAPLAN_PASSWORD")
    parser.add_argument("--certificate", help="PEM file of the client certificate")
    parser.add_argument("--private-key", help="PEM file of its key; its password is read from ANAPLAN_KEY_PASSWORD")
    parser.add_argument(
        "--most", type=_positive, default=3, help="objects of each kind to look into, of each answer (3)"
    )
    parser.add_argument(
        "--skip", action="append", default=[], metavar="OPERATION", help="leave out, such as integration.get_view_data"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the report there; .json, .md, or else text")
    parser.add_argument("--patch", type=Path, metavar="FOLDER", help="write an OpenAPI Overlay for each API there")
    parser.add_argument("--fail-on-drift", action="store_true", help="exit with 1 if there is any")
    parser.add_argument("--verbose", action="store_true", help="tell each request")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    sys.exit(main())
