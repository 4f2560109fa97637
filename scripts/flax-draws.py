#!/usr/bin/env python3
"""Draws the weights of every layer of Flax, linen's and NNX's, by default and by every initializer, and writes what was drawn.

    python scripts/flax-draws.py      writes test/measured/flax-draws.json (needs Flax)
"""
import json
import os
import sys

import flax
import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy
from flax import nnx

LINEN = [
    ('nn.Dense(200)', (4, 300)),
    ('nn.Dense(64, use_bias=False)', (4, 10, 96)),
    ('nn.DenseGeneral((8, 16))', (4, 10, 96)),
    ('nn.DenseGeneral(64, axis=(-2, -1))', (4, 10, 8, 16)),
    ('nn.Einsum((96, 8, 16), "abc,cde->abde")', (4, 10, 96)),
    ('nn.Conv(96, (5,))', (2, 40, 64)),
    ('nn.Conv(64, (3, 3), feature_group_count=4)', (2, 12, 12, 48)),
    ('nn.Conv(256, (3, 3), feature_group_count=256)', (2, 8, 8, 256)),
    ('nn.Conv(16, (3, 3, 3))', (2, 8, 8, 8, 16)),
    ('nn.ConvTranspose(32, (4,))', (2, 20, 64)),
    ('nn.ConvTranspose(32, (4, 4), strides=(2, 2))', (2, 8, 8, 64)),
    ('nn.ConvTranspose(32, (4, 4), strides=(2, 2), transpose_kernel=True)', (2, 8, 8, 64)),
    ('nn.BatchNorm(use_running_average=False)', (4, 8, 8, 64)),
    ('nn.LayerNorm()', (4, 10, 64)),
    ('nn.RMSNorm()', (4, 10, 64)),
    ('nn.GroupNorm(8)', (4, 8, 8, 64)),
    ('nn.InstanceNorm()', (4, 8, 8, 64)),
    ('nn.MultiHeadDotProductAttention(num_heads=4, qkv_features=128, out_features=64)', (2, 10, 96)),
    ('nn.SelfAttention(num_heads=4)', (2, 10, 96)),
    ('nn.RNN(nn.SimpleCell(60))', (2, 10, 50)),
    ('nn.RNN(nn.LSTMCell(60))', (2, 10, 50)),
    ('nn.RNN(nn.OptimizedLSTMCell(60))', (2, 10, 50)),
    ('nn.RNN(nn.GRUCell(60))', (2, 10, 50)),
    ('nn.RNN(nn.MGUCell(60))', (2, 10, 50)),
    ('nn.RNN(nn.MGUCell(60, reset_gate=False))', (2, 10, 50)),
    ('nn.RNN(nn.ConvLSTMCell(16, (3, 3)))', (2, 4, 8, 8, 12)),
]
TOKENS = [('nn.Embed(500, 64)', (2, 10))]
NNX = [
    ('nnx.Linear(300, 200, rngs=rngs)', None),
    ('nnx.LinearGeneral((8, 16), (4, 32), axis=(-2, -1), rngs=rngs)', None),
    ('nnx.Einsum("abc,cde->abde", (96, 8, 16), (8, 16), rngs=rngs)', None),
    ('nnx.Conv(48, 64, (3, 3), feature_group_count=4, rngs=rngs)', None),
    ('nnx.ConvTranspose(64, 32, (4, 4), strides=(2, 2), rngs=rngs)', None),
    ('nnx.Embed(500, 64, rngs=rngs)', None),
    ('nnx.BatchNorm(64, rngs=rngs)', None),
    ('nnx.LayerNorm(64, rngs=rngs)', None),
    ('nnx.GroupNorm(64, 8, rngs=rngs)', None),
    ('nnx.MultiHeadAttention(4, 96, 128, decode=False, rngs=rngs)', None),
    ('nnx.SimpleCell(50, 60, rngs=rngs)', None),
    ('nnx.LSTMCell(50, 60, rngs=rngs)', None),
    ('nnx.OptimizedLSTMCell(50, 60, rngs=rngs)', None),
    ('nnx.GRUCell(50, 60, rngs=rngs)', None),
    ('nnx.PReLU()', None),
]
INITIALIZERS = [
    'glorot_uniform()', 'xavier_normal()', 'he_uniform()', 'kaiming_normal()', 'lecun_uniform()', 'lecun_normal()', 'orthogonal()',
    'orthogonal(1.5)', 'zeros', 'ones_init()', 'constant(0.25)', 'normal()', 'normal(stddev=0.2)', 'uniform()', 'uniform(0.3)',
    'truncated_normal(0.02)', 'truncated_normal(0.5, lower=-1.0, upper=3.0)', 'variance_scaling(3.0, "fan_out", "uniform")',
    'variance_scaling(2.0, "fan_avg", "normal")', 'variance_scaling(1.0, "fan_geo_avg", "truncated_normal")',
    'he_normal(in_axis=-1, out_axis=-2)',
]
DRAWN_BY = [
    ('nn.Dense(200, kernel_init=nn.initializers.{})', (4, 300)),
    ('nn.Conv(96, (3, 3), kernel_init=nn.initializers.{})', (2, 8, 8, 64)),
    ('nn.ConvTranspose(96, (3, 3), kernel_init=nn.initializers.{})', (2, 8, 8, 32)),
    ('nn.Conv(512, (3, 3), feature_group_count=512, kernel_init=nn.initializers.{})', (1, 8, 8, 512)),
    ('nn.DenseGeneral((4, 48), kernel_init=nn.initializers.{})', (4, 64)),
]
GATES = {'LSTM': 'ifgo', 'GRU': 'rzn'}


