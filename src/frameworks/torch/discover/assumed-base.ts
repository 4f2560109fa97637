/** Classes whose base was not found: one that defines `forward` is taken to be a module. */
import type { PythonInterpreter } from '../../../python'
import type { InterpreterOptions } from '../../../python/host'
import { method, nativeClass } from '../../../python/native'
import { moduleClass } from '../module/module-class'
import { isModule, registered } from '../module/registry'

/** A module class of which nothing else is known: what it is asked for and does not have is Unknown. */
export function assumedBase(interpreter: () => PythonInterpreter): NonNullable<InterpreterOptions['assumeBase']> {
  return (node, namespace, unknown) => {
    if (namespace.get('forward')?.kind !== 'function') return undefined
    interpreter().note({
      kind: 'assumption',
      message: `a base of \`${node.name}\` is not known (${unknown.reason}): it is taken to be an nn.Module and nothing more`,
      span: node.nameSpan,
    })
    const attribute = method('__getattr__(self, name)', (args) => {
      const self = args.value('self')
      return (isModule(self) ? registered(self, args.string('name') ?? '') : undefined) ?? unknown
    })
    return nativeClass({ name: 'UnknownBase', bases: [moduleClass(interpreter())], attributes: [['__getattr__', attribute]] })
  }
}
