/**
 * A file that is being typed in has a line or two that cannot be read, and a grammar may lose everything around them.
 * Those lines are blanked, at equal length, until the rest reads well; what they said is reported.
 */
import { type ConcreteTree, parseConcrete, type SyntaxNode } from './grammar'

export interface Repaired {
  readonly tree: ConcreteTree
  /** Same length as the original. */
  readonly text: string
  /** Stretches that were blanked, in order. */
  readonly blanked: readonly { readonly start: number; readonly end: number }[]
}

/** Characters parsed again at most while lines are tried. */
const reparsed = 800_000
const rounds = 12
/** Errors past which a text is no program that is being typed in, and is left as it is. */
const mostErrors = 60

export function parseRepairing(text: string): Repaired {
  const tree = parseConcrete(text)
  if (tree.errors.length === 0 && !endsInDot.test(text)) return { tree, text, blanked: [] }
  return new Repair(text, tree).run()
}

interface Line {
  readonly start: number
  readonly end: number
  readonly indent: number
}

class Repair {
  private readonly lines: readonly Line[]
  private readonly gone = new Set<number>()
  private spent = 0

  constructor(
    private readonly original: string,
    private tree: ConcreteTree,
  ) {
    this.lines = linesOf(original)
  }

  run(): Repaired {
    const { unbalanced, dangling } = scan(this.original, this.lines)
    // The grammar would take the name after the dot from the next line, without an error.
    for (const line of dangling) this.gone.add(line)
    if (this.gone.size > 0) this.tree = this.parseWithout(this.gone)
    if (this.tree.errors.length > 0 && unbalanced.length > 0) {
      const gone = new Set([...this.gone, ...unbalanced])
      const attempt = this.parseWithout(gone)
      if (damage(attempt) < damage(this.tree)) {
        this.tree = attempt
        for (const line of gone) this.gone.add(line)
      }
    }
    for (let round = 0; round < rounds && this.isWorthRepair(); round++) if (!this.improve()) break
    return { tree: this.tree, text: this.textWithout(this.gone), blanked: this.stretches() }
  }

  private isWorthRepair(): boolean {
    return this.tree.errors.length > 0 && this.tree.errors.length <= mostErrors && this.spent < reparsed
  }

  /** Blanks the one line near the first error that helps most. */
  private improve(): boolean {
    const first = this.tree.errors[0]
    if (first === undefined) return false
    let best = damage(this.tree)
    let chosen: { line: number; tree: ConcreteTree } | null = null
    for (const line of this.candidates(first)) {
      if (this.spent >= reparsed) break
      const attempt = this.parseWithout(new Set([...this.gone, line]))
      if (damage(attempt) >= best) continue
      best = damage(attempt)
      chosen = { line, tree: attempt }
      if (best === 0) break
    }
    if (chosen === null) return false
    this.gone.add(chosen.line)
    this.tree = chosen.tree
    return true
  }

  private candidates(error: SyntaxNode): readonly number[] {
    const at = new Set<number>([this.lineOf(error.start), this.lineOf(Math.max(error.start, error.end - 1))])
    const inner = error.children.filter((child) => child.type === 'ERROR' || child.missing)
    for (const child of inner) at.add(this.lineOf(child.start))
    const before = this.lineOf(error.start) - 1
    if (before >= 0) at.add(before)
    return [...at].filter((line) => !this.gone.has(line)).slice(0, 5)
  }

