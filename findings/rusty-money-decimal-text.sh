#!/usr/bin/env bash
# Guess: none about texts. `rusty-money-forint.sh` has the one about decimals, and the texts were read while it was tried.
# Behavior: rusty-money 0.5.1 reads a text in the style of the currency. In EUR and BRL a point separates thousands: "0.125" is 125
# euros, and "19.90" is an error. In USD "0,125" is 125 dollars.
# Why users meet it: prices for each unit have three decimals or more, and the decimal texts of APIs have a point in every currency.
# A test with dollars or with two decimals does not show it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cargo init --quiet --vcs none --name case .
cargo add --quiet rusty-money@=0.5.1 --features iso
cat >src/main.rs <<'RUST'
use rusty_money::{Money, iso};

fn main() {
    for (text, code) in [("0.125", "USD"), ("0.125", "EUR"), ("1.990", "BRL"), ("19.90", "EUR"), ("0,125", "USD")] {
        match Money::from_str(text, iso::find(code).unwrap()) {
            Ok(money) => println!("{text} {code} {}", money.amount()),
            Err(error) => println!("{text} {code} {error:?}"),
        }
    }
}
RUST
seen=$(cargo run --quiet)
cargo tree --depth 1 | grep rusty-money
echo "$seen"
[ "$seen" = '0.125 USD 0.125
0.125 EUR 125.00
1.990 BRL 1990.00
19.90 EUR InvalidAmount
0,125 USD 125.00' ]
