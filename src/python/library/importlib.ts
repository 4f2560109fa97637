/** importlib, and the builtins module. */
import { builtinNamespace } from '../builtins'
import { asString } from '../guards'
import { none } from '../make'
import { native, nativeClass } from '../native'
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

const specClass = nativeClass({ name: 'ModuleSpec', qualifiedName: 'importlib.machinery.ModuleSpec' })

/** Whether a module is there: brought by a framework, modelled here, or found by the host. */
function importlibUtil(isModelled: (name: string) => boolean): ModuleFactory {
  return libraryModule(
    'importlib.util',
    named(
      native('find_spec(name, package=None)', (args, interpreter) => {
        const name = asString(args.value('name'))
        if (name === undefined) return args.firstUnknown() ?? interpreter.unknown('which module is looked for is not known', args.span)
        const root = name.split('.')[0] ?? name
        const { nativeModules, sources } = interpreter.options
        if (nativeModules?.has(root) !== true && !isModelled(root)) {
          const source = sources === undefined ? null : sources.resolve({ module: name, level: 0, fromFile: args.span?.file ?? '' })
          if (source === null) return none
          if (source === undefined) return interpreter.unknown(`whether \`${name}\` is there is not known yet`, args.span)
        }
        const made = interpreter.instantiate(specClass, args.span)
        made.attributes.set('name', args.value('name'))
        return made
      }),
    ),
  )
}

/** importlib and its modules; `isModelled` knows the top-level modules of this library. */
export function importlibModules(isModelled: (name: string) => boolean): readonly (readonly [string, ModuleFactory])[] {
  const util = importlibUtil(isModelled)
  return [
    [
      'importlib',
      (interpreter) => {
        const module = itself(interpreter)
        module.attributes.set('util', util(interpreter))
        for (const name of ['machinery', 'metadata', 'resources']) {
          module.attributes.set(name, unreadModule(`importlib.${name}`, 'what is installed is not looked at')(interpreter))
        }
        return module
      },
    ],
    ['importlib.util', util],
  ]
}

export const builtinsModule = libraryModule('builtins', builtinNamespace())
