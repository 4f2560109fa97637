"""What CPython's ast says of layers with weights: [line, column, framework, callee] of every call whose callee resolves to one through the file's imports.

usage: python3 constructors.py < list of paths, one a line   (JSON on stdout; a file that CPython cannot parse is null)
"""
import json
import sys

from callees import callees

LAYERS = {
    'torch': {
        'Linear', 'Bilinear', 'Conv1d', 'Conv2d', 'Conv3d', 'ConvTranspose1d', 'ConvTranspose2d', 'ConvTranspose3d', 'BatchNorm1d',
        'BatchNorm2d', 'BatchNorm3d', 'SyncBatchNorm', 'InstanceNorm1d', 'InstanceNorm2d', 'InstanceNorm3d', 'LayerNorm', 'GroupNorm',
        'RMSNorm', 'Embedding', 'EmbeddingBag', 'RNN', 'LSTM', 'GRU', 'RNNCell', 'LSTMCell', 'GRUCell', 'MultiheadAttention', 'PReLU',
        'TransformerEncoderLayer', 'TransformerDecoderLayer', 'Transformer', 'LazyLinear', 'LazyConv1d', 'LazyConv2d', 'LazyConv3d',
        'LazyBatchNorm1d', 'LazyBatchNorm2d',
    },
    'keras': {
        'Dense', 'EinsumDense', 'Conv1D', 'Conv2D', 'Conv3D', 'Convolution1D', 'Convolution2D', 'Convolution3D', 'Conv1DTranspose',
        'Conv2DTranspose', 'Conv3DTranspose', 'DepthwiseConv1D', 'DepthwiseConv2D', 'SeparableConv1D', 'SeparableConv2D', 'Embedding',
        'SimpleRNN', 'LSTM', 'GRU', 'LSTMCell', 'GRUCell', 'SimpleRNNCell', 'BatchNormalization', 'LayerNormalization',
        'GroupNormalization', 'RMSNormalization', 'MultiHeadAttention', 'GroupQueryAttention', 'PReLU', 'ConvLSTM2D',
    },
    'flax': {
        'Dense', 'DenseGeneral', 'Einsum', 'Conv', 'ConvTranspose', 'ConvLocal', 'Embed', 'BatchNorm', 'LayerNorm', 'GroupNorm', 'RMSNorm',
        'InstanceNorm', 'LSTMCell', 'OptimizedLSTMCell', 'GRUCell', 'SimpleCell', 'MGUCell', 'ConvLSTMCell', 'MultiHeadDotProductAttention',
        'MultiHeadAttention', 'SelfAttention', 'PReLU', 'Linear', 'LinearGeneral',
    },
}
HOMES = {
    'torch.nn': 'torch', 'keras.layers': 'keras', 'tensorflow.keras.layers': 'keras', 'tf_keras.layers': 'keras',
    'tensorflow.python.keras.layers': 'keras', 'flax.linen': 'flax', 'flax.nnx': 'flax',
}


def constructors(text):
    found = []
    for node, callee in callees(text):
        home, _, name = (callee or '').rpartition('.')
        framework = HOMES.get(home)
        if framework is not None and name in LAYERS[framework]:
            found.append([node.lineno, node.col_offset, framework, name])
    return sorted(found)


def main():
    answers = {}
    for path in sys.stdin.read().splitlines():
        try:
            with open(path, encoding='utf-8') as file:
                answers[path] = constructors(file.read())
        except (SyntaxError, ValueError, RecursionError):
            answers[path] = None
    print(json.dumps(answers))


main()
