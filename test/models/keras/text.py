"""Text classifiers: embeddings, then recurrent layers."""
import keras
from keras import layers


def lstm(vocabulary=2000, length=40):
    return keras.Sequential([
        keras.Input((length,), dtype='int32'),
        layers.Embedding(vocabulary, 64),
        layers.LSTM(64, return_sequences=True),
        layers.LSTM(32),
        layers.Dense(1, activation='sigmoid'),
    ])


def gru(vocabulary=2000, length=40):
    inputs = keras.Input(shape=(length,), dtype='int32')
    x = layers.Embedding(vocabulary, 64, embeddings_initializer=keras.initializers.RandomNormal(stddev=1.0))(inputs)
    x = layers.Bidirectional(layers.GRU(32))(x)
    x = layers.Dense(32, activation='relu')(x)
    return keras.Model(inputs, layers.Dense(2)(x))
