/** `import` and `from … import`: modules of ours first, then source that the host hands in, packages and cycles included. */
import type { Span } from '../../graph'
import type { ImportFromNode, ImportNode } from '../ast'
import { asString } from '../guards'
import { yieldingModules } from '../library'
import { str } from '../make'
import type { Scope } from '../scope'
import type { ModuleValue, UnknownValue, Value } from '../values'
import type { Completion } from './completion'
import type { Evaluator } from './evaluator'
import { isInstalled } from './installed'
import type { ModuleInfo } from './modules'

export function executeImport(node: ImportNode, scope: Scope, evaluator: Evaluator): Completion {
  for (const { name, alias, span } of node.names) {
    const module = importAbsolute(name, scope.module, span, evaluator)
    const root = name.split('.', 1)[0] ?? name
    if (alias !== null) scope.bind(alias, module)
    else if (root === name) scope.bind(root, module)
    else scope.bind(root, importAbsolute(root, scope.module, span, evaluator))
  }
  evaluator.registry.registering.imported()
  return null
}

export function executeImportFrom(node: ImportFromNode, scope: Scope, evaluator: Evaluator): Completion {
  importFrom(node, scope, evaluator)
  evaluator.registry.registering.imported()
  return null
}

function importFrom(node: ImportFromNode, scope: Scope, evaluator: Evaluator): void {
  const module =
    node.level === 0 ? importAbsolute(node.module, scope.module, node.span, evaluator) : importRelative(node, scope.module, evaluator)
  if (node.names === '*') {
    importStar(module, node, scope, evaluator)
    return
  }
  const mayWait =
    scope.kind === 'module' &&
    !scope.module.isMain &&
    evaluator.program.importsMayFail === 0 &&
    module.kind === 'module' &&
    module.file !== null
  for (const { name, alias, span } of node.names) {
    const find = (): Value => importedName(module, name, node, scope.module, span, evaluator)
    if (mayWait) {
      scope.module.defer(alias ?? name, find)
      if (node.module === '' && node.level === 1) meet(name, node, scope.module, evaluator)
    } else scope.bind(alias ?? name, find())
  }
}

/** A module beside the file is imported before its name is used: it may register what it defines. */
function meet(name: string, node: ImportFromNode, from: ModuleInfo, evaluator: Evaluator): void {
  const source = evaluator.options.sources?.resolve({ module: name, level: node.level, fromFile: from.file })
  if (source !== null && source !== undefined) evaluator.registry.fromSource(source, `${from.packageName}.${name}`, node.span)
}

function importedName(module: Value, name: string, node: ImportFromNode, from: ModuleInfo, span: Span, evaluator: Evaluator): Value {
  if (module.kind !== 'module') return module
  const found = evaluator.moduleAttribute(module, name, span)
  if (found !== undefined) return found
  const dotted = `${module.name}.${name}`
  const native = evaluator.registry.native(dotted)
  if (native !== undefined) return native
  if (module.file === null) return evaluator.unknown(`\`${dotted}\` is not modelled`, span)
  const request = { module: node.module === '' ? name : `${node.module}.${name}`, level: node.level, fromFile: from.file }
  const source = evaluator.options.sources?.resolve(request)
  if (source === null || source === undefined) {
    if (source === undefined && evaluator.options.sources !== undefined) return evaluator.unknown(`\`${dotted}\` is not loaded yet`, span)
    return missing(
      `cannot import name '${name}' from '${module.name}'`,
      `\`${name}\` was not found in \`${module.name}\``,
      'ImportError',
      span,
      evaluator,
    )
  }
  const submodule = evaluator.registry.fromSource(source, dotted, span)
  if (submodule.kind === 'module') module.attributes.set(name, submodule)
  return submodule
}

/** Raises where the program waits for it, else gives an Unknown: a module that we lack is rarely one that the user lacks. */
function missing(message: string, reason: string, exception: string, span: Span | null, evaluator: Evaluator): UnknownValue {
  if (evaluator.program.importsMayFail > 0) evaluator.raise(exception, message, span)
  const hidden = evaluator.unknown(reason, span)
  evaluator.note({ kind: 'unread', message: reason, span })
  return hidden
}

