"""The version of the distribution, read when it is first used."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__: str = version("anaplan-client")
except PackageNotFoundError:  # run from a source tree
    __version__ = "unknown"
