/** `// init-lens: hidden=512, input=(8, 28, 28, 1)`: what a comment sets. */
import type { InputSpec, Remark } from '../../analysis'
import type { Comment } from '../../javascript'

export interface Directive {
  readonly sizes: Readonly<Record<string, number>>
  readonly input: readonly InputSpec[] | null
  readonly problems: readonly Remark[]
}

const pattern = /^(?:\/\/|\/\*)\s*init-lens:\s*(.+?)\s*(?:\*\/)?$/
const setting = /(\w+)\s*=\s*(?:[([]([\d\s,]*)[)\]]|(-?\d+(?:\.\d+)?))\s*(?:,|$)/y

export function directivesOf(comments: readonly Comment[]): Directive {
  const sizes: Record<string, number> = {}
  const problems: Remark[] = []
  let input: readonly InputSpec[] | null = null
  for (const { text, span } of comments) {
    const written = pattern.exec(text)?.[1]
    if (written === undefined || written.startsWith('ignore')) continue
    setting.lastIndex = 0
    let end = 0
    for (let match = setting.exec(written); match !== null; match = setting.exec(written)) {
      const [whole, name = '', list, number] = match
      end = match.index + whole.length
      const shape = list
        ?.split(',')
        .filter((size) => size.trim() !== '')
        .map(Number)
      if (name === 'input' && shape !== undefined && shape.length > 0)
        input = [...(input ?? []), { shape, distribution: { kind: 'normal', mean: 0, std: 1 } }]
      else if (number !== undefined) sizes[name] = Number(number)
      while (written[end] === ' ') end++
      setting.lastIndex = end
    }
    if (end < written.length)
      problems.push({
        message: 'this init-lens comment is not understood: it sets numbers, like // init-lens: units=64, input=(8, 28, 28, 1)',
        span,
      })
  }
  return { sizes, input, problems }
}
