"""A residual network (He et al. 2016) for small images, built of functions."""
import keras
from keras import layers


def block(x, filters, stride):
    shortcut = x
    x = layers.Conv2D(filters, 3, stride, padding='same', use_bias=False, kernel_initializer='he_normal')(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation('relu')(x)
    x = layers.Conv2D(filters, 3, padding='same', use_bias=False, kernel_initializer='he_normal')(x)
    x = layers.BatchNormalization()(x)
    if stride != 1 or shortcut.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, stride, use_bias=False, kernel_initializer='he_normal')(shortcut)
        shortcut = layers.BatchNormalization()(shortcut)
    return layers.ReLU()(layers.add([x, shortcut]))


def resnet(blocks=(2, 2, 2), width=16, classes=10):
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(width, 3, padding='same', use_bias=False)(inputs)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    for stage, count in enumerate(blocks):
        for index in range(count):
            x = block(x, width * 2 ** stage, 2 if stage > 0 and index == 0 else 1)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(classes)(x), name='resnet')
