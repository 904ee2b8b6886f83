"""Print the least versions that `pyproject.toml` declares for what is run, as constraints for pip."""

import re
import tomllib
from pathlib import Path

EXTRAS = ("certificate", "oauth", "keyring", "telemetry", "emulator", "progress")

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
lines = sum((project["optional-dependencies"][name] for name in EXTRAS), project["dependencies"])
others = {line for line in lines if not line.startswith("anaplan-client")}
print(*sorted(re.sub(">=([0-9.]+).*", r"==\1", line) for line in others), sep="\n")
