import assert from 'node:assert/strict'
import { type CodeLens, commands, type InlayHint, languages, Range, type TextDocument, workspace } from 'vscode'
import { actionAt, apply, closeAll, dying, eventually, positionOf, show } from './workspace'

/** Two layers in front of ReLU, each drawn by a line of its own. */
const twoXaviers = `import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(64, 256, bias=False)
        nn.init.xavier_normal_(self.a.weight)
        self.b = nn.Linear(256, 1024, bias=False)
        nn.init.xavier_normal_(self.b.weight)
        self.c = nn.Linear(1024, 10)

    def forward(self, x):
        return self.c(torch.relu(self.b(torch.relu(self.a(x)))))


Net()(torch.randn(8, 64))
`

const whole = (document: TextDocument): Range => new Range(0, 0, document.lineCount, 0)
const ours = (document: TextDocument) => languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Init Lens')
/** Rules of the problems shown. */
const rules = (document: TextDocument) => ours(document).map(({ code }) => (typeof code === 'object' ? code.value : code))
const label = ({ label: text }: InlayHint): string => (typeof text === 'string' ? text : text.map(({ value }) => value).join(''))

describe('findings in the editor', () => {
  afterEach(closeAll)

  it('are problems with a rule', async () => {
    const document = await show('findings_dying.py', dying)
    await eventually(() => ours(document).length > 0, 'problems')
    assert.ok(rules(document).includes('signal-vanishes'), rules(document).join())
  })

  it('are silenced by the setting', async () => {
    const document = await show('findings_silent.py', dying)
    await eventually(() => ours(document).length > 0, 'problems')
    const configuration = workspace.getConfiguration('initLens', document.uri)
    await configuration.update('diagnostics', false)
    try {
      await eventually(() => ours(document).length === 0, 'no problems')
    } finally {
      await configuration.update('diagnostics', undefined)
    }
  })

  it('show the numbers at the end of the line', async () => {
    const document = await show('findings_hints.py', dying)
    const hints = await eventually(async () => {
      const found = await commands.executeCommand<InlayHint[]>('vscode.executeInlayHintProvider', document.uri, whole(document))
      return found.length > 0 && found
    }, 'hints')
    assert.deepEqual(
      hints.map(({ position }) => position.line),
      [positionOf(document, 'nn.Linear(100').line],
    )
    assert.match(label(hints[0] ?? assert.fail()), /^→ \S+▾ {2}← \S+▾$/)
  })

  it('sum up above the class', async () => {
    const document = await show('findings_lens.py', dying)
    const lenses = await eventually(async () => {
      const found = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', document.uri)
      return found.length > 0 && found
    }, 'lenses')
    assert.equal(lenses[0]?.range.start.line, positionOf(document, 'class Dying').line)
    assert.match(lenses[0]?.command?.title ?? '', /^Dying\(\): signal → ×1\/\S+, gradient ← ×1\/\S+$/)
    assert.equal(lenses[1]?.command?.title, 'Apply recommended initialization')
  })

  it('are mended by the light bulb, and undo takes it back byte for byte', async () => {
    const document = await show('findings_fix.py', dying)
    const title = /^Apply the recommended initialization to Dying/
    await apply((await actionAt(document, positionOf(document, 'Linear(100'), title)).edit)
    assert.match(document.getText(), /kaiming_normal_/)
    await eventually(() => !rules(document).includes('signal-vanishes'), 'the problem to go')
    await commands.executeCommand('undo')
    assert.equal(document.getText(), dying)
    await eventually(() => rules(document).includes('signal-vanishes'), 'the problem to come back')
  })

  it('keep tabs and line endings when mended', async () => {
    for (const [name, before] of [
      ['findings_tabs.py', dying.replaceAll('    ', '\t')],
      ['findings_crlf.py', dying.replaceAll('\n', '\r\n')],
    ] as const) {
      const document = await show(name, before)
      assert.equal(document.getText(), before)
      await commands.executeCommand('initLens.applyModel')
      const after = document.getText()
      assert.notEqual(after, before)
      const unit = before.includes('\t') ? '\t' : '    '
      const eol = before.includes('\r') ? '\r\n' : '\n'
      assert.ok(after.includes(`${unit.repeat(4)}nn.init.kaiming_normal_(m.weight, nonlinearity='relu')${eol}`), after)
      assert.equal(after.split('\n').length, after.split(eol).length)
      await commands.executeCommand('undo')
      assert.equal(document.getText(), before)
    }
  })

  it('are mended everywhere by “Fix all of this rule”', async () => {
    const document = await show('findings_all.py', twoXaviers)
    await eventually(() => rules(document).filter((rule) => rule === 'xavier-before-relu').length === 2, 'two problems')
    const position = positionOf(document, 'nn.init.xavier_normal_(self.a')
    await apply((await actionAt(document, position, /^Fix all of xavier-before-relu$/)).edit)
    assert.equal(
      document.getText(),
      twoXaviers.replaceAll(/xavier_normal_\((self\.[ab]\.weight)\)/g, "kaiming_normal_($1, nonlinearity='relu')"),
    )
    await eventually(() => !rules(document).includes('xavier-before-relu'), 'no such problem')
    await commands.executeCommand('undo')
    assert.equal(document.getText(), twoXaviers)
  })

  it('change nothing when applied twice', async () => {
    const document = await show('findings_twice.py', dying)
    await commands.executeCommand('initLens.applyModel')
    const once = document.getText()
    assert.notEqual(once, dying)
    await commands.executeCommand('initLens.applyModel')
    assert.equal(document.getText(), once)
  })
})
