import { blockLines, type Line } from './blocks'
import type { Change, Draw } from './changes'
import { writeLines } from './write'

/** Layers of one type that want one call become a loop from this many on. */
const loopFrom = 3

/** How the file that is edited names things. */
export interface Naming {
  /** Expression of the model's root object: `self`, `model`. */
  readonly root: string
  /** Expression of torch.nn.init: `nn.init`, `torch.nn.init`, `init`. */
  readonly init: string
  /** Expression of a layer class; null when the file cannot name it. */
  className(type: string): string | null
  /** One step of indentation. */
  readonly unit: string
}

/**
 * Statements that draw `changes`, without outer indentation. What layers of a type share is a loop over modules where that is shorter;
 * loops over blocks and single lines follow for the exceptions, and for those of `all` that such a loop would draw otherwise.
 * @param names of all modules and parameters below the root.
 */
export function initializationLines(
  changes: readonly Change[],
  all: readonly Draw[],
  names: readonly string[],
  naming: Naming,
): readonly string[] {
  const changing = new Set(changes.map(({ parameter }) => parameter.id))
  const kept = all.filter(({ parameter }) => !changing.has(parameter.id))
  const written = (shared: readonly SharedCall[]): readonly string[] => linesWith(shared, changes, kept, names, naming)
  let shared = sharedCalls(changes, kept, naming)
  let lines = written(shared)
  for (const call of shared) {
    const fewer = withWeights(shared.filter((other) => other !== call))
    const shorter = written(fewer)
    if (shorter.length < lines.length) [shared, lines] = [fewer, shorter]
  }
  return lines
}

function linesWith(
  shared: readonly SharedCall[],
  changes: readonly Change[],
  kept: readonly Draw[],
  names: readonly string[],
  naming: Naming,
): readonly string[] {
  // Modules inside a composite (attention's out_proj) are layers too: the composites' loop comes second and has the last word.
  const loops = (['module', 'composite'] as const).flatMap((kind) =>
    loop(
      shared.filter((call) => call.kind === kind),
      naming,
    ),
  )
  const single: Line[] = []
  for (const { parameter, template, ...change } of [...changes, ...kept.filter((draw) => shared.some((call) => reaches(call, draw)))]) {
    const own = shared.find((call) => call.type === change.layer?.type && call.attribute === change.attribute)
    if (template !== null && own?.template !== template) single.push({ name: parameter.name, template })
  }
  return [...loops, ...blockLines(single, names, naming.root, naming)]
}

/** Whether a loop draws this parameter too. */
function reaches(call: SharedCall, draw: Pick<Draw, 'layer' | 'lender' | 'attribute'>): boolean {
  return (call.type === (draw.layer?.type ?? draw.lender) && call.attribute === draw.attribute) || reachesInto(call, draw)
}

/** Attention's output projection is a Linear to `isinstance`: a loop over those draws it too. */
function reachesInto({ type, attribute }: SharedCall, change: Pick<Draw, 'attribute'>): boolean {
  return type === 'Linear' && change.attribute === `out_proj.${attribute}`
}

interface SharedCall {
  readonly type: string
  readonly kind: 'module' | 'composite'
  readonly attribute: string
  readonly template: string
}

function loop(calls: readonly SharedCall[], { root, init, unit, className }: Naming): readonly string[] {
  const types = [...new Set(calls.map(({ type }) => type))]
  if (types.length === 0) return []
  const variable = root === 'm' ? 'module' : 'm'
  const lines = [`for ${variable} in ${root}.modules():`]
  types.forEach((type, index) => {
    lines.push(`${unit}${index === 0 ? 'if' : 'elif'} isinstance(${variable}, ${className(type)}):`)
    const own = calls.filter((other) => other.type === type)
    for (const call of [...own.filter(({ attribute }) => !isBias(attribute)), ...own.filter(({ attribute }) => isBias(attribute))]) {
      const target = `${variable}.${call.attribute}`
      const written = writeLines(call.template, target, { init, unit })
      if (isBias(call.attribute))
        lines.push(`${unit}${unit}if ${target} is not None:`, ...written.map((line) => `${unit}${unit}${unit}${line}`))
      else lines.push(...written.map((line) => `${unit}${unit}${line}`))
    }
  })
  return lines
}

function isBias(attribute: string): boolean {
  return attribute.includes('bias')
}

/**
 * For each type and attribute the call that most of its layers want, where at least `loopFrom` share it. A loop that would draw what
 * no one call can draw again is none.
 */
function sharedCalls(changes: readonly Change[], kept: readonly Draw[], naming: Naming): readonly SharedCall[] {
  const counts = new Map<string, { readonly call: SharedCall; count: number }>()
  for (const { layer, attribute, template } of changes) {
    if (layer === null || layer.kind === 'function' || naming.className(layer.type) === null) continue
    const key = `${layer.type} ${attribute} ${template}`
    const entry = counts.get(key)
    if (entry === undefined) counts.set(key, { call: { type: layer.type, kind: layer.kind, attribute, template }, count: 1 })
    else entry.count++
  }
  const best = new Map<string, { readonly call: SharedCall; readonly count: number }>()
  for (const entry of counts.values()) {
    const key = `${entry.call.type} ${entry.call.attribute}`
    const isPossible = kept.every((draw) => draw.template !== null || !reaches(entry.call, draw))
    if (isPossible && entry.count >= loopFrom && entry.count > (best.get(key)?.count ?? 0)) best.set(key, entry)
  }
  return withWeights([...best.values()].map(({ call }) => call))
}

/** A loop that only zeroes biases says less than lines beside the weights. */
function withWeights(calls: readonly SharedCall[]): readonly SharedCall[] {
  return calls.filter((call) => calls.some((other) => other.type === call.type && !isBias(other.attribute)))
}
