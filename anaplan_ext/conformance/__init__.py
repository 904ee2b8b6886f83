"""Check on a real tenant what the emulator and the specifications rest on, by GET requests only.

```python
from anaplan_ext import Client
from anaplan_ext.conformance import check_conformance

with Client.from_env() as client:
    print(check_conformance(client))
```
"""

from .beliefs import Belief, list_beliefs
from .check import check_conformance
from .report import BeliefResult, ConformanceReport

__all__ = ["Belief", "BeliefResult", "ConformanceReport", "check_conformance", "list_beliefs"]
