"""Recurrent layers around cells, and with attention behind them."""
import keras
from keras import layers, ops


def cells(steps=20, features=8):
    """Cells that run one behind the other, in both directions and alone."""
    inputs = keras.Input((steps, features))
    x = layers.RNN([layers.LSTMCell(32), layers.GRUCell(24)], return_sequences=True)(inputs)
    x = layers.Bidirectional(layers.RNN(layers.LSTMCell(16), return_sequences=True), merge_mode='sum')(x)
    x = layers.Bidirectional(layers.GRU(16, return_sequences=True), merge_mode='ave')(x)
    x = layers.RNN(layers.SimpleRNNCell(32))(x)
    return keras.Model(inputs, layers.Dense(1)(x))


class GatedCell(keras.Layer):
    """h' = z·h + (1 − z)·tanh(W·x + U·h)."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.state_size = units
        self.gate = layers.Dense(units, activation='sigmoid')
        self.candidate = layers.Dense(units)
        self.recurrent = layers.Dense(units, use_bias=False, kernel_initializer='orthogonal')

    def call(self, inputs, states):
        before = states[0]
        z = self.gate(inputs)
        h = z * before + (1 - z) * ops.tanh(self.candidate(inputs) + self.recurrent(before))
        return h, [h]


def translation(vocabulary=500, source=12, target=10):
    """Encoder and decoder of recurrent layers: the encoder's states begin the decoder's, which attends to what the encoder gave."""
    read = keras.Input((source,), dtype='int32', name='read')
    written = keras.Input((target,), dtype='int32', name='written')
    embed = layers.Embedding(vocabulary, 32, embeddings_initializer=keras.initializers.RandomNormal(stddev=1.0))
    encoded, h, c = layers.LSTM(32, return_sequences=True, return_state=True)(embed(read))
    decoded = layers.LSTM(32, return_sequences=True)(embed(written), initial_state=[h, c])
    context = layers.AdditiveAttention()([decoded, encoded])
    x = layers.concatenate([decoded, context])
    x = layers.GroupQueryAttention(head_dim=16, num_query_heads=4, num_key_value_heads=2)(x, x)
    return keras.Model([read, written], layers.Dense(vocabulary)(x))


def own_cell(steps=12, features=8):
    return keras.Sequential([keras.Input((steps, features)), layers.RNN(GatedCell(24)), layers.Dense(1)])
