import { commands, window } from 'vscode'
import { commandIds } from './commandIds'
import { openSource } from './panel/openSource'
import type { Services } from './services'

/** The command behind "set" beside an assumption: asks for a size and analyzes with it. */
export function registerSetSize({ context, analyses }: Services): void {
  const ask = async (argument: unknown): Promise<void> => {
    if (!isSize(argument)) return
    const source = analyses.source(argument.file) ?? (await openSource(argument.file))
    if (source === null) return
    const options = analyses.options(source.file)
    const text = await window.showInputBox({
      title: `Init Lens: ${argument.setting}`,
      prompt: `Value of ${argument.setting} in ${source.label}. The comment "# init-lens: ${argument.setting}=…" keeps it in the file.`,
      value: String(options.sizes[argument.setting] ?? ''),
      validateInput: (value) => (isPositiveInteger(value) ? undefined : 'A whole number above zero'),
    })
    if (text !== undefined) analyses.setOptions(source, { ...options, sizes: { ...options.sizes, [argument.setting]: Number(text) } })
  }
  context.subscriptions.push(commands.registerCommand(commandIds.setSize, ask))
}

function isPositiveInteger(text: string): boolean {
  return /^\d+$/.test(text.trim()) && Number(text) > 0
}

function isSize(value: unknown): value is { readonly file: string; readonly setting: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'file' in value &&
    typeof value.file === 'string' &&
    'setting' in value &&
    typeof value.setting === 'string'
  )
}
