/** The syntax tree of a Python file. Every node carries its span; nothing of it is ever changed after parsing. */
import type { Span } from '../graph'

export type Expression =
  | NameNode
  | ConstantNode
  | IntegerNode
  | FloatNode
  | ImaginaryNode
  | StringNode
  | BytesNode
  | FormattedStringNode
  | TupleNode
  | ListNode
  | SetNode
  | DictNode
  | StarredNode
  | AttributeNode
  | SubscriptNode
  | SliceNode
  | CallNode
  | UnaryNode
  | BinaryNode
  | BooleanNode
  | ComparisonNode
  | ConditionalNode
  | LambdaNode
  | ComprehensionNode
  | NamedExpressionNode
  | AwaitNode
  | YieldNode
  | YieldFromNode
  | InvalidExpressionNode

export type Statement =
  | ExpressionStatementNode
  | AssignNode
  | AugmentedAssignNode
  | AnnotatedAssignNode
  | ReturnNode
  | RaiseNode
  | AssertNode
  | DeleteNode
  | PassNode
  | BreakNode
  | ContinueNode
  | GlobalNode
  | NonlocalNode
  | ImportNode
  | ImportFromNode
  | IfNode
  | ForNode
  | WhileNode
  | TryNode
  | WithNode
  | MatchNode
  | FunctionDefinitionNode
  | ClassNode
  | TypeAliasNode
  | InvalidStatementNode

export interface ModuleNode {
  readonly kind: 'module'
  readonly file: string
  readonly body: readonly Statement[]
  readonly span: Span
}

interface NodeBase {
  readonly span: Span
}

export interface NameNode extends NodeBase {
  readonly kind: 'name'
  readonly name: string
}
export interface ConstantNode extends NodeBase {
  readonly kind: 'constant'
  readonly value: 'None' | 'True' | 'False' | 'Ellipsis'
}
/** A safe integer as a number, a larger one as a bigint. */
export interface IntegerNode extends NodeBase {
  readonly kind: 'integer'
  readonly value: number | bigint
}
export interface FloatNode extends NodeBase {
  readonly kind: 'float'
  readonly value: number
}
export interface ImaginaryNode extends NodeBase {
  readonly kind: 'imaginary'
  readonly value: number
}
/** Escapes resolved, adjacent literals joined. */
export interface StringNode extends NodeBase {
  readonly kind: 'string'
  readonly value: string
}
/** One character a byte. */
export interface BytesNode extends NodeBase {
  readonly kind: 'bytes'
  readonly value: string
}
export interface FormattedStringNode extends NodeBase {
  readonly kind: 'formattedString'
  readonly parts: readonly (string | ReplacementField)[]
}
export interface ReplacementField {
  readonly value: Expression
  readonly conversion: 'r' | 's' | 'a' | null
  /** Literal text and nested fields; empty without a specification. */
  readonly format: readonly (string | ReplacementField)[]
}

export interface TupleNode extends NodeBase {
  readonly kind: 'tuple'
  readonly elements: readonly Expression[]
}
export interface ListNode extends NodeBase {
  readonly kind: 'list'
  readonly elements: readonly Expression[]
}
export interface SetNode extends NodeBase {
  readonly kind: 'set'
  readonly elements: readonly Expression[]
}
/** A null key is `**value`. */
export interface DictNode extends NodeBase {
  readonly kind: 'dict'
  readonly entries: readonly { readonly key: Expression | null; readonly value: Expression }[]
}
/** `*value` in a display, a target or a subscript. */
export interface StarredNode extends NodeBase {
  readonly kind: 'starred'
  readonly value: Expression
}

export interface AttributeNode extends NodeBase {
  readonly kind: 'attribute'
  readonly object: Expression
  readonly name: string
  readonly nameSpan: Span
}
/** `object[a, b]` has a tuple as its index. */
export interface SubscriptNode extends NodeBase {
  readonly kind: 'subscript'
  readonly object: Expression
  readonly index: Expression
}
export interface SliceNode extends NodeBase {
  readonly kind: 'slice'
  readonly start: Expression | null
  readonly stop: Expression | null
  readonly step: Expression | null
}
export interface CallNode extends NodeBase {
  readonly kind: 'call'
  readonly callee: Expression
  readonly arguments: readonly ArgumentNode[]
  /** With the parentheses. */
  readonly argumentsSpan: Span
}
export interface ArgumentNode extends NodeBase {
  readonly kind: 'positional' | 'keyword' | 'star' | 'doubleStar'
  /** Of a keyword. */
  readonly name: string | null
  readonly value: Expression
}

