"""Writes preprocessing.json: contrast normalization and ZCA whitening of a few small images.

A second implementation in float64 NumPy, which shares nothing with the C++ code.

  /usr/bin/python3 preprocessing_golden.py    writes the file beside this script
"""

import json
import pathlib

import numpy as np

SCALE = 55
EPSILON = 0.1


def normalize_contrast(x):
    x = x - x.mean(axis=1, keepdims=True)
    return SCALE * x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-8)


def fit_whitening(x):
    covariance = np.cov(x, rowvar=False, bias=True) + EPSILON * np.eye(x.shape[1])
    # The inverse root by singular values: of a symmetric positive matrix they are the eigenvalues.
    u, values, v = np.linalg.svd(covariance)
    return x.mean(axis=0), u @ np.diag(values ** -0.5) @ v


def main():
    generator = np.random.default_rng(3)
    images = generator.integers(0, 256, size=(8, 2, 2, 3))
    images[5] = 77  # no contrast at all
    new_images = generator.integers(0, 256, size=(2, 2, 2, 3))
    training = normalize_contrast(images.reshape(8, -1) / 255)
    new = normalize_contrast(new_images.reshape(2, -1) / 255)
    mean, matrix = fit_whitening(training)

    golden = {
        "scale": SCALE,
        "epsilon": EPSILON,
        "example_shape": [2, 2, 3],
        "training": images.ravel().tolist(),
        "new": new_images.ravel().tolist(),
        "training_normalized": training.ravel().tolist(),
        "training_whitened": ((training - mean) @ matrix).ravel().tolist(),
        "new_whitened": ((new - mean) @ matrix).ravel().tolist(),
        "mean": mean.tolist(),
        "matrix": matrix.ravel().tolist(),
    }
    path = pathlib.Path(__file__).with_name("preprocessing.json")
    lines = [f' "{key}": {json.dumps(value)}' for key, value in golden.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


main()
