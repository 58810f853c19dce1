#!/usr/bin/env bash
# Guess: podman-compose keeps `YES: yes` of an environment as text, as compose-go does (40 %), and reads `22:22` without quotes as 1342
# (70 %).
# Behavior: podman-compose 1.6.0 reads YAML 1.1. The port `22:22` is 1342, the value `22:30` is 1350, the name `YES` is `true`, and the
# name `OFF` is `false`. compose-go 2.16.2 keeps all of them.
# Why users meet it: a port below 60 on both sides, such as `22:22`, and times such as `22:30`. The file runs in Docker Compose, and
# publishes another port here. 8080:80 is no such number, so most files work.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check podman-compose==1.6.0
# It asks podman for its version before it reads a file.
mkdir bin
printf '#!/bin/sh\necho podman version 5.4.2\n' >bin/podman
chmod +x bin/podman
cat >compose.yaml <<'YAML'
name: case
services:
  one:
    image: example
    environment: { AT: 22:30, YES: yes, OFF: "off" }
    ports: [22:22, 8080:80]
YAML
venv/bin/pip freeze | grep podman
seen=$(PATH="$folder/bin:$PATH" venv/bin/podman-compose config)
echo "$seen"
[ "$(sed -n '/environment/,$p' <<<"$seen")" = "    environment:
      AT: 1350
      true: true
      false: 'off'
    image: example
    ports:
    - 1342
    - 8080:80" ]
