import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../src/cli/program'

/** `A` wants of its convolutions another draw than `B`. */
const shared = `import torch
import torch.nn.functional as F
from torch import nn


def init_weights(m):
    if isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, std=0.02)


class B(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(3, 64, 3, padding=1)
        self.c2 = nn.Conv2d(64, 64, 3, padding=1)
        self.c3 = nn.Conv2d(64, 64, 3, padding=1)
        self.apply(init_weights)

    def forward(self, x):
        return torch.tanh(self.c3(torch.tanh(self.c2(torch.tanh(self.c1(x))))))


class A(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(3, 64, 3, padding=1)
        self.c2 = nn.Conv2d(64, 64, 3, padding=1)
        self.c3 = nn.Conv2d(64, 64, 3, padding=1)
        self.fc = nn.Linear(64, 10)
        self.apply(init_weights)

    def forward(self, x):
        x = F.relu(self.c3(F.relu(self.c2(F.relu(self.c1(x))))))
        return self.fc(x.mean((2, 3)))


B()(torch.randn(8, 3, 32, 32))
A()(torch.randn(8, 3, 32, 32))
`

describe('init-lens fix of models that share init_weights', () => {
  it('changes nothing when it is run again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'init-lens-fix-'))
    try {
      const path = join(folder, 'shared.py')
      writeFileSync(path, shared)
      const fixed = async (): Promise<string> => {
        await run(['fix', path], () => undefined, () => undefined)
        return readFileSync(path, 'utf8')
      }
      const once = await fixed()
      assert.notEqual(once, shared)
      assert.equal(await fixed(), once)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
