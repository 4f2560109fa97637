"""Depthwise and separable convolutions as in MobileNet (Howard et al. 2017)."""
import keras
from keras import layers


class DepthwiseBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.depthwise = layers.DepthwiseConv2D(3, strides=stride, padding='same', use_bias=False)
        self.pointwise = layers.Conv2D(filters, 1, use_bias=False)
        self.norms = [layers.BatchNormalization(), layers.BatchNormalization()]
        self.relu = layers.ReLU(max_value=6.0)

    def call(self, x, training=None):
        x = self.relu(self.norms[0](self.depthwise(x), training=training))
        return self.relu(self.norms[1](self.pointwise(x), training=training))


def mobilenet(classes=10):
    inputs = layers.Input(shape=(32, 32, 3))
    x = layers.Conv2D(16, 3, strides=2, padding='same', use_bias=False)(inputs)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU(6.0)(x)
    for filters, stride in [(32, 1), (64, 2), (64, 1)]:
        x = DepthwiseBlock(filters, stride)(x)
    x = layers.SeparableConv2D(64, 3, activation='relu')(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(classes)(x))
