/** `flax` beside linen and NNX: structs, train state, frozen dicts. */
import type { Interpreter } from '../../../python/host'
import { none, str } from '../../../python/make'
import { method, native, nativeClass, nativeModule } from '../../../python/native'
import type { BuiltinValue, ModuleValue, Value } from '../../../python/values'
import { idleModule } from '../../namespace/idle'
import { submodulesOf } from '../../namespace/submodules'

type Factory = (interpreter: Interpreter) => ModuleValue

function dataclasses(interpreter: Interpreter, name: string): Value {
  return interpreter.getAttribute(interpreter.importModule('dataclasses'), name)
}

const replace = method('replace(self, **changes)', (args, interpreter) =>
  interpreter.call(dataclasses(interpreter, 'replace'), [args.value('self')], args.keywords('changes'), args.span),
)

const asDataclass: BuiltinValue = native('dataclass(cls=None, **kwargs)', (args, interpreter) => {
  const cls = args.value('cls')
  if (cls.kind !== 'class') return cls.kind === 'none' ? asDataclass : cls
  interpreter.call(dataclasses(interpreter, 'dataclass'), [cls], undefined, args.span)
  cls.attributes.set('replace', replace)
  return cls
})

const structField = native('field(pytree_node=True, **kwargs)', (args, interpreter) =>
  interpreter.call(dataclasses(interpreter, 'field'), [], args.keywords('kwargs'), args.span),
)

function pytreeNode(): Value {
  const initSubclass: BuiltinValue = {
    kind: 'builtin',
    name: '__init_subclass__',
    bindsSelf: true,
    call: (args, interpreter) => interpreter.call(asDataclass, args.positional.slice(0, 1), undefined, args.span),
  }
  return nativeClass({
    name: 'PyTreeNode',
    qualifiedName: 'flax.struct.PyTreeNode',
    attributes: [['__init_subclass__', { kind: 'classMethod', fn: initSubclass }]],
  })
}

/** What trains a model: nothing of it decides about the signal at its start. */
function trainState(): Value {
  const unknown = (name: string): BuiltinValue =>
    method(`${name}(self, *args, **kwargs)`, (args, interpreter) => interpreter.unknown('the state of training is not followed', args.span))
  return nativeClass({
    name: 'TrainState',
    qualifiedName: 'flax.training.train_state.TrainState',
    attributes: [
      ['__init__', method('__init__(self, *args, **kwargs)', () => none)],
      ['create', { kind: 'classMethod', fn: unknown('create') }],
      ...['apply_gradients', 'replace', 'apply_fn'].map((name) => [name, unknown(name)] as const),
    ],
  })
}

const same = (name: string): readonly [string, Value] => [
  name,
  native(`${name}(value=None, *args, **kwargs)`, (args) => args.value('value')),
]

export const flaxSubmodules: ReadonlyMap<string, Factory> = new Map<string, Factory>([
  [
    'struct',
    () =>
      nativeModule('flax.struct', [
        ['dataclass', asDataclass],
        ['field', structField],
        ['PyTreeNode', pytreeNode()],
      ]),
  ],
  ['core', () => idleModule('flax.core', ['freeze', 'unfreeze', 'copy', 'FrozenDict'].map(same))],
  ['core.frozen_dict', () => idleModule('flax.core.frozen_dict', ['freeze', 'unfreeze', 'FrozenDict'].map(same))],
  ['training', () => idleModule('flax.training')],
  ['training.train_state', () => idleModule('flax.training.train_state', [['TrainState', trainState()]])],
  ...[
    'training.common_utils',
    'training.checkpoints',
    'training.lr_schedule',
    'training.orbax_utils',
    'training.early_stopping',
    'training.prefetch_iterator',
    'training.dynamic_scale',
    'metrics',
    'metrics.tensorboard',
    'traverse_util',
    'serialization',
    'jax_utils',
    'optim',
    'core.meta',
    'core.lift',
    'core.scope',
    'core.spmd',
    'experimental',
    'typing',
    'configurations',
    'errors',
  ].map((name): [string, Factory] => [name, () => idleModule(`flax.${name}`)]),
])

export function flaxModule(interpreter: Interpreter): ModuleValue {
  const names = new Set(['linen', 'nnx', 'nn', ...[...flaxSubmodules.keys()].filter((name) => !name.includes('.'))])
  const submodule = submodulesOf(interpreter, 'flax', names)
  const idle = idleModule('flax')
  return nativeModule('flax', [['__version__', str('0.12.8')]], (name) => (names.has(name) ? submodule(name) : idle.lookup?.(name)))
}
