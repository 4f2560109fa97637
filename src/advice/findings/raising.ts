import type { FindingRule } from './rule'

/** An initializer on a bias or another 1-D tensor has no fans to go by: the framework stops there. */
export const initializerRaises: FindingRule = {
  id: 'initializer-raises',
  severity: 'error',
  title: 'This initializer raises',
  check({ graph }) {
    const places = new Map<string, { readonly names: string[]; readonly ids: number[] }>()
    for (const { id, name, initializer } of graph.parameters) {
      const { raises, span } = initializer
      if (raises === undefined) continue
      const key = span === null ? name : `${span.file}:${span.start}`
      const place = places.get(key) ?? { names: [], ids: [] }
      place.names.push(name)
      place.ids.push(id)
      places.set(key, place)
    }
    return [...places.values()].flatMap(({ names, ids }) => {
      const [first] = ids
      const parameter = first === undefined ? undefined : graph.parameters[first]
      if (parameter?.initializer.raises === undefined) return []
      const others = names.length === 1 ? '' : ` and ${names.length - 1} ${names.length === 2 ? 'other' : 'others'}`
      return [
        {
          message: `${parameter.initializer.label} stops at \`${parameter.name}\`${others} of shape [${parameter.shape.join(', ')}]: ${parameter.initializer.raises}. Draw biases and norms with zeros_, ones_ or constant_.`,
          span: parameter.initializer.span,
          calls: graph.calls.filter(({ parameters }) => parameters.some((id) => ids.includes(id))).map(({ id }) => id),
        },
      ]
    })
  },
}
