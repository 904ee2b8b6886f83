"""Run the command line: `python -m anaplan_ext.cli`."""

from .main import main

if __name__ == "__main__":
    raise SystemExit(main())
