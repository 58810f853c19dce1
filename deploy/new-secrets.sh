#!/bin/sh
# Writes the secrets of compose.yaml into deploy/secrets, or into the folder that is named: deploy/new-secrets.sh [FOLDER]
# The password of the database and the key of sealed secrets are random. Write the keys of Stripe yourself: while their
# files are empty, the server does not start.
set -eu
folder=${1:-$(dirname "$0")/secrets}
if [ -e "$folder" ]; then
  echo "$folder exists. Its secrets are in use: delete nothing, or use another folder." >&2
  exit 1
fi
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# Other users of this machine cannot enter the folder. Containers can read the files, whichever user they run as.
umask 022
mkdir -m 0700 "$folder"
password=$(random)
printf %s "$password" >"$folder/database_password"
printf %s "postgres://stackgate:$password@postgres:5432/stackgate" >"$folder/database_url"
random >"$folder/secrets_key"
: >"$folder/stripe_secret_key"
: >"$folder/stripe_webhook_secret"
echo "Now write the keys of Stripe into $folder/stripe_secret_key and $folder/stripe_webhook_secret."
