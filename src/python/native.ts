/** Functions, classes and modules of ours, as values that the interpreted program meets. */
import { type Bound, bind } from './bound'
import { objectClass } from './builtins/root'
import type { Interpreter } from './host'
import { linearize } from './mro'
import { parseSignature, type Signature } from './signature'
import type { BuiltinValue, ClassValue, ModuleValue, PropertyValue, Value } from './values'

export { Bound } from './bound'

export type Body = (args: Bound, interpreter: Interpreter) => Value

function builtin(text: string, body: Body, bindsSelf: boolean): BuiltinValue {
  let signature: Signature | undefined
  return {
    kind: 'builtin',
    name: text.slice(0, text.indexOf('(')).trim(),
    bindsSelf,
    call(args, interpreter) {
      signature ??= parseSignature(text)
      return body(bind(signature, args, interpreter), interpreter)
    },
  }
}

/**
 * A function of ours. `signature` is written as Python writes it, with literal defaults:
 * `native('conv2d(input, weight, bias=None, stride=1, *args, flag=True, **kwargs)', (args, interpreter) => …)`.
 */
export function native(signature: string, body: Body): BuiltinValue {
  return builtin(signature, body, false)
}

/** The same for a class's attributes: found on an instance it is bound, so `signature` starts with self. */
export function method(signature: string, body: Body): BuiltinValue {
  return builtin(signature, body, true)
}

/** A read-only property computed by us. */
export function getter(name: string, body: (self: Value, interpreter: Interpreter) => Value): PropertyValue {
  return {
    kind: 'property',
    getter: method(`${name}(self, /)`, (args, interpreter) => body(args.value('self'), interpreter)),
    setter: null,
    cached: false,
  }
}

/** Attributes by their own names, for `nativeClass` and `nativeModule`. */
export function named(...functions: readonly BuiltinValue[]): [string, Value][] {
  return functions.map((each) => [each.name, each])
}

export interface ClassDescription {
  readonly name: string
  /** As people would import it: `torch.nn.Conv2d`. The name alone for a builtin. */
  readonly qualifiedName?: string
  /** `object` when left out. */
  readonly bases?: readonly ClassValue[]
  readonly attributes?: Iterable<readonly [string, Value]>
  /** Inherited by the classes below. */
  readonly metaclass?: ClassValue
}

/** A class of ours. Its bases must have a consistent order. */
export function nativeClass({
  name,
  qualifiedName = name,
  bases = [objectClass],
  attributes = [],
  metaclass,
}: ClassDescription): ClassValue {
  const mro: ClassValue[] = []
  const made: ClassValue = {
    kind: 'class',
    name,
    qualifiedName,
    bases,
    mro,
    attributes: new Map(attributes),
    span: null,
    unknownBase: null,
    ...(metaclass === undefined ? {} : { metaclass }),
  }
  const order = linearize(bases)
  if (order === undefined) throw new TypeError(`no consistent method resolution order for ${qualifiedName}`)
  mro.push(made, ...order)
  return made
}

/** A module of ours; `lookup` makes what `attributes` lacks, on first use. */
export function nativeModule(
  name: string,
  attributes: Iterable<readonly [string, Value]>,
  lookup?: (name: string) => Value | undefined,
): ModuleValue {
  const module = { kind: 'module', name, attributes: new Map(attributes), file: null } as const
  return lookup === undefined ? module : { ...module, lookup }
}
