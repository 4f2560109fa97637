/** `argparse` for Node: a program is read with the defaults of its options. */
import { ArrayValue, FunctionValue, isObject, isUnknown, native, ObjectValue, objectOf, Unknown, type Value } from '../values'

/** `--epochs`, or its `dest`. */
function destination(names: readonly Value[], options: Value): string | null {
  const dest = isObject(options) ? options.value('dest') : undefined
  if (typeof dest === 'string') return dest
  const long = names.find((name) => typeof name === 'string' && name.startsWith('--')) ?? names[0]
  return typeof long === 'string' ? long.replace(/^-+/, '').replaceAll('-', '_') : null
}

function defaultOf(options: Value, name: string, span: Unknown['span'], isPositional: boolean): Value {
  const given = new Unknown(`${name} is given on the command line`, span)
  if (!isObject(options)) return isPositional ? given : null
  const written = options.value('default') ?? options.value('defaultValue')
  const action = options.value('action')
  if (written !== undefined) return written
  if (action === 'store_true' || action === 'storeTrue') return false
  if (action === 'store_false' || action === 'storeFalse') return true
  return isPositional || options.value('required') === true ? given : null
}

function parser(): ObjectValue {
  const defaults = new ObjectValue(null, null)
  const add = native('add_argument', (args, { span }) => {
    const options = args.at(-1)
    const first = args[0]
    const names = typeof first === 'object' && first?.kind === 'array' ? first.items : args.filter((arg) => typeof arg === 'string')
    const name = destination(names, options)
    if (name !== null && !isUnknown(options))
      defaults.properties.set(name, {
        value: defaultOf(options, name, span, !names.some((each) => typeof each === 'string' && each.startsWith('-'))),
        span,
      })
    return undefined
  })
  const parse = native('parse_args', () => defaults)
  const parseKnown = native('parse_known_args', () => new ArrayValue([defaults, new ArrayValue([])]))
  return objectOf({
    add_argument: add,
    addArgument: add,
    parse_args: parse,
    parseArgs: parse,
    parse_known_args: parseKnown,
    parseKnownArgs: parseKnown,
  })
}

export function argparse(): ObjectValue {
  return objectOf({ ArgumentParser: new FunctionValue('ArgumentParser', parser, parser) })
}