/** `import name` as seen from a file. Parents are imported first and hold their children as attributes. */
export function importAbsolute(name: string, from: ModuleInfo | null, span: Span | null, evaluator: Evaluator): Value {
  const shipped = fromLibrarySource(name, from, span, evaluator)
  if (shipped !== null) return shipped
  const parts = name.split('.')
  if (isOwn(parts[0] ?? name, from, evaluator)) return importParts(parts, 0, from?.file ?? '', '', span, evaluator)
  const native = evaluator.registry.native(name)
  if (native !== undefined) {
    linkToParent(parts, native, from, span, evaluator)
    return native
  }
  const root = parts[0] ?? name
  if (evaluator.registry.native(root) !== undefined) return ofNativeRoot(parts, span, evaluator)
  return importParts(parts, 0, from?.file ?? '', '', span, evaluator)
}

/**
 * Whether the program has a file of its own under the name of an installed package of which nothing is known. A file beside one of a
 * package is not what an absolute import means: `loggers/wandb.py` imports the installed `wandb`, and so do its neighbours.
 */
function isOwn(root: string, from: ModuleInfo | null, evaluator: Evaluator): boolean {
  if (!yieldingModules.has(root) || evaluator.options.nativeModules?.has(root) === true) return false
  const fromFile = from?.file ?? ''
  const file = evaluator.options.sources?.resolve({ module: root, level: 0, fromFile })?.file
  if (file === undefined || file === fromFile || isInstalled(file)) return false
  return (from?.packageName ?? '') === '' || !isBeside(file, fromFile)
}

const folderOf = (file: string): string => file.replace(/[^\\/]*$/, '')

/** A module `f/name.py`, or a package `f/name/__init__.py`, beside `f/other.py`. */
const isBeside = (file: string, other: string): boolean => folderOf(file.replace(/[\\/]__init__\.py$/, '')) === folderOf(other)

/** A part of a modelled library that is read from its source; null where it is not such, or the source is not there. */
function fromLibrarySource(name: string, from: ModuleInfo | null, span: Span | null, evaluator: Evaluator): Value | null {
  const dotted = evaluator.options.sourceOf?.(name) ?? null
  if (dotted === null) return null
  const loaded = evaluator.registry.named(dotted)
  if (loaded !== undefined) return loaded
  const { sources } = evaluator.options
  const source = sources?.resolve({ module: dotted, level: 0, fromFile: from?.file ?? '' })
  if (source === undefined && sources !== undefined) return evaluator.unknown(`\`${dotted}\` is not loaded yet`, span)
  return source === null || source === undefined ? null : evaluator.registry.fromSource(source, dotted, span)
}

function linkToParent(
  parts: readonly string[],
  module: ModuleValue,
  from: ModuleInfo | null,
  span: Span | null,
  evaluator: Evaluator,
): void {
  const last = parts[parts.length - 1]
  if (parts.length < 2 || last === undefined) return
  const parent = importAbsolute(parts.slice(0, -1).join('.'), from, span, evaluator)
  if (parent.kind === 'module' && evaluator.moduleAttribute(parent, last, span) === undefined) parent.attributes.set(last, module)
}

/** A submodule of a library that is modelled: what its parent has under that name. */
function ofNativeRoot(parts: readonly string[], span: Span | null, evaluator: Evaluator): Value {
  let at: Value = evaluator.registry.native(parts[0] ?? '') ?? evaluator.unknown('', span)
  for (const [index, part] of parts.entries()) {
    if (index === 0 || at.kind !== 'module') continue
    const dotted = parts.slice(0, index + 1).join('.')
    at =
      evaluator.registry.native(dotted) ??
      evaluator.moduleAttribute(at, part, span) ??
      evaluator.unknown(`\`${dotted}\` is not modelled`, span)
  }
  return at
}

