#!/usr/bin/env bash
# Guess: beancount accepts entries that differ by less than half a cent if the amounts have two decimals (75 %). That was right.
# Behavior: beancount 3.2.3 takes its tolerance from the amount with the fewest decimals, but never from a whole one. An entry that
# lacks three cents is accepted if one amount is written `100.0`, and refused with `100.00` and with `100`. A `balance` that is wrong by
# one cent is accepted as well.
# Why users meet it: a program that writes a journal from floats or from JSON prints 100.0. The check of the books is off for exactly
# these entries.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check beancount==3.2.3
cat >case.py <<'PYTHON'
from beancount import loader

ACCOUNTS = "2026-01-01 open Assets:Bank\n2026-01-01 open Income:Sales\n2026-01-01 open Liabilities:Tax\n"


def errors(text: str) -> list[str]:
    return [error.message.split(":")[0] for error in loader.load_string(ACCOUNTS + text)[1]]


for gross in ("100.00", "100.0", "100"):
    entry = f'2026-01-02 * "Sale"\n  Assets:Bank {gross} EUR\n  Income:Sales -84.03 EUR\n  Liabilities:Tax -15.94 EUR\n'
    print(gross, errors(entry))
paid = '2026-01-02 * "Sale"\n  Assets:Bank 100.00 EUR\n  Income:Sales -100.00 EUR\n'
for balance in ("100.00", "100.01", "100.02"):
    print("balance", balance, errors(paid + f"2026-01-03 balance Assets:Bank {balance} EUR\n"))
PYTHON
venv/bin/pip freeze | grep beancount
seen=$(venv/bin/python case.py)
echo "$seen"
[ "$seen" = "100.00 ['Transaction does not balance']
100.0 []
100 ['Transaction does not balance']
balance 100.00 []
balance 100.01 []
balance 100.02 [\"Balance failed for 'Assets\"]" ]
