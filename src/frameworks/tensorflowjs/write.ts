/** Initializers written where a script makes its layers. */
import type { Document, TextEdit } from '../../analysis'
import type { Parameter } from '../../graph'
import { type Program, parse } from '../../javascript'
import { childOfField, named, type SyntaxNode } from '../../syntax'
import { dialects } from '../spec/dialect'
import { cutDeviation } from '../spec/initializer'
import { initializerText } from '../spec/initializerText'
import { layerKindOf } from '../spec/layers'
import { camelCase, layerName } from '../spec/names'
import { topologyNames } from '../spec/topologyNames'
import { settingOf, type SpecChange, type SpecWriter } from '../spec/write'
import { addedWeight, addWeightCall } from './addWeightCalls'
import { callAt, calledName } from './calls'
import { layerClasses } from './factories'
import { objectEdits } from './objectText'

const dialect = dialects.tensorflowjs

/** Where an initializer is written: under a key of what a layer is given, or in the place of what `addWeight` is given. */
type Target =
  | { readonly kind: 'setting'; readonly call: SyntaxNode; readonly key: string }
  | { readonly kind: 'argument'; readonly call: SyntaxNode; readonly argument: SyntaxNode }

/** Changes of one place. */
interface Group {
  readonly target: Target
  readonly texts: Set<string>
  readonly families: Set<SpecChange['family']>
  /** How the file names `tf.initializers`. */
  readonly initializers: string | null
  readonly isUniform: boolean
}

/** How the file names `tf.initializers`, from a call of `tf.layers`; null where the call does not tell. */
function initializersOf({ text }: Program, call: SyntaxNode): string | null {
  const callee = childOfField(call, 'function')
  const before = callee === null ? '' : text.slice(callee.start, callee.end)
  const library = /^(.*)\.layers\.\w+$/s.exec(before)?.[1]
  return library === undefined ? null : `${library}.initializers`
}

interface Written {
  readonly target: Target
  readonly text: string
  /** How the file names `tf.initializers`; null where it does not. */
  readonly initializers: string | null
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
  /** The same for `addWeight`, which takes initializers and no names of them. */
  const objectFor = (change: SpecChange, initializers: string): string | null => {
    const text = initializerText(change.distribution, change.parameter, dialect, 'script')
    if (text === null || text.startsWith('tf.')) return textFor(change, initializers)
    return `${initializers}.${text}${text === 'zeros' || text === 'ones' ? '()' : '({})'}`
  }
  /** Where a change is written, and what; why it is not otherwise; null for another file's layers. */
  const placed = (change: SpecChange): Written | string | null => {
    const { parameter } = change
    const own = addWeightCall(program(), parameter)
    if (own !== null) {
      const found = addedWeight(program(), own)
      const text = objectFor(change, found?.initializers ?? 'tf.initializers')
      if (found === null && text !== null)
        return `${parameter.name} is drawn by addWeight on line ${lineOf(own)}: write ${text} there by hand.`
      if (found === null || text === null) return `TensorFlow.js has no initializer that draws ${parameter.name} as advised.`
      return { target: { kind: 'argument', call: own, argument: found.initializer }, text, initializers: found.initializers }
    }
    const call = callAt(program(), parameter.definition)
    if (call === null) return null
    const key = keyOf(parameter, calledName(program(), call))
    const initializers = initializersOf(program(), call)
    const text = textFor(change, initializers ?? 'tf.initializers')
    if (key === null || text === null || (initializers === null && text.startsWith('tf.')))
      return `${parameter.name} cannot be written as a setting of its layer.`
    return { target: { kind: 'setting', call, key }, text, initializers }
  }

  return {
    code(change) {
      const own = addWeightCall(program(), change.parameter)
      if (own !== null) return objectFor(change, addedWeight(program(), own)?.initializers ?? 'tf.initializers')
      const call = callAt(program(), change.parameter.definition)
      const key = keyOf(change.parameter, call === null ? 'dense' : calledName(program(), call))
      const text = textFor(change, (call === null ? null : initializersOf(program(), call)) ?? 'tf.initializers')
      return key === null || text === null ? null : `${key}: ${text}`
    },
    edits(changes, kept) {
      const groups = new Map<string, Group>()
      let reason = 'The layers are made in another file: open it to change their initialization.'
      const put = (change: SpecChange, isNew: boolean): void => {
        const found = placed(change)
        if (found === null || typeof found === 'string') {
          if (isNew) reason = found ?? reason
          return
        }
        const { target, text, initializers } = found
        const id = `${target.call.start} ${target.kind === 'setting' ? target.key : 'addWeight'}`
        const group = groups.get(id)
        if (group !== undefined) {
          group.texts.add(text)
          group.families.add(change.family)
        } else if (isNew) {
          const isUniform = change.distribution.kind === 'uniform'
          groups.set(id, { target, texts: new Set([text]), families: new Set([change.family]), initializers, isUniform })
        }
      }
      for (const change of changes) put(change, true)
      // What is as advised already must stay so where one call makes several layers.
      for (const change of kept) put(change, false)
      const byCall = new Map<SyntaxNode, Map<string, string>>()
      const edits: TextEdit[] = []
      const write = (call: SyntaxNode, made: ReturnType<typeof callEdits>): void => {
        if (made === null) reason = `The settings of the layer on line ${lineOf(call)} are not written in its call.`
        else if (made.every(({ start, end, newText }) => document.text.slice(start, end) === newText))
          reason = `The layers that line ${lineOf(call)} makes are advised differently; they have the scheme that they share.`
        else edits.push(...made.map((edit) => ({ file: document.file, ...edit })))
      }
      for (const group of groups.values()) {
        const { target, texts } = group
        const { call } = target
        const [only] = texts
        const text = texts.size > 1 ? sharedText(group, quote) : only
        if (text === null || text === undefined) {
          reason = `The layers that line ${lineOf(call)} makes are advised differently.`
          continue
        }
        if (target.kind === 'argument') write(call, [{ start: target.argument.start, end: target.argument.end, newText: text }])
        else byCall.set(call, (byCall.get(call) ?? new Map<string, string>()).set(target.key, text))
      }
      for (const [call, values] of byCall) write(call, callEdits(document.text, call, values))
      return edits.length === 0 ? { ok: false, reason } : { ok: true, edits: edits.sort((a, b) => a.start - b.start) }
    },
  }
}

/** Variance of a standard normal cut at ±2, by which the library's normals fall short. */
const cutShare = cutDeviation ** 2

/** One scheme for layers of several sizes, exact for each: their family's. null where they have none in common. */
function sharedText({ target, families, initializers, isUniform }: Group, quote: string): string | null {
  const [family] = families
  if (families.size > 1 || family === undefined || family === null) return null
  if (isUniform) {
    const name = { he: 'heUniform', xavier: 'glorotUniform', lecun: 'leCunUniform' }[family]
    return target.kind === 'argument' ? `${initializers}.${name}({})` : `${quote}${name}${quote}`
  }
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
