/** Keys of JAX's random numbers: what is drawn with one is not known, so that all are alike. */
import { asInteger } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { int, iterator, none, tuple } from '../../../python/make'
import { getter, method, nativeClass } from '../../../python/native'
import type { ClassValue, InstanceValue, Value } from '../../../python/values'

/** Keys that one split may give one by one. */
const mostKeys = 4096

function keyClass(interpreter: Interpreter): ClassValue {
  return interpreter.state('jax.PRNGKey', () =>
    nativeClass({
      name: 'PRNGKey',
      qualifiedName: 'jax.Array',
      attributes: [
        [
          '__getitem__',
          method('__getitem__(self, index, /)', (args, inner) => {
            const self = args.value('self')
            const index = args.value('index')
            if (index.kind === 'slice' && self.kind === 'instance')
              return keys(inner, Math.max(0, sizeOf(self) - (asInteger(index.start) ?? 0)))
            return keyValue(inner)
          }),
        ],
        [
          '__iter__',
          method('__iter__(self)', (args, inner) => {
            const self = args.value('self')
            const count = self.kind === 'instance' ? sizeOf(self) : 0
            let index = 0
            return iterator('keys', () => (index++ < count ? keyValue(inner) : undefined))
          }),
        ],
        [
          '__len__',
          method('__len__(self)', (args) => int(args.value('self').kind === 'instance' ? sizeOf(args.value('self') as InstanceValue) : 0)),
        ],
        ['shape', getter('shape', (self) => tuple(self.kind === 'instance' ? [int(sizeOf(self))] : []))],
        ['dtype', getter('dtype', () => none)],
      ],
    }),
  )
}

function sizeOf(key: InstanceValue): number {
  return asInteger(key.attributes.get('count') ?? none) ?? 0
}

/** One key. */
export function keyValue(interpreter: Interpreter): InstanceValue {
  return {
    kind: 'instance',
    cls: keyClass(interpreter),
    attributes: new Map<string, Value>([['count', int(2)]]),
    payload: null,
    span: null,
  }
}

/** An array of keys. */
export function keys(interpreter: Interpreter, count: number): InstanceValue {
  return {
    kind: 'instance',
    cls: keyClass(interpreter),
    attributes: new Map<string, Value>([['count', int(Math.min(count, mostKeys))]]),
    payload: null,
    span: null,
  }
}

/** Keys in an array of keys; null for what is none. */
export function keyCount(interpreter: Interpreter, value: Value): number | null {
  return value.kind === 'instance' && isKey(interpreter, value) ? sizeOf(value) : null
}

export function isKey(interpreter: Interpreter, value: Value): boolean {
  return value.kind === 'instance' && value.cls === keyClass(interpreter)
}
