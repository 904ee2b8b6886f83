"""Application lifecycle management."""
