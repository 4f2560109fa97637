"""LeNet-5 (LeCun et al. 1998) with tanh units and average pooling."""
from keras import layers, models


def lenet():
    return models.Sequential([
        layers.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding='same', activation='tanh'),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation='tanh'),
        layers.AveragePooling2D(2),
        layers.Flatten(),
        layers.Dense(120, activation='tanh'),
        layers.Dense(84, activation='tanh'),
        layers.Dense(10, activation='softmax'),
    ])
