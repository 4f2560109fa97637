import type { IntegerInPlace, SizeKnob, TextEdit } from '../../analysis'
import { sizeKnobs } from '../../analyze'
import type { Analyses, Analyzed } from '../analyses'
import { shownModel } from './message'

/** A source with other sizes in place of those written. */
export interface Tried {
  readonly analyzed: Analyzed
  /** Values by the ids of the sizes that differ from what is written; empty for the source as it is. */
  readonly sizes: Readonly<Record<string, number>>
  /** What would write them. */
  readonly edits: readonly TextEdit[]
}

interface Attempt {
  readonly analyzed: Analyzed
  readonly model: string | null
  readonly wanted: Readonly<Record<string, number>>
  readonly result: Promise<Tried | null>
}

/** The sizes that are tried in one panel. The file's own analysis, and what editors show of it, stay as they are. */
export class PanelTrial {
  private last: Attempt | null = null
  private found: { readonly analyzed: Analyzed; readonly model: string | null; readonly knobs: readonly SizeKnob[] } | null = null

  constructor(
    private readonly analyses: Pick<Analyses, 'tryOut'>,
    private wanted: Readonly<Record<string, number>> = {},
  ) {}

  get isEmpty(): boolean {
    return Object.keys(this.wanted).length === 0
  }

  want(sizes: Readonly<Record<string, number>>): void {
    this.wanted = sizes
  }

  /** Sizes of the model that may be tried. */
  knobs(analyzed: Analyzed, name: string | null): readonly SizeKnob[] {
    if (this.found?.analyzed !== analyzed || this.found.model !== name) {
      const { source } = analyzed
      const model = shownModel(analyzed, name)
      const knobs = model === null ? [] : sizeKnobs({ file: source.file, text: source.text }, model)
      this.found = { analyzed, model: name, knobs }
    }
    return this.found.knobs
  }

  /** The source with what is wanted in place; null when something else was wanted meanwhile. One analysis at a time. */
  of(analyzed: Analyzed, model: string | null): Promise<Tried | null> {
    const { last, wanted } = this
    if (last !== null && last.analyzed === analyzed && last.model === model && last.wanted === wanted) return last.result
    const before: Promise<unknown> = last?.result.catch(() => null) ?? Promise.resolve()
    const result: Promise<Tried | null> = before.then(() => (this.last?.result === result ? this.run(analyzed, model) : null))
    this.last = { analyzed, model, wanted, result }
    return result
  }

  private async run(analyzed: Analyzed, model: string | null): Promise<Tried> {
    // A size that is gone, or written by now, is no longer tried.
    const tried = this.knobs(analyzed, model).flatMap((knob) => {
      const value = this.wanted[knob.id]
      return value === undefined || value === knob.value ? [] : [{ knob, value }]
    })
    const sizes = Object.fromEntries(tried.map(({ knob, value }) => [knob.id, value]))
    this.settle(sizes)
    if (tried.length === 0) return { analyzed, sizes, edits: [] }
    const { source } = analyzed
    const integers = tried.flatMap(({ knob, value }) => knob.spans.map(({ start }): IntegerInPlace => ({ start, value })))
    const edits = tried.flatMap(({ knob, value }) =>
      knob.spans.map(({ start, end }): TextEdit => ({ file: source.file, start, end, newText: String(value) })),
    )
    return { analyzed: { source, analysis: await this.analyses.tryOut(source, integers) }, sizes, edits }
  }

  private settle(sizes: Readonly<Record<string, number>>): void {
    if (Object.keys(sizes).length === Object.keys(this.wanted).length) return
    this.wanted = sizes
    if (this.last !== null) this.last = { ...this.last, wanted: sizes }
  }
}
