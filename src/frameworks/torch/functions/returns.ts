/** The named tuples that torch returns: `values, indices = x.max(dim)`, `x.max(dim).values`. */

import { tupleClass } from '../../../python/builtins/classes'
import { none } from '../../../python/make'
import { getter, nativeClass } from '../../../python/native'
import type { TupleValue, Value } from '../../../python/values'

function returnClass(names: readonly string[]) {
  return nativeClass({
    name: 'return_types',
    qualifiedName: 'torch.return_types',
    bases: [tupleClass],
    attributes: names.map(
      (name, index) => [name, getter(name, (self) => (self.kind === 'tuple' ? (self.items[index] ?? none) : none))] as const,
    ),
  })
}

const valuesAndIndices = returnClass(['values', 'indices'])

export function valuesIndices(values: Value, indices: Value): TupleValue {
  return { kind: 'tuple', items: [values, indices], cls: valuesAndIndices }
}
