"""Who a request is about. A customer without a text as ID is nobody."""

from __future__ import annotations

import unicodedata

from .errors import StackgateError

#: Categories of Unicode whose characters cannot be seen.
INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})


def customer(id: str) -> str:
    """The reference of the account of a customer, by your own ID.

    Raises `StackgateError` with the code `UNAUTHENTICATED` if the ID is no visible text: it is never made of another value.
    """
    return f"customer:{text_id(id, 'The ID of a customer')}"


def text_id(value: object, name: str) -> str:
    """An ID as it was given. Raises if it is no visible text."""
    if isinstance(value, str) and any(unicodedata.category(character) not in INVISIBLE for character in value):
        return value
    found = "an empty text" if value == "" else "a blank text" if isinstance(value, str) else _kind_of(value)
    raise StackgateError(f"{name} must be a text, not {found}.", code="UNAUTHENTICATED", status=401)


def _kind_of(value: object) -> str:
    return "None" if value is None else f"a value of the type {type(value).__name__}"
