"""Measures what torch.nn.init draws: mean, second and fourth moment with their standard errors over seeds.
usage: python3 scripts/torch-draws.py > test/measured/torch-draws.json"""
import json

import torch
from torch import nn

torch.set_num_threads(1)
SEEDS = 40
CASES = [
    ("orthogonal_", {"gain": 1.5}, [48, 96]),
    ("orthogonal_", {"gain": 1.0}, [64, 64]),
    ("orthogonal_", {"gain": 1.0}, [16, 8, 3, 3]),
    ("dirac_", {}, [8, 12, 3, 3]),
    ("dirac_", {"groups": 2}, [12, 4, 3]),
    ("eye_", {}, [6, 9]),
    ("sparse_", {"sparsity": 0.3, "std": 0.02}, [45, 40]),
    ("constant_", {"val": 0.3}, [5, 7]),
    ("trunc_normal_", {"mean": 0.1, "std": 1.0, "a": -1.0, "b": 1.5}, [60, 50]),
    ("normal_", {"mean": 0.2, "std": 0.5}, [60, 50]),
    ("uniform_", {"a": -0.2, "b": 0.6}, [60, 50]),
]


def moments(name, arguments, shape):
    rows = []
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        weight = getattr(nn.init, name)(torch.empty(shape), **arguments).double()
        rows.append([weight.mean(), weight.pow(2).mean(), weight.pow(4).mean()])
    values = torch.tensor(rows, dtype=torch.float64)
    return {"values": values.mean(0).tolist(), "errors": (values.std(0) / SEEDS**0.5).tolist()}


print(json.dumps({
    "versions": {"torch": torch.__version__},
    "seeds": SEEDS,
    "draws": [{"name": n, "arguments": a, "shape": s, **moments(n, a, s)} for n, a, s in CASES],
}, indent=1))
