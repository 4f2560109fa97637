import { attributePath } from '../wording/torch'
import type { Naming } from './lines'
import { writeLines } from './write'

/** A parameter by its name below the object that lines act on, and what draws it. */
export interface Line {
  readonly name: string
  readonly template: string
}

/** Children of a container that want the same lines become a loop from this many on. */
const loopFrom = 3

/** Names of the loop variables, from the outermost on. */
const variables = ['block', 'layer', 'part'] as const

/**
 * The given draws as statements on `root`. Where all children of a container (`blocks.0` … `blocks.11`) want the same, that is a loop
 * over the container, with loops inside it where children hold containers themselves; the rest are single lines.
 * @param names of all modules and parameters below `root`: they tell which children a container has.
 */
export function blockLines(lines: readonly Line[], names: readonly string[], root: string, naming: Naming, depth = 0): readonly string[] {
  const written: string[] = []
  const done = new Set<Line>()
  for (const line of lines) {
    if (done.has(line)) continue
    const loop = depth < variables.length ? loopFor(line, lines, names) : null
    if (loop === null) {
      written.push(...writeLines(line.template, attributePath(root, line.name), naming))
      continue
    }
    const variable = variables[depth] as string
    written.push(`for ${variable} in ${attributePath(root, loop.container)}:`)
    const inner = blockLines(loop.common, loop.names, variable, naming, depth + 1)
    written.push(...inner.map((text) => `${naming.unit}${text}`))
    for (const covered of loop.covered) done.add(covered)
  }
  return written
}

interface Loop {
  readonly container: string
  /** What every child wants, by names below the child. */
  readonly common: readonly Line[]
  /** Names below a child. */
  readonly names: readonly string[]
  readonly covered: readonly Line[]
}

/** The outermost container whose children all want this line. */
function loopFor(line: Line, lines: readonly Line[], names: readonly string[]): Loop | null {
  const parts = line.name.split('.')
  for (let at = 1; at < parts.length - 1; at++) {
    if (!/^\d+$/.test(parts[at] ?? '')) continue
    const container = parts.slice(0, at).join('.')
    const count = childrenOf(container, names)
    if (count < loopFrom) continue
    const wanted = sharedBelow(container, count, lines)
    const own = parts.slice(at + 1).join('.')
    if (!wanted.common.some((one) => one.name === own && one.template === line.template)) continue
    const first = `${container}.0.`
    return { container, ...wanted, names: names.flatMap((name) => (name.startsWith(first) ? [name.slice(first.length)] : [])) }
  }
  return null
}

/** How many children a container has; 0 where their numbers have gaps, as of a model that leaves some unused. */
function childrenOf(container: string, names: readonly string[]): number {
  const found = new Set<number>()
  const prefix = `${container}.`
  for (const name of names) {
    if (!name.startsWith(prefix)) continue
    const number = /^\d+/.exec(name.slice(prefix.length))
    if (number === null) return 0
    found.add(Number(number[0]))
  }
  return Math.max(-1, ...found) + 1 === found.size ? found.size : 0
}

/** What each of a container's children wants, and the lines that say so. */
function sharedBelow(container: string, count: number, lines: readonly Line[]): Pick<Loop, 'common' | 'covered'> {
  const byRest = new Map<string, { readonly line: Line; readonly from: Line[] }>()
  const prefix = `${container}.`
  for (const line of lines) {
    if (!line.name.startsWith(prefix)) continue
    const rest = line.name.slice(prefix.length).replace(/^\d+\./, '')
    const key = `${rest} ${line.template}`
    const entry = byRest.get(key) ?? { line: { name: rest, template: line.template }, from: [] }
    entry.from.push(line)
    byRest.set(key, entry)
  }
  const shared = [...byRest.values()].filter(({ from }) => from.length === count)
  return { common: shared.map(({ line }) => line), covered: shared.flatMap(({ from }) => from) }
}
