/** The abc and numbers modules. */
import { none } from '../make'
import { native, nativeClass } from '../native'
import type { Value } from '../values'
import { abcMeta, numberClasses } from './abstract'
import { libraryModule, named } from './module'

const abc = nativeClass({ name: 'ABC', qualifiedName: 'abc.ABC', metaclass: abcMeta })

/** Marks what a subclass must define; that it does is not checked. */
const marking = ['abstractmethod', 'abstractclassmethod', 'abstractstaticmethod', 'update_abstractmethods'].map((name) =>
  native(`${name}(target, /)`, (args) => args.value('target')),
)

export const abcModule = libraryModule('abc', [
  ['ABC', abc],
  ['ABCMeta', abcMeta],
  ...named(
    ...marking,
    native(
      'abstractproperty(fget=None, /)',
      (args): Value => ({
        kind: 'property',
        getter: args.value('fget') === none ? null : args.value('fget'),
        setter: null,
        cached: false,
      }),
    ),
  ),
])

export const numbersModule = libraryModule(
  'numbers',
  numberClasses.map((cls): [string, Value] => [cls.name, cls]),
)
