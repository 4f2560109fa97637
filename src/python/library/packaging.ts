/** packaging.version: versions are compared in code that serves several releases of a library. */
import { exceptions } from '../builtins'
import { asString } from '../guards'
import type { Interpreter } from '../host'
import { bool, int, none, str, tuple } from '../make'
import { type Bound, getter, method, named, native, nativeClass } from '../native'
import type { ClassValue, Value } from '../values'
import { libraryModule, type ModuleFactory } from './module'

class Version {
  constructor(
    readonly text: string,
    readonly release: readonly number[],
    /** −1 before the release (dev, a, b, rc), 0 the release, 1 after it. */
    readonly phase: readonly [stage: number, number: number],
    readonly local: string,
  ) {}
}

/** Stages of a release in their order; `dev` comes before all. */
const stages: Readonly<Record<string, number>> = {
  dev: -4,
  a: -3,
  alpha: -3,
  b: -2,
  beta: -2,
  c: -1,
  rc: -1,
  pre: -1,
  preview: -1,
  post: 1,
  rev: 1,
  r: 1,
}

function parse(text: string): Version | undefined {
  const match = /^v?(?:\d+!)?(\d+(?:\.\d+)*)(?:[-_.]?([a-z]+)[-_.]?(\d+)?)?(?:[-_.]?[a-z]+\d*)*(?:\+([a-z0-9._-]+))?$/i.exec(text.trim())
  if (match === null) return undefined
  const [, release = '', stage, number, local = ''] = match
  const rank = stage === undefined ? 0 : stages[stage.toLowerCase()]
  return rank === undefined ? undefined : new Version(text.trim(), release.split('.').map(Number), [rank, Number(number ?? 0)], local)
}

/** Trailing zeros do not count. */
function compare(left: Version, right: Version): number {
  const length = Math.max(left.release.length, right.release.length)
  for (let index = 0; index < length; index++) {
    const difference = (left.release[index] ?? 0) - (right.release[index] ?? 0)
    if (difference !== 0) return difference
  }
  return left.phase[0] - right.phase[0] || left.phase[1] - right.phase[1] || Number(left.local !== '') - Number(right.local !== '')
}

function versionOf(value: Value): Version | undefined {
  return value.kind === 'instance' && value.payload instanceof Version ? value.payload : undefined
}

function make(text: string, interpreter: Interpreter, args: Bound): Value {
  const version = parse(text)
  if (version === undefined) return interpreter.raise('ValueError', `Invalid version: '${text}'`, args.span)
  const made = interpreter.instantiate(versionClass, args.span)
  made.payload = version
  return made
}

const holds: Readonly<Record<string, (order: number) => boolean>> = {
  __lt__: (order) => order < 0,
  __le__: (order) => order <= 0,
  __gt__: (order) => order > 0,
  __ge__: (order) => order >= 0,
  __eq__: (order) => order === 0,
  __ne__: (order) => order !== 0,
}

function part(name: string, of: (version: Version) => Value): [string, Value] {
  return [
    name,
    getter(name, (self) => {
      const version = versionOf(self)
      return version === undefined ? self : of(version)
    }),
  ]
}

const versionClass: ClassValue = nativeClass({
  name: 'Version',
  qualifiedName: 'packaging.version.Version',
  attributes: [
    ...named(
      native('__new__(cls, version)', (args, interpreter) => {
        const text = asString(args.value('version'))
        return text === undefined
          ? (args.firstUnknown() ?? interpreter.raise('TypeError', 'expected string or bytes-like object', args.span))
          : make(text, interpreter, args)
      }),
      method('__init__(self, version)', () => none),
      method('__str__(self, /)', (args) => str(versionOf(args.value('self'))?.text ?? '')),
      method('__repr__(self, /)', (args) => str(`<Version('${versionOf(args.value('self'))?.text ?? ''}')>`)),
      ...Object.entries(holds).map(([name, test]) =>
        method(`${name}(self, other, /)`, (args, interpreter) => {
          const [left, right] = [versionOf(args.value('self')), versionOf(args.value('other'))]
          if (left !== undefined && right !== undefined) return bool(test(compare(left, right)))
          return args.firstUnknown() ?? interpreter.raise('TypeError', 'a version is compared with what is none', args.span)
        }),
      ),
    ),
    part('release', (version) => tuple(version.release.map(int))),
    part('major', (version) => int(version.release[0] ?? 0)),
    part('minor', (version) => int(version.release[1] ?? 0)),
    part('micro', (version) => int(version.release[2] ?? 0)),
    part('base_version', (version) => str(version.release.join('.'))),
    part('public', (version) => str(version.text.split('+')[0] ?? '')),
    part('local', (version) => (version.local === '' ? none : str(version.local))),
    part('is_prerelease', (version) => bool(version.phase[0] < 0)),
  ],
})

const versionModule = libraryModule('packaging.version', [
  ['Version', versionClass],
  ['LegacyVersion', versionClass],
  ['InvalidVersion', exceptions.get('ValueError') ?? none],
  ...named(native('parse(version)', (args, interpreter) => interpreter.call(versionClass, [args.value('version')], undefined, args.span))),
])

const packaging: ModuleFactory = (interpreter) => {
  const module = libraryModule('packaging', [])(interpreter)
  module.attributes.set('version', versionModule(interpreter))
  return module
}

export const packagingModules: readonly (readonly [string, ModuleFactory])[] = [
  ['packaging', packaging],
  ['packaging.version', versionModule],
]
