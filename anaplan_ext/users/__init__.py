"""Users by SCIM: find, create and change them. Reports of who can access what.

`field` and `UserFilter` select users: `client.users.list(field("active") == False)`.
"""

from .filters import UserFilter, field

__all__ = ["UserFilter", "field"]
