/** The container classes of torch.nn. */
import { nativeClass } from '../../../python/native'
import type { BuiltinValue, ClassValue } from '../../../python/values'
import { dictMethods } from './dict-like'
import { moduleListMethods } from './module-list'
import { asParameter, parameterListMethods } from './parameter-list'
import { sequentialMethods } from './sequential'

const containers: readonly (readonly [name: string, methods: readonly BuiltinValue[]])[] = [
  ['Sequential', sequentialMethods],
  ['ModuleList', moduleListMethods],
  ['ModuleDict', dictMethods('_modules', 'modules', (_interpreter, value) => value)],
  ['ParameterList', parameterListMethods],
  ['ParameterDict', dictMethods('_parameters', 'parameters', asParameter)],
]

export function containerClasses(moduleClass: ClassValue): readonly ClassValue[] {
  return containers.map(([name, methods]) =>
    nativeClass({
      name,
      qualifiedName: `torch.nn.${name}`,
      bases: [moduleClass],
      attributes: methods.map((each) => [each.name, each] as const),
    }),
  )
}
