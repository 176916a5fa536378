"""Writes the golden files: ten training steps of small ladder networks, in float64 NumPy.

This is a second implementation of the ladder network (Rasmus et al. 2015, "Semi-supervised learning
with ladder networks", Algorithm 1, in the form of the authors' published code). It shares nothing
with the C++ code and has no backward pass: a gradient is the complex-step derivative of the plain
forward function, Im f(x + ih) / h, which has no cancellation and so is exact to rounding. For that,
every function below is analytic, except relu and leaky_relu, which branch on the real part.

  /usr/bin/python3 ladder_golden.py           writes the golden files beside this script
  /usr/bin/python3 ladder_golden.py gamma     writes some of them
  /usr/bin/python3 ladder_golden.py --check   tests this script, writes nothing

README.md describes the files and the conventions.
"""

import json
import pathlib
import sys

import numpy as np

NOISE_SEED = 7
FIRST_NOISE_STREAM = 256  # level l reads stream FIRST_NOISE_STREAM + l
BATCH_NORM_EPSILON = 1e-10
ADAM = {"learning_rate": 0.002, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
NUM_STEPS = 10
COMPLEX_STEP = 1e-30

UNITS = [7, 9, 6, 4]
NUM_LABELED = 8
NUM_UNLABELED = 10
NOISE = [0.2, 0.3, 0.3, 0.3]

CASES = {
    "gauss_full": {"combinator": "gauss", "lambdas": [10.0, 1.0, 0.1, 0.1], "decoded": [0, 1, 2, 3],
                   "generator_seed": 11},
    "sig_full": {"combinator": "sig", "lambdas": [10.0, 1.0, 0.1, 0.1], "decoded": [0, 1, 2, 3],
                 "generator_seed": 12},
    "gamma": {"combinator": "gauss", "lambdas": [0.0, 0.0, 0.0, 0.5], "decoded": [3],
              "generator_seed": 8},
    "gated_gauss_full": {"combinator": "gated_gauss", "lambdas": [10.0, 1.0, 0.1, 0.1],
                         "decoded": [0, 1, 2, 3], "generator_seed": 0},
    "amlp_full": {"combinator": "amlp", "hidden_units": [2, 2], "lambdas": [10.0, 1.0, 0.1, 0.1],
                  "decoded": [0, 1, 2, 3], "generator_seed": 3},
    "no_lateral": {"combinator": "no_lateral", "lambdas": [10.0, 1.0, 0.1, 0.1],
                   "decoded": [0, 1, 2, 3], "generator_seed": 0},
    # Of these the target is no class: some numbers or flags, of which some are missing.
    "numbers_full": {"combinator": "gauss", "target": "numbers", "lambdas": [10.0, 1.0, 0.1, 0.1],
                     "decoded": [0, 1, 2, 3], "generator_seed": 0},
    "labels_full": {"combinator": "gauss", "target": "labels", "lambdas": [10.0, 1.0, 0.1, 0.1],
                    "decoded": [0, 1, 2, 3], "generator_seed": 1},
}


# --- Noise -------------------------------------------------------------------------------------


def philox(seed, stream, step, block):
    """Philox4x32-10 (Salmon et al. 2011): the four words of each block, [4, blocks]."""
    low = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    block = np.asarray(block, dtype=np.uint64)
    counter = [block & low, block >> shift,
               np.full_like(block, stream), np.full_like(block, step)]
    key = [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(10):
        product0 = np.uint64(0xD2511F53) * counter[0]  # 32 x 32 bits: fits in 64
        product1 = np.uint64(0xCD9E8D57) * counter[2]
        counter = [(product1 >> shift) ^ counter[1] ^ np.uint64(key[0]), product1 & low,
                   (product0 >> shift) ^ counter[3] ^ np.uint64(key[1]), product0 & low]
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return np.stack(counter)


def standard_normals(seed, stream, step, shape):
    """Box and Muller's method; 16 consecutive blocks give 64 consecutive positions."""
    position = np.arange(np.prod(shape, dtype=np.int64))
    group, within = position // 64, position % 64
    kind = within // 16  # 0, 1: cosine and sine from words 0 and 1; 2, 3: from words 2 and 3
    words = philox(seed, stream, step, 16 * group + within % 16)
    uniforms = ((words >> np.uint64(9)).astype(np.float64) + 0.5) * 2.0**-23
    second_pair = kind >= 2
    radius = np.sqrt(-2.0 * np.log(np.where(second_pair, uniforms[2], uniforms[0])))
    angle = 2.0 * np.pi * np.where(second_pair, uniforms[3], uniforms[1])
    return (radius * np.where(kind % 2 == 0, np.cos(angle), np.sin(angle))).reshape(shape)


def level_noise(step):
    """Standard normals of each level, over labeled and unlabeled rows together."""
    rows = NUM_LABELED + NUM_UNLABELED
    return [standard_normals(NOISE_SEED, FIRST_NOISE_STREAM + level, step, (rows, units))
            for level, units in enumerate(UNITS)]


# --- Functions that also take complex numbers --------------------------------------------------


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def relu(x):
    return np.where(x.real > 0.0, x, 0.0)


def leaky_relu(x):
    return np.where(x.real > 0.0, x, 0.1 * x)


def softmax(x):
    e = np.exp(x - x.real.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def moments(x):
    """Mean and biased variance of each column. No abs(): the square must stay analytic."""
    mean = x.mean(axis=0)
    centered = x - mean
    return mean, (centered * centered).mean(axis=0)


def normalize(x, mean, variance):
    return (x - mean) / np.sqrt(variance + BATCH_NORM_EPSILON)


def batch_norm(x):
    return normalize(x, *moments(x))


def target_of(case):
    return case.get("target", "class")


# --- The ladder --------------------------------------------------------------------------------


def activate(case, params, level, z):
    """h of one level. Only the top level has a scale: relu's is redundant."""
    top = len(UNITS) - 1
    shifted = z + params[f"encoder/{level}/beta"]
    if level < top:
        return relu(shifted)
    output = {"class": softmax, "numbers": lambda x: x, "labels": sigmoid}
    return output[target_of(case)](params[f"encoder/{top}/gamma"] * shifted)


def augmented_mlp(hidden_units, a, z, u):
    """A perceptron for each column: the inputs u, z and u z, hidden layers, one linear output. The
    rows of `a` are layer by layer, unit by unit, its weights and its bias. Also returns the
    arguments of the leaky relus."""
    a = list(a)
    below, arguments = [u, z, u * z], []
    for units in hidden_units + [1]:
        sums = []
        for _ in range(units):
            *weights, bias = [a.pop(0) for _ in range(len(below) + 1)]
            sums.append(bias + sum(w * x for w, x in zip(weights, below)))
        below = [leaky_relu(x) for x in sums]
        arguments += sums
    return arguments.pop(), arguments


def combine(case, a, z, u):
    """The denoising function g(z, u); `a` has one row for each of its parameters."""
    combinator = case["combinator"]
    if combinator == "gated_gauss":
        a1, a2, a3, a4, a5, a6, a7 = a
        mu = a1 * sigmoid(a2 * u + a3) + a4 * u + a5
        v = sigmoid(a6 * u + a7)
        return v * z + (1.0 - v) * mu
    if combinator == "amlp":
        return augmented_mlp(case["hidden_units"], a, z, u)[0]
    if combinator == "no_lateral":
        return a[0] + a[1] * u
    if combinator == "gauss":  # the paper's equations for mu(u) and v(u)
        a1, a2, a3, a4, a5, a6, a7, a8, a9, a10 = a
        mu = a1 * sigmoid(a2 * u + a3) + a4 * u + a5
        v = a6 * sigmoid(a7 * u + a8) + a9 * u + a10
        return (z - mu) * v + mu
    a1, a2, a3, a4, b1, c1, c2, c3, c4 = a
    return a1 + a2 * z + a3 * u + a4 * z * u + b1 * sigmoid(c1 + c2 * z + c3 * u + c4 * z * u)


def corrupted_encoder(case, params, batch, noise, out):
    """Labeled rows, then unlabeled rows; each kind is normalized with its own statistics."""
    h = z = np.concatenate([batch["labeled"], batch["unlabeled"]]) + NOISE[0] * noise[0]
    out["corrupted/0/z"], out["corrupted/0/h"] = z, h
    for level in range(1, len(UNITS)):
        pre = h @ params[f"encoder/{level}/W"]
        z = np.concatenate([batch_norm(pre[:NUM_LABELED]), batch_norm(pre[NUM_LABELED:])])
        z = z + NOISE[level] * noise[level]
        h = activate(case, params, level, z)
        out[f"corrupted/{level}/z"], out[f"corrupted/{level}/h"] = z, h


def clean_encoder(case, params, x, out):
    """The same without noise, for rows of one kind, with their own statistics."""
    h = x
    out["clean/0/z"], out["clean/0/h"] = x, x
    for level in range(1, len(UNITS)):
        pre = h @ params[f"encoder/{level}/W"]
        mean, variance = moments(pre)
        z = normalize(pre, mean, variance)
        h = activate(case, params, level, z)
        out[f"clean/{level}/mean"], out[f"clean/{level}/variance"] = mean, variance
        out[f"clean/{level}/z"], out[f"clean/{level}/h"] = z, h


def decoder(case, params, out):
    """Denoises the unlabeled rows from the top down; returns C_l of every level."""
    top = len(UNITS) - 1
    costs = [0.0] * len(UNITS)
    for level in sorted(case["decoded"], reverse=True):
        if level == top:
            u = batch_norm(out[f"corrupted/{top}/h"][NUM_LABELED:])
        else:
            u = batch_norm(out[f"decoder/{level + 1}/z_est"] @ params[f"decoder/{level}/V"])
        lateral = out[f"corrupted/{level}/z"][NUM_LABELED:]
        z_est = combine(case, params[f"decoder/{level}/a"], lateral, u)
        out[f"decoder/{level}/u"], out[f"decoder/{level}/z_est"] = u, z_est
        if level > 0:  # the estimate is compared on the scale of the clean activations
            z_est = normalize(z_est, out[f"clean/{level}/mean"], out[f"clean/{level}/variance"])
            out[f"decoder/{level}/z_est_normalized"] = z_est
        error = z_est - out[f"clean/{level}/z"]
        costs[level] = (error * error).mean()
    return costs


def supervised_cost(case, output, batch):
    """A mean over the labeled rows; of numbers and flags over all of them that are known."""
    if target_of(case) == "class":
        return -np.log(output[np.arange(NUM_LABELED), batch["labels"]]).mean()
    known = ~np.isnan(batch["targets"])
    y, t = output[known], batch["targets"][known]
    if target_of(case) == "numbers":
        return ((y - t) * (y - t)).mean()
    return -(t * np.log(y) + (1.0 - t) * np.log(1.0 - y)).mean()


def forward(case, params, batch, noise):
    """All activations and costs of one step. Nothing is a constant but data and noise."""
    out = {}
    corrupted_encoder(case, params, batch, noise, out)
    clean_encoder(case, params, batch["unlabeled"], out)
    denoising = decoder(case, params, out)
    supervised = supervised_cost(case, out[f"corrupted/{len(UNITS) - 1}/h"][:NUM_LABELED], batch)
    total = supervised + sum(w * c for w, c in zip(case["lambdas"], denoising))
    return out, {"supervised": supervised, "denoising": denoising, "total": total}


def predict(case, params, labeled, unlabeled):
    """Clean path of the unlabeled rows with fixed statistics: those of the labeled batch."""
    reference, result = {}, {}
    clean_encoder(case, params, labeled, reference)
    count = labeled.shape[0]
    h = unlabeled
    for level in range(1, len(UNITS)):
        mean = reference[f"clean/{level}/mean"]
        variance = reference[f"clean/{level}/variance"] * count / (count - 1)
        z = normalize(h @ params[f"encoder/{level}/W"], mean, variance)
        h = activate(case, params, level, z)
        result[f"{level}/mean"], result[f"{level}/variance"] = mean, variance
    top = len(UNITS) - 1
    logits = params[f"encoder/{top}/gamma"] * (z + params[f"encoder/{top}/beta"])
    return {**result, "logits": logits, "probabilities": h}


# --- Training ----------------------------------------------------------------------------------


def gradients(case, params, batch, noise):
    result = {}
    for name, value in params.items():
        gradient = np.empty(value.shape)
        for index in np.ndindex(value.shape):
            moved = value.astype(np.complex128)
            moved[index] += 1j * COMPLEX_STEP
            _, costs = forward(case, {**params, name: moved}, batch, noise)
            gradient[index] = costs["total"].imag / COMPLEX_STEP
        result[name] = gradient
    return result


def adam(params, grads, state, t):
    """Step t = 1, 2, ... of Adam (Kingma and Ba 2015) in the efficient form that ends section 2:
    epsilon is added to the root of v before its bias is corrected."""
    rate = ADAM["learning_rate"] * np.sqrt(1 - ADAM["beta2"]**t) / (1 - ADAM["beta1"]**t)
    updated = {}
    for name, g in grads.items():
        m, v = state.get(name, (0.0, 0.0))
        m = ADAM["beta1"] * m + (1 - ADAM["beta1"]) * g
        v = ADAM["beta2"] * v + (1 - ADAM["beta2"]) * g * g
        state[name] = m, v
        updated[name] = params[name] - rate * m / (np.sqrt(v) + ADAM["epsilon"])
    return updated


def initial_values(case):
    """Data and parameters. Every parameter is generic, so that no gradient is zero by symmetry."""
    rng = np.random.default_rng(case["generator_seed"])
    top = len(UNITS) - 1
    batch = {"labeled": rng.uniform(size=(NUM_LABELED, UNITS[0])),
             "unlabeled": rng.uniform(size=(NUM_UNLABELED, UNITS[0])),
             "labels": rng.permutation(np.arange(NUM_LABELED) % UNITS[top])}
    params = {}
    for level in range(1, top + 1):
        fan_in, fan_out = UNITS[level - 1], UNITS[level]
        params[f"encoder/{level}/W"] = rng.standard_normal((fan_in, fan_out)) / np.sqrt(fan_in)
        params[f"encoder/{level}/beta"] = 0.3 * rng.standard_normal(fan_out)
    params[f"encoder/{top}/gamma"] = 1.0 + 0.3 * rng.standard_normal(UNITS[top])
    # The usual initial values: a2 = a7 = 1 (gauss), a2 = b1 = c2 = 1 (sig), else 0. Those of amlp
    # are random, here large enough for gradients of its own that matter.
    usual = {"gauss": [0, 1, 0, 0, 0, 0, 1, 0, 0, 0], "sig": [0, 1, 0, 0, 1, 0, 1, 0, 0],
             "gated_gauss": [0, 1, 0, 0, 0, 1, 0], "amlp": [0] * 17, "no_lateral": [0, 1]}
    column = np.array(usual[case["combinator"]], dtype=np.float64)[:, None]
    spread = 1.0 if case["combinator"] == "amlp" else 0.3
    for level in sorted(case["decoded"], reverse=True):
        if level < top:
            shape = (UNITS[level + 1], UNITS[level])
            params[f"decoder/{level}/V"] = rng.standard_normal(shape) / np.sqrt(shape[0])
        shape = (len(column), UNITS[level])
        params[f"decoder/{level}/a"] = column + spread * rng.standard_normal(shape)
    if target_of(case) != "class":
        shape = (NUM_LABELED, UNITS[top])
        del batch["labels"]
        batch["targets"] = (rng.standard_normal(shape) if target_of(case) == "numbers"
                            else rng.integers(2, size=shape).astype(np.float64))
        # A number here and there, all but one of a row, and a row without any.
        for index in [(1, 2), (3, 0), (4, 0), (4, 1), (4, 2), (6, slice(None))]:
            batch["targets"][index] = np.nan
    return batch, params


def run(case):
    """Everything that a golden file holds, as arrays; also each step's activations and gradients,
    for check()."""
    batch, params = initial_values(case)
    golden = {"parameters": params}
    history, losses, state = [], [], {}
    for step in range(NUM_STEPS):
        noise = level_noise(step)
        out, costs = forward(case, params, batch, noise)
        grads = gradients(case, params, batch, noise)
        if step == 0:
            normals = {f"standard_normal/{level}": n for level, n in enumerate(noise)}
            golden.update(activations={**normals, **out}, costs=costs, gradients=grads)
        losses.append(costs["total"])
        history.append((params, out, grads))
        params = adam(params, grads, state, step + 1)
    golden.update(losses=losses, final_parameters=params,
                  predictions=predict(case, params, batch["labeled"], batch["unlabeled"]))
    return batch, golden, history


# --- Files -------------------------------------------------------------------------------------


def tensors(arrays):
    return {name: {"shape": list(a.shape), "values": a.ravel().tolist()}
            for name, a in arrays.items()}


def to_text(value, depth=0):
    """JSON with one line for each tensor, so that a difference names it."""
    if isinstance(value, dict) and "shape" not in value:
        pad = " " * (depth + 1)
        items = [f"{pad}{json.dumps(k)}: {to_text(v, depth + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(items) + "\n" + " " * depth + "}"
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def write(name, case):
    batch, golden, _ = run(case)
    document = {
        "units": UNITS, "activation": "relu", "noise_stddev": NOISE, "lambdas": case["lambdas"],
        "combinator": case["combinator"], "decoded_levels": case["decoded"],
        "noise_seed": NOISE_SEED, "first_noise_stream": FIRST_NOISE_STREAM,
        "batch_norm_epsilon": BATCH_NORM_EPSILON, "adam": ADAM,
        "inputs": tensors({k: batch[k] for k in ("labeled", "unlabeled")}),
    }
    if target_of(case) == "class":
        document["labels"] = batch["labels"].tolist()
    else:
        targets = batch["targets"]
        document["target"] = case["target"]
        document["targets"] = {"shape": list(targets.shape), "values": [
            None if np.isnan(t) else t for t in targets.ravel().tolist()]}
    if "hidden_units" in case:
        document["hidden_units"] = case["hidden_units"]
    for key, value in golden.items():
        document[key] = value if key in ("costs", "losses") else tensors(value)
    path = pathlib.Path(__file__).resolve().parent / f"{name}.json"
    path.write_text(to_text(document) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes")


# --- Checks ------------------------------------------------------------------------------------


def expect(condition, message):
    print(("ok    " if condition else "WRONG ") + message)
    return bool(condition)


def check_random():
    zeros = philox(0, 0, 0, [0])[:, 0].tolist()
    good = expect(zeros == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8], "philox: all zeros")
    ones = philox(2**64 - 1, 2**32 - 1, 2**32 - 1, [2**64 - 1])[:, 0].tolist()
    good &= expect(ones == [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD], "philox: all ones")
    x = standard_normals(NOISE_SEED, FIRST_NOISE_STREAM, 0, (1000, 400))
    for name, value, expected, sigma in [("mean", x.mean(), 0, 1), ("square", (x**2).mean(), 1, 2),
                                         ("cube", (x**3).mean(), 0, 15),
                                         ("fourth power", (x**4).mean(), 3, 96)]:
        error = abs(value - expected) / np.sqrt(sigma / x.size)
        good &= expect(error < 4, f"noise: {name} {value:.5f}, {error:.1f} standard errors off")
    neighbor = abs(np.corrcoef(x[:, :-1].ravel(), x[:, 1:].ravel())[0, 1])
    return good & expect(neighbor < 4 / np.sqrt(x.size),
                         f"noise: neighbors' correlation {neighbor:.5f}")


def check_case(name, case):
    batch, golden, history = run(case)
    params, noise = golden["parameters"], level_noise(0)
    out, costs = forward(case, params, batch, noise)
    top = len(UNITS) - 1

    worst, step = 0.0, 1e-5
    rng = np.random.default_rng(0)
    for key, value in params.items():
        for flat in rng.choice(value.size, size=min(4, value.size), replace=False):
            index = np.unravel_index(flat, value.shape)
            totals = []
            for sign in (1, -1):
                moved = value.copy()
                moved[index] += sign * step
                totals.append(forward(case, {**params, key: moved}, batch, noise)[1]["total"])
            difference = (totals[0] - totals[1]) / (2 * step)
            worst = max(worst, abs(difference - golden["gradients"][key][index]))
    good = expect(worst < 1e-6, f"{name}: gradients within {worst:.1e} of central differences")

    if target_of(case) == "class":
        sums = np.concatenate([out[f"corrupted/{top}/h"], out[f"clean/{top}/h"],
                               golden["predictions"]["probabilities"]]).sum(axis=1)
        good &= expect(abs(sums - 1).max() < 1e-14, f"{name}: softmax rows sum to 1")
    else:
        costs_with = []
        for guess in (0.0, 1.0):
            known = np.where(np.isnan(batch["targets"]), guess, batch["targets"])
            costs_with.append(forward(case, params, {**batch, "targets": known}, noise)[1])
        good &= expect(all(c["supervised"] != costs["supervised"] and
                           c["denoising"] == costs["denoising"] for c in costs_with),
                       f"{name}: targets matter for the supervised cost alone")

    rows = slice(0, NUM_LABELED)
    other = {**batch, "unlabeled": 1 - batch["unlabeled"]}
    moved_out, moved_costs = forward(case, params, other, noise)
    same = all((moved_out[f"corrupted/{l}/z"][rows] == out[f"corrupted/{l}/z"][rows]).all()
               for l in range(top + 1))
    good &= expect(same and moved_costs["supervised"] == costs["supervised"],
                   f"{name}: unlabeled rows leave the labeled rows alone")

    # What a float implementation can follow: no relu near its kink, no gradient near zero (Adam's
    # first steps depend on its sign).
    kink = min(np.abs(o[f"{path}/{l}/z"] + p[f"encoder/{l}/beta"]).min()
               for p, o, _ in history for path in ("corrupted", "clean") for l in range(1, top))
    if case["combinator"] == "amlp":
        kink = min(kink, *(
            np.abs(x).min() for p, o, _ in history for l in case["decoded"]
            for x in augmented_mlp(case["hidden_units"], p[f"decoder/{l}/a"],
                                   o[f"corrupted/{l}/z"][NUM_LABELED:], o[f"decoder/{l}/u"])[1]))
    good &= expect(kink > 1e-4, f"{name}: relu argument nearest to 0 in all steps {kink:.1e}")
    smallest = min(np.abs(g).min() for g in history[0][2].values())
    good &= expect(smallest > 1e-5, f"{name}: smallest gradient of step 0 {smallest:.1e}")
    after = forward(case, golden["final_parameters"], batch, noise)[1]["total"]
    return good & expect(after < costs["total"],
                         f"{name}: loss under one noise {costs['total']:.4f}, trained {after:.4f}")


def main():
    if sys.argv[1:] == ["--check"]:
        results = [check_random()] + [check_case(name, case) for name, case in CASES.items()]
        sys.exit(0 if all(results) else 1)
    if set(sys.argv[1:]) - set(CASES):
        sys.exit(f"usage: {sys.argv[0]} [--check | CASE...]")
    for name, case in CASES.items():
        if not sys.argv[1:] or name in sys.argv[1:]:
            write(name, case)


if __name__ == "__main__":
    main()
