import type { Analysis, Definition, ModelAnalysis, WeightAdvice } from '../analysis'
import { type Call, distributionVariance, type Span } from '../graph'
import { formatNumber, formatShape } from './numbers'
import { departs } from './summary'

/** Addresses that a front gives to what can be done from a hover; null leaves the link out. */
export interface HoverLinks {
  applyToLayer(definition: Definition): string | null
  applyToModel(model: ModelAnalysis): string | null
  openPanel(model: ModelAnalysis, call: Call | null): string | null
  reveal(span: Span): string | null
  setAssumption(setting: string): string | null
}

/** One call that a definition gave rise to, with what is known of it. */
interface Instance {
  readonly model: ModelAnalysis
  readonly call: Call
  readonly advice: WeightAdvice | null
  readonly signal: number | null
  readonly gradient: number | null
  readonly signalAdvised: number | null
  readonly gradientAdvised: number | null
}

/** Markdown of the hover on a layer definition (trusted for `links` only; all text of the user's is escaped). */
export function hoverMarkdown(analysis: Analysis, definition: Definition, links: HoverLinks): string {
  const instances = instancesOf(analysis, definition)
  const worst = worstOf(instances)
  if (worst === null) return standaloneMarkdown(definition)
  const lines = [headline(definition, instances, worst, links)]
  if (worst.advice !== null) lines.push(recommendationLine(analysis, worst.advice, worst, links, definition))
  lines.push(momentsTable(instances, worst))
  if (worst.advice !== null) lines.push(nowLine(worst.advice, worst.model), xavierLine(worst.advice))
  const unknown = unknownReason(worst)
  if (unknown !== null) lines.push(unknown)
  if (worst.model.assumptions.length > 0) lines.push(assumptionsLine(worst.model, links))
  return lines.filter((line) => line !== '').join('\n\n')
}

function instancesOf(analysis: Analysis, definition: Definition): readonly Instance[] {
  return definition.instances.flatMap(({ model: index, calls }) => {
    const model = analysis.models[index]
    if (model === undefined) return []
    return calls.flatMap((id) => {
      const call = model.graph.calls[id]
      const output = call?.outputs[0]
      if (call === undefined) return []
      const known = (side: ModelAnalysis['current']['forward'] | ModelAnalysis['current']['backward']): number | null => {
        const moments = output === undefined ? undefined : side[output]
        return moments?.known ? moments.secondMoment : null
      }
      return [
        {
          model,
          call,
          advice: model.weights.find((advice) => advice.call === id) ?? null,
          signal: known(model.current.forward),
          gradient: known(model.current.backward),
          signalAdvised: known(model.recommended.forward),
          gradientAdvised: known(model.recommended.backward),
        },
      ]
    })
  })
}

/** The instance whose signal or gradient is farthest from 1; the first where nothing is known. */
function worstOf(instances: readonly Instance[]): Instance | null {
  let worst: Instance | null = null
  let worstDistance = -1
  for (const instance of instances) {
    const distance = Math.max(farFromOne(instance.signal), farFromOne(instance.gradient))
    if (distance > worstDistance) {
      worst = instance
      worstDistance = distance
    }
  }
  return worst
}

function farFromOne(moment: number | null): number {
  if (moment === null) return 0
  return moment === 0 ? Number.MAX_VALUE : Math.abs(Math.log(moment))
}

function headline(definition: Definition, instances: readonly Instance[], worst: Instance, links: HoverLinks): string {
  const type = definition.callee.split('.').at(-1) ?? definition.callee
  const parameter = worst.advice === null ? undefined : worst.model.graph.parameters[worst.advice.parameter]
  const sizes = parameter === undefined ? '' : layerSizes(worst.model, parameter.id)
  const feeds = worst.advice === null ? '' : ` · feeds ${feedsText(worst.advice, links)}`
  const many = instances.length > 1 ? ` · ${instances.length} calls, the worst is \`${worst.call.name}\`` : ''
  return `**${escapeMarkdown(worst.call.name)}** · ${escapeMarkdown(type)}${sizes}${feeds}${many}`
}

/** ` 784 → 256`, ` 3 → 64, 11×11`, as the layer maps its input; empty where one number of each does not tell. */
function layerSizes({ graph }: ModelAnalysis, parameter: number): string {
  for (const { op } of graph.nodes) {
    switch (op.kind) {
      case 'linear':
        if (op.weight === parameter) return ` ${op.inFeatures} → ${op.outFeatures}`
        break
      case 'conv':
      case 'convTranspose':
        if (op.weight === parameter) return ` ${op.inChannels} → ${op.outChannels}, ${formatShape(op.kernel)}`
        break
      case 'embedding':
        if (op.weight === parameter) return ` ${op.count} → ${op.dim}`
        break
      case 'recurrent':
        if (op.layers.some((directions) => directions.some(({ inputKernel }) => inputKernel === parameter)))
          return ` ${graph.parameters[parameter]?.shape[1] ?? '?'} → ${op.hidden}`
        break
      default:
        break
    }
  }
  return ''
}

function feedsText(advice: WeightAdvice, links: HoverLinks): string {
  const name = advice.activation === null ? 'something unknown' : advice.activation === 'none' ? 'no nonlinearity' : advice.activation
  const address = advice.activationSpan === null ? null : links.reveal(advice.activationSpan)
  return address === null ? name : `[${name}](${address})`
}

