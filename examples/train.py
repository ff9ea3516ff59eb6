#!/usr/bin/env python3
"""Trains a model on a training set of OraCore and writes it as ONNX for its ML scanner.

    npm run oracore -- export --out set --format csv
    python3 examples/train.py set --out model.onnx
    npm run oracore -- model add model.onnx --name ml_first --shadow

Needs pandas, scikit-learn and onnx: on Debian `apt install python3-pandas python3-sklearn python3-onnx`.
Read docs/training.md first; this file is meant to be copied and changed.
"""

import argparse
import hashlib
import json
import pathlib

import numpy as np
import onnx
import pandas as pd
from onnx import TensorProto, helper, numpy_helper
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

DAY_MS = 86_400_000

# Features that point up or down, with their middle. Seen from a short they point the other way: mirrored, one
# model learns "with the trend" from both sides instead of "up".
DIRECTIONAL = {"rsi14": 50, "bb_pct": 0.5}
DIRECTIONAL.update(
    dict.fromkeys(
        ["macd_hist", "vwap_dist", "trend_sma20_pct", "trend_sma50_pct", "trend_sma200_pct", "multi_tf_confirmation"], 0
    )
)
DIRECTIONAL.update(dict.fromkeys(["spy_15m_ret", "market_regime", "ret_1", "ret_5"], 0))


# ------------------------------------------------------------------ the data


