#!/usr/bin/env python3
"""Draws the weights of every layer of Keras, by default and by every initializer, and writes what was drawn.

    python scripts/keras-draws.py      writes test/measured/keras-draws.json (needs Keras 3 and a backend)
"""
import json
import os
import sys

import keras
import numpy
from keras import initializers, layers
from keras.src.layers.core import einsum_dense
from keras.src.initializers.random_initializers import compute_fans

LAYERS = [
    ('layers.Dense(200)', (300,)),
    ('layers.Dense(64, use_bias=False)', (10, 96)),
    ('layers.EinsumDense("abc,cd->abd", output_shape=(None, 64), bias_axes="d")', (10, 96)),
    ('layers.EinsumDense("abc,cde->abde", output_shape=(None, 8, 16))', (10, 96)),
    ('layers.Conv1D(96, 5)', (40, 64)),
    ('layers.Conv2D(64, 3, groups=4)', (12, 12, 48)),
    ('layers.Conv3D(16, 3)', (8, 8, 8, 16)),
    ('layers.Conv1DTranspose(32, 4)', (20, 64)),
    ('layers.Conv2DTranspose(32, 4, strides=2)', (8, 8, 64)),
    ('layers.Conv3DTranspose(8, 2)', (4, 4, 4, 32)),
    ('layers.DepthwiseConv1D(5, depth_multiplier=2)', (20, 128)),
    ('layers.DepthwiseConv2D(3)', (8, 8, 256)),
    ('layers.SeparableConv1D(64, 5)', (20, 128)),
    ('layers.SeparableConv2D(128, 3, depth_multiplier=2)', (8, 8, 64)),
    ('layers.Embedding(500, 64)', (10,)),
    ('layers.BatchNormalization()', (8, 8, 64)),
    ('layers.LayerNormalization()', (10, 64)),
    ('layers.GroupNormalization(8)', (8, 8, 64)),
    ('layers.RMSNormalization()', (10, 64)),
    ('layers.PReLU()', (20, 64)),
    ('layers.SimpleRNN(60)', (10, 50)),
    ('layers.LSTM(60)', (10, 50)),
    ('layers.LSTM(60, unit_forget_bias=False)', (10, 50)),
    ('layers.GRU(60)', (10, 50)),
    ('layers.GRU(60, reset_after=False)', (10, 50)),
]
INITIALIZERS = [
    '"glorot_uniform"', '"glorot_normal"', '"he_uniform"', '"he_normal"', '"lecun_uniform"', '"lecun_normal"', '"orthogonal"',
    '"random_normal"', '"random_uniform"', '"truncated_normal"', '"zeros"', '"ones"', '"variance_scaling"', '"HeNormal"',
    'initializers.VarianceScaling(scale=3.0, mode="fan_out", distribution="uniform")',
    'initializers.VarianceScaling(2.0, "fan_avg", "untruncated_normal", seed=1)',
    'initializers.RandomNormal(mean=0.5, stddev=0.2)', 'initializers.RandomUniform(-0.3, 0.1)', 'initializers.TruncatedNormal(stddev=0.02)',
    'initializers.Constant(0.25)', 'initializers.Orthogonal(gain=1.5)', 'initializers.he_normal()', 'initializers.HeUniform',
]
DRAWN_BY = [
    ('layers.Dense(200, kernel_initializer={})', (300,)),
    ('layers.Conv2D(96, 3, kernel_initializer={})', (8, 8, 64)),
    ('layers.Conv2DTranspose(96, 3, kernel_initializer={})', (8, 8, 32)),
    ('layers.DepthwiseConv2D(3, depthwise_initializer={})', (8, 8, 512)),
]

CELLS = [
    ('layers.SimpleRNNCell(60)', (50,)),
    ('layers.LSTMCell(60)', (50,)),
    ('layers.GRUCell(60)', (50,)),
    ('layers.ConvLSTM1D(16, 5)', (6, 20, 12)),
    ('layers.ConvLSTM2D(16, 3)', (6, 8, 8, 12)),
    ('layers.ConvLSTM2D(16, 3, unit_forget_bias=False, recurrent_initializer="he_normal")', (6, 8, 8, 12)),
    ('layers.ConvLSTM3D(8, 2)', (4, 4, 4, 4, 12)),
]


def fans_of(layer, shape, input_shape):
    if isinstance(layer, layers.EinsumDense):
        analyzed = einsum_dense._analyze_einsum_string(layer.equation, layer.bias_axes, (None, *input_shape), layer.partial_output_shape)
        return compute_fans(shape, *analyzed[3:5])
    return compute_fans(shape)


def draw(expression, shape):
    layer = eval(expression, {'layers': layers, 'initializers': initializers})
    layer.build((None, *shape))
    weights = []
    for weight in layer.weights:
        if not weight.trainable:
            continue
        value = keras.ops.convert_to_numpy(weight).astype('float64')
        weights.append({
            'name': weight.name, 'shape': list(value.shape), 'mean': float(f'{value.mean():.6g}'), 'variance': float(f'{value.var():.6g}'),
            'low': float(f'{value.min():.6g}'), 'high': float(f'{value.max():.6g}'),
            'fans': list(fans_of(layer, value.shape, shape)) if value.ndim > 1 else None,
        })
    return {'layer': expression, 'input': list(shape), 'weights': weights}


def main():
    keras.utils.set_random_seed(0)
    expressions = LAYERS + [(layer.format(each), shape) for layer, shape in DRAWN_BY for each in INITIALIZERS] + CELLS
    versions = {'python': sys.version.split()[0], 'keras': keras.__version__, 'backend': keras.backend.backend(), 'numpy': numpy.__version__}
    path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'test/measured/keras-draws.json')
    with open(path, 'w', encoding='utf-8') as stream:
        stream.write(json.dumps({'versions': versions})[:-1] + ', "draws": [\n')
        stream.write(',\n'.join(json.dumps(draw(*each)) for each in expressions))
        stream.write('\n]}\n')


if __name__ == '__main__':
    main()
