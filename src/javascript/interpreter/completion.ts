/** How a statement ended. */
import type { Span } from '../../graph'
import { shown, type Value } from '../values'

export type Completion =
  | { readonly kind: 'normal' }
  | { readonly kind: 'return'; readonly value: Value }
  | { readonly kind: 'break' | 'continue'; readonly label: string | null }

export const normal: Completion = { kind: 'normal' }

/** What a program threw. */
export class Thrown extends Error {
  constructor(
    readonly value: Value,
    readonly span: Span | null,
    message = shown(value),
  ) {
    super(message)
  }
}
