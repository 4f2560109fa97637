"""A dense autoencoder with an encoder and a decoder of their own, and a noisy input."""
import keras
from keras import layers


class Autoencoder(keras.Model):
    def __init__(self, latent=32, shape=(28, 28)):
        super().__init__()
        size = shape[0] * shape[1]
        self.encoder = keras.Sequential([
            layers.Flatten(),
            layers.GaussianNoise(0.2),
            layers.Dense(128, activation='selu', kernel_initializer='lecun_normal'),
            layers.Dense(latent, activation='elu'),
        ])
        self.decoder = keras.Sequential([
            layers.Dense(128),
            layers.LeakyReLU(),
            layers.Dense(size, activation='sigmoid'),
            layers.Reshape(shape),
        ])

    def call(self, x):
        return self.decoder(self.encoder(x))
