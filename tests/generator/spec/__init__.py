"""Tests of reading specifications."""
