"""Mark what Anaplan has deprecated, as `warnings.deprecated` of Python 3.13 does."""

import sys
from typing import TYPE_CHECKING

# Type checkers know these names, and report each use.
if TYPE_CHECKING:
    from typing_extensions import deprecated
elif sys.version_info >= (3, 13):
    from warnings import deprecated
else:
    import functools
    import warnings

    def deprecated(message):
        """Let a function warn with a `DeprecationWarning` whenever it is called."""

        def decorate(function):
            @functools.wraps(function)
            def warn(*args, **kwargs):
                warnings.warn(message, category=DeprecationWarning, stacklevel=2)
                return function(*args, **kwargs)

            warn.__deprecated__ = message
            return warn

        return decorate


__all__ = ["deprecated"]
