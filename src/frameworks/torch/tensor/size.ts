/** Shapes as programs see them: torch.Size, a tuple of ints that knows its product, with what TensorFlow's TensorShape has beside it. */
import { tupleClass } from '../../../python/builtins/classes'
import { int, list } from '../../../python/make'
import { getter, method, nativeClass } from '../../../python/native'
import type { ClassValue, TupleValue, Value } from '../../../python/values'
import { count } from './layout'

const itemsOf = (self: Value): readonly Value[] => (self.kind === 'tuple' ? self.items : [])

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
    ['as_list', method('as_list(self)', (args) => list([...itemsOf(args.value('self'))]))],
    ['rank', getter('rank', (self) => int(itemsOf(self).length))],
    ['ndims', getter('ndims', (self) => int(itemsOf(self).length))],
  ],
})

export function sizeValue(shape: readonly number[]): TupleValue {
  return { kind: 'tuple', items: shape.map((size) => int(size)), cls: sizeClass }
}
