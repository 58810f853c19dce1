#!/usr/bin/env bash
# Guess: `ibantools` checks the digits of a country inside an IBAN for each country that has some, or for none (70 %).
# Behavior: 4.5.4 checks them for Belgium, Norway, Spain, France and Portugal, but not for Finland and Italy. `iban` 0.0.14 checks none.
# `schwifty` 2026.10.1 for Python checks all seven, if it is called with `validate_bban=True`, and none by default.
# Why users meet it: a form that refuses a mistyped Belgian account accepts an Italian one with the wrong letter, and the bank
# returns the transfer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund ibantools@4.5.4 iban@0.0.14
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check schwifty==2026.10.1
# The examples of the registry of IBANs, in which one digit or letter of the country is another. The two digits of the IBAN are right.
cat >numbers.txt <<'TXT'
BE41539007547035
NO6686011117948
ES0221000419450200051332
FR8420041010050500013M02607
PT23000201231234567890155
FI9112345600000786
IT64Y0542811101000000123456
TXT
cat >case.mjs <<'JS'
import IBAN from 'iban'
import { isValidIBAN } from 'ibantools'
import { readFileSync } from 'node:fs'

const numbers = readFileSync('numbers.txt', 'utf8').trim().split('\n')
const accepted = (isValid) => numbers.filter((number) => isValid(number)).map((number) => number.slice(0, 2))
console.log('ibantools', ...accepted(isValidIBAN))
console.log('iban', ...accepted(IBAN.isValid))
JS
cat >case.py <<'PYTHON'
from schwifty import IBAN


def accepts(number, validate_bban):
    try:
        IBAN(number, validate_bban=validate_bban)
        return True
    except ValueError:
        return False


numbers = open("numbers.txt").read().split()
for validate_bban in (False, True):
    print("schwifty", validate_bban, *[number[:2] for number in numbers if accepts(number, validate_bban)])
PYTHON
npm ls
venv/bin/pip freeze | grep schwifty
seen=$(node case.mjs; venv/bin/python case.py)
echo "$seen"
[ "$seen" = 'ibantools FI IT
iban BE NO ES FR PT FI IT
schwifty False BE NO ES FR PT FI IT
schwifty True' ]
