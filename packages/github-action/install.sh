#!/usr/bin/env bash
# Install the client into an environment of its own, so that nothing of the job's Python changes.
set -euo pipefail
python3 -m venv "$RUNNER_TEMP/anaplan"
"$RUNNER_TEMP/anaplan/bin/python" -m pip install --quiet --disable-pip-version-check "$INPUT_PACKAGE"
