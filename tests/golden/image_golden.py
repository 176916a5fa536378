"""Writes image_gauss.json: one step of a small convolutional ladder network, in float64 NumPy.

Like ladder_golden.py, from which it takes noise, normalization and combinator: a second
implementation, whose gradients are complex-step derivatives. Convolutions and poolings are loops over
the places of an image, as their definitions read.

  /usr/bin/python3 image_golden.py    writes the file beside this script
"""

import json
import pathlib

import numpy as np

import ladder_golden
from ladder_golden import NOISE_SEED, FIRST_NOISE_STREAM, COMPLEX_STEP

IMAGE = (5, 4, 2)  # height, width, channels
NUM_LABELED, NUM_UNLABELED = 4, 5
GENERATOR_SEED = 21
LAMBDAS = [10.0, 1.0, 0.5, 0.5, 0.25, 0.25]
INPUT_NOISE, NOISE = 0.2, 0.3
# Kind, with filters and kernel or window, activation, and the shape of the level.
LAYERS = [
    ("full", 3, 2, "relu", (6, 5, 3)),
    ("max_pool", None, 2, "linear", (3, 3, 3)),
    ("valid", 4, 2, "leaky_relu", (2, 2, 4)),
    ("mean_pool", None, None, "linear", (1, 1, 4)),
    ("connected", 3, None, "softmax", (3,)),
]
SHAPES = [IMAGE] + [layer[4] for layer in LAYERS]
TOP = len(LAYERS)
MODEL = """
input { noise_stddev: 0.2 decoder { cost_weight: 10 } }
layers { convolution { filters: 3 kernel: 2 padding: FULL } decoder { cost_weight: 1 } }
layers { max_pool {} decoder { cost_weight: 0.5 } }
layers { convolution { filters: 4 kernel: 2 } activation: LEAKY_RELU decoder { cost_weight: 0.5 } }
layers { global_mean_pool {} decoder { cost_weight: 0.25 } }
layers { fully_connected { units: 3 } decoder { cost_weight: 0.25 } }
"""


def padded(x, kernel):
    return np.pad(x, ((0, 0), (kernel - 1, kernel - 1), (kernel - 1, kernel - 1), (0, 0)))


def convolve(x, w, full):
    """x: [rows, height, width, channels], w: [k, k, channels, filters]."""
    k = w.shape[0]
    x = padded(x, k) if full else x
    places = [[np.tensordot(x[:, i:i + k, j:j + k], w, axes=3)
               for j in range(x.shape[2] - k + 1)] for i in range(x.shape[1] - k + 1)]
    return np.stack([np.stack(row, axis=1) for row in places], axis=1)


def spread(y, w, full):
    """The transpose: each place of y adds to the k x k places that convolve() took it from."""
    k, (rows, height, width, _) = w.shape[0], y.shape
    x = np.zeros((rows, height + k - 1, width + k - 1, w.shape[2]), dtype=np.result_type(y, w))
    for i in range(height):
        for j in range(width):
            x[:, i:i + k, j:j + k] += np.einsum("nd,klcd->nklc", y[:, i, j], w)
    return x[:, k - 1:-(k - 1), k - 1:-(k - 1)] if full else x


def max_pool(x, window):
    """Windows that reach over the edge count what is inside."""
    places = []
    for i in range(0, x.shape[1], window):
        row = []
        for j in range(0, x.shape[2], window):
            patch = x[:, i:i + window, j:j + window].reshape(len(x), -1, x.shape[3])
            largest = patch.real.argmax(axis=1)[:, None]
            row.append(np.take_along_axis(patch, largest, axis=1)[:, 0])
        places.append(np.stack(row, axis=1))
    return np.stack(places, axis=1)


def up(params, level, h):
    kind, _, size, _, _ = LAYERS[level - 1]
    if kind in ("full", "valid"):
        return convolve(h, params[f"encoder/{level}/W"], kind == "full")
    if kind == "max_pool":
        return max_pool(h, size)
    if kind == "mean_pool":
        return h.mean(axis=(1, 2), keepdims=True)
    return h.reshape(len(h), -1) @ params[f"encoder/{level}/W"]


def down(params, level, z_est):
    """From level + 1 to level."""
    kind, _, size, _, _ = LAYERS[level]
    height, width = SHAPES[level][:2]
    if kind in ("full", "valid"):
        return spread(z_est, params[f"decoder/{level}/V"], kind == "full")
    if kind == "max_pool":
        return z_est.repeat(size, axis=1).repeat(size, axis=2)[:, :height, :width]
    if kind == "mean_pool":
        return z_est.repeat(height, axis=1).repeat(width, axis=2)
    return (z_est @ params[f"decoder/{level}/V"]).reshape((len(z_est),) + SHAPES[level])


def by_channel(function, x, *arguments):
    """A function of rows of features, for the places of images."""
    return function(x.reshape(-1, x.shape[-1]), *arguments).reshape(x.shape)


def activate(params, level, z):
    activation = LAYERS[level - 1][3]
    if activation == "linear":
        return z
    shifted = z + params[f"encoder/{level}/beta"]
    if activation == "softmax":
        return ladder_golden.softmax(params[f"encoder/{level}/gamma"] * shifted)
    return np.where(shifted.real > 0, shifted, (0.1 if activation == "leaky_relu" else 0) * shifted)


