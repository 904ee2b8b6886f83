"""Compare two versions of the tree."""