/** Imports `a`, `a.b`, `a.b.c` in turn from source. */
function importParts(
  parts: readonly string[],
  level: number,
  fromFile: string,
  prefix: string,
  span: Span | null,
  evaluator: Evaluator,
): Value {
  let parent = evaluator.registry.named(prefix) ?? null
  let result: Value | null = null
  for (const [index, part] of parts.entries()) {
    const module = parts.slice(0, index + 1).join('.')
    const dotted = prefix === '' ? module : `${prefix}.${module}`
    const isLast = index === parts.length - 1
    const native = prefix === '' ? undefined : standingIn(dotted, evaluator)
    if (native !== undefined) {
      result = native
      parent = native
      continue
    }
    const loaded = evaluator.registry.named(dotted)
    if (loaded !== undefined) {
      result = loaded
      parent = loaded
      continue
    }
    const source = evaluator.options.sources?.resolve({ module, level, fromFile })
    if (source === undefined && evaluator.options.sources !== undefined) return evaluator.unknown(`\`${dotted}\` is not loaded yet`, span)
    if (source === null || source === undefined) {
      if (!isLast) continue
      return missing(`No module named '${dotted}'`, `\`${dotted}\` was not found`, 'ModuleNotFoundError', span, evaluator)
    }
    result = evaluator.registry.fromSource(source, dotted, span)
    if (result.kind !== 'module') return result
    if (parent !== null) bindSubmodule(parent, part, result, evaluator)
    parent = result
  }
  return result ?? evaluator.unknown(`\`${parts.join('.')}\` was not found`, span)
}

/** A package has its modules as attributes, unless it imports something of the same name: `from .alexnet import *`. */
function bindSubmodule(parent: ModuleValue, name: string, module: ModuleValue, evaluator: Evaluator): void {
  const info = evaluator.moduleInfo(parent)
  if (info === undefined) parent.attributes.set(name, module)
  else info.addSubmodule(name, module)
}

/** A module of ours in place of a part of a package that is read from source, for all but the files of that part. */
function standingIn(dotted: string, evaluator: Evaluator): ModuleValue | undefined {
  const own = evaluator.options.mainPackage
  return own === dotted || own?.startsWith(`${dotted}.`) === true ? undefined : evaluator.registry.native(dotted)
}

function importRelative(node: ImportFromNode, from: ModuleInfo, evaluator: Evaluator): Value {
  const base = from.packageName.split('.').filter((part) => part !== '')
  const prefix = base.slice(0, Math.max(0, base.length - (node.level - 1))).join('.')
  if (node.module !== '') return importParts(node.module.split('.'), node.level, from.file, prefix, node.span, evaluator)
  const loaded = prefix === '' ? undefined : evaluator.registry.named(prefix)
  if (loaded !== undefined) return loaded
  const source = evaluator.options.sources?.resolve({ module: '', level: node.level, fromFile: from.file })
  if (source !== null && source !== undefined) return evaluator.registry.fromSource(source, prefix, node.span)
  // A folder without `__init__.py`: its modules are found one by one.
  return { kind: 'module', name: prefix, attributes: new Map([['__name__', str(prefix)]]), file: from.file }
}

function importStar(module: Value, node: ImportFromNode, scope: Scope, evaluator: Evaluator): void {
  if (module.kind !== 'module') {
    const reason = module.kind === 'unknown' ? module.reason : `\`${node.module}\` is not a module`
    scope.module.hiddenNames ??= evaluator.unknown(`it may come from \`${node.module}\`: ${reason}`, node.span)
    return
  }
  const from = evaluator.moduleInfo(module)
  if (from !== undefined && !scope.module.isMain) {
    scope.module.importStar(from)
    return
  }
  for (const name of from?.exported() ?? exportedBy(module, node.span, evaluator)) {
    scope.bind(
      name,
      evaluator.moduleAttribute(module, name, node.span) ?? evaluator.unknown(`\`${module.name}.${name}\` is not modelled`, node.span),
    )
  }
  if (from !== undefined) scope.module.hiddenNames ??= from.hidden()
}

/** The same for a module of ours. */
function exportedBy(module: ModuleValue, span: Span, evaluator: Evaluator): readonly string[] {
  const all = evaluator.moduleAttribute(module, '__all__', span)
  const listed = all === undefined || all.kind === 'unknown' ? null : evaluator.items(all, span)
  return listed === null
    ? [...module.attributes.keys()].filter((name) => !name.startsWith('_'))
    : listed.flatMap((name) => asString(name) ?? [])
}
