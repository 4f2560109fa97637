"""A variational autoencoder (Kingma & Welling 2014): a sampling layer between two networks."""
import keras
from keras import layers, ops


class Sampling(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs):
        mean, log_variance = inputs
        batch = ops.shape(mean)[0]
        noise = keras.random.normal(shape=(batch, ops.shape(mean)[1]), seed=self.seed_generator)
        return mean + ops.exp(0.5 * log_variance) * noise


def vae(latent=8):
    inputs = keras.Input(shape=(28, 28, 1))
    x = layers.Conv2D(32, 3, activation='relu', strides=2, padding='same')(inputs)
    x = layers.Conv2D(64, 3, activation='relu', strides=2, padding='same')(x)
    x = layers.Flatten()(x)
    x = layers.Dense(16, activation='relu')(x)
    mean = layers.Dense(latent, name='z_mean')(x)
    log_variance = layers.Dense(latent, name='z_log_var')(x)
    z = Sampling()([mean, log_variance])
    encoder = keras.Model(inputs, [mean, log_variance, z], name='encoder')

    latents = keras.Input(shape=(latent,))
    x = layers.Dense(7 * 7 * 64, activation='relu')(latents)
    x = layers.Reshape((7, 7, 64))(x)
    x = layers.Conv2DTranspose(64, 3, activation='relu', strides=2, padding='same')(x)
    x = layers.Conv2DTranspose(32, 3, activation='relu', strides=2, padding='same')(x)
    decoder = keras.Model(latents, layers.Conv2DTranspose(1, 3, activation='sigmoid', padding='same')(x), name='decoder')
    return keras.Model(inputs, decoder(encoder(inputs)[2]), name='vae')
