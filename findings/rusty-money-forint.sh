#!/usr/bin/env bash
# Guess: rusty-money has the decimals of ISO 4217 for all its currencies (50 %).
# Behavior: rusty-money 0.5.1 has no decimals for HUF and one for MGA and MRU. ISO 4217 has two for each, and so has the crate
# iso_currency 0.7.1.
# Why users meet it: Stripe charges forints with two decimals. `Money::from_minor(199050, iso::HUF)` is 199,050 forints instead of
# 1,990.50.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cargo init --quiet --vcs none --name case .
cargo add --quiet rusty-money@=0.5.1 --features iso
cargo add --quiet iso_currency@=0.7.1
cat >src/main.rs <<'RUST'
use iso_currency::Currency;
use rusty_money::{Money, iso};

fn main() {
    for code in ["EUR", "JPY", "KWD", "HUF", "MGA", "MRU"] {
        let exponent = Currency::from_code(code).and_then(|currency| currency.exponent());
        println!("{code} {} {:?}", Money::from_minor(199050, iso::find(code).unwrap()).amount(), exponent);
    }
}
RUST
seen=$(cargo run --quiet)
cargo tree --depth 1 | grep -E 'rusty-money|iso_currency'
echo "$seen"
[ "$seen" = 'EUR 1990.50 Some(2)
JPY 199050 Some(0)
KWD 199.050 Some(3)
HUF 199050 Some(2)
MGA 19905.0 Some(2)
MRU 19905.0 Some(2)' ]
