"""The default of arguments that can be left out. None is a value of its own."""

from __future__ import annotations

from enum import Enum


class Unset(Enum):
    """Type of `UNSET`."""

    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"


#: An argument that is left out: the server has a default, or changes nothing. None is sent as null.
UNSET = Unset.UNSET
