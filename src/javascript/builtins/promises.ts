/** Promises are kept already: `then` runs at once. */
import type { Evaluator } from '../interpreter/evaluator'
import { itemsOf } from '../interpreter/iterate'
import { ArrayValue, type FunctionValue, isUnknown, native, PromiseValue, Unknown, type Value } from '../values'

const settled = (value: Value): Value => (value instanceof PromiseValue ? value.value : value)

export function promiseMember(name: string): Value {
  if (name === 'catch') return native(name, (_, { self }) => self)
  if (name !== 'then' && name !== 'finally') return undefined
  return native(name, ([fn], { self, span }) => {
    if (!(self instanceof PromiseValue) || typeof fn !== 'object' || fn?.kind !== 'function') return self
    const result = fn.invoke({ self: undefined, args: name === 'then' ? [self.value] : [], argSpans: [], span })
    return name === 'then' ? new PromiseValue(settled(result)) : self
  })
}

export function promiseClass(run: Evaluator): FunctionValue {
  const made = native('Promise', ([executor], { span }) => {
    let value: Value = new Unknown('what the promise gives is not known', span)
    const resolve = native('resolve', ([result]) => {
      value = settled(result)
      return undefined
    })
    run.call(executor, undefined, [resolve, native('reject', () => undefined)], span)
    return new PromiseValue(value)
  })
  const statics: Readonly<Record<string, (args: readonly Value[]) => Value>> = {
    resolve: ([value]) => new PromiseValue(settled(value)),
    all: ([list]) => {
      const items = itemsOf(list, null)
      return new PromiseValue(isUnknown(items) ? items : new ArrayValue(items.map(settled)))
    },
  }
  for (const [name, body] of Object.entries(statics)) made.properties.set(name, { value: native(name, body), span: null })
  return made
}
