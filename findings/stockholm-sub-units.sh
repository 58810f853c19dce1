#!/usr/bin/env bash
# Guess: stockholm counts the sub-units of an amount by the decimals of its currency (60 %).
# Behavior: stockholm 0.5.7 does so for its currency classes only. With the code as a text, each currency has hundredths:
# `Money(1990, JPY).sub_units` is 1990, and `Money(1990, "JPY").sub_units` is 199000. Both are equal amounts.
# Why users meet it: the currency of an API or of a provider is a text. Yen that are read with `from_sub_units` are divided by 100, and
# dinars of Kuwait are multiplied by 10.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check stockholm==0.5.7
cat >case.py <<'PYTHON'
from stockholm import Money
from stockholm.currency import EUR, JPY, KWD

for currency in (EUR, JPY, KWD):
    code = currency.ticker
    units = Money(1990, currency).sub_units, Money(1990, code).sub_units
    print(code, Money(1990, currency) == Money(1990, code), *units, Money.from_sub_units(199050, currency), Money.from_sub_units(199050, code))
PYTHON
venv/bin/pip freeze | grep stockholm
seen=$(venv/bin/python case.py)
echo "$seen"
[ "$seen" = 'EUR True 199000 199000 1990.50 EUR 1990.50 EUR
JPY True 1990 199000 199050 JPY 1990.50 JPY
KWD True 1990000 199000 199.050 KWD 1990.50 KWD' ]
