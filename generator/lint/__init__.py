"""What a specification must have and say, by rule."""
