"""Tests of the check of what is believed of Anaplan."""
