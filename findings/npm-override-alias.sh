#!/usr/bin/env bash
# Guess: none was written. A test with the earliest npm that we support failed after an override by another name.
# Behavior: npm 9.2.0 refuses `npm ci` with "can only install with an existing package-lock.json" where an override replaces a
# dependency by a package of another name. The lock file is there: 8.19.4, 9.9.4 and 10.9.8 install from it.
# Why users meet it: 9.2.0 is the npm of Debian 12 and 13 and of Ubuntu 24.04. The message sends its reader to a file that is in order.
# An override by another version of the same package is accepted.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir shop
printf '{ "name": "shop", "private": true, "dependencies": { "is-odd": "3.0.1" }, "overrides": { "is-odd": { "is-number": "npm:is-plain-object@5.0.0" } } }' >shop/package.json
use() { node "$folder/$1/node_modules/npm/bin/npm-cli.js" "${@:2}" --no-audit --no-fund --ignore-scripts; }
for version in 8.19.4 9.2.0 9.9.4 10.9.8; do
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$version" "npm@$version"
done
cd shop
use 10.9.8 install --package-lock-only --silent
seen=$(for version in 8.19.4 9.2.0 9.9.4 10.9.8; do
  rm -rf node_modules
  echo "$version $(use "$version" ci 2>&1 | grep -oE 'added 2 packages|existing package-lock.json' | head -n 1)"
done)
echo "$seen"
[ "$seen" = '8.19.4 added 2 packages
9.2.0 existing package-lock.json
9.9.4 added 2 packages
10.9.8 added 2 packages' ]
