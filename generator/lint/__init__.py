"""The rules of specifications."""
