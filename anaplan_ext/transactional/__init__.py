"""Cells, lists and views: reads and writes in the model."""
