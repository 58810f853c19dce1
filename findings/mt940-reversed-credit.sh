#!/usr/bin/env bash
# Guess: mt-940 for Python and mt940js for Node.js return a reversed credit (`RC`) as money that left the account (60 %).
# Behavior: mt-940 5.1.1 has a minus for the status `D` only, so that `RC` of 100 is +100. mt940js 1.3.5 returns -100. Both return a
# reversed debit (`RD`) as +30.
# Why users meet it: a bank returns a direct debit. The sum of the statement is 200 where its balances say 0, and the invoice stays paid.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund mt940js@1.3.5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mt-940==5.1.1
cat >statement.sta <<'STA'
:20:EXAMPLE
:25:10020030/1234567
:28C:00001/001
:60F:C260101EUR1000,00
:61:2601020102C100,00NTRFNONREF
:86:166?00Credit
:61:2601030103RC100,00NTRFNONREF
:86:166?00Reversed credit
:61:2601040104D30,00NTRFNONREF
:86:177?00Debit
:61:2601050105RD30,00NTRFNONREF
:86:177?00Reversed debit
:62F:C260105EUR1000,00
-
STA
cat >case.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { Parser } from 'mt940js'

const [{ transactions }] = new Parser().parse(readFileSync('statement.sta', 'utf8'))
console.log('mt940js', ...transactions.map(({ amount }) => amount))
JS
cat >case.py <<'PYTHON'
import mt940

transactions = mt940.parse("statement.sta")
print("mt-940", *[each.data["amount"].amount for each in transactions], "sum", sum(each.data["amount"].amount for each in transactions))
PYTHON
npm ls
venv/bin/pip freeze | grep mt-940
seen=$(node case.mjs; venv/bin/python case.py)
echo "$seen"
[ "$seen" = 'mt940js 100 -100 -30 30
mt-940 100.00 100.00 -30.00 30.00 sum 200.00' ]
