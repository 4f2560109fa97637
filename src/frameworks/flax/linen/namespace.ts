/** `flax.linen`. */
import type { Interpreter } from '../../../python/host'
import { none, str } from '../../../python/make'
import { native, nativeModule } from '../../../python/native'
import type { BuiltinValue, ModuleValue, Value } from '../../../python/values'
import { idleModule } from '../../namespace/idle'
import { lecunNormal } from '../initializers/functions'
import { withOwnDerivative } from '../jax/derivative'
import { sharedNames } from '../namespace/shared'
import { combinators } from './combinators'
import { linenLayers } from './layers'
import { linenModuleClass } from './module'
import { rematScanTransform, scanTransform, transparent, vmapTransform } from './transforms'

/** Decorators that mark a method and leave it. */
const compact = native('compact(fun)', (args) => args.value('fun'))
const nowrap: BuiltinValue = native('nowrap(fun)', (args) => {
  const fun = args.value('fun')
  if (fun.kind === 'function') fun.attributes.set('nowrap', none)
  return fun
})

const first = (name: string): readonly [string, Value] => [name, native(`${name}(value, *args, **kwargs)`, (args) => args.value('value'))]

const functions: readonly (readonly [string, Value])[] = [
  ['compact', compact],
  ['compact_name_scope', compact],
  ['nowrap', nowrap],
  ['remat', transparent('remat', 'Checkpoint')],
  ['checkpoint', transparent('checkpoint', 'Checkpoint')],
  ['jit', transparent('jit', 'Jit')],
  ['named_call', compact],
  ['scan', scanTransform],
  ['remat_scan', rematScanTransform],
  ...[
    'with_partitioning',
    'with_logical_partitioning',
    'with_logical_constraint',
    'unbox',
    'map_variables',
    'fold_rngs',
    'add_metadata_axis',
  ].map(first),
  ['merge_param', native('merge_param(name, a, b)', (args) => (args.value('a').kind === 'none' ? args.value('b') : args.value('a')))],
  ['vmap', vmapTransform],
  // As an axis: given whole to every step.
  ['broadcast', none],
  ['custom_vjp', withOwnDerivative('custom_vjp', 'fn')],
  ...['switch', 'cond', 'while_loop', 'vjp', 'jvp', 'grad', 'value_and_grad'].map(
    (name) =>
      [
        name,
        native(`${name}(*args, **kwargs)`, (args, interpreter) => interpreter.unknown(`nn.${name} is not modelled`, args.span)),
      ] as const,
  ),
]

/** Parts of linen that show what linen itself shows. */
export const linenParts: readonly string[] = [
  'linear',
  'module',
  'attention',
  'normalization',
  'recurrent',
  'pooling',
  'activation',
  'partitioning',
  'transforms',
  'spmd',
  'stochastic',
  'combinators',
  'dtypes',
  'summary',
]

export function linenModule(interpreter: Interpreter): ModuleValue {
  return interpreter.state('flax.linen.namespace', () => makeModule(interpreter))
}

function makeModule(interpreter: Interpreter): ModuleValue {
  const idle = idleModule('flax.linen')
  const base = linenModuleClass(interpreter)
  const module: ModuleValue = nativeModule(
    'flax.linen',
    [
      ...sharedNames(interpreter),
      ...linenLayers(interpreter),
      ...combinators(interpreter),
      ...functions,
      ['Module', base],
      ['RNNCellBase', base],
      ['default_kernel_init', lecunNormal],
      ['_conv_dimension_numbers', native('_conv_dimension_numbers(shape)', () => str('channels_last'))],
    ],
    (name): Value | undefined => (linenParts.includes(name) ? module : idle.lookup?.(name)),
  )
  return module
}
