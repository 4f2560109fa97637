/** The Python modules that a Flax program finds, by dotted name. */
import type { Interpreter } from '../../../python/host'
import { libraryModules } from '../../../python/library'
import type { ModuleValue } from '../../../python/values'
import { idleModule } from '../../namespace/idle'
import { tensorModules } from '../../torch/namespace'
import { linenModule, linenParts } from '../linen/namespace'
import { nnxModule } from '../nnx/namespace'
import { flaxModule, flaxSubmodules } from './flax'
import { jaxModule, jaxSubmodules } from './jax'
import { companionModules } from './companions'

type Factory = (interpreter: Interpreter) => ModuleValue

const nnxParts = [
  'nn',
  'nn.linear',
  'nn.initializers',
  'nn.attention',
  'nn.normalization',
  'nn.recurrent',
  'nn.stochastic',
  'bridge',
  'helpers',
  'module',
  'rnglib',
  'filterlib',
  'spmd',
  'graph',
]

export const flaxModules: ReadonlyMap<string, Factory> = new Map<string, Factory>([
  ...libraryModules,
  ...[...tensorModules].filter(([name]) => name === 'einops'),
  ['jax', jaxModule],
  ...[...jaxSubmodules].map(([name, make]): [string, Factory] => [`jax.${name}`, make]),
  ['flax', flaxModule],
  ['flax.linen', linenModule],
  // What linen replaced, of which layers are functions of their input.
  ['flax.nn', () => idleModule('flax.nn')],
  ['flax.linen.initializers', (interpreter) => initializersOf(interpreter)],
  ...linenParts.map((name): [string, Factory] => [`flax.linen.${name}`, linenModule]),
  ['flax.nnx', nnxModule],
  ['flax.experimental.nnx', nnxModule],
  ...nnxParts.map((name): [string, Factory] => [`flax.nnx.${name}`, nnxModule]),
  ...[...flaxSubmodules].map(([name, make]): [string, Factory] => [`flax.${name}`, make]),
  ...companionModules,
])

function initializersOf(interpreter: Interpreter): ModuleValue {
  const found = linenModule(interpreter).attributes.get('initializers')
  return found?.kind === 'module' ? found : idleModule('flax.linen.initializers')
}
