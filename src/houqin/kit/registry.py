"""A named collection that modules fill while they are imported, and that says so when two use one name."""

from collections.abc import Iterator
from typing import Generic, TypeVar

Member = TypeVar("Member")


class Registry(Generic[Member]):
    """Members by name, in the order they were added."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._members: dict[str, Member] = {}

    def add(self, name: str, member: Member) -> Member:
        """Add a member. Raises ValueError where the name is taken by another one."""
        if name in self._members and self._members[name] is not member:
            raise ValueError(f"{self.what} {name!r} is declared twice")
        self._members[name] = member
        return member

    def remove(self, name: str) -> Member:
        """Take a member out again: what a test declared for itself. Raises KeyError for a name that is not there."""
        return self._members.pop(name)

    def __getitem__(self, name: str) -> Member:
        return self._members[name]

    def get(self, name: str) -> Member | None:
        return self._members.get(name)

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())

    def __len__(self) -> int:
        return len(self._members)

    def names(self) -> list[str]:
        return list(self._members)
