#!/usr/bin/python3
"""Times training steps of mnist_100_full's ladder network in eager PyTorch.

The same work as configs/mnist_100_full.pbtxt asks of this project: 784-1000-500-250-250-250-10, 100
labeled and 100 unlabeled rows a step, both paths through one matrix product a layer, the clean one
for unlabeled rows only, gauss combinators, fresh noise, Adam. The pixels are random: time does not
depend on them. Prints JSON: {"torch", "blas", "threads", "steps", "step_ms"}, step_ms the median.

benchmarks/performance_tables.py runs it in turn with ours, with the right BLAS.
"""
import argparse
import json
import statistics
import time

import torch
import torch.nn.functional as F

UNITS = [784, 1000, 500, 250, 250, 250, 10]
TOP = len(UNITS) - 1
LAMBDA = [1000, 10, 0.1, 0.1, 0.1, 0.1, 0.1]
NOISE = 0.3
EPSILON = 1e-10
LABELED, UNLABELED = 100, 100


class Ladder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        normal = lambda rows, cols: torch.nn.Parameter(torch.randn(rows, cols) / rows**0.5)
        self.W = torch.nn.ParameterList([normal(UNITS[l], UNITS[l + 1]) for l in range(TOP)])
        self.V = torch.nn.ParameterList([normal(UNITS[l + 1], UNITS[l]) for l in range(TOP)])
        self.beta = torch.nn.ParameterList([torch.nn.Parameter(torch.zeros(n)) for n in UNITS[1:]])
        self.gamma = torch.nn.Parameter(torch.ones(UNITS[TOP]))
        ones_in = torch.tensor([0.0, 1, 0, 0, 0, 0, 1, 0, 0, 0])[:, None]
        self.a = torch.nn.ParameterList([torch.nn.Parameter(ones_in.repeat(1, n)) for n in UNITS])

    def forward(self, labeled, unlabeled, labels):
        x = torch.cat([labeled, unlabeled])
        noisy = x + NOISE * torch.randn_like(x)
        corrupted_z, clean_z, statistics_of = [noisy[LABELED:]], [unlabeled], [None]
        h = torch.cat([noisy, unlabeled])
        for l in range(1, TOP + 1):
            z_pre = h @ self.W[l - 1]
            groups = z_pre.split([LABELED, UNLABELED, UNLABELED])
            y = torch.cat([batch_norm(group) for group in groups])
            noisy, clean = y.split([LABELED + UNLABELED, UNLABELED])
            noisy = noisy + NOISE * torch.randn_like(noisy)
            z = torch.cat([noisy, clean])
            corrupted_z.append(noisy[LABELED:])
            clean_z.append(clean)
            statistics_of.append(torch.var_mean(groups[2], 0, unbiased=False))
            if l < TOP:
                h = F.relu(z + self.beta[l - 1])
        logits = self.gamma * (z[: LABELED + UNLABELED] + self.beta[TOP - 1])
        loss = F.cross_entropy(logits[:LABELED], labels)

        u = F.softmax(logits[LABELED:], 1)
        for l in range(TOP, -1, -1):
            u = batch_norm(u if l == TOP else z_est @ self.V[l])
            z_est = gauss(corrupted_z[l], u, self.a[l])
            normalized = z_est
            if l > 0:
                variance, mean = statistics_of[l]
                normalized = (z_est - mean) * torch.rsqrt(variance + EPSILON)
            loss = loss + LAMBDA[l] * F.mse_loss(normalized, clean_z[l])
        return loss


def batch_norm(x):
    return F.batch_norm(x, None, None, training=True, eps=EPSILON)


def gauss(z, u, a):
    mu = a[0] * torch.sigmoid(a[1] * u + a[2]) + a[3] * u + a[4]
    v = a[5] * torch.sigmoid(a[6] * u + a[7]) + a[8] * u + a[9]
    return (z - mu) * v + mu


def loaded_blas():
    with open("/proc/self/maps") as maps:
        return sorted({line.split()[-1] for line in maps if "blas" in line and "/" in line})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--warm_up", type=int, default=10, help="steps that are not counted")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_num_interop_threads(1)
    torch.manual_seed(1)

    model = Ladder()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002, foreach=False)
    labeled, unlabeled = torch.rand(LABELED, UNITS[0]), torch.rand(UNLABELED, UNITS[0])
    labels = torch.arange(LABELED) % UNITS[TOP]
    times = []
    for _ in range(args.warm_up + args.steps):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        model(labeled, unlabeled, labels).backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    print(json.dumps({"torch": torch.__version__, "blas": loaded_blas(), "threads": args.threads,
                      "steps": args.steps,
                      "step_ms": 1e3 * statistics.median(times[args.warm_up:])}))


if __name__ == "__main__":
    main()
