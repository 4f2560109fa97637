/** How a statement ended; null is normally. */
import type { Value } from '../values'

export type Completion =
  | null
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'return'; readonly value: Value }

export const breakLoop: Completion = { kind: 'break' }
export const continueLoop: Completion = { kind: 'continue' }
