import type { Draft } from './draft'
import { kept } from './kept'
import type { Advised } from './recommend'

/**
 * Where initializers are arguments of the constructors, the layers that one line makes can only be drawn alike: all get what most of
 * them are advised, with the fan of their own.
 */
export function alikeByLine(found: readonly Advised[]): readonly Advised[] {
  const lines = new Map<string, Advised[]>()
  for (const advised of found) {
    const { definition, role, name } = advised.context.parameter
    if (definition === null) continue
    const key = `${definition.file}:${definition.start} ${role} ${name.slice(name.lastIndexOf('.') + 1)}`
    const line = lines.get(key)
    if (line === undefined) lines.set(key, [advised])
    else line.push(advised)
  }
  const shared = new Map<number, Draft>()
  for (const line of lines.values()) {
    const most = mostAdvised(line)
    if (most === null) continue
    for (const advised of line) {
      const draft = as(most, advised)
      if (draft !== null && draft !== advised.draft) shared.set(advised.context.parameter.id, draft)
    }
  }
  return found.map((advised) => {
    const draft = shared.get(advised.context.parameter.id)
    return draft === undefined ? advised : { ...advised, draft }
  })
}

/** What tells two drafts apart, whatever the size of their layers. */
function wordsOf({ kept: stays, family, mode, gain, distribution }: Draft): string {
  if (stays !== undefined) return 'kept'
  return JSON.stringify([family, mode, Number(gain.toPrecision(4)), distribution ?? null])
}

/** The draft that most of a line's layers are advised; null where all are advised the same. */
function mostAdvised(line: readonly Advised[]): Draft | null {
  const groups = new Map<string, Advised[]>()
  for (const advised of line) groups.set(wordsOf(advised.draft), [...(groups.get(wordsOf(advised.draft)) ?? []), advised])
  if (groups.size < 2) return null
  return [...groups.values()].reduce((best, group) => (group.length > best.length ? group : best))[0]?.draft ?? null
}

/** Another layer's draft for this one; null where it has no such fan. */
function as(most: Draft, { context, draft }: Advised): Draft | null {
  if (wordsOf(most) === wordsOf(draft)) return draft
  if (most.kept !== undefined)
    return kept(context, 'The line that makes this layer also makes others, most of which stay as they are drawn.')
  if (most.fan === null) return most
  const { fanIn, fanOut, summedInputs } = context
  const fan =
    most.mode === 'fan_in'
      ? summedInputs
      : most.mode === 'fan_out'
        ? fanOut
        : fanIn === null || fanOut === null
          ? null
          : (fanIn + fanOut) / 2
  if (fan === null || fanIn === null || fanOut === null) return null
  const divisor = most.mode === 'fan_avg' ? `(${fanIn} + ${fanOut})` : String(fan)
  return { ...most, fan, divisor, why: `The line that makes this layer also makes others, and most of them need this. ${most.why}` }
}
