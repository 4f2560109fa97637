import { type FindingRule, type Layer, layersOf, named } from './rule'

/** The file initializes most layers of a kind by itself and leaves others at the framework's default. */
export const partialInitialization: FindingRule = {
  id: 'partial-initialization',
  severity: 'information',
  title: 'Initialization misses some layers',
  check(context) {
    const layers = layersOf(context)
    const written = layers.filter(isWritten)
    const missed = layers.filter((layer) => !isWritten(layer) && written.some((other) => other.call.type === layer.call.type))
    const [first] = missed
    if (first === undefined || missed.length >= written.length) return []
    return [
      {
        message: `The file initializes ${written.length} of ${layers.length} weights by itself, but ${named(missed)} of type ${first.call.type} keep${missed.length === 1 ? 's' : ''} ${first.parameter.initializer.label}.`,
        span: first.call.definition,
        calls: missed.map(({ call }) => call.id),
        mendedBy: missed.map(({ parameter }) => parameter.id),
      },
    ]
  },
}

function isWritten(layer: Layer): boolean {
  return layer.parameter.initializer.origin === 'written'
}
