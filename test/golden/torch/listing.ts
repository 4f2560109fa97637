/** What a reading says, as text: models with their inputs, calls with shapes and initializers, definitions that no model reaches, what was not read. */
import type { Call, Graph, Initializer } from '../../../src/graph'
import type { ReadDefinition, Reading, ReadModel } from '../../../src/frameworks'

const shape = (sizes: readonly number[]): string => sizes.join('x')

function drawn(graph: Graph, ids: readonly number[]): string {
  const said = ids.map((id) => {
    const parameter = graph.parameters[id]
    if (parameter === undefined) return ''
    const group = parameter.copyGroup === null ? '' : ` copy ${parameter.copyGroup}`
    const frozen = parameter.trainable ? '' : ' frozen'
    return `${parameter.name.slice(parameter.name.lastIndexOf('.') + 1)}(${shape(parameter.shape)}) ${initializer(parameter.initializer)}${group}${frozen}`
  })
  return said.length === 0 ? '' : ` | ${said.join(', ')}`
}

const initializer = ({ label, origin }: Initializer): string => (origin === 'default' ? label : `${label} as written`)

function call(graph: Graph, { kind, name, call: time, type, definition, outputs, parameters }: Call): string {
  const shapes = outputs.map((id) => shape(graph.tensors[id]?.shape ?? []))
  const repeated = time === 0 ? '' : ` (${time})`
  return `  ${kind} ${name}${repeated} ${type} line ${definition?.line ?? '?'}: ${shapes.join(' ')}${drawn(graph, parameters)}`
}

function model({ name, input, graph, assumptions }: ReadModel): string[] {
  const fed = input.map(({ shape: sizes, distribution }) => `${shape(sizes)} ${distribution.kind}`).join(', ')
  return [
    `model ${name} on ${fed}`,
    ...assumptions.map(({ message, setting }) => `  assumed: ${message}${setting === null ? '' : ` [${setting}]`}`),
    ...graph.calls.map((each) => call(graph, each)),
    `  gives ${graph.outputs.map((id) => shape(graph.tensors[id]?.shape ?? [])).join(', ') || 'nothing'}`,
  ]
}

function unreached({ span, callee, reason, standalone }: ReadDefinition): string[] {
  if (reason === null) return []
  const alone = standalone === null ? '' : ` (fan_in ${standalone.fanIn}, fan_out ${standalone.fanOut})`
  return [`unreached line ${span.line} ${callee}: ${reason}${alone}`]
}

export function listing({ models, definitions, unread, message }: Reading): string {
  return [
    ...models.flatMap(model),
    ...definitions.flatMap(unreached),
    ...unread.map(({ message: said, span }) => `unread line ${span?.line ?? '?'}: ${said}`),
    ...(message === null ? [] : [`message: ${message}`]),
  ].join('\n')
}