def flattened(tree, path=''):
    if isinstance(tree, dict):
        return [each for name, value in tree.items() for each in flattened(value, f'{path}.{name}' if path else str(name))]
    return [(path, numpy.asarray(tree).astype('float64'))]


def joined(weights):
    """The matrices of a cell's gates side by side, as they are multiplied."""
    found, joined = dict(weights), {}
    for gates in GATES.values():
        for name in [name for name in found if name.endswith(f'h{gates[0]}.kernel')]:
            cell = name[:-len('hx.kernel')]
            for side in 'ih':
                for what in ('kernel', 'bias'):
                    parts = [found.pop(f'{cell}{side}{gate}.{what}', found.pop(f'{cell}{side}{gate}_.{what}', None)) for gate in gates]
                    known = [part for part in parts if part is not None]
                    if known:
                        whole = [numpy.zeros_like(known[0]) if part is None else part for part in parts]
                        joined[f'{cell}{side}.{what}'] = numpy.concatenate(whole, axis=-1)
    return {**found, **joined}


def weights_of(expression, shape, tokens):
    module = eval(expression, {'nn': nn, 'nnx': nnx, 'rngs': nnx.Rngs(0)})
    if isinstance(module, nnx.Module):
        return joined(flattened(nnx.to_pure_dict(nnx.state(module, nnx.Param))))
    inputs = jnp.ones(shape, 'int32' if tokens else 'float32')
    return joined(flattened(module.init(jax.random.key(0), inputs)['params']))


def draw(expression, shape, tokens=False):
    return {'layer': expression, 'input': None if shape is None else list(shape), 'tokens': tokens, 'weights': [
        {'name': name, 'shape': list(value.shape), 'mean': float(f'{value.mean():.6g}'), 'variance': float(f'{value.var():.6g}'),
         'low': float(f'{value.min():.6g}'), 'high': float(f'{value.max():.6g}')}
        for name, value in sorted(weights_of(expression, shape, tokens).items())
    ]}


def main():
    draws = [draw(*each) for each in LINEN] + [draw(*each, tokens=True) for each in TOKENS] + [draw(*each) for each in NNX]
    draws += [draw(layer.format(each), shape) for layer, shape in DRAWN_BY for each in INITIALIZERS]
    versions = {'python': sys.version.split()[0], 'flax': flax.__version__, 'jax': jax.__version__, 'numpy': numpy.__version__}
    path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'test/measured/flax-draws.json')
    with open(path, 'w', encoding='utf-8') as stream:
        stream.write(json.dumps({'versions': versions})[:-1] + ', "draws": [\n')
        stream.write(',\n'.join(json.dumps(each) for each in draws))
        stream.write('\n]}\n')


if __name__ == '__main__':
    main()
