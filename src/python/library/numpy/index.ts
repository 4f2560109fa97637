/** A light numpy. */

import { boolClass, floatClass, intClass } from '../../builtins/classes'
import { bool, float, none } from '../../make'
import { named, native, nativeClass } from '../../native'
import type { ClassValue, Value } from '../../values'
import { libraryModule, type ModuleFactory, unreadModule } from '../module'
import { creationFunctions } from './creation'
import { arrayFunctions } from './functions'
import './ndarray'
import { ndarrayClass } from './ndarrayClass'
import { numpyRandom } from './random'

export { type ArrayDraw, type ArrayPayload, arrayOf, isArrayPayload } from './array'
export { makeArray } from './convert'

/** `np.float32(x)` gives a Python number: the difference in precision is not modelled. */
function scalarType(name: string, base: ClassValue): [string, Value] {
  return [
    name,
    nativeClass({
      name,
      qualifiedName: `numpy.${name}`,
      attributes: named(
        native('__new__(cls, x=0, /)', (args, interpreter) => interpreter.call(base, [args.value('x')], undefined, args.span)),
      ),
    }),
  ]
}

const floats = ['float16', 'float32', 'float64', 'float_', 'single', 'double', 'half', 'longdouble']
const ints = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'int_', 'intp', 'long']
const abstract = ['generic', 'number', 'integer', 'floating', 'dtype']

const itself = libraryModule('numpy', [
  ['pi', float(Math.PI)],
  ['e', float(Math.E)],
  ['inf', float(Number.POSITIVE_INFINITY)],
  ['Inf', float(Number.POSITIVE_INFINITY)],
  ['nan', float(Number.NaN)],
  ['NaN', float(Number.NaN)],
  ['euler_gamma', float(0.5772156649015329)],
  ['newaxis', none],
  ['ndarray', ndarrayClass],
  ['float', floatClass],
  ['int', intClass],
  ['bool', boolClass],
  ['True_', bool(true)],
  ['False_', bool(false)],
  ...floats.map((name) => scalarType(name, floatClass)),
  ...ints.map((name) => scalarType(name, intClass)),
  scalarType('bool_', boolClass),
  ...abstract.map((name): [string, Value] => [name, nativeClass({ name, qualifiedName: `numpy.${name}` })]),
  ...named(...creationFunctions, ...arrayFunctions),
])

export const numpy: ModuleFactory = (interpreter) => {
  const module = itself(interpreter)
  module.attributes.set('random', numpyRandom(interpreter))
  module.attributes.set('linalg', unreadModule('numpy.linalg', 'it is not modelled')(interpreter))
  return module
}

export const numpyModules: readonly (readonly [string, ModuleFactory])[] = [
  ['numpy', numpy],
  ['numpy.random', numpyRandom],
]
