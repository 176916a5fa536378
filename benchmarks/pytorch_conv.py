#!/usr/bin/python3
"""Times the layers of benchmarks/conv_benchmark.cc in eager PyTorch: forward and backward.

Prints a JSON object: of each layer the median time in milliseconds. PyTorch is here to measure
against and nothing that this project needs; Debian's python3-torch is enough.
"""
import argparse
import json
import statistics
import time

import torch
import torch.nn.functional as F

IMAGES = 100
# name, image size, channels, kernel size, output channels (None: max pooling), zeros on each side
LAYERS = [
    ("small/1_conv_full", 28, 1, 5, 32, 4),
    ("small/2_pool", 32, 32, 2, None, 0),
    ("small/3_conv_valid", 16, 32, 3, 64, 0),
    ("small/4_conv_full", 14, 64, 3, 64, 2),
    ("small/5_pool", 16, 64, 2, None, 0),
    ("small/6_conv_valid", 8, 64, 3, 128, 0),
    ("small/7_conv_valid", 6, 128, 1, 10, 0),
    ("large/1_conv_valid", 32, 3, 3, 96, 0),
    ("large/2_conv_full", 30, 96, 3, 96, 2),
    ("large/3_conv_full", 32, 96, 3, 96, 2),
    ("large/4_pool", 34, 96, 2, None, 0),
    ("large/5_conv_valid", 17, 96, 3, 192, 0),
    ("large/6_conv_full", 15, 192, 3, 192, 2),
    ("large/7_conv_valid", 17, 192, 3, 192, 0),
    ("large/8_pool", 15, 192, 2, None, 0),
    ("large/9_conv_valid", 7, 192, 3, 192, 0),
    ("large/10_conv_valid", 5, 192, 1, 192, 0),
    ("large/11_conv_valid", 5, 192, 1, 10, 0),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--layer", default="", help="part of the names of the layers to time")
    parser.add_argument("--channels_last", action="store_true",
                        help="PyTorch's other order of axes in memory, that of this project")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_num_interop_threads(1)
    torch.manual_seed(1)
    order = torch.channels_last if args.channels_last else torch.contiguous_format

    result = {}
    for name, size, channels, kernel, units, zeros in LAYERS:
        if args.layer not in name:
            continue
        x = torch.rand(IMAGES, channels, size, size).contiguous(memory_format=order)
        x.requires_grad = "/1_" not in name  # the gradient of the network's input is not wanted
        w = None
        if units:
            w = torch.rand(units, channels, kernel, kernel).contiguous(memory_format=order)
            w.requires_grad = True
        times = []
        for step in range(args.steps + 1):
            start = time.perf_counter()
            x.grad = None
            if w is None:
                y = F.max_pool2d(x, kernel)
            else:
                w.grad = None
                y = F.conv2d(x, w, padding=zeros)
            y.backward(y.detach())
            if step > 0:  # the first one warms up
                times.append(time.perf_counter() - start)
        result[name] = 1e3 * statistics.median(times)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
