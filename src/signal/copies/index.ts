/** Layers that start with the same weights: what that adds to sums and to gradients. */
export { BackwardCopies } from './backward'
export { ForwardCopies } from './forward'
export { type Twins, twinsOf } from './twins'