def read_set(folder):
    """The rows of a training set and its manifest, once the bytes are what the manifest says."""
    folder = pathlib.Path(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (file,) = manifest["files"]
    path = folder / file["name"]
    if hashlib.sha256(path.read_bytes()).hexdigest() != file["sha256"]:
        raise SystemExit(f"{path} is not the file of its manifest: export it again")
    if manifest["format"] == "csv":
        kinds = {"string": "string", "double": "float64", "boolean": "boolean", "int32": "Int32"}
        types = {c["name"]: kinds[c["type"]] for c in manifest["columns"] if c["type"] in kinds}
        times = [c["name"] for c in manifest["columns"] if c["type"] == "timestamp"]
        rows = pd.read_csv(path, dtype=types, parse_dates=times)
    else:
        rows = pd.read_parquet(path)
    return rows, manifest


def to_ms(times):
    return (pd.to_datetime(times, utc=True) - pd.Timestamp(0, tz="UTC")) // pd.Timedelta("1ms")


def feature_names(rows, manifest):
    """What may be learned from, says the manifest; a column without a single value teaches nothing."""
    names = [c["name"] for c in manifest["columns"] if c["role"] == "feature"]
    return [name for name in names if rows[name].notna().any()]


# ------------------------------------------------------------------ folds


def folds(t0, t1, count, embargo_ms):
    """Walks forward: `count` spans of time are each predicted by what was known before them.

    A row trains only when its label had ended (t1) before the test began, less the embargo: labels that
    reach into the test span are purged, for they are made of the same prices. All tickers share the
    boundaries, since one shock moves them all. Yields (train, test), as masks.
    """
    t0, t1 = np.asarray(t0, dtype=np.int64), np.asarray(t1, dtype=np.int64)
    shares = np.linspace(0, 1, count + 2)[1:-1]
    starts = np.unique(np.quantile(t0, shares, method="lower").astype(np.int64) // DAY_MS * DAY_MS)
    ends = np.append(starts[1:], np.iinfo(np.int64).max)
    for start, end in zip(starts, ends):
        train, test = t1 < start - embargo_ms, (t0 >= start) & (t0 < end)
        if train.any() and test.any():
            yield train, test


# ------------------------------------------------------------------ models


class Model:
    """Imputes medians, mirrors, scales, classifies. What is learned is learned from the training rows alone."""

    def __init__(self, kind, names):
        self.kind, self.names = kind, names
        self.points = np.array([name in DIRECTIONAL for name in names], dtype="float32")
        self.middle = np.array([DIRECTIONAL.get(name, 0) for name in names], dtype="float32")
        self.classifier = (
            LogisticRegression(max_iter=1000)
            if kind == "logistic"
            else GradientBoostingClassifier(n_estimators=100, max_depth=3, subsample=0.7, random_state=7)
        )

    def fit(self, rows, label, weight):
        values = rows[self.names].astype("float32")
        self.median = values.median().fillna(0).to_numpy(dtype="float32")
        mirrored = self.mirror(rows)
        self.mean = mirrored.mean(axis=0)
        self.scale = np.where(mirrored.std(axis=0) > 0, mirrored.std(axis=0), 1).astype("float32")
        self.classifier.fit((mirrored - self.mean) / self.scale, label, sample_weight=weight)
        return self

    def mirror(self, rows):
        """In float32 step by step as the ONNX graph does it, so that both give the same score."""
        values = rows[self.names].astype("float32").fillna(pd.Series(self.median, self.names)).to_numpy()
        side = rows[["side"]].to_numpy(dtype="float32")
        return values * (1 - self.points) + (values - self.middle) * side * self.points

    def score(self, rows):
        return self.classifier.predict_proba((self.mirror(rows) - self.mean) / self.scale)[:, 1]


def to_onnx(model, metadata):
    """One named input of [N, 1] for each feature, and an output `score`: what the ML scanner wants."""
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 1]) for name in model.names]
    score = helper.make_tensor_value_info("score", TensorProto.FLOAT, [None, 1])
    weights = {"points": model.points, "still": 1 - model.points, "middle": model.middle}
    weights.update(mean=model.mean, scale=model.scale)
    steps = [
        ("Mul", "raw", "still", "kept"),
        ("Sub", "raw", "middle", "from_middle"),
        ("Mul", "from_middle", "side", "signed"),
        ("Mul", "signed", "points", "turned"),
        ("Add", "kept", "turned", "mirrored"),
        ("Sub", "mirrored", "mean", "centred"),
        ("Div", "centred", "scale", "x"),
    ]
    nodes = [helper.make_node("Concat", model.names, ["raw"], axis=1)]
    nodes += [helper.make_node(op, [left, right], [result]) for op, left, right, result in steps]
    if model.kind == "logistic":
        weights["w"] = model.classifier.coef_.T
        weights["b"] = model.classifier.intercept_
        nodes.append(helper.make_node("Gemm", ["x", "w", "b"], ["logit"]))
    else:
        nodes.append(tree_node(model.classifier))
    nodes.append(helper.make_node("Sigmoid", ["logit"], ["score"]))
    tensors = [numpy_helper.from_array(np.asarray(value, dtype="float32"), name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "oracore", inputs, [score], tensors)
    opsets = [helper.make_opsetid("", 13), helper.make_opsetid("ai.onnx.ml", 2)]
    made = helper.make_model(graph, opset_imports=opsets, producer_name="examples/train.py")
    made.ir_version = 7
    helper.set_model_props(made, metadata)
    onnx.checker.check_model(made)
    return made


def tree_node(boosted):
    """Gradient boosting as TreeEnsembleRegressor: the sum of all leaves, and the prior as its base value."""
    nodes = {key: [] for key in ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids")}
    target = {key: [] for key in ("treeids", "nodeids", "ids", "weights")}
    for tree_id, (regressor,) in enumerate(boosted.estimators_):
        tree = regressor.tree_
        for node in range(tree.node_count):
            leaf = tree.children_left[node] < 0
            row = (
                tree_id,
                node,
                0 if leaf else int(tree.feature[node]),
                0.0 if leaf else float32_at_most(tree.threshold[node]),
                "LEAF" if leaf else "BRANCH_LEQ",
                0 if leaf else int(tree.children_left[node]),
                0 if leaf else int(tree.children_right[node]),
            )
            for key, value in zip(nodes, row):
                nodes[key].append(value)
            if leaf:
                value = boosted.learning_rate * tree.value[node, 0, 0]
                for key, each in zip(target, (tree_id, node, 0, float(value))):
                    target[key].append(each)
    prior = boosted.init_.class_prior_[1]
    return helper.make_node(
        "TreeEnsembleRegressor",
        ["x"],
        ["logit"],
        domain="ai.onnx.ml",
        n_targets=1,
        base_values=[float(np.log(prior / (1 - prior)))],
        **{f"nodes_{key}": value for key, value in nodes.items()},
        **{f"target_{key}": value for key, value in target.items()},
    )


def float32_at_most(value):
    """Rounded down, so that `x <= value` says the same of every float32."""
    rounded = np.float32(value)
    return float(rounded if rounded <= value else np.nextafter(rounded, np.float32(-np.inf)))


# ------------------------------------------------------------------ the report


def evaluate(rows, label, score, threshold):
    """What out-of-fold scores are worth: against chance, and at the threshold."""
    picked = score >= threshold
    base = label.mean()
    report = {"rows": int(len(label)), "base_rate": round(float(base), 4), "picked": int(picked.sum())}
    if 0 < base < 1:
        report["auc"] = round(float(roc_auc_score(label, score)), 4)
        report["brier"] = round(float(brier_score_loss(label, score)), 4)
        report["brier_of_base_rate"] = round(float(base * (1 - base)), 4)
    if picked.any() and base > 0:
        precision = label[picked].mean()
        report["precision"] = round(float(precision), 4)
        report["lift"] = round(float(precision / base), 3)
        report["lift_95"] = lift_interval(rows["day"].to_numpy(), label, picked)
    return report


def lift_interval(days, label, picked, rounds=500):
    """Resampled by trading day: rows of one day are no independent witnesses."""
    table = pd.DataFrame({"day": days, "n": 1, "hits": label, "picked": picked, "both": label * picked})
    sums = table.groupby("day").sum().to_numpy(dtype=float)
    draws = np.random.default_rng(7).integers(0, len(sums), size=(rounds, len(sums)))
    with np.errstate(divide="ignore", invalid="ignore"):
        n, hits, chosen, both = sums[draws].sum(axis=1).T
        lifts = (both / chosen) / (hits / n)
    lifts = lifts[np.isfinite(lifts)]
    return [round(float(edge), 3) for edge in np.quantile(lifts, [0.025, 0.975])] if len(lifts) else None


def calibration(label, score, bins=5):
    """Mean score against what happened, by fifths of the score: the two should agree."""
    order = np.argsort(score, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return [
        {"rows": int(len(p)), "score": round(float(score[p].mean()), 4), "rate": round(float(label[p].mean()), 4)}
        for p in parts
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", help="folder of an export")
    parser.add_argument("--out", required=True, help="where the ONNX file goes")
    parser.add_argument("--model", choices=["logistic", "trees"], default="logistic")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--embargo-days", type=float, default=1.0)
    parser.add_argument("--top", type=float, default=0.05, help="share of rows above the threshold")
    parser.add_argument("--report", help="where the report goes as JSON")
    parser.add_argument("--check", help="where rows with their scores go, to compare with the scanner")
    args = parser.parse_args()

    rows, manifest = read_set(args.set)
    rows = rows[rows["label"].notna()].reset_index(drop=True)
    label = rows["label"].astype(int).to_numpy()
    rows["day"] = pd.to_datetime(rows["t0"], utc=True).dt.tz_convert("America/New_York").dt.date.astype(str)
    # Rows that share returns share weight; baselines count as far as they resemble signals.
    weight = (rows["uniqueness"] * rows["match_weight"]).to_numpy()
    names = feature_names(rows, manifest)
    t0, t1 = to_ms(rows["t0"]).to_numpy(), to_ms(rows["t1"]).to_numpy()

    score, tested, parts = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=bool), []
    for train, test in folds(t0, t1, args.folds, int(args.embargo_days * DAY_MS)):
        train &= weight > 0
        if len(set(label[train])) < 2:
            continue
        score[test] = Model(args.model, names).fit(rows[train], label[train], weight[train]).score(rows[test])
        tested |= test
        parts.append({"train": int(train.sum()), "test": int(test.sum()), "from": rows["day"][test].min()})
    if not tested.any():
        raise SystemExit("There is too little history for a fold: export a longer period or a shorter horizon.")

    threshold = round(float(np.quantile(score[tested], 1 - args.top)), 4)
    groups = {"all": tested, "signals": tested & ~rows["is_baseline"].to_numpy(dtype=bool)}
    groups["baselines"] = tested & rows["is_baseline"].to_numpy(dtype=bool)
    report = {
        "model": args.model,
        "features": names,
        "threshold": threshold,
        "folds": parts,
        "out_of_fold": {
            name: evaluate(rows[mask], label[mask], score[mask], threshold) for name, mask in groups.items() if mask.any()
        },
        "calibration": calibration(label[tested], score[tested]),
    }
    print(json.dumps(report, indent=2))
    if args.report:
        pathlib.Path(args.report).write_text(json.dumps(report, indent=2) + "\n")

    used = weight > 0
    final = Model(args.model, names).fit(rows[used], label[used], weight[used])
    sides = sorted(rows["side"].unique(), reverse=True)
    metadata = {
        "oracore.feature_version": str(manifest["versions"]["features"]),
        "oracore.impute": json.dumps({n: float(m) for n, m in zip(names, final.median) if n != "side"}),
        "oracore.timeframes": json.dumps(sorted(rows["timeframe"].unique())),
        "oracore.sides": json.dumps(["long" if side == 1 else "short" for side in sides]),
        "oracore.trained_through": manifest["span"]["to"],
        "oracore.threshold": str(threshold),
        "oracore.training_set": manifest["files"][0]["sha256"],
        "oracore.report": json.dumps(report["out_of_fold"]),
    }
    onnx.save(to_onnx(final, metadata), args.out)
    if args.check:
        sample = rows[names].astype("float32").head(200)
        cells = [[None if pd.isna(v) else float(v) for v in row] for row in sample.to_numpy(dtype=object)]
        checks = {"names": names, "rows": cells, "scores": [float(s) for s in final.score(rows.head(200))]}
        pathlib.Path(args.check).write_text(json.dumps(checks))


if __name__ == "__main__":
    main()
