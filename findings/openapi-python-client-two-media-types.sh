#!/usr/bin/env bash
# Guess: openapi-python-client leaves out some operations with a warning, and its output passes mypy (60 %).
# Behavior: openapi-python-client 0.29.1 makes a module that cannot be imported for an operation whose required body has two media
# types: `NameError: name 'Unset' is not defined`. With one media type, the module can be imported. No warning is printed.
# Why users meet it: the token endpoint of OAuth takes a form, and many servers accept JSON as well.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openapi-python-client==0.29.1
cat >make.py <<'PYTHON'
import json

body = {"type": "object", "properties": {"grant_type": {"type": "string"}}, "required": ["grant_type"]}
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def operation(name: str, types: list[str]) -> dict[str, object]:
    content = {each: {"schema": body} for each in types}
    answer = {"200": {"description": "Done.", "content": {JSON: {"schema": {"type": "string"}}}}}
    return {"post": {"operationId": name, "tags": ["t"], "requestBody": {"required": True, "content": content}, "responses": answer}}


paths = {"/one": operation("one", [FORM]), "/two": operation("two", [FORM, JSON])}
print(json.dumps({"openapi": "3.1.0", "info": {"title": "Case", "version": "1"}, "paths": paths}))
PYTHON
venv/bin/python make.py >openapi.json
PATH="$folder/venv/bin:$PATH"
openapi-python-client --version
openapi-python-client generate --path openapi.json --meta none --output-path made --config <(echo 'post_hooks: []')
venv/bin/python -c 'import made.api.t.one' && echo 'one media type: imported'
seen=$(venv/bin/python -c 'import made.api.t.two' 2>&1 | tail -1 || true)
echo "two media types: $seen"
[[ "$seen" == "NameError: name 'Unset' is not defined"* ]]
