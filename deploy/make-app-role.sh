#!/bin/sh
# The role that the bot works as: it owns nothing. `oracore migrate --app oracore_app` gives it its rights.
set -eu
psql --quiet --set=ON_ERROR_STOP=1 --set=password="$(cat /run/secrets/app_password)" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE oracore_app LOGIN PASSWORD :'password';
SQL
