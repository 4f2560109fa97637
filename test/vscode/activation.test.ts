import assert from 'node:assert/strict'
import { commands, extensions } from 'vscode'

describe('activation', () => {
  it('registers every command that package.json contributes', async () => {
    const extension = extensions.getExtension('init-lens.init-lens')
    assert.ok(extension, 'the extension is installed')
    await extension.activate()
    const contributed: readonly { command: string }[] = extension.packageJSON.contributes.commands
    const registered = new Set(await commands.getCommands(true))
    assert.deepEqual(
      contributed.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    )
  })
})
