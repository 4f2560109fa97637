import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packagesOf } from '../../scripts/accuracy/python'
import { runMeasure } from '../../scripts/accuracy/runMeasure'
import { root } from '../../scripts/setup.mjs'
import type { Measurement } from '../../scripts/accuracy/measurement'
import { Workbench } from './workbench'

/** AlexNet as torchvision has it (Krizhevsky 2014), with the framework's default initialization. */
const alexnet = `import torch
import torch.nn as nn


class AlexNet(nn.Module):
    def __init__(self, dropout=0.5):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2), nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(64, 192, kernel_size=5, padding=2), nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(192, 384, kernel_size=3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(384, 256, kernel_size=3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(256, 256, kernel_size=3, padding=1), nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(
            nn.Dropout(p=dropout), nn.Linear(256 * 6 * 6, 4096), nn.ReLU(inplace=True),
            nn.Dropout(p=dropout), nn.Linear(4096, 4096), nn.ReLU(inplace=True),
            nn.Linear(4096, 1000),
        )

    def forward(self, x):
        x = self.avgpool(self.features(x))
        return self.classifier(torch.flatten(x, 1))
`

/** Drawing 61 million weights takes a busy machine its time. */
const patience = 300_000

/** The logits' variance as the hover tells it: their mean is zero. */
async function logitsNow(workbench: Workbench): Promise<number> {
  const text = await (await workbench.hover('1000', /signal →\s*[\d.e-]+/)).innerText()
  return Number(/signal →\s*([\d.e-]+)/.exec(text)?.[1] ?? assert.fail(text))
}

describe('AlexNet with the default initialization', () => {
  let workbench: Workbench
  before(async () => {
    workbench = await Workbench.start({ files: { 'hover.py': alexnet, 'alexnet.py': alexnet } })
  })
  after(() => workbench?.stop())

  /** Saves the file until it passes, and gives its text. */
  const saved = async (name: string, passes: (text: string) => boolean): Promise<void> => {
    let text = ''
    for (let attempt = 0; attempt < 40; attempt++) {
      await workbench.focusEditor()
      await workbench.page.keyboard.press('Control+s')
      await workbench.page.waitForTimeout(250)
      text = readFileSync(join(workbench.folder, name), 'utf8')
      if (passes(text)) return
    }
    assert.fail(`${name} is\n${text}`)
  }
  const isHealthy = (variance: number): boolean => variance >= 0.5 && variance <= 2
  /** Undoes, and holds the saved file against what it was. */
  const undone = async (name: string): Promise<void> => {
    await workbench.focusEditor()
    await workbench.page.keyboard.press('Control+z')
    await saved(name, (text) => text === alexnet)
  }
  /** The variance of the saved file's logits in PyTorch; skips the test where there is none. */
  const measured = (name: string, test: Mocha.Context): number => {
    const python = packagesOf(null, 'torch')
    if (python.folder === null) {
      console.log('      PyTorch is not installed: the saved file is not measured')
      return test.skip()
    }
    const json = join(workbench.folder, `${name}.json`)
    const model = { model: 'AlexNet()', input: '8x3x224x224' }
    const trouble = runMeasure(root, python.program, model, join(workbench.folder, name), json, '3', '60')
    assert.equal(trouble, null)
    const { calls } = JSON.parse(readFileSync(json, 'utf8')) as Measurement
    return calls.find((call) => call.name === 'classifier.6')?.forward?.secondMoment ?? assert.fail('the logits were not measured')
  }

  it('has logits of variance 0.0002, which the hover’s “Apply to model” brings between 0.5 and 2', async function () {
    this.timeout(patience)
    await workbench.open('hover.py')
    const before = await logitsNow(workbench)
    assert.ok(before > 0.00015 && before < 0.00025, String(before))
    await (await workbench.hover('1000', /Apply to model/)).getByText('Apply to model').click()
    await saved('hover.py', (text) => text.includes('nn.init.kaiming_normal_'))
    const after = await logitsNow(workbench)
    assert.ok(isHealthy(after), String(after))
    try {
      const real = measured('hover.py', this)
      assert.ok(isHealthy(real), `PyTorch measures ${real}`)
    } finally {
      await undone('hover.py')
    }
  })

  it('and so does the panel’s “Apply to file”', async function () {
    this.timeout(patience)
    await workbench.open('alexnet.py')
    await workbench.command('Init Lens: Recommend Initialization')
    const panel = await workbench.panel()
    await panel
      .getByText(/^The signal shrinks/)
      .first()
      .waitFor()
    await panel.getByRole('button', { name: 'Apply to file' }).click()
    await panel
      .getByText(/^The signal stays between/)
      .first()
      .waitFor()
    await saved('alexnet.py', (text) => text.includes('nn.init.kaiming_normal_'))
    const after = await logitsNow(workbench)
    assert.ok(isHealthy(after), String(after))
    try {
      const real = measured('alexnet.py', this)
      assert.ok(isHealthy(real), `PyTorch measures ${real}`)
    } finally {
      await undone('alexnet.py')
    }
  })
})
