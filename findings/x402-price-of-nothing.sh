#!/usr/bin/env bash
# Guess: x402 for Python and for Node.js convert $1.005, $4.35 and $0.0000019 to the same atomic units of USDC (40 %).
# Behavior: x402 2.25.0 and @x402/evm 2.27.0 do, and cut what is below a unit, a millionth of a dollar: $0.0000019 is charged as 1, and
# $0.0000004 is a payment of 0 without an error.
# Why users meet it: prices of tokens of models are below a millionth of a dollar each. A price that is offered for one token costs
# nothing, and one of 1.9 units is cut by nearly half.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund @x402/core@2.27.0 @x402/evm@2.27.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'x402[evm]==2.25.0'
cat >case.mjs <<'JS'
import { ExactEvmScheme } from '@x402/evm/exact/server'

for (const price of ['$1.005', '$4.35', '$0.0000019', '$0.0000004'])
  console.log(price, (await new ExactEvmScheme().parsePrice(price, 'eip155:84532')).amount)
JS
cat >case.py <<'PYTHON'
from x402.mechanisms.evm.exact import ExactEvmServerScheme

for price in ("$1.005", "$4.35", "$0.0000019", "$0.0000004"):
    print(price, ExactEvmServerScheme().parse_price(price, "eip155:84532").amount)
PYTHON
npm ls
venv/bin/pip freeze | grep x402
seen=$(node case.mjs; venv/bin/python case.py)
echo "$seen"
one='$1.005 1005000
$4.35 4350000
$0.0000019 1
$0.0000004 0'
[ "$seen" = "$one
$one" ]
