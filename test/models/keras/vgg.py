"""VGG-like blocks (Simonyan & Zisserman 2015) for small images, He-initialized."""
import keras
from keras import layers

BLOCKS = [(1, 16), (1, 32), (2, 64), (2, 64)]


def vgg(classes=10):
    inputs = keras.Input(shape=(32, 32, 3))
    x = inputs
    for convolutions, filters in BLOCKS:
        for _ in range(convolutions):
            x = layers.Conv2D(filters, 3, padding='same', activation='relu', kernel_initializer='he_normal')(x)
        x = layers.MaxPooling2D(2, strides=2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(128, activation='relu', kernel_initializer=keras.initializers.HeNormal())(x)
    x = layers.Dropout(0.5)(x)
    return keras.Model(inputs, layers.Dense(classes)(x))
