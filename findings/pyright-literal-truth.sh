#!/usr/bin/env bash
# Guess: pyright narrows a union of two classes by the bare truth of their member `ok: Literal[True]` or `Literal[False]` (40 %).
# Behavior: pyright 1.1.408 narrows by `result.ok is True` only; `if result.ok:` leaves the union. mypy 2.4.1 narrows by both.
# Why users meet it: results of a client are such unions, and `if result.ok:` is how they are read in other languages. A page of
# documentation that mypy accepts is refused by the editor.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyright==1.1.408 mypy==2.4.1
cat >case.py <<'PYTHON'
from dataclasses import dataclass
from typing import Literal


@dataclass
class Done:
    ok: Literal[True]
    value: int


@dataclass
class Denied:
    ok: Literal[False]
    reason: str


def by_truth(result: Done | Denied) -> int:
    if result.ok:
        return result.value
    return 0


def by_identity(result: Done | Denied) -> int:
    if result.ok is True:
        return result.value
    return 0
PYTHON
export PATH="$folder/venv/bin:$PATH" PYRIGHT_PYTHON_IGNORE_WARNINGS=1
pyright --version
mypy --version
seen=$(pyright case.py || true; mypy --strict case.py || true)
echo "$seen"
grep -q 'case.py:19:23 - error: Cannot access attribute "value" for class "Denied"' <<<"$seen"
grep -q '^1 error' <<<"$seen"
grep -q '^Success: no issues found' <<<"$seen"