def forward(params, batch, noise):
    out = {}
    h = np.concatenate([batch["labeled"], batch["unlabeled"]]) + INPUT_NOISE * noise[0]
    out["corrupted/0/z"] = h
    for level in range(1, TOP + 1):
        pre = up(params, level, h)
        z = np.concatenate([by_channel(ladder_golden.batch_norm, pre[:NUM_LABELED]),
                            by_channel(ladder_golden.batch_norm, pre[NUM_LABELED:])])
        z = z + NOISE * noise[level]
        h = activate(params, level, z)
        out[f"corrupted/{level}/z"] = z
    top_h = h
    h = out["clean/0/z"] = batch["unlabeled"]
    for level in range(1, TOP + 1):
        pre = up(params, level, h)
        mean, variance = ladder_golden.moments(pre.reshape(-1, pre.shape[-1]))
        z = ladder_golden.normalize(pre, mean, variance)
        h = activate(params, level, z)
        out[f"clean/{level}/z"] = z
        out[f"clean/{level}/mean"], out[f"clean/{level}/variance"] = mean, variance

    denoising = [0.0] * (TOP + 1)
    for level in range(TOP, -1, -1):
        above = (top_h[NUM_LABELED:] if level == TOP
                 else down(params, level, out[f"decoder/{level + 1}/z_est"]))
        u = by_channel(ladder_golden.batch_norm, above)
        z = out[f"corrupted/{level}/z"][NUM_LABELED:]
        z_est = ladder_golden.combine({"combinator": "gauss"}, params[f"decoder/{level}/a"], z, u)
        out[f"decoder/{level}/u"], out[f"decoder/{level}/z_est"] = u, z_est
        if level > 0:
            z_est = ladder_golden.normalize(z_est, out[f"clean/{level}/mean"],
                                            out[f"clean/{level}/variance"])
        error = z_est - out[f"clean/{level}/z"]
        denoising[level] = (error * error).mean()
    probabilities = top_h[:NUM_LABELED]
    supervised = -np.log(probabilities[np.arange(NUM_LABELED), batch["labels"]]).mean()
    total = supervised + sum(w * c for w, c in zip(LAMBDAS, denoising))
    return out, {"supervised": supervised, "denoising": denoising, "total": total}


def initial_values():
    rng = np.random.default_rng(GENERATOR_SEED)
    batch = {"labeled": rng.uniform(size=(NUM_LABELED,) + IMAGE),
             "unlabeled": rng.uniform(size=(NUM_UNLABELED,) + IMAGE),
             "labels": rng.integers(0, 3, size=NUM_LABELED)}
    params = {}
    usual = np.array([0, 1, 0, 0, 0, 0, 1, 0, 0, 0.0])[:, None]
    for level in range(1, TOP + 1):
        kind, filters, size, activation, shape = LAYERS[level - 1]
        below = SHAPES[level - 1]
        weights = {"full": (size, size, below[-1], filters), "valid": (size, size, below[-1], filters),
                   "connected": (int(np.prod(below)), filters)}.get(kind)
        if weights:
            params[f"encoder/{level}/W"] = 0.5 * rng.standard_normal(weights)
            back = weights[::-1] if kind == "connected" else weights
            params[f"decoder/{level - 1}/V"] = 0.5 * rng.standard_normal(back)
        if activation != "linear":
            params[f"encoder/{level}/beta"] = 0.3 * rng.standard_normal(shape[-1])
    params[f"encoder/{TOP}/gamma"] = 1 + 0.3 * rng.standard_normal(SHAPES[TOP][-1])
    for level in range(TOP + 1):
        params[f"decoder/{level}/a"] = usual + 0.3 * rng.standard_normal((10, SHAPES[level][-1]))
    return batch, params


def gradients(params, batch, noise):
    result = {}
    for name, value in params.items():
        gradient = np.empty(value.shape)
        for index in np.ndindex(value.shape):
            moved = value.astype(np.complex128)
            moved[index] += 1j * COMPLEX_STEP
            _, costs = forward({**params, name: moved}, batch, noise)
            gradient[index] = costs["total"].imag / COMPLEX_STEP
        result[name] = gradient
    return result


def main():
    batch, params = initial_values()
    rows = NUM_LABELED + NUM_UNLABELED
    noise = [ladder_golden.standard_normals(NOISE_SEED, FIRST_NOISE_STREAM + level, 0, (rows,) + shape)
             for level, shape in enumerate(SHAPES)]
    out, costs = forward(params, batch, noise)
    document = {
        "model": MODEL, "example_shape": list(IMAGE), "noise_seed": NOISE_SEED,
        "inputs": ladder_golden.tensors({k: batch[k] for k in ("labeled", "unlabeled")}),
        "labels": batch["labels"].tolist(),
        "parameters": ladder_golden.tensors(params),
        "activations": ladder_golden.tensors(out), "costs": costs,
        "gradients": ladder_golden.tensors(gradients(params, batch, noise)),
    }
    path = pathlib.Path(__file__).resolve().parent / "image_gauss.json"
    path.write_text(ladder_golden.to_text(document) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
