/** What parsers of all languages share: grammars, their concrete trees, lines. */
export { type ConcreteTree, childOfField, childOfType, named, type SyntaxNode } from './concrete'
export { Grammar } from './grammar'
export { Lines } from './lines'
