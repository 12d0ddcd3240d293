"""Who may put tokens on things."""

from houqin.foundation.org.models import Role
from houqin.foundation.org.rules import office, roles

issues = office | roles(Role.ASSET_MANAGER, Role.SAFETY_OFFICER)
