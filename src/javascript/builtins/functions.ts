import { FunctionValue, isArray, isFunction, native, type Value } from '../values'

/** `call`, `apply` and `bind`. */
export function functionMember(name: string): Value {
  switch (name) {
    case 'call':
      return native(name, ([self, ...args], { self: fn, span }) =>
        isFunction(fn) ? fn.invoke({ self, args, argSpans: [], span }) : undefined,
      )
    case 'apply':
      return native(name, ([self, list], { self: fn, span }) =>
        isFunction(fn) ? fn.invoke({ self, args: isArray(list) ? list.items : [], argSpans: [], span }) : undefined,
      )
    case 'bind':
      return native(name, ([self, ...first], { self: fn }) =>
        isFunction(fn)
          ? new FunctionValue(fn.name, ({ args, argSpans, span }) =>
              fn.invoke({ self, args: [...first, ...args], argSpans: [...first.map(() => null), ...argSpans], span }),
            )
          : undefined,
      )
    default:
      return undefined
  }
}
