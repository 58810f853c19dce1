#!/usr/bin/env bash
# Guess: compose-go passes `NUM: 1.10` to the container as 1.1 (70 %), `OCT: 0644` as 420 (60 %) and `AT: 22:30` as 22:30 (80 %).
# Behavior: compose-go 2.16.2, the loader of Docker Compose, does so, and writes a date without quotes as Go prints a time:
# `DAY: 2026-01-31` becomes `2026-01-31 00:00:00 +0000 UTC`. `1e3` and `1_000` become 1000. In the form of a list, `- DAY=2026-01-31`,
# each value is kept.
# Why users meet it: versions, dates of expiry and file modes are written without quotes. The container sees another text than the file,
# and the schema accepts both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export GOFLAGS=-mod=mod GOTOOLCHAIN=local
cat >compose.yaml <<'YAML'
name: case
services:
  map:
    image: example
    environment: { AT: 22:30, DAY: 2026-01-31, EXP: 1e3, LONG: 1_000, NUM: 1.10, OCT: 0644, YES: yes }
  list:
    image: example
    environment: [AT=22:30, DAY=2026-01-31, EXP=1e3, LONG=1_000, NUM=1.10, OCT=0644, YES=yes]
YAML
cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions([]string{"compose.yaml"})
	if err != nil {
		panic(err)
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"AT", "DAY", "EXP", "LONG", "NUM", "OCT", "YES"} {
		fmt.Println(name, *project.Services["map"].Environment[name], "|", *project.Services["list"].Environment[name])
	}
}
GO
go mod init example.com/case >/dev/null 2>&1
go get github.com/compose-spec/compose-go/v2@v2.16.2 >/dev/null 2>&1
go list -m github.com/compose-spec/compose-go/v2
seen=$(go run . 2>/dev/null)
echo "$seen"
[ "$seen" = 'AT 22:30 | 22:30
DAY 2026-01-31 00:00:00 +0000 UTC | 2026-01-31
EXP 1000 | 1e3
LONG 1000 | 1_000
NUM 1.1 | 1.10
OCT 420 | 0644
YES yes | yes' ]
