#!/usr/bin/env bash
# Guess: none about rounding. That go-money has the decimals of ISO 4217 for all its currencies (40 %) was right.
# Behavior: go-money 1.0.15 rounds 1.50 to 1.00 and 1.51 to 2.00, and `NewFromFloat(19.99, "USD")` is 19.98: it cuts the product of
# the float.
# Why users meet it: prices in JSON are floats, and 19.99 is a frequent one. The amount is a cent less than the price, and `Round` of
# an invoice is less than the `Math.round` of its page.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export GOFLAGS=-mod=mod GOTOOLCHAIN=local
go mod init example.com/case >/dev/null 2>&1
go get github.com/Rhymond/go-money@v1.0.15 >/dev/null 2>&1
cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/Rhymond/go-money"
)

func main() {
	for _, amount := range []int64{149, 150, 151, -150} {
		fmt.Println("round", amount, money.New(amount, "USD").Round().Amount())
	}
	for _, price := range []float64{1.15, 4.35, 19.99} {
		fmt.Println("float", price, money.NewFromFloat(price, "USD").Amount())
	}
}
GO
go list -m github.com/Rhymond/go-money
seen=$(go run .)
echo "$seen"
[ "$seen" = 'round 149 100
round 150 100
round 151 200
round -150 -100
float 1.15 114
float 4.35 434
float 19.99 1998' ]
