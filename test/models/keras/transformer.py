"""A transformer encoder of subclassed layers (Vaswani et al. 2017)."""
import keras
from keras import layers, ops


class EncoderBlock(layers.Layer):
    def __init__(self, width, heads, hidden, rate=0.1):
        super().__init__()
        self.attention = layers.MultiHeadAttention(num_heads=heads, key_dim=width // heads)
        self.ffn = keras.Sequential([layers.Dense(hidden, activation='gelu'), layers.Dense(width)])
        self.norm1 = layers.LayerNormalization(epsilon=1e-6)
        self.norm2 = layers.LayerNormalization(epsilon=1e-6)
        self.dropout1 = layers.Dropout(rate)
        self.dropout2 = layers.Dropout(rate)

    def call(self, inputs, training=None):
        attended = self.dropout1(self.attention(inputs, inputs), training=training)
        x = self.norm1(inputs + attended)
        return self.norm2(x + self.dropout2(self.ffn(x), training=training))


class TokenAndPosition(layers.Layer):
    def __init__(self, length, vocabulary, width):
        super().__init__()
        self.tokens = layers.Embedding(vocabulary, width)
        self.positions = layers.Embedding(length, width)

    def call(self, x):
        positions = ops.arange(0, ops.shape(x)[-1], 1)
        return self.tokens(x) + self.positions(positions)


class Encoder(keras.Model):
    def __init__(self, vocabulary=1000, length=32, width=64, depth=2, classes=4):
        super().__init__()
        self.embed = TokenAndPosition(length, vocabulary, width)
        self.blocks = [EncoderBlock(width, 4, 4 * width) for _ in range(depth)]
        self.pool = layers.GlobalAveragePooling1D()
        self.head = layers.Dense(classes)

    def call(self, x, training=None):
        x = self.embed(x)
        for block in self.blocks:
            x = block(x, training=training)
        return self.head(self.pool(x))
