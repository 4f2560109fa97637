import { commands, type InputBoxOptions, window } from 'vscode'
import type { InputSpec } from '../analysis'
import { isScriptFile } from '../analyze'
import { inputText, parseInput } from '../report/input'
import type { FileOptions } from './analyses'
import { commandIds } from './commandIds'
import { openSource } from './panel/openSource'
import type { Services } from './services'
import type { SourceText } from './sourceText'

/** What an assumption sets when it is about the model's input; every other setting is a size by its name. */
const inputSetting = 'input'

/** How one kind of assumption is asked for and kept. */
interface Question {
  readonly prompt: string
  readonly value: string
  /** Why the text is not one; undefined when it is. */
  check(text: string): string | undefined
  /** The options with the text that passed `check`. */
  set(text: string): FileOptions
}

/** The command behind "set" beside an assumption: asks for a size or the input's shape, and analyzes with it. */
export function registerSetAssumption({ context, analyses }: Services): void {
  const ask = async (argument: unknown): Promise<void> => {
    if (!isAssumption(argument)) return
    const source = analyses.source(argument.file) ?? (await openSource(argument.file))
    if (source === null) return
    const options = analyses.options(source.file)
    const question =
      argument.setting === inputSetting
        ? inputQuestion(options, source, analyses.byFile(source.file)?.analysis.models[0]?.input ?? [])
        : sizeQuestion(argument.setting, options, source)
    const box: InputBoxOptions = {
      title: `Init Lens: ${argument.setting}`,
      prompt: question.prompt,
      value: question.value,
      validateInput: (text) => question.check(text),
    }
    const text = await window.showInputBox(box)
    if (text !== undefined) analyses.setOptions(source, question.set(text))
  }
  context.subscriptions.push(commands.registerCommand(commandIds.setAssumption, ask))
}

/** What starts a comment in a file of this name. */
const comment = (label: string): string => (isScriptFile(label) ? '//' : '#')

function sizeQuestion(name: string, options: FileOptions, { label }: SourceText): Question {
  return {
    prompt: `Value of ${name} in ${label}. The comment "${comment(label)} init-lens: ${name}=…" keeps it in the file.`,
    value: String(options.sizes[name] ?? ''),
    check: (text) => (/^\s*[1-9]\d*\s*$/.test(text) ? undefined : 'A whole number above zero'),
    set: (text) => ({ ...options, sizes: { ...options.sizes, [name]: Number(text) } }),
  }
}

/** `current`: what the model is fed now. */
function inputQuestion(options: FileOptions, { label }: SourceText, current: readonly InputSpec[]): Question {
  return {
    prompt: `What the model in ${label} is fed: 8x3x224x224, 8x784:uniform, 4x16:int50257. The comment "${comment(label)} init-lens: input=(8, 3, 224, 224)" keeps it in the file.`,
    value: inputText(options.input ?? current),
    check: (text) => {
      const parsed = parseInput(text)
      return parsed.ok ? undefined : parsed.message
    },
    set: (text) => {
      const parsed = parseInput(text)
      return parsed.ok ? { ...options, input: parsed.input } : options
    },
  }
}

function isAssumption(value: unknown): value is { readonly file: string; readonly setting: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'file' in value &&
    typeof value.file === 'string' &&
    'setting' in value &&
    typeof value.setting === 'string'
  )
}
