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
  const free = variables.filter((name) => name !== naming.root)
  for (const line of lines) {
    if (done.has(line)) continue
    const loop = depth < free.length ? loopFor(line, lines, names) : null
    if (loop === null) {
      written.push(...writeLines(line.template, attributePath(root, line.name), naming))
      continue
    }
    const variable = free[depth] as string
    // The children of a ModuleDict, and of whatever names its children, are not what iterating it gives.
    written.push(`for ${variable} in ${attributePath(root, loop.container)}${loop.isNumbered ? '' : '.children()'}:`)
    const inner = blockLines(loop.common, loop.names, variable, naming, depth + 1)
    written.push(...inner.map((text) => `${naming.unit}${text}`))
    for (const covered of loop.covered) done.add(covered)
  }
  return written
}

interface Loop {
  readonly container: string
  /** Children are `0`, `1`, …; else names that are no attributes (`block2-0`). */
  readonly isNumbered: boolean
  /** What every child wants, by names below the child. */
  readonly common: readonly Line[]
  /** Names below a child. */
  readonly names: readonly string[]
  readonly covered: readonly Line[]
}

const isNumber = (part: string): boolean => /^\d+$/.test(part)
const isAttribute = (part: string): boolean => /^[A-Za-z_]\w*$/.test(part)

/** The outermost container whose children all want this line. */
function loopFor(line: Line, lines: readonly Line[], names: readonly string[]): Loop | null {
  const parts = line.name.split('.')
  for (let at = 1; at < parts.length - 1; at++) {
    const child = parts[at] ?? ''
    if (isAttribute(child)) continue
    const container = parts.slice(0, at).join('.')
    const count = childrenOf(container, names)
    if (count < loopFrom) continue
    const wanted = sharedBelow(container, count, lines)
    const own = parts.slice(at + 1).join('.')
    if (!wanted.common.some((one) => one.name === own && one.template === line.template)) continue
    const first = `${container}.${child}.`
    const inner = names.flatMap((name) => (name.startsWith(first) ? [name.slice(first.length)] : []))
    return { container, isNumbered: isNumber(child), ...wanted, names: inner }
  }
  return null
}

/** How many children a container has; 0 where their numbers have gaps, as of a model that leaves some unused, or where some are attributes. */
function childrenOf(container: string, names: readonly string[]): number {
  const found = new Set<string>()
  const prefix = `${container}.`
  for (const name of names) if (name.startsWith(prefix)) found.add(name.slice(prefix.length).split('.', 1)[0] ?? '')
  const children = [...found]
  if (children.every(isNumber)) return children.every((child) => Number(child) < children.length) ? children.length : 0
  return children.some(isAttribute) ? 0 : children.length
}

/** What each of a container's children wants, and the lines that say so. */
function sharedBelow(container: string, count: number, lines: readonly Line[]): Pick<Loop, 'common' | 'covered'> {
  const byRest = new Map<string, { readonly line: Line; readonly from: Line[] }>()
  const prefix = `${container}.`
  for (const line of lines) {
    if (!line.name.startsWith(prefix)) continue
    const below = line.name.slice(prefix.length)
    const rest = below.slice(below.indexOf('.') + 1)
    const key = `${rest} ${line.template}`
    const entry = byRest.get(key) ?? { line: { name: rest, template: line.template }, from: [] }
    entry.from.push(line)
    byRest.set(key, entry)
  }
  const shared = [...byRest.values()].filter(({ from }) => from.length === count)
  return { common: shared.map(({ line }) => line), covered: shared.flatMap(({ from }) => from) }
}
