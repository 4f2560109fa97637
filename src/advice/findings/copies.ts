import { byDefinition, type FindingRule, type Layer, layersOf } from './rule'

/** `copy.deepcopy` copies drawn weights: layers that look independent start identical (pytorch #72253, #86274). */
export const copiedLayers: FindingRule = {
  id: 'copied-layers',
  severity: 'information',
  title: 'Copied layers start identical',
  check(context) {
    const groups = new Map<number, Layer[]>()
    for (const layer of layersOf(context)) {
      const group = layer.parameter.copyGroup
      if (group === null) continue
      const members = groups.get(group)
      if (members === undefined) groups.set(group, [layer])
      else members.push(layer)
    }
    const copied = [...groups.values()].filter((members) => new Set(members.map(({ parameter }) => parameter.id)).size > 1)
    return byDefinition(copied.flatMap((members) => members.slice(0, 1))).flatMap((firsts) => {
      const [first] = firsts
      if (first === undefined) return []
      const members = copied.find((group) => group.includes(first)) ?? []
      return [
        {
          message: `\`${first.call.name}\` and ${members.length - 1} copies of it were made by deepcopy and start with the same weights; draw each anew to start them apart.`,
          span: first.call.definition,
          calls: members.map(({ call }) => call.id),
          mendedBy: members.map(({ parameter }) => parameter.id),
        },
      ]
    })
  },
}
