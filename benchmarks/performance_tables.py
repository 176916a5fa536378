#!/usr/bin/python3
"""Prints the tables of docs/performance.md, measured on this machine.

    bazel build //tools:benchmark
    benchmarks/performance_tables.py peer     # beside eager PyTorch; needs Debian's python3-torch,
                                              # libopenblas0-openmp
    benchmarks/performance_tables.py models   # several configs
    benchmarks/performance_tables.py sizes    # widths and batches
    bazel build //benchmarks:conv_benchmark
    benchmarks/performance_tables.py layers   # convolutions beside PyTorch

Programs run in turn, --rounds times, and what is printed is the median of their medians. Keep the
machine quiet meanwhile.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# With the pthread build of OpenBLAS, PyTorch's threads and BLAS's fight for the cores.
OPENMP_BLAS = "/usr/lib/x86_64-linux-gnu/openblas-openmp"


def ours(config, threads, steps, settings=()):
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        subprocess.run([f"{ROOT}/bazel-bin/tools/benchmark", f"{ROOT}/configs/{config}.pbtxt",
                        f"--threads={threads}", f"--steps={steps}", f"--json={report}"] +
                       [f"--set={setting}" for setting in settings],
                       check=True, stdout=subprocess.DEVNULL)
        with open(report) as file:
            return json.load(file)


def pytorch(script, threads, steps):
    # OpenBLAS chooses its kernels itself, whatever the shell says.
    environment = {name: value for name, value in os.environ.items() if "OPENBLAS" not in name}
    environment |= {"LD_LIBRARY_PATH": OPENMP_BLAS, "OMP_NUM_THREADS": str(threads)}
    result = subprocess.run(["/usr/bin/python3", f"{ROOT}/benchmarks/{script}",
                             f"--threads={threads}", f"--steps={steps}"],
                            check=True, stdout=subprocess.PIPE, env=environment)
    return json.loads(result.stdout)


def median(reports, key):
    return statistics.median(report[key] for report in reports)


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def header(*cells):
    row(*cells)
    row(*["---"] * len(cells))


def peer(rounds, steps):
    header("threads", "products alone, ms", "ours, ms", "PyTorch, ms", "ours / products",
           "ours / PyTorch")
    ours_ms = {}
    for threads in (1, 2):
        mine, theirs = [], []
        for _ in range(rounds):
            mine.append(ours("mnist_100_full", threads, steps))
            theirs.append(pytorch("pytorch_ladder.py", threads, steps))
        ours_ms[threads] = median(mine, "step_ms")
        torch_ms = median(theirs, "step_ms")
        row(threads, f'{median(mine, "floor_ms"):.1f}', f"{ours_ms[threads]:.1f}",
            f"{torch_ms:.1f}", f'{median(mine, "step_over_floor"):.2f}',
            f"{ours_ms[threads] / torch_ms:.2f}")
    print(f"\nTwo threads are {ours_ms[1] / ours_ms[2]:.2f} times as fast as one. "
          f'{mine[0]["machine"]}; PyTorch {theirs[0]["torch"]} with {theirs[0]["blas"][-1]}; '
          f"{rounds} rounds of {steps} steps.")


def compare(name, variants, rounds, steps):
    header(name, "GFLOP a step", "1 thread, ms", "/ products", "2 threads, ms", "/ products")
    for label, config, settings in variants:
        cells = []
        for threads in (1, 2):
            reports = [ours(config, threads, steps, settings) for _ in range(rounds)]
            cells += [f'{median(reports, "step_ms"):.1f}',
                      f'{median(reports, "step_over_floor"):.2f}']
        row(label, f'{reports[0]["gflop_per_step"]:.2f}', *cells)


def models(rounds, steps):
    names = ["mnist_100_full", "mnist_all_full", "mnist_100_gamma", "mnist_100_baseline"]
    compare("config", [(f"`{name}`", name, ()) for name in names], rounds, steps)


def sizes(rounds, steps):
    hidden = [1000, 500, 250, 250, 250]
    variants = []
    for factor in (1, 2, 4):
        variants.append((f"widths x {factor}", "mnist_1000_full",
                         [f"model.layers[{i}].fully_connected.units={factor * n}"
                          for i, n in enumerate(hidden)]))
    for batch in (100, 200, 500, 1000):
        variants.append((f"{batch} labeled and {batch} unlabeled rows", "mnist_1000_full",
                         [f"training.labeled_batch_size={batch}",
                          f"training.unlabeled_batch_size={batch}"]))
    compare("size", variants, rounds, steps)


def our_layers(threads):
    result = subprocess.run([f"{ROOT}/bazel-bin/benchmarks/conv_benchmark",
                             f"--benchmark_filter=threads:{threads}/", "--benchmark_format=json"],
                            check=True, stdout=subprocess.PIPE)
    return {benchmark["name"].split("/threads")[0]: benchmark["real_time"]
            for benchmark in json.loads(result.stdout)["benchmarks"]}


def layers(rounds, steps):
    mine, theirs = {1: [], 2: []}, {1: [], 2: []}
    for _ in range(rounds):
        for threads in (1, 2):
            mine[threads].append(our_layers(threads))
            theirs[threads].append(pytorch("pytorch_conv.py", threads, steps))
    header("layer", "1 thread: ours, ms", "PyTorch, ms", "ours / PyTorch",
           "2 threads: ours, ms", "PyTorch, ms", "ours / PyTorch")
    for layer in theirs[1][0]:
        cells = []
        for threads in (1, 2):
            ours_ms, torch_ms = median(mine[threads], layer), median(theirs[threads], layer)
            cells += [f"{ours_ms:.2f}", f"{torch_ms:.2f}", f"{ours_ms / torch_ms:.2f}"]
        row(layer, *cells)


def main():
    tables = {"peer": peer, "models": models, "sizes": sizes, "layers": layers}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", choices=tables)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=40)
    args = parser.parse_args()
    tables[args.table](args.rounds, args.steps)


if __name__ == "__main__":
    main()
