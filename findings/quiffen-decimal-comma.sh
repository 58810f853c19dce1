#!/usr/bin/env bash
# Guess: quiffen reads `D31/01/2026` without a setting (40 %). It does; none was written about amounts.
# Behavior: quiffen 4.0.1 reads `T-12,50` as -1250, because it removes commas. Without `day_first`, it reads each date by itself: in
# one file 12/02/2026 is December 2, and 13/02/2026 is February 13. No warning is printed.
# Why users meet it: QIF has no rule for either, and European banks and programs write `13/02/2026` and `12,50`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check quiffen==4.0.1
printf '!Type:Bank\nD12/02/2026\nT-12,50\nPFirst\n^\nD13/02/2026\nT-12.50\nPSecond\n^\n' >bank.qif
cat >case.py <<'PYTHON'
from quiffen import Qif

for day_first in (False, True):
    for account in Qif.parse("bank.qif", day_first=day_first).accounts.values():
        for transactions in account.transactions.values():
            for each in transactions:
                print(day_first, each.payee, each.date.date(), each.amount)
PYTHON
venv/bin/pip freeze | grep quiffen
seen=$(venv/bin/python case.py | sort)
echo "$seen"
[ "$seen" = 'False First 2026-12-02 -1250
False Second 2026-02-13 -12.50
True First 2026-02-12 -1250
True Second 2026-02-13 -12.50' ]
