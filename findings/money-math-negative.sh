#!/usr/bin/env bash
# Guess: money-math rounds negative products as it rounds positive ones (50 %).
# Behavior: money-math 2.6.3 adds half a cent and cuts, also below zero: 19 % of 19.99 are 3.80, and 19 % of -19.99 are -3.79, although
# the exact -3.7981 is no tie. -0.525 becomes -0.51.
# Why users meet it: the tax of a credit note is a percentage of a negative amount. It is a cent less than the tax of its invoice.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund money-math@2.6.3
cat >case.mjs <<'JS'
import money from 'money-math'

console.log(money.mul('1.05', '0.50'), money.mul('-1.05', '0.50'))
console.log(money.percent('19.99', '19.00'), money.percent('-19.99', '19.00'))
console.log(money.percent('10.00', '19.00'), money.percent('-10.00', '19.00'))
JS
npm ls money-math
seen=$(node case.mjs)
echo "$seen"
[ "$seen" = '0.53 -0.51
3.80 -3.79
1.90 -1.90' ]
