"""The rules by which the emulated Anaplan computes: imports, grids, reports and tasks."""
