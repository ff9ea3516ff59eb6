#!/usr/bin/env bash
# From candle files to a model on trial: docs/training.md tells it step by step, and a test runs it.
#
#   examples/training-loop.sh CANDLES OUT TRAIN_TO
#
# CANDLES   a folder of TICKER_TIMEFRAME_anything.csv.gz, recorded candles; in its folder `corrected` those that
#           came later to put some right, such as rows adjusted for a split
# OUT       a folder for the training set, the model and its report
# TRAIN_TO  last day the model may learn from; it is tried on what follows
set -euo pipefail
candles=$1 out=$2 train_to=$3
period=(--from 2010-01-01 --to 2028-12-31)
oracore() { ${ORACORE:-npm run --silent oracore --} "$@"; }
step() { printf '\n== %s\n' "$*"; }

import_all() {
  for file in "$1"/*.csv.gz; do
    IFS=_ read -r ticker timeframe _ <<<"$(basename "$file")"
    oracore import-candles "$file" --ticker "$ticker" --timeframe "$timeframe" --source recorded
  done
}

replay_all() {
  for file in "$candles"/*.csv.gz; do
    name=$(basename "$file")
    oracore replay "${period[@]}" --ticker "${name%%_*}" --timeframe 5m
  done
}

verify() {
  for what in "$@"; do oracore verify "$what" --from "${train_to%-*}-01" --to "$train_to"; done
}

step "import candles and build the larger timeframes"
import_all "$candles"

step "replay: the live scanner over history"
replay_all

step "draw baselines, the negative samples"
oracore baseline "${period[@]}"

step "label signals and baselines, by every label version"
oracore label

step "how the two versions tell the same signals"
oracore label diff 1 2

step "verify: compute the last month to learn from again, with and without later candles"
verify candles features labels

if [[ -d $candles/corrected ]]; then
  step "correct candles, which by itself changes no label"
  import_all "$candles/corrected"
  oracore label
  verify labels

  step "relabel what rests on them: asked for by version, the old rows kept, and audited"
  for version in 1 2; do oracore relabel --label-version "$version" --because revised; done

  step "how the two versions tell the same signals now"
  oracore label diff 1 2
  verify candles features labels
fi

step "export a training set"
oracore export --out "$out/set" --format csv --label-version 2 --horizon 20 --timeframe 5m --to "$train_to"

step "train, with purged walk-forward folds"
"${PYTHON:-python3}" "$(dirname "$0")/train.py" "$out/set" --out "$out/model.onnx" --model trees \
  --report "$out/report.json" --check "$out/check.json"

step "put the model on trial"
oracore model add "$out/model.onnx" --name ml_loop --shadow
oracore model list

step "replay again: the model speaks about what it has not seen"
replay_all
oracore label
