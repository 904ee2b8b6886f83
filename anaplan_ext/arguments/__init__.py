"""Argument checks that several capabilities share."""
