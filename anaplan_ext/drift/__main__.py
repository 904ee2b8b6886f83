"""Send every safe GET request to a tenant, and report the differences between responses and specifications.

Nothing is changed: apart from the sign-in, only GET requests are sent. Files are not downloaded, and the report
contains no values of responses. Secrets are read from the environment.
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
from .walk import Outcome, list_operations, walk


def main(arguments: list[str] | None = None) -> int:
    """Return 0, 1 for drift with `--fail-on-drift`, or 2 if the walk failed."""
    options = _parse_options(arguments)
    recorder = DriftRecorder(sample_rate=1)
    outcomes: list[Outcome] = []
    try:
        with _build_client(options, recorder) as client:
            for outcome in walk(client.send, options.max_per_kind, frozenset(options.skip)):
                outcomes.append(outcome)
                if options.verbose:
                    print(_describe(outcome), file=sys.stderr)
    except (AnaplanError, ValueError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    report = recorder.report()
    _write_report(options.output, report)
    for api, patch in recorder.patch().items() if options.patch else ():
        options.patch.mkdir(parents=True, exist_ok=True)
        # JSON is valid YAML.
        text = json.dumps(patch, indent=2, ensure_ascii=False) + "\n"
        (options.patch / f"anaplan_{api}.overlay.yaml").write_text(text, encoding="utf-8")
    print(_summarize(outcomes), file=sys.stderr)
    return 1 if report and options.fail_on_drift else 0


def _write_report(output: Path | None, report: DriftReport) -> None:
    if output is None:
        print(report)
        return
    formats = {".json": report.to_json, ".md": report.to_markdown}
    output.write_text(formats.get(output.suffix, lambda: f"{report}\n")(), encoding="utf-8")


def _describe(outcome: Outcome) -> str:
    return outcome.operation if outcome.rejection is None else f"{outcome.operation}: {outcome.rejection}"


def _summarize(outcomes: list[Outcome]) -> str:
    sent = {outcome.operation for outcome in outcomes}
    rejected = Counter(_describe(outcome) for outcome in outcomes if outcome.rejection is not None)
    lines = [f"{len(outcomes)} requests of {len(sent)} operations."]
    if rejected:
        lines.append("Rejected: " + ", ".join(f"{line} ({count})" for line, count in sorted(rejected.items())))
    if skipped := sorted({operation.name for operation in list_operations()} - sent):
        lines.append(f"Skipped by option or without an id: {', '.join(skipped)}")
    return "\n".join(lines)


def _build_client(options: argparse.Namespace, recorder: DriftRecorder) -> Client:
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


def _parse_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m anaplan_ext.drift",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Without --user and --certificate, a token is read from ANAPLAN_TOKEN.",
    )
    parser.add_argument("--url", help="base URL that serves every API")
    parser.add_argument("--region", help="region of the tenant, such as us1 or eu3")
    parser.add_argument("--user", help="email address; the password is read from ANAPLAN_PASSWORD")
    parser.add_argument("--certificate", help="PEM file of the client certificate")
    parser.add_argument("--private-key", help="PEM file of its key; its password is read from ANAPLAN_KEY_PASSWORD")
    parser.add_argument(
        "--max-per-kind", type=_positive, default=3, help="maximum number of ids of each kind per response (3)"
    )
    parser.add_argument(
        "--skip",
        action="append",
        default=[],
        metavar="OPERATION",
        help="skip, for example, integration.get_view_data",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="file for the report: .json, .md, or text")
    parser.add_argument("--patch", type=Path, metavar="FOLDER", help="folder for an OpenAPI Overlay per API")
    parser.add_argument("--fail-on-drift", action="store_true", help="exit with 1 if there is drift")
    parser.add_argument("--verbose", action="store_true", help="print each request")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    sys.exit(main())
