/** importlib, and the builtins module. */
import { builtinNamespace } from '../builtins'
import { asString } from '../guards'
import { none } from '../make'
import { native } from '../native'
import { ignored, libraryModule, type ModuleFactory, named, unreadModule } from './module'

const itself = libraryModule(
  'importlib',
  named(
    native('import_module(name, package=None)', (args, interpreter) => {
      const name = asString(args.value('name'))
      if (name === undefined) return args.firstUnknown() ?? interpreter.unknown('which module is imported is not known', args.span)
      if (!name.startsWith('.')) return interpreter.importModule(name, args.span)
      const parent = asString(args.value('package'))
      if (parent === undefined) return interpreter.unknown('which module is imported is not known', args.span)
      const up = (/^\.+/.exec(name)?.[0].length ?? 1) - 1
      const parts = parent.split('.')
      return interpreter.importModule(
        [...parts.slice(0, parts.length - up), name.replace(/^\.+/, '')].filter((part) => part !== '').join('.'),
        args.span,
      )
    }),
    native('reload(module)', (args) => args.value('module')),
    ignored('invalidate_caches', none),
  ),
)

export const importlib: ModuleFactory = (interpreter) => {
  const module = itself(interpreter)
  for (const name of ['util', 'machinery', 'metadata', 'resources']) {
    module.attributes.set(name, unreadModule(`importlib.${name}`, 'what is installed is not looked at')(interpreter))
  }
  return module
}

export const builtinsModule = libraryModule('builtins', builtinNamespace())
