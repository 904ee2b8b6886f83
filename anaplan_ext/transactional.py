"""The place of the transactional API."""


class Transactional:
    """Lists, modules and cells of a model. Nothing is offered here yet; this release moves data through files.

    Until it is, the operations that `anaplan_client.integration` has can be sent with `client.send`.
    """

    __slots__ = ()
