import { blockLines } from './blocks'
import type { Change } from './changes'
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
 * Statements that draw `changes`, without outer indentation. What layers of a type share is a loop over modules; loops over blocks and
 * single lines follow for the exceptions, and for those of `all` that are as advised already but that a loop would draw otherwise.
 * @param names of all modules and parameters below the root.
 */
export function initializationLines(
  changes: readonly Change[],
  all: readonly Change[],
  names: readonly string[],
  naming: Naming,
): readonly string[] {
  const changing = new Set(changes.map(({ parameter }) => parameter.id))
  const kept = all.filter(({ parameter }) => !changing.has(parameter.id))
  const shared = sharedCalls(changes, kept, naming)
  const lines: string[] = []
  // Modules inside a composite (attention's out_proj) are layers too: the composites' loop comes second and has the last word.
  for (const kind of ['module', 'composite'] as const)
    lines.push(
      ...loop(
        shared.filter((call) => call.kind === kind),
        naming,
      ),
    )
  const covered = (change: Change): boolean =>
    shared.some((call) => call.type === change.layer?.type && call.attribute === change.attribute && call.template === change.template)
  const redrawn = (change: Change): boolean =>
    shared.some((call) => (call.type === change.layer?.type && call.attribute === change.attribute) || reachesInto(call, change))
  const single = [...changes, ...kept.filter(redrawn)]
    .filter((change) => !covered(change))
    .map(({ parameter: { name }, template }) => ({ name, template }))
  return [...lines, ...blockLines(single, names, naming.root, naming)]
}

/** Attention's output projection is a Linear to `isinstance`: a loop over those draws it too. */
function reachesInto({ type, attribute }: SharedCall, change: Change): boolean {
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
  const lines = [`for m in ${root}.modules():`]
  types.forEach((type, index) => {
    lines.push(`${unit}${index === 0 ? 'if' : 'elif'} isinstance(m, ${className(type)}):`)
    for (const call of calls.filter((other) => other.type === type)) {
      const target = `m.${call.attribute}`
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
 * For each type and attribute the call that most of its layers want, where at least `loopFrom` share it, and more than those that
 * are as advised but that the loop would draw otherwise.
 */
function sharedCalls(changes: readonly Change[], kept: readonly Change[], naming: Naming): readonly SharedCall[] {
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
    const { type, attribute, template } = entry.call
    const disturbed = kept.filter(
      (change) =>
        change.template !== template &&
        ((change.layer?.type === type && change.attribute === attribute) || reachesInto(entry.call, change)),
    )
    if (entry.count >= loopFrom && entry.count > disturbed.length && entry.count > (best.get(key)?.count ?? 0)) best.set(key, entry)
  }
  const calls = [...best.values()].map(({ call }) => call)
  // A loop that only zeroes biases says less than lines beside the weights.
  return calls.filter((call) => calls.some((other) => other.type === call.type && !isBias(other.attribute)))
}