  private lineOf(offset: number): number {
    let low = 0
    let high = this.lines.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.lines[middle]?.start ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  private parseWithout(gone: ReadonlySet<number>): ConcreteTree {
    const text = this.textWithout(gone)
    this.spent += text.length
    return parseConcrete(text)
  }

  private textWithout(gone: ReadonlySet<number>): string {
    if (gone.size === 0) return this.original
    const following = this.following(gone)
    let text = ''
    let at = 0
    for (const index of [...gone].sort((a, b) => a - b)) {
      const line = this.lines[index]
      if (line === undefined) continue
      text += this.original.slice(at, line.start) + this.blank(index, line, gone, following[index] ?? null)
      at = line.end
    }
    return text + this.original.slice(at)
  }

  /** For each line the next one that says something and stays. */
  private following(gone: ReadonlySet<number>): readonly (Line | null)[] {
    const following: (Line | null)[] = []
    let next: Line | null = null
    for (let index = this.lines.length - 1; index >= 0; index--) {
      following[index] = next
      const line = this.lines[index]
      if (line !== undefined && line.end > line.start + line.indent && !gone.has(index)) next = line
    }
    return following
  }

  /** Keeps the shape of the file: a header that lost its meaning still has a body, which is then not run. */
  private blank(index: number, line: Line, gone: ReadonlySet<number>, next: Line | null): string {
    const length = line.end - line.start
    const isHeader =
      next !== null &&
      next.indent > line.indent &&
      /:\s*(#.*)?$|^\s*(def|class|async|if|elif|else|for|while|with|try|except|finally|match|case)\b/.test(
        this.original.slice(line.start, line.end),
      )
    const stand = isHeader && length - line.indent >= 5 ? 'if 0:' : length - line.indent >= 1 ? '0' : ''
    const continues = gone.has(index - 1) && !isHeader && (this.lines[index - 1]?.indent ?? 0) < line.indent
    return continues ? ' '.repeat(length) : this.original.slice(line.start, line.start + line.indent) + stand.padEnd(length - line.indent)
  }

  private stretches(): { start: number; end: number }[] {
    const found: { start: number; end: number; last: number }[] = []
    for (const index of [...this.gone].sort((a, b) => a - b)) {
      const line = this.lines[index]
      const previous = found[found.length - 1]
      if (line === undefined) continue
      if (previous !== undefined && previous.last === index - 1) {
        previous.end = line.end
        previous.last = index
      } else found.push({ start: line.start + line.indent, end: line.end, last: index })
    }
    return found
  }
}

/** How much is lost: characters inside errors, and a little for each. */
function damage(tree: ConcreteTree): number {
  return tree.errors.reduce((sum, error) => sum + (error.end - error.start) + 4, 0)
}

function linesOf(text: string): Line[] {
  const lines: Line[] = []
  let start = 0
  while (start <= text.length) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    let indent = 0
    while (start + indent < end && (text[start + indent] === ' ' || text[start + indent] === '\t')) indent++
    lines.push({ start, end, indent })
    start = end + 1
  }
  return lines
}

const beginsStatement =
  /^\s*(def|class|return|import|from\s+[\w.]+\s+import|while|with|try|except|finally|elif|raise|assert|async\s+def|@\w|self\.\w+(\.\w+)*\s*=[^=]|\w+\s+=\s+.*[^,\s]\s*$)/

/** `nn.` at the end of a line: an attribute that is being typed, unless brackets are open. */
const endsInDot = /[\w)\]]\.[ \t]*(#[^\n]*)?\r?(\n|$)/
const danglingDot = /(^|[^\w.])[A-Za-z_][\w.()[\]'"]*\.\s*$/

interface Scanned {
  /** Lines from an opening bracket to the line before one that starts a statement, and lines that close what is not open. */
  readonly unbalanced: readonly number[]
  /** Lines that end in a dot. */
  readonly dangling: readonly number[]
}

function scan(text: string, lines: readonly Line[]): Scanned {
  const found: number[] = []
  const dangling: number[] = []
  const open: number[] = []
  let quote = ''
  for (const [index, line] of lines.entries()) {
    const content = text.slice(line.start, line.end)
    const first = open[0]
    if (quote === '' && first !== undefined && line.indent <= (lines[first]?.indent ?? 0) && beginsStatement.test(content)) {
      for (let between = first; between < index; between++) found.push(between)
      open.length = 0
    }
    let code = content
    for (let at = 0; at < content.length; at++) {
      const character = content[at] ?? ''
      if (quote !== '') {
        if (character === '\\') at++
        else if (content.startsWith(quote, at)) {
          at += quote.length - 1
          quote = ''
        }
      } else if (character === '#') {
        code = content.slice(0, at)
        break
      } else if (character === '"' || character === "'") {
        quote = content.startsWith(character.repeat(3), at) ? character.repeat(3) : character
        at += quote.length - 1
      } else if ('([{'.includes(character)) open.push(index)
      else if (')]}'.includes(character) && open.pop() === undefined) found.push(index)
    }
    // A quote that is not closed ends with its line, unless it is a triple one or the line continues.
    if (quote.length === 1 && !content.endsWith('\\')) quote = ''
    if (quote === '' && open.length === 0 && danglingDot.test(code.slice(-200))) dangling.push(index)
  }
  const first = open[0]
  if (first !== undefined) found.push(first)
  return { unbalanced: found, dangling }
}
