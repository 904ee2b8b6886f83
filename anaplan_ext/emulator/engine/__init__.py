"""Rules of the emulated service: imports, exports, grids, reports and tasks."""
