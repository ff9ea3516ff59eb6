#!/usr/bin/env bash
# From candle files to a model on trial: docs/training.md tells it step by step, and a test runs it.
#
#   examples/training-loop.sh CANDLES OUT TRAIN_TO
#
# CANDLES   a folder of TICKER_TIMEFRAME_anything.csv.gz, recorded candles
# OUT       a folder for the training set, the model and its report
# TRAIN_TO  last day the model may learn from; it is tried on what follows
set -euo pipefail
candles=$1 out=$2 train_to=$3
period=(--from 2010-01-01 --to 2028-12-31)
oracore() { ${ORACORE:-npm run --silent oracore --} "$@"; }
step() { printf '\n== %s\n' "$*"; }

step "import candles and build the larger timeframes"
tickers=()
for file in "$candles"/*.csv.gz; do
  IFS=_ read -r ticker timeframe _ <<<"$(basename "$file")"
  oracore import-candles "$file" --ticker "$ticker" --timeframe "$timeframe" --source recorded
  tickers+=("$ticker")
done

replay_all() {
  for ticker in "${tickers[@]}"; do oracore replay "${period[@]}" --ticker "$ticker" --timeframe 5m; done
}

step "replay: the live scanner over history"
replay_all

step "draw baselines, the negative samples"
oracore baseline "${period[@]}"

step "label signals and baselines, by every label version"
oracore label

step "how the two versions tell the same signals"
oracore label diff 1 2

step "verify: compute the last month to learn from again, with and without later candles"
for what in candles features labels; do oracore verify "$what" --from "${train_to%-*}-01" --to "$train_to"; done

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
