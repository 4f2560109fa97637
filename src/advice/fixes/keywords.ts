import type { TextEdit } from '../../analysis'
import type { CallNode } from '../../python'

/** Gives a call's keyword argument this value: in the place of its own, else behind the last argument. */
export function setArgument(file: string, call: CallNode, name: string, value: string): TextEdit {
  const own = call.arguments.find((argument) => argument.kind === 'keyword' && argument.name === name)
  if (own !== undefined) return { file, start: own.value.span.start, end: own.value.span.end, newText: value }
  const last = call.arguments.at(-1)
  if (last === undefined) {
    const inside = call.span.end - 1
    return { file, start: inside, end: inside, newText: `${name}=${value}` }
  }
  return { file, start: last.value.span.end, end: last.value.span.end, newText: `, ${name}=${value}` }
}
