"""A multilayer perceptron on flattened digits, as a Sequential."""
import keras
from keras import layers


def build_mlp(hidden=256, depth=4, activation='relu', initializer='glorot_uniform', classes=10):
    model = keras.Sequential(name='mlp')
    model.add(keras.Input(shape=(784,)))
    for _ in range(depth):
        model.add(layers.Dense(hidden, activation=activation, kernel_initializer=initializer))
    model.add(layers.Dense(classes))
    return model
