#!/usr/bin/env bash
# Guess: dinero.js has two decimals for the ouguiya of Mauritania (MRU) and the ariary of Madagascar (MGA), as ISO 4217 does, and
# `toDecimal` writes both (60 %).
# Behavior: dinero.js 2.0.2 defines both with the base 5 and the exponent 1, one fifth. `toDecimal` throws for them, and an amount of
# 199050 hundredths is read as 39,810 units.
# Why users meet it: minor units of an API or of a provider are hundredths in MRU, and whole ariary in MGA. A page that lists prices of
# all currencies fails at these two, and a sum that is not formatted is wrong by a factor of 20.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund dinero.js@2.0.2
cat >case.mjs <<'JS'
import { dinero, toDecimal, toUnits } from 'dinero.js'
import { HUF, MGA, MRU } from 'dinero.js/currencies'

for (const currency of [HUF, MRU, MGA]) {
  const money = dinero({ amount: 199050, currency })
  try {
    console.log(currency.code, toUnits(money).join(' '), toDecimal(money))
  } catch (error) {
    console.log(currency.code, toUnits(money).join(' '), error.message)
  }
}
JS
npm ls dinero.js
seen=$(node case.mjs)
echo "$seen"
[ "$seen" = 'HUF 1990 50 1990.50
MRU 39810 0 [Dinero.js] Currency is not decimal.
MGA 39810 0 [Dinero.js] Currency is not decimal.' ]
