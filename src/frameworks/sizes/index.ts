/** Sizes in a file that a what-if may change, and the file with other sizes in their place. */
import type { Document, ModelAnalysis, SizeKnob } from '../../analysis'
import { type ParsedModule, parseCached } from '../../python'
import type { ModuleNode } from '../../python/ast'
import { frameworksOf } from '../imports'
import { isSpecFile } from '../spec'
import { isScriptFile } from '../tensorflowjs'
import { reachedFrom } from './reached'
import { replaceIntegers } from './replace'
import { ownParameters, sizesWritten, type WrittenSize } from './written'

export type SizedModel = Pick<ModelAnalysis, 'name' | 'rootClass' | 'span'>

/** More are no help to anybody. */
const mostKnobs = 12

const identifier = /[A-Za-z_]\w*/g

/**
 * The whole numbers that set widths and depths of a model: defaults of parameters, constants, arguments, repeats, and equal sizes of
 * layers together; empty for what is not Python.
 * The model's name is the expression that builds it, in the file's own names: `MLP(width=64)`.
 */
export function sizeKnobs(document: Document, { name, rootClass, span }: SizedModel): readonly SizeKnob[] {
  if (isSpecFile(document.file) || isScriptFile(document.file)) return []
  const { module } = parseCached(document.file, document.text)
  const names = [...(name.match(identifier) ?? []), ...(rootClass === null ? [] : [rootClass.name])]
  const parts = reachedFrom(module, names, span?.file === document.file ? span.start : null)
  const written = sizesWritten(parts, { layerPositions: frameworksOf(module).keras ? 1 : 2, own: ownParameters(module) })
  const ownNames = new Set(names)
  return knobsOf(written)
    .sort((a, b) => rank(a, ownNames) - rank(b, ownNames))
    .slice(0, mostKnobs)
}

/** Widths and depths of the model itself first, then those of its parts; what the data decide comes last. */
function rank({ id, label, spans }: SizeKnob, own: ReadonlySet<string>): number {
  if (/class|vocab|^in_|channels$/i.test(label)) return 3
  if (id.startsWith('size ')) return spans.length > 1 ? 2 : 3
  return own.has(id.split(/[.> ]/, 1)[0] ?? '') ? 0 : 1
}

function knobsOf(written: readonly WrittenSize[]): SizeKnob[] {
  const knobs = new Map<string, SizeKnob>()
  for (const { id, label, value, node } of written) {
    const known = knobs.get(id)
    // The same name with another number is another size.
    const key = known === undefined || known.value === value ? id : `${id} ${value}`
    const spans = knobs.get(key)?.spans ?? []
    if (spans.some(({ start }) => start === node.span.start)) continue
    knobs.set(key, { id: key, label, value, spans: [...spans, node.span] })
  }
  return [...knobs.values()]
}

/** A document's tree, its whole numbers at `integers` taken as others. Spans are those of the text as it is. */
export function parseWith(document: Document, integers: readonly { readonly start: number; readonly value: number }[] = []): ParsedModule {
  const parsed = parseCached(document.file, document.text)
  if (integers.length === 0) return parsed
  const module: ModuleNode = replaceIntegers(parsed.module, new Map(integers.map(({ start, value }) => [start, value])))
  return { ...parsed, module }
}
