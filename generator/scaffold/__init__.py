"""Create specifications, and operations from samples."""
