"""Compares live answers with the specifications: what Anaplan answers that they do not say.

Give a `DriftRecorder` to a client as its `observer`, and ask it for its `report` later. Reports hold no values:
`python -m anaplan_ext.drift --help` says how to look at a whole tenant.
"""

from .findings import DriftReport, Finding
from .recorder import DriftRecorder

__all__ = ["DriftRecorder", "DriftReport", "Finding"]
