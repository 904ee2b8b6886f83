"""Settings of a client that its flows read."""

from attrs import frozen

from anaplan_client.core.codec import validation

from .transfers.config import UploadConfig


@frozen(kw_only=True)
class Settings:
    """How tasks are polled and uploads are sent: arguments of `Client` of the same names."""

    status_poll_delay: float
    assume_exclusive: bool
    uploads: UploadConfig

    def __attrs_post_init__(self) -> None:
        validation.check_number("status_poll_delay", self.status_poll_delay, minimum=0)
