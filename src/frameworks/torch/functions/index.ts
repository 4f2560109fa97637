/** All functions of torch that are declared here, by place. */
import { activationFunctions } from './activation'
import { arithmeticFunctions } from './arithmetic'
import { attentionFunctions } from './attention'
import { compareFunctions } from './compare'
import { complexFunctions } from './complex'
import { createFunctions } from './create'
import { type Builtins, builtinsOf } from './declare'
import { elementwiseFunctions } from './elementwise'
import { gatherFunctions } from './gather'
import { joinFunctions } from './join'
import { layerFunctions } from './layers'
import { lossFunctions } from './losses'
import { poolFunctions } from './pool'
import { productFunctions } from './product'
import { rearrangeFunctions } from './rearrange'
import { reduceFunctions } from './reduce'
import { resizeFunctions } from './resize'
import { shapeFunctions } from './shape'
import { uniqueFunctions } from './unique'
import { unmodelledFunctions } from './unmodelled'

/** Made once: builtins hold no state of a program. */
export const builtins: Builtins = builtinsOf([
  ...unmodelledFunctions,
  ...activationFunctions,
  ...elementwiseFunctions,
  ...arithmeticFunctions,
  ...compareFunctions,
  ...createFunctions,
  ...reduceFunctions,
  ...joinFunctions,
  ...gatherFunctions,
  ...shapeFunctions,
  ...uniqueFunctions,
  ...rearrangeFunctions,
  ...layerFunctions,
  ...poolFunctions,
  ...productFunctions,
  ...resizeFunctions,
  ...complexFunctions,
  ...attentionFunctions,
  ...lossFunctions,
])
