/** Methods of tuple. */
import { tuple } from '../make'
import { native } from '../native'
import { tupleClass } from './classes'
import { binaryMethods, comparisonMethods, fill, ordering } from './fill'
import { isItems, itemsOf } from './iterate'
import { standFor } from './list'
import { container, reversing, searching } from './sequence'

fill(tupleClass, [
  ...container,
  ...searching,
  ...reversing,
  [
    '__new__',
    native('__new__(cls, iterable=(), /)', (args, interpreter) => {
      const items = itemsOf(args.value('iterable'), interpreter, args.span)
      return isItems(items) ? standFor(args.value('cls'), tupleClass, tuple([...items]), interpreter, args.span) : items
    }),
  ],
  ...binaryMethods({ __add__: '+', __mul__: '*' }),
  ...comparisonMethods(ordering),
])
