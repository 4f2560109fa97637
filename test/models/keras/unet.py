"""A small U-Net (Ronneberger et al. 2015) with transposed convolutions and skip connections."""
import keras
from keras import layers


def double_conv(x, filters):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding='same', activation='relu', kernel_initializer='he_normal')(x)
    return x


def unet(size=32, widths=(16, 32, 64)):
    inputs = keras.Input((size, size, 3))
    skips = []
    x = inputs
    for filters in widths[:-1]:
        x = double_conv(x, filters)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = double_conv(x, widths[-1])
    for filters, skip in zip(reversed(widths[:-1]), reversed(skips)):
        x = layers.Conv2DTranspose(filters, 2, strides=2, padding='same')(x)
        x = layers.concatenate([x, skip])
        x = double_conv(x, filters)
    return keras.Model(inputs, layers.Conv2D(1, 1, activation='sigmoid')(x))
