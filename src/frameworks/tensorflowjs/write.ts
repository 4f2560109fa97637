/** Initializers written where a script makes its layers. */
import type { Document, TextEdit } from '../../analysis'
import type { Parameter, Span } from '../../graph'
import { type Program, parse } from '../../javascript'
import { childOfField, named, type SyntaxNode } from '../../syntax'
import { dialects } from '../spec/dialect'
import { cutDeviation } from '../spec/initializer'
import { initializerText } from '../spec/initializerText'
import { layerKindOf } from '../spec/layers'
import { camelCase, layerName } from '../spec/names'
import { topologyNames } from '../spec/topologyNames'
import { settingOf, type SpecChange, type SpecWriter } from '../spec/write'
import { layerClasses } from './factories'
import { objectEdits } from './objectText'

const dialect = dialects.tensorflowjs

/** Changes of one setting where one layer is made. */
interface Group {
  readonly call: SyntaxNode
  readonly key: string
  readonly texts: Set<string>
  readonly families: Set<SpecChange['family']>
  /** How the file names `tf.initializers`. */
  readonly initializers: string | null
  readonly isUniform: boolean
}

/** The call that has exactly this span; null where the tree has none. */
function callAt({ root, file }: Program, span: Span | null): SyntaxNode | null {
  if (span === null || span.file !== file) return null
  let node: SyntaxNode | undefined = root
  while (node !== undefined) {
    if (node.type === 'call_expression' && node.start === span.start && node.end === span.end) return node
    node = node.children.find((child) => child.start <= span.start && child.end >= span.end)
  }
  return null
}

/** Name of the function that a call calls: `dense` of `tf.layers.dense(…)`. */
function calledName({ text }: Program, call: SyntaxNode): string {
  const callee = childOfField(call, 'function')
  const name = callee === null ? null : (childOfField(callee, 'property') ?? callee)
  return name === null ? '' : text.slice(name.start, name.end)
}

/** How the file names `tf.initializers`, from a call of `tf.layers`; null where the call does not tell. */
function initializersOf({ text }: Program, call: SyntaxNode): string | null {
  const callee = childOfField(call, 'function')
  const before = callee === null ? '' : text.slice(callee.start, callee.end)
  const library = /^(.*)\.layers\.\w+$/s.exec(before)?.[1]
  return library === undefined ? null : `${library}.initializers`
}

export function scriptWriter(document: Document): SpecWriter {
  let parsed: Program | null = null
  const program = (): Program => {
    parsed ??= parse(document.file, document.text)
    return parsed
  }
  const lineOf = ({ start, end }: SyntaxNode): number => program().lines.span(start, end).line
  const quote = document.text.split("'").length >= document.text.split('"').length ? "'" : '"'

  const keyOf = (parameter: Parameter, name: string): string | null => {
    const setting = settingOf(parameter, dialect)
    if (setting === null) return null
    const kind = layerKindOf(layerName(layerClasses.get(name) ?? name))
    return camelCase(topologyNames(kind)(setting))
  }
  /** The value of the setting, in this file's words. */
  const textFor = ({ parameter, distribution }: SpecChange, initializers: string): string | null => {
    const text = initializerText(distribution, parameter, dialect, 'script')
    if (text === null) return null
    return text.startsWith('tf.')
      ? `${initializers}${text.slice('tf.initializers'.length)}`.replaceAll("'", quote)
      : `${quote}${text}${quote}`
  }

  return {
    code(change) {
      const call = callAt(program(), change.parameter.definition)
      const key = keyOf(change.parameter, call === null ? 'dense' : calledName(program(), call))
      const text = textFor(change, (call === null ? null : initializersOf(program(), call)) ?? 'tf.initializers')
      return key === null || text === null ? null : `${key}: ${text}`
    },
    edits(changes, kept) {
      const groups = new Map<string, Group>()
      let reason = 'The layers are made in another file: open it to change their initialization.'
      const put = (change: SpecChange, isNew: boolean): void => {
        const call = callAt(program(), change.parameter.definition)
        if (call === null) return
        const key = keyOf(change.parameter, calledName(program(), call))
        const initializers = initializersOf(program(), call)
        const text = textFor(change, initializers ?? 'tf.initializers')
        if (key === null || text === null || (initializers === null && text.startsWith('tf.'))) {
          if (isNew) reason = `${change.parameter.name} cannot be written as a setting of its layer.`
          return
        }
        const id = `${call.start} ${key}`
        const group = groups.get(id)
        if (group !== undefined) {
          group.texts.add(text)
          group.families.add(change.family)
        } else if (isNew) {
          const isUniform = change.distribution.kind === 'uniform'
          groups.set(id, { call, key, texts: new Set([text]), families: new Set([change.family]), initializers, isUniform })
        }
      }
      for (const change of changes) put(change, true)
      // What is as advised already must stay so where one call makes several layers.
      for (const change of kept) put(change, false)
      const byCall = new Map<SyntaxNode, Map<string, string>>()
      for (const group of groups.values()) {
        const { call, key, texts } = group
        const [only] = texts
        const text = texts.size > 1 ? sharedText(group, quote) : only
        if (text === null || text === undefined) {
          reason = `The layers that line ${lineOf(call)} makes are advised differently.`
          continue
        }
        byCall.set(call, (byCall.get(call) ?? new Map<string, string>()).set(key, text))
      }
      const edits: TextEdit[] = []
      for (const [call, values] of byCall) {
        const made = callEdits(document.text, call, values)
        if (made === null) reason = `The settings of the layer on line ${lineOf(call)} are not written in its call.`
        else if (made.every(({ start, end, newText }) => document.text.slice(start, end) === newText))
          reason = `The layers that line ${lineOf(call)} makes are advised differently; they have the scheme that they share.`
        else edits.push(...made.map((edit) => ({ file: document.file, ...edit })))
      }
      return edits.length === 0 ? { ok: false, reason } : { ok: true, edits: edits.sort((a, b) => a.start - b.start) }
    },
  }
}

/** Variance of a standard normal cut at ±2, by which the library's normals fall short. */
const cutShare = cutDeviation ** 2

/** One scheme for layers of several sizes, exact for each: their family's. null where they have none in common. */
function sharedText({ families, initializers, isUniform }: Group, quote: string): string | null {
  const [family] = families
  if (families.size > 1 || family === undefined || family === null) return null
  if (isUniform) return `${quote}${{ he: 'heUniform', xavier: 'glorotUniform', lecun: 'leCunUniform' }[family]}${quote}`
  if (initializers === null) return null
  const scale = Number(((family === 'he' ? 2 : 1) / cutShare).toPrecision(5))
  const mode = family === 'xavier' ? 'fanAvg' : 'fanIn'
  return `${initializers}.varianceScaling({ scale: ${scale}, mode: ${quote}${mode}${quote}, distribution: ${quote}normal${quote} })`
}

/** null where what the call is given is no object literal. */
function callEdits(text: string, call: SyntaxNode, values: ReadonlyMap<string, string>): ReturnType<typeof objectEdits> | null {
  const list = childOfField(call, 'arguments')
  const [argument] = list === null ? [] : named(list)
  if (list === null) return null
  if (argument === undefined) {
    const pairs = [...values].map(([key, value]) => `${key}: ${value}`)
    return [{ start: list.end - 1, end: list.end - 1, newText: `{ ${pairs.join(', ')} }` }]
  }
  return argument.type === 'object' ? objectEdits(text, argument, values) : null
}
