/** The native modules of torch beside `torch.nn`'s classes, by dotted name: for the interpreter's `nativeModules`. */
import type { Interpreter } from '../../../python/host'
import type { ModuleValue } from '../../../python/values'
import { einopsModules } from '../einops/namespace'
import { aroundModules } from './around'
import { distributionModules } from './distributions'
import { fftModule, functionalModule, initModule, linalgModule, parameterModule, specialModule } from './functional'
import { nnExtraModules } from './nn-extras'
import { torchModule } from './torch'
import { nnUtilsModules } from './utils'

export const tensorModules: ReadonlyMap<string, (interpreter: Interpreter) => ModuleValue> = new Map([
  ['torch', torchModule],
  ['torch.functional', torchModule],
  ['torch.nn.functional', functionalModule],
  ['torch.nn.init', initModule],
  ['torch.nn.parameter', parameterModule],
  ['torch.linalg', linalgModule],
  ['torch.special', specialModule],
  ['torch.fft', fftModule],
  ...nnUtilsModules,
  ...einopsModules,
  ...nnExtraModules,
  ...distributionModules,
  ...aroundModules,
])
