"""Starting specifications and operations from samples."""
