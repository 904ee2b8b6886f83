"""Send every safe GET request to a tenant, and report the differences between responses and specifications.

Nothing is changed: apart from the sign-in, only GET requests are sent. Files are not downloaded, and the report
contains no values of responses. Secrets are read from the environment.
"""

import argparse
import os
import sys
from pathlib import Path

from anaplan_client.core import AnaplanError

from .. import Client
from .findings import DriftReport
from .recorder import DriftRecorder
from .summary import describe, summarize, write_patches
from .walk import Outcome, walk


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
                    print(describe(outcome), file=sys.stderr)
    except (AnaplanError, ValueError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    report = recorder.report()
    _write_report(options.output, report)
    if options.patch:
        write_patches(recorder, options.patch)
    print(summarize(outcomes), file=sys.stderr)
    return 1 if report and options.fail_on_drift else 0


def _write_report(output: Path | None, report: DriftReport) -> None:
    if output is None:
        print(report)
        return
    formats = {".json": report.to_json, ".md": report.to_markdown}
    output.write_text(formats.get(output.suffix, lambda: f"{report}\n")(), encoding="utf-8")


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
