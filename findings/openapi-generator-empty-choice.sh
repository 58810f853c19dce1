#!/usr/bin/env bash
# Guess: the output of openapi-generator for `java` and `typescript-fetch` compiles (50 %).
# Behavior: openapi-generator 7.26.0 writes calls of a function without a name (`FromJSON(…)`) in TypeScript, and a class `AnyOf`
# that does not exist in Java, for a member whose schema is `anyOf: [{}, {type: null}]`, which OpenAPI 3.1 allows.
# Why users meet it: libraries of schemas write this for "any value, or null". `{}` says the same and is read.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openapi-generator-cli==7.26.0
cat >openapi.json <<'JSON'
{ "openapi": "3.1.0", "info": { "title": "Case", "version": "1" },
  "paths": { "/one": { "post": { "operationId": "one",
    "requestBody": { "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/One" } } } },
    "responses": { "204": { "description": "Done." } } } } },
  "components": { "schemas": { "One": { "type": "object", "properties": {
    "chosen": { "anyOf": [{}, { "type": "null" }] }, "plain": {} } } } } }
JSON
PATH="$folder/venv/bin:$PATH"
openapi-generator-cli version
for language in typescript-fetch java; do
  openapi-generator-cli generate -i openapi.json -g "$language" -o "$language" >"$language.log" 2>&1
done
typescript=$(grep -nE "(^|[^A-Za-z])FromJSON\(json\['chosen'\]\)" typescript-fetch/models/One.ts)
java=$(grep -nE 'import .*model\.AnyOf;' java/src/main/java/org/openapitools/client/model/One.java)
echo "TypeScript: $typescript"
echo "Java: $java"
[ ! -e java/src/main/java/org/openapitools/client/model/AnyOf.java ]
