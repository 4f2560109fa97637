/** `LightningModule` of pytorch_lightning and lightning: a module that keeps its constructor's arguments; the training around it is not read. */
import type { Interpreter } from '../../../python/host'
import { bool, none, stringDict } from '../../../python/make'
import { type Bound, getter, method, named, nativeClass, nativeModule } from '../../../python/native'
import type { ClassValue, InstanceValue, ModuleValue, Value } from '../../../python/values'
import { selfModule } from '../module/attributes'
import { moduleClass } from '../module/module-class'

const unreadAttributes = [
  'trainer',
  'device',
  'logger',
  'global_step',
  'current_epoch',
  'global_rank',
  'local_rank',
  'fabric',
  'dtype',
  'on_gpu',
] as const
const idleMethods = [
  'log',
  'log_dict',
  'print',
  'manual_backward',
  'optimizers',
  'lr_schedulers',
  'configure_optimizers',
  'freeze',
  'unfreeze',
  'toggle_optimizer',
  'untoggle_optimizer',
  'to_onnx',
  'to_torchscript',
] as const

const asDict = (self: Value): Value => stringDict(self.kind === 'instance' ? self.attributes : [])

/** An object whose attributes and items are hyperparameters by name. */
function settings(interpreter: Interpreter): InstanceValue {
  const cls = interpreter.state('lightning.AttributeDict', () => {
    const read = (args: Bound, key: string): Value => {
      const self = args.value('self')
      const found = self.kind === 'instance' ? self.attributes.get(args.string(key) ?? '') : undefined
      return found ?? interpreter.raise('KeyError', interpreter.repr(args.value(key)), args.span)
    }
    return nativeClass({
      name: 'AttributeDict',
      attributes: named(
        method('__getitem__(self, key)', (args) => read(args, 'key')),
        ...(['items', 'keys', 'values'] as const).map((name) =>
          method(`${name}(self)`, (args, host) => host.call(host.getAttribute(asDict(args.value('self')), name), [])),
        ),
        method('__iter__(self)', (args, host) => host.call(host.getAttribute(asDict(args.value('self')), '__iter__'), [])),
        method('__contains__(self, key)', (args) => {
          const self = args.value('self')
          return bool(self.kind === 'instance' && self.attributes.has(args.string('key') ?? ''))
        }),
        method('update(self, other)', (args) => {
          const [self, other] = [args.value('self'), args.value('other')]
          if (self.kind === 'instance' && other.kind === 'dict')
            for (const [key, value] of other.entries.entries()) if (key.kind === 'str') self.attributes.set(key.value, value)
          return none
        }),
        method('get(self, key, default=None)', (args) => {
          const self = args.value('self')
          return (self.kind === 'instance' ? self.attributes.get(args.string('key') ?? '') : undefined) ?? args.value('default')
        }),
      ),
    })
  })
  return interpreter.instantiate(cls, null)
}

/**
 * Keeps the arguments of the constructors that it is called in, a class's own and those of the classes below it, or what it is
 * handed, beside what was kept before.
 */
function saveHyperparameters(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const kept = module.attributes.get('hparams')
  const hparams = kept?.kind === 'instance' ? kept : settings(interpreter)
  const [given] = args.rest('args')
  if (given?.kind === 'dict') {
    for (const [key, value] of given.entries.entries()) if (key.kind === 'str') hparams.attributes.set(key.value, value)
  } else if (given?.kind === 'instance') {
    for (const [key, value] of given.attributes) hparams.attributes.set(key, value)
  } else {
    const names = args.rest('args').flatMap((name) => (name.kind === 'str' ? [name.value] : []))
    for (const { self, variables } of [...interpreter.frames].reverse()) {
      for (const [key, value] of self === module ? (variables ?? []) : [])
        if (value !== module && (names.length === 0 || names.includes(key))) hparams.attributes.set(key, value)
    }
  }
  module.attributes.set('hparams', hparams)
  return none
}

function lightningModule(interpreter: Interpreter): ClassValue {
  return interpreter.state('lightning.LightningModule', () =>
    nativeClass({
      name: 'LightningModule',
      qualifiedName: 'lightning.LightningModule',
      bases: [moduleClass(interpreter)],
      attributes: [
        ...named(
          method('save_hyperparameters(self, *args, ignore=None, frame=None, logger=True)', saveHyperparameters),
          ...idleMethods.map((name) => method(`${name}(self, *args, **kwargs)`, () => none)),
        ),
        ...unreadAttributes.map(
          (name) => [name, getter(name, () => interpreter.unknown(`\`self.${name}\` is only known while training`))] as const,
        ),
      ],
    }),
  )
}

function lightning(name: string): (interpreter: Interpreter) => ModuleValue {
  return (interpreter) =>
    nativeModule(name, [['LightningModule', lightningModule(interpreter)]], (attribute) =>
      attribute === 'pytorch' ? undefined : interpreter.unknown(`\`${name}.${attribute}\` is not read: it is about training`),
    )
}

export const lightningModules = [
  'pytorch_lightning',
  'lightning',
  'lightning.pytorch',
  'pytorch_lightning.core',
  'pytorch_lightning.core.lightning',
  'lightning.pytorch.core',
].map((name) => [name, lightning(name)] as const)
