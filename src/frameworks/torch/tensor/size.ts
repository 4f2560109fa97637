/** torch.Size: a tuple of ints that knows its product. */
import { tupleClass } from '../../../python/builtins/classes'
import { int } from '../../../python/make'
import { method, nativeClass } from '../../../python/native'
import type { ClassValue, TupleValue } from '../../../python/values'
import { count } from './layout'

export const sizeClass: ClassValue = nativeClass({
  name: 'Size',
  qualifiedName: 'torch.Size',
  bases: [tupleClass],
  attributes: [
    [
      'numel',
      method('numel(self)', (args) => {
        const self = args.value('self')
        return int(self.kind === 'tuple' ? count(self.items.map((item) => (item.kind === 'int' ? Number(item.value) : 1))) : 0)
      }),
    ],
  ],
})

export function sizeValue(shape: readonly number[]): TupleValue {
  return { kind: 'tuple', items: shape.map((size) => int(size)), cls: sizeClass }
}
