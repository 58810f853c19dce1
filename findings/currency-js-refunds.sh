#!/usr/bin/env bash
# Guess: none about signs. That currency.js reads `1e-7` as 0 (50 %) was right for the number, and wrong for the text.
# Behavior: currency.js 2.0.4 drops the minus sign U+2212, which `Intl` writes in Swedish, Norwegian, Finnish and other languages:
# a refund of 5 becomes a charge of 5. It rounds 1.005 to 1.01, and -1.005 to -1.00.
# Why users meet it: an amount is copied from a page or a CSV file of such a language. A credit note that repeats the lines of an
# invoice with a minus differs from it by a cent.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund currency.js@2.0.4
cat >case.mjs <<'JS'
import currency from 'currency.js'

for (const locale of ['en', 'de', 'sv', 'nb', 'fi'])
  console.log(locale, currency(new Intl.NumberFormat(locale).format(-5)).value)
console.log(currency(1.005).value, currency(-1.005).value, currency(1.005).multiply(-1).value)
JS
npm ls currency.js
seen=$(node case.mjs)
echo "$seen"
[ "$seen" = 'en -5
de -5
sv 5
nb 5
fi 5
1.01 -1 -1.01' ]
