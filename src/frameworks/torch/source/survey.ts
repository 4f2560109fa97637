/** One walk over a file's syntax tree: imports, classes, calls, and what each class and function of the file's own level mentions. */
import type { CallNode, ClassNode, Expression, ModuleNode, Statement } from '../../../python/ast'

export interface CallSite {
  readonly call: CallNode
  /** Name of the class that it is written in, and of the innermost function; null outside of one. */
  readonly className: string | null
  readonly functionName: string | null
}

export interface Survey {
  /** What names stand for by the file's imports, wherever they are written: `nn` → `torch.nn`, `L` → `torch.nn.Linear`. */
  readonly imported: ReadonlyMap<string, string>
  /** Modules whose every name is imported. */
  readonly starred: readonly string[]
  /** Dotted names of each class's bases. */
  readonly bases: ReadonlyMap<string, readonly string[]>
  /** All calls, in the order of the source. */
  readonly calls: readonly CallSite[]
  /** Names mentioned in each class of the file's own level, `if` and `try` there included. */
  readonly classes: ReadonlyMap<string, ReadonlySet<string>>
  /** The same for functions. */
  readonly functions: ReadonlyMap<string, ReadonlySet<string>>
}

interface Place {
  readonly className: string | null
  readonly functionName: string | null
  /** Where names are collected: of the class or function of the file's own level. */
  readonly mentioned: Set<string> | null
}

/** `a.b.c` of names and attributes; null for other expressions. */
export function dotted(node: Expression): string | null {
  if (node.kind === 'name') return node.name
  if (node.kind !== 'attribute') return null
  const object = dotted(node.object)
  return object === null ? null : `${object}.${node.name}`
}

export function surveyOf(module: ModuleNode): Survey {
  const walker = new Walker()
  walker.visitEach(module.body, { className: null, functionName: null, mentioned: null })
  return walker
}

class Walker implements Survey {
  readonly imported = new Map<string, string>()
  readonly starred: string[] = []
  readonly bases = new Map<string, readonly string[]>()
  readonly calls: CallSite[] = []
  readonly classes = new Map<string, ReadonlySet<string>>()
  readonly functions = new Map<string, ReadonlySet<string>>()

  visitEach(nodes: readonly object[], place: Place): void {
    for (const node of nodes) this.visit(node, place)
  }

  private visit(node: object, place: Place): void {
    const tree = node as Expression | Statement
    switch (tree.kind) {
      case 'name':
        place.mentioned?.add(tree.name)
        return
      case 'integer':
      case 'float':
      case 'string':
      case 'constant':
        return
      case 'call':
        this.calls.push({ call: tree, className: place.className, functionName: place.functionName })
        break
      case 'import':
        for (const { name, alias } of tree.names) {
          const root = name.split('.', 1)[0] ?? name
          this.imported.set(alias ?? root, alias === null ? root : name)
        }
        return
      case 'importFrom':
        if (tree.level > 0) return
        if (tree.names === '*') this.starred.push(tree.module)
        else for (const { name, alias } of tree.names) this.imported.set(alias ?? name, `${tree.module}.${name}`)
        return
      case 'class':
        this.bases.set(tree.name, basesOf(tree))
        this.below(tree, { ...this.collecting(place, tree.name, this.classes), className: tree.name, functionName: null })
        return
      case 'functionDefinition':
        this.below(tree, { ...this.collecting(place, tree.function.name, this.functions), functionName: tree.function.name })
        return
      default:
    }
    this.below(node, place)
  }

  private collecting(place: Place, name: string, into: Map<string, ReadonlySet<string>>): Place {
    if (place.mentioned !== null) return place
    const mentioned = new Set<string>()
    into.set(name, mentioned)
    return { ...place, mentioned }
  }

  /** Every object that a node holds is a node or holds some; spans hold none. */
  private below(node: object, place: Place): void {
    for (const key in node) {
      if (key === 'span' || key === 'nameSpan' || key === 'argumentsSpan') continue
      const value: unknown = node[key as keyof typeof node]
      if (typeof value !== 'object' || value === null) continue
      if (Array.isArray(value))
        this.visitEach(
          value.filter((each) => typeof each === 'object' && each !== null),
          place,
        )
      else this.visit(value, place)
    }
  }
}

function basesOf(cls: ClassNode): readonly string[] {
  return cls.arguments.flatMap(({ kind, value }) => (kind === 'positional' ? (dotted(value) ?? []) : []))
}
