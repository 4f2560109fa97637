/** `LightningModule` of pytorch_lightning and lightning: a module that keeps its constructor's arguments; the training around it is not read. */
import type { Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import { getter, method, named, nativeClass, nativeModule } from '../../../python/native'
import type { ClassValue, ModuleValue } from '../../../python/values'
import { moduleClass } from '../module/module-class'
import { saveHyperparameters } from './hyperparameters'

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
