/** What a line that cannot be read would have bound, as far as its beginning tells: those names are then Unknown, not undefined. */
import type { Span } from '../../graph'
import type { Expression, InvalidExpressionNode, Statement } from '../ast'

/** `self.conv = nn.` and `x = f(` bind, as do `def f(` and `class A(`. Empty where nothing is bound. */
export function standIn(line: string, message: string, span: Span): readonly Statement[] {
  const value: InvalidExpressionNode = { kind: 'invalidExpression', message, span }
  const definition = /^(?:async\s+)?(?:def|class)\s+([A-Za-z_]\w*)/.exec(line)
  const assignment = /^([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*(?::[^=]*)?=(?!=)/.exec(line)
  const written = definition?.[1] ?? assignment?.[1]
  if (written === undefined) return []
  const [first = '', ...rest] = written.split('.')
  const target = rest.reduce<Expression>((object, name) => ({ kind: 'attribute', object, name, nameSpan: span, span }), {
    kind: 'name',
    name: first,
    span,
  })
  return [{ kind: 'assign', targets: [target], value, span }]
}
