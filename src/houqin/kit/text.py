"""Chinese text: two scripts, comparison keys, search tokens, masks."""


def to_traditional(text: str) -> str:
    raise NotImplementedError


def to_simplified(text: str) -> str:
    raise NotImplementedError


def fold(text: str) -> str:
    raise NotImplementedError


def seed_vocabulary(text: str) -> str:
    raise NotImplementedError


def initials(text: str) -> str:
    raise NotImplementedError


def tokens(text: str) -> list[str]:
    raise NotImplementedError


def query_tokens(text: str) -> list[str]:
    raise NotImplementedError


def mask_identity(number: str) -> str:
    raise NotImplementedError


def mask_phone(number: str) -> str:
    raise NotImplementedError


def clean_cell(text: str) -> str:
    raise NotImplementedError
