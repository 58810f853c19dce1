#!/usr/bin/env bash
# Guess: cldr-core 47 has no decimals for RSD, and 48 has two (40 %).
# Behavior: the number changed within version 48: 48.0.0 has no decimals, 48.2.0 has two, and none for cash.
# Why users meet it: `Intl.NumberFormat` shows prices in Serbian dinars with the data of its engine. A server and a browser that
# both say "CLDR 48" show `RSD 1,990.50` and `RSD 1,991`, and a page that is rendered on both differs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true }' >package.json
seen=$(for version in 47.0.0 48.0.0 48.2.0; do
  npm install --silent --no-audit --no-fund "cldr-core@$version"
  node -e "
    const { version } = require('cldr-core/package.json')
    const { fractions } = require('cldr-core/supplemental/currencyData.json').supplemental.currencyData
    console.log('cldr-core', version, 'RSD', fractions.RSD._digits, 'cash', fractions.RSD._cashDigits ?? '-')"
done)
echo "$seen"
[ "$seen" = 'cldr-core 47.0.0 RSD 0 cash -
cldr-core 48.0.0 RSD 0 cash -
cldr-core 48.2.0 RSD 2 cash 0' ]