function recommendationLine(analysis: Analysis, advice: WeightAdvice, worst: Instance, links: HoverLinks, definition: Definition): string {
  const { recommended } = advice
  const bound =
    recommended.bound === null
      ? `std ${formatNumber(recommended.std)}`
      : `bound ±${formatNumber(recommended.bound)}, std ${formatNumber(recommended.std)}`
  const stays = instancesOf(analysis, definition).every(({ model, advice: own }) => own === null || !departs(model, own))
  const actions = [
    stays ? '' : link('Apply', links.applyToLayer(definition)),
    link('Apply to model', links.applyToModel(worst.model)),
    link('Open panel', links.openPanel(worst.model, worst.call)),
  ].filter((text) => text !== '')
  return `**${stays ? 'Stays: ' : ''}${recommended.initializer.label}**: ${recommended.formula}, ${bound}${actions.length === 0 ? '' : `  \n${actions.join(' · ')}`}\n\n${recommended.why}`
}

function link(text: string, address: string | null): string {
  return address === null ? '' : `[${text}](${address})`
}

function momentsTable(instances: readonly Instance[], worst: Instance): string {
  const advised = worst.advice?.recommended.initializer.label ?? 'advised'
  const row = (arrow: string, now: (instance: Instance) => number | null, then: (instance: Instance) => number | null): string =>
    `| ${arrow} | ${range(instances.map(now))} | ${range(instances.map(then))} |`
  return [
    `| | &emsp;now | &emsp;with ${advised} |`,
    '|:--|--:|--:|',
    row(
      'signal →',
      (instance) => instance.signal,
      (instance) => instance.signalAdvised,
    ),
    row(
      'gradient ←',
      (instance) => instance.gradient,
      (instance) => instance.gradientAdvised,
    ),
  ].join('\n')
}

/** One number, or the smallest and the largest of many. */
function range(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return 'unknown'
  const low = formatNumber(Math.min(...known), 2)
  const high = formatNumber(Math.max(...known), 2)
  return low === high ? low : `${low} … ${high}`
}

function nowLine(advice: WeightAdvice, model: ModelAnalysis): string {
  const parameter = model.graph.parameters[advice.parameter]
  if (parameter === undefined) return ''
  const variance = distributionVariance(parameter.initializer.distribution, parameter.shape)
  const origin = parameter.initializer.origin === 'default' ? 'the default' : 'what the file asks for'
  if (variance === null) return `Now it is ${origin}, ${escapeMarkdown(parameter.initializer.label)}, of unknown variance.`
  return `Now it is ${origin}, ${escapeMarkdown(parameter.initializer.label)}, Var(w) = ${formatNumber(variance)}: ${compared(variance, advice.recommended.variance)}.`
}

function compared(variance: number, advised: number): string {
  if (advised === 0) return variance === 0 ? 'the same' : 'more than advised'
  const ratio = variance / advised
  if (ratio > 0.95 && ratio < 1.05) return 'the same as advised'
  return ratio < 1 ? `1/${formatNumber(1 / ratio, 2)} of what is advised` : `${formatNumber(ratio, 2)} times what is advised`
}

function xavierLine(advice: WeightAdvice): string {
  if (advice.glorotVariance === null || advice.lessonVariance === null) return ''
  const { family, mode, gain } = advice.recommended
  // Xavier itself was said above.
  if (family === 'xavier' && mode === 'fan_avg' && gain === 1)
    return `The lesson’s Xavier, 1/n, would draw ${formatNumber(advice.lessonVariance)}.`
  return `Xavier would draw 2/(fan_in + fan_out) = ${formatNumber(advice.glorotVariance)} (1/n: ${formatNumber(advice.lessonVariance)}).`
}

function unknownReason(worst: Instance): string | null {
  const output = worst.call.outputs[0]
  if (output === undefined) return null
  const moments = [worst.model.current.forward[output], worst.model.current.backward[output]].find((found) => found?.known === false)
  if (moments === undefined || moments.known) return null
  return `Not predicted: ${escapeMarkdown(moments.reason)}${moments.span === null ? '' : ` (line ${moments.span.line})`}.`
}

function assumptionsLine(model: ModelAnalysis, links: HoverLinks): string {
  const parts = model.assumptions.map((assumption) => {
    const address = assumption.setting === null ? null : links.setAssumption(assumption.setting)
    return escapeMarkdown(assumption.message) + (address === null ? '' : ` ([set](${address}))`)
  })
  return `${parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('. ')}.`
}

function standaloneMarkdown(definition: Definition): string {
  const { standalone } = definition
  const type = definition.callee.split('.').at(-1) ?? definition.callee
  const fans =
    standalone === null || standalone.fanIn === null ? '' : ` · fan_in ${standalone.fanIn}, fan_out ${standalone.fanOut ?? 'unknown'}`
  const lines = [`**${escapeMarkdown(type)}**${fans}`]
  if (standalone?.recommended) {
    const { recommended } = standalone
    lines.push(`**${recommended.initializer.label}**: ${recommended.formula}, std ${formatNumber(recommended.std)}`, recommended.why)
    if (standalone.currentVariance !== null)
      lines.push(`Now Var(w) = ${formatNumber(standalone.currentVariance)}: ${compared(standalone.currentVariance, recommended.variance)}.`)
  }
  lines.push(`The variance is not predicted: ${escapeMarkdown(definition.reason ?? 'no model that was read reaches this layer')}.`)
  return lines.join('\n\n')
}

/** Text of the user's may not become Markdown of ours. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~]/g, '\\$&')
}
