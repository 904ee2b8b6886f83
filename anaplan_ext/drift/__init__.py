"""Compare live responses with the specifications, and report what is undocumented.

Give a `DriftRecorder` to a client as its `observer`, and read its `report` later. Reports contain no values.
`python -m anaplan_ext.drift --help` explains how to check a whole tenant.
"""

from .findings import DriftReport, Finding
from .recorder import DriftRecorder

__all__ = ["DriftRecorder", "DriftReport", "Finding"]
