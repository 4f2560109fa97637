/** The string and textwrap modules. */
import { asString } from '../guards'
import { list, str } from '../make'
import { native } from '../native'
import type { BuiltinValue, Value } from '../values'
import { libraryModule, named } from './module'

const lower = 'abcdefghijklmnopqrstuvwxyz'
const upper = lower.toUpperCase()
const digits = '0123456789'
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'
const whitespace = ' \t\n\r\x0b\x0c'

export const string = libraryModule(
  'string',
  Object.entries({
    ascii_lowercase: lower,
    ascii_uppercase: upper,
    ascii_letters: lower + upper,
    digits,
    hexdigits: `${digits}abcdefABCDEF`,
    octdigits: '01234567',
    punctuation,
    whitespace,
    printable: digits + lower + upper + punctuation + whitespace,
  }).map(([name, text]): [string, Value] => [name, str(text)]),
)

function dedent(text: string): string {
  const lines = text.split('\n').map((line) => (line.trim() === '' ? '' : line))
  const margins = lines.filter((line) => line !== '').map((line) => /^[ \t]*/.exec(line)?.[0] ?? '')
  let common = margins[0] ?? ''
  for (const margin of margins) while (!margin.startsWith(common)) common = common.slice(0, -1)
  return lines.map((line) => line.slice(common.length)).join('\n')
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function onText(signature: string, body: (text: string, width: number, prefix: string) => Value): BuiltinValue {
  return native(signature, (args, interpreter) => {
    const text = asString(args.value('text'))
    return text === undefined
      ? (args.firstUnknown() ?? interpreter.raise('TypeError', 'expected str', args.span))
      : body(text, args.number('width') ?? 70, args.string('prefix') ?? '')
  })
}

export const textwrap = libraryModule(
  'textwrap',
  named(
    onText('dedent(text, width=70, prefix="")', (text) => str(dedent(text))),
    onText('indent(text, prefix="", width=70)', (text, _, prefix) =>
      str(
        text
          .split('\n')
          .map((line) => (line.trim() === '' ? line : prefix + line))
          .join('\n'),
      ),
    ),
    onText('wrap(text, width=70, prefix="", **kwargs)', (text, width) => list(wrap(text, width).map(str))),
    onText('fill(text, width=70, prefix="", **kwargs)', (text, width) => str(wrap(text, width).join('\n'))),
  ),
)
