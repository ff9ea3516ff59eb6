#!/bin/sh
# Makes the secrets that compose.yaml names: sh deploy/make-secrets.sh "the bot's token"
# What exists is left as it is. Containers read them as another user, so the files are open and their folder is not.
set -eu
cd "$(dirname "$0")/.."
umask 022
mkdir -p secrets
chmod 700 secrets

keep() { [ -s "secrets/$1" ] || printf %s "$2" > "secrets/$1"; }

keep discord_token "${1:?"usage: sh deploy/make-secrets.sh TOKEN"}"
for role in owner app; do
  keep "${role}_password" "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
done
keep owner_url "postgres://oracore:$(cat secrets/owner_password)@database:5432/oracore"
keep app_url "postgres://oracore_app:$(cat secrets/app_password)@database:5432/oracore"
