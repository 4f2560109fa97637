/** The concrete tree that a grammar gives, as plain data. */

/** A node of the concrete tree: named ones and punctuation, in order; comments apart. */
export interface SyntaxNode {
  readonly type: string
  readonly named: boolean
  /** The field of the parent that it fills. */
  readonly field: string | null
  readonly start: number
  readonly end: number
  readonly missing: boolean
  readonly children: SyntaxNode[]
}

export interface ConcreteTree {
  readonly root: SyntaxNode
  readonly comments: readonly SyntaxNode[]
  /** What the grammar could not place or had to add, outermost only. */
  readonly errors: readonly SyntaxNode[]
}

export function childOfField(node: SyntaxNode, field: string): SyntaxNode | null {
  for (const child of node.children) if (child.field === field) return child
  return null
}

export function childOfType(node: SyntaxNode, type: string): SyntaxNode | null {
  for (const child of node.children) if (child.type === type) return child
  return null
}

export function named(node: SyntaxNode): SyntaxNode[] {
  return node.children.filter((child) => child.named)
}
