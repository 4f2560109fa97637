"""A convolutional denoising autoencoder with max-pooling, nearest upsampling and a sigmoid output."""
import torch
from torch import nn


class ConvAutoencoder(nn.Module):
    def __init__(self, channels=(1, 32, 64, 64), act=nn.ELU):
        super().__init__()
        encoder, decoder = [], []
        for c_in, c_out in zip(channels[:-1], channels[1:]):
            encoder += [nn.Conv2d(c_in, c_out, 3, padding='same'), act(), nn.MaxPool2d(2)]
        for c_in, c_out in zip(channels[:0:-1], channels[-2::-1]):
            decoder += [nn.Upsample(scale_factor=2), nn.Conv2d(c_in, c_out, 3, padding='same')]
            decoder += [act()] if c_out != channels[0] else [nn.Sigmoid()]
        self.encoder = nn.Sequential(*encoder)
        self.decoder = nn.Sequential(*decoder)

    def forward(self, x):
        noisy = x + 0.3 * torch.randn_like(x)
        return self.decoder(self.encoder(noisy))


if __name__ == '__main__':
    model = ConvAutoencoder()
    print(model(torch.rand(16, 1, 32, 32)).shape)
