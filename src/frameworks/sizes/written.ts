/** The whole numbers in a stretch of code that may set a width or a depth, and what each is called there. */
import type { CallNode, ClassNode, Expression, FunctionNode, IntegerNode, ModuleNode, Statement } from '../../python/ast'
import { dotted } from '../torch/source/survey'
import { eachBelow, type NamedPart } from './reached'

export interface WrittenSize {
  /** Of the same number after the text around it has changed. */
  readonly id: string
  readonly label: string
  readonly value: number
  readonly node: IntegerNode
}

/** Names of numbers that set no width and no depth of a network. */
const unrelated =
  /seed|stride|padding|^pad|kernel|dilation|epoch|batch|^lr|rate|workers?$|log|save|port$|rank|print|interval|^eps|patience|device|groups$|steps?$|^dim$|axis|version|verbose/i

/** Functions that build nothing. */
const otherFunctions = /state_dict|load|save|extra_repr|^forward$|^__repr__$/

/** Layers whose first numbers are windows, shares or shapes, not widths. */
const otherLayers = /Pool|Dropout|Flatten|Pad|Upsampl|Shuffle|Fold|Cropping|ReLU|ELU|Softmax|Threshold|Permute|Reshape|Repeat/
const samplers: ReadonlySet<string> = new Set(['randn', 'rand', 'zeros', 'ones', 'empty', 'Input', 'InputLayer'])
const sizeKeywords: ReadonlySet<string> = new Set([
  'in_features',
  'out_features',
  'in_channels',
  'out_channels',
  'num_features',
  'input_size',
  'hidden_size',
  'embed_dim',
  'embedding_dim',
  'd_model',
  'dim_feedforward',
  'units',
  'filters',
])

export interface SizeOptions {
  /** Positional arguments of a layer that are widths: two of PyTorch's, one of Keras's. */
  readonly layerPositions: 1 | 2
  /** Constructors and functions of the file by name: the names of their parameters. */
  readonly own: ReadonlyMap<string, readonly string[]>
}

/** Parameters of the file's own classes and functions, without `self`. */
export function ownParameters(module: ModuleNode): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  const named = ({ parameters }: FunctionNode): readonly string[] =>
    parameters.map(({ name }) => name).slice(parameters[0]?.name === 'self' || parameters[0]?.name === 'cls' ? 1 : 0)
  const visit = (node: object): void => {
    const tree = node as Statement
    if (tree.kind === 'functionDefinition') found.set(tree.function.name, named(tree.function))
    if (tree.kind === 'class') found.set(tree.name, constructorOf(tree))
    eachBelow(node, visit)
  }
  const constructorOf = (node: ClassNode): readonly string[] => {
    const method = node.body.find((each) => each.kind === 'functionDefinition' && each.function.name === '__init__')
    return method?.kind === 'functionDefinition' ? named(method.function) : []
  }
  for (const statement of module.body) visit(statement)
  return found
}

/** Equal sizes of layers go under one id, `size 256`. */
export function sizesWritten(parts: readonly NamedPart[], options: SizeOptions): readonly WrittenSize[] {
  const walker = new Walker(options)
  for (const { name, node } of parts) walker.visit(node, name)
  return walker.found
}

class Walker {
  readonly found: WrittenSize[] = []
  private readonly repeats = new Map<string, number>()

  constructor(private readonly options: SizeOptions) {}

  /** `owner`: the dotted path of what the node stands in. */
  visit(node: object, owner: string): void {
    const tree = node as Statement | Expression
    switch (tree.kind) {
      case 'class':
        this.below(node, owner === tree.name ? owner : `${owner}.${tree.name}`)
        return
      case 'functionDefinition': {
        const { name, parameters } = tree.function
        if (otherFunctions.test(name)) return
        const path = owner === name ? owner : `${owner}.${name}`
        for (const parameter of parameters) this.named(parameter.name, parameter.defaultValue, path)
        for (const statement of tree.function.body) this.visit(statement, path)
        return
      }
      case 'assign':
        if (tree.value.kind === 'tuple') {
          const { elements } = tree.value
          for (const target of tree.targets) this.each(target, elements, owner)
          return
        }
        for (const target of tree.targets) {
          const name = target.kind === 'name' ? target.name : target.kind === 'attribute' ? target.name : null
          if (name !== null) this.named(name, tree.value, owner)
        }
        break
      case 'annotatedAssign':
        if (tree.target.kind === 'name') this.named(tree.target.name, tree.value, owner)
        break
      case 'dict':
        for (const { key, value } of tree.entries) if (key?.kind === 'string') this.named(key.value, value, owner)
        break
      case 'binary':
        if (tree.operator === '*') {
          if (isSequence(tree.left)) this.repeat(tree.right, owner)
          if (isSequence(tree.right)) this.repeat(tree.left, owner)
        }
        break
      case 'call':
        this.call(tree, owner)
        break
      default:
    }
    this.below(node, owner)
  }

  /** `A, B = 1, 2`: at the file's own level, `owner` is the name that is wanted. */
  private each(target: Expression, values: readonly Expression[], owner: string): void {
    if (target.kind !== 'tuple') return
    for (const [index, element] of target.elements.entries()) {
      if (element.kind === 'name' && (element.name === owner || owner.includes('.'))) this.named(element.name, values[index] ?? null, owner)
    }
  }

  private below(node: object, owner: string): void {
    eachBelow(node, (child) => this.visit(child, owner))
  }

  private call(node: CallNode, owner: string): void {
    const callee = dotted(node.callee)?.split('.').at(-1) ?? ''
    const positional = node.arguments.filter(({ kind }) => kind === 'positional')
    const parameters = this.options.own.get(callee)
    if (parameters !== undefined) {
      for (const [index, { value }] of positional.entries()) this.named(parameters[index] ?? '', value, `${owner}>${callee}`)
      for (const { name, value } of node.arguments) if (name !== null) this.named(name, value, `${owner}>${callee}`)
      return
    }
    if (callee === 'range' && positional.length === 1) this.repeat(positional[0]?.value ?? null, owner)
    const isSampler = samplers.has(callee)
    if (!isSampler && (!/^[A-Z]/.test(callee) || otherLayers.test(callee))) return
    // The first size of a random input is the batch.
    const sizes = isSampler ? positional.slice(1) : positional.slice(0, this.options.layerPositions)
    const keywords = node.arguments.filter(({ name }) => name !== null && sizeKeywords.has(name))
    for (const { value } of [...sizes, ...keywords]) {
      if (value.kind === 'integer' && Number(value.value) > 1) this.add(`size ${value.value}`, String(value.value), value)
    }
  }

  private named(name: string, value: Expression | null, owner: string): void {
    if (value?.kind !== 'integer' || name === '' || unrelated.test(name)) return
    this.add(owner === name ? name : `${owner}.${name}`, name, value)
  }

  /** Loops and repeats have no name: they are counted within their owner. */
  private repeat(value: Expression | null, owner: string): void {
    if (value?.kind !== 'integer') return
    const nth = (this.repeats.get(owner) ?? 0) + 1
    this.repeats.set(owner, nth)
    this.add(`${owner} repeat ${nth}`, `× ${value.value}, line ${value.span.line}`, value)
  }

  private add(id: string, label: string, node: IntegerNode): void {
    const value = Number(node.value)
    if (value < 1 || value > mostSize) return
    this.found.push({ id, label, value, node })
  }
}

const mostSize = 1_000_000

function isSequence(node: Expression): boolean {
  return node.kind === 'list' || node.kind === 'tuple' || node.kind === 'comprehension'
}