export type UnaryOperator = '-' | '+' | '~' | 'not'
export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '@' | '&' | '|' | '^' | '<<' | '>>'
export type ComparisonOperator = '<' | '<=' | '==' | '!=' | '>' | '>=' | 'in' | 'not in' | 'is' | 'is not'
export interface UnaryNode extends NodeBase {
  readonly kind: 'unary'
  readonly operator: UnaryOperator
  readonly operand: Expression
}
export interface BinaryNode extends NodeBase {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
}
export interface BooleanNode extends NodeBase {
  readonly kind: 'boolean'
  readonly operator: 'and' | 'or'
  readonly left: Expression
  readonly right: Expression
}
export interface ComparisonNode extends NodeBase {
  readonly kind: 'comparison'
  readonly first: Expression
  readonly rest: readonly { readonly operator: ComparisonOperator; readonly operand: Expression }[]
}
export interface ConditionalNode extends NodeBase {
  readonly kind: 'conditional'
  readonly test: Expression
  readonly body: Expression
  readonly orElse: Expression
}
export interface LambdaNode extends NodeBase {
  readonly kind: 'lambda'
  readonly function: FunctionNode
}
export interface ComprehensionNode extends NodeBase {
  readonly kind: 'comprehension'
  readonly form: 'list' | 'set' | 'dict' | 'generator'
  /** The key of a dict comprehension. */
  readonly element: Expression
  /** The value of a dict comprehension. */
  readonly value: Expression | null
  readonly clauses: readonly ComprehensionClause[]
}
export type ComprehensionClause =
  | { readonly kind: 'for'; readonly target: Expression; readonly iterable: Expression }
  | { readonly kind: 'if'; readonly test: Expression }
export interface NamedExpressionNode extends NodeBase {
  readonly kind: 'namedExpression'
  readonly name: string
  readonly value: Expression
}
export interface AwaitNode extends NodeBase {
  readonly kind: 'await'
  readonly value: Expression
}
export interface YieldNode extends NodeBase {
  readonly kind: 'yield'
  readonly value: Expression | null
}
export interface YieldFromNode extends NodeBase {
  readonly kind: 'yieldFrom'
  readonly value: Expression
}
export interface InvalidExpressionNode extends NodeBase {
  readonly kind: 'invalidExpression'
  readonly message: string
}

export type ParameterKind = 'positionalOnly' | 'positional' | 'keywordOnly' | 'star' | 'doubleStar'
export interface ParameterNode extends NodeBase {
  readonly kind: ParameterKind
  readonly name: string
  readonly annotation: Expression | null
  readonly defaultValue: Expression | null
}
/** What a `def` and a `lambda` share. A lambda's body is one return statement. */
export interface FunctionNode extends NodeBase {
  readonly kind: 'function'
  /** `<lambda>` for a lambda. */
  readonly name: string
  readonly nameSpan: Span
  readonly parameters: readonly ParameterNode[]
  readonly returns: Expression | null
  readonly body: readonly Statement[]
  readonly isAsync: boolean
  readonly isGenerator: boolean
  readonly isLambda: boolean
}

