"""Print the least versions that `pyproject.toml` declares for what is run, as constraints for pip."""

import re
import tomllib
from pathlib import Path

EXTRAS = ("certificate", "telemetry", "emulator", "progress")

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = (project["optional-dependencies"][name] for name in EXTRAS)
print(*sorted({re.sub(">=([0-9.]+).*", r"==\1", line) for line in sum(extras, project["dependencies"])}), sep="\n")
