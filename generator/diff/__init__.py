"""What changed for users between two versions of the tree."""