export interface ExpressionStatementNode extends NodeBase {
  readonly kind: 'expression'
  readonly value: Expression
}
/** `a = b = value` has two targets. */
export interface AssignNode extends NodeBase {
  readonly kind: 'assign'
  readonly targets: readonly Expression[]
  readonly value: Expression
}
export interface AugmentedAssignNode extends NodeBase {
  readonly kind: 'augmentedAssign'
  readonly target: Expression
  readonly operator: BinaryOperator
  readonly value: Expression
}
export interface AnnotatedAssignNode extends NodeBase {
  readonly kind: 'annotatedAssign'
  readonly target: Expression
  readonly annotation: Expression
  readonly value: Expression | null
}
export interface ReturnNode extends NodeBase {
  readonly kind: 'return'
  readonly value: Expression | null
}
export interface RaiseNode extends NodeBase {
  readonly kind: 'raise'
  readonly exception: Expression | null
  readonly cause: Expression | null
}
export interface AssertNode extends NodeBase {
  readonly kind: 'assert'
  readonly test: Expression
  readonly message: Expression | null
}
export interface DeleteNode extends NodeBase {
  readonly kind: 'delete'
  readonly targets: readonly Expression[]
}
export interface PassNode extends NodeBase {
  readonly kind: 'pass'
}
export interface BreakNode extends NodeBase {
  readonly kind: 'break'
}
export interface ContinueNode extends NodeBase {
  readonly kind: 'continue'
}
export interface GlobalNode extends NodeBase {
  readonly kind: 'global'
  readonly names: readonly string[]
}
export interface NonlocalNode extends NodeBase {
  readonly kind: 'nonlocal'
  readonly names: readonly string[]
}
export interface ImportNode extends NodeBase {
  readonly kind: 'import'
  readonly names: readonly ImportedName[]
}
export interface ImportFromNode extends NodeBase {
  readonly kind: 'importFrom'
  /** Dotted; empty for `from . import x`. */
  readonly module: string
  /** Leading dots. */
  readonly level: number
  readonly names: readonly ImportedName[] | '*'
}
export interface ImportedName extends NodeBase {
  readonly name: string
  readonly alias: string | null
}
/** An `elif` is an if in `orElse`. */
export interface IfNode extends NodeBase {
  readonly kind: 'if'
  readonly test: Expression
  readonly body: readonly Statement[]
  readonly orElse: readonly Statement[]
}
export interface ForNode extends NodeBase {
  readonly kind: 'for'
  readonly target: Expression
  readonly iterable: Expression
  readonly body: readonly Statement[]
  readonly orElse: readonly Statement[]
}
export interface WhileNode extends NodeBase {
  readonly kind: 'while'
  readonly test: Expression
  readonly body: readonly Statement[]
  readonly orElse: readonly Statement[]
}
export interface TryNode extends NodeBase {
  readonly kind: 'try'
  readonly body: readonly Statement[]
  readonly handlers: readonly HandlerNode[]
  readonly orElse: readonly Statement[]
  readonly finalBody: readonly Statement[]
}
export interface HandlerNode extends NodeBase {
  readonly exception: Expression | null
  readonly target: Expression | null
  readonly body: readonly Statement[]
}
export interface WithNode extends NodeBase {
  readonly kind: 'with'
  readonly items: readonly { readonly context: Expression; readonly target: Expression | null }[]
  readonly body: readonly Statement[]
}
export interface MatchNode extends NodeBase {
  readonly kind: 'match'
  readonly subject: Expression
  readonly cases: readonly CaseNode[]
}
export interface CaseNode extends NodeBase {
  readonly pattern: Pattern
  readonly guard: Expression | null
  readonly body: readonly Statement[]
}
export interface FunctionDefinitionNode extends NodeBase {
  readonly kind: 'functionDefinition'
  readonly function: FunctionNode
  readonly decorators: readonly Expression[]
}
export interface ClassNode extends NodeBase {
  readonly kind: 'class'
  readonly name: string
  readonly nameSpan: Span
  /** Bases and keywords such as `metaclass=`. */
  readonly arguments: readonly ArgumentNode[]
  readonly decorators: readonly Expression[]
  readonly body: readonly Statement[]
}
export interface TypeAliasNode extends NodeBase {
  readonly kind: 'typeAlias'
  readonly name: string
  readonly value: Expression
}
export interface InvalidStatementNode extends NodeBase {
  readonly kind: 'invalidStatement'
  readonly message: string
}

export type Pattern =
  | { readonly kind: 'wildcard'; readonly span: Span }
  | { readonly kind: 'capture'; readonly span: Span; readonly name: string }
  /** A literal or a dotted name, compared by equality (None, True, False by identity). */
  | { readonly kind: 'value'; readonly span: Span; readonly value: Expression }
  | { readonly kind: 'sequence'; readonly span: Span; readonly elements: readonly Pattern[] }
  | { readonly kind: 'star'; readonly span: Span; readonly name: string | null }
  | {
      readonly kind: 'mapping'
      readonly span: Span
      readonly entries: readonly { readonly key: Expression; readonly pattern: Pattern }[]
      readonly rest: string | null
    }
  | {
      readonly kind: 'class'
      readonly span: Span
      readonly cls: Expression
      readonly positional: readonly Pattern[]
      readonly keyword: readonly { readonly name: string; readonly pattern: Pattern }[]
    }
  | { readonly kind: 'or'; readonly span: Span; readonly alternatives: readonly Pattern[] }
  | { readonly kind: 'as'; readonly span: Span; readonly pattern: Pattern; readonly name: string }
