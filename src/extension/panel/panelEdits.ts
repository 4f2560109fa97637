import type { Fix } from '../../analysis'
import type { EditRequest, FromWebview, ToWebview } from '../../protocol'
import type { Analyses, Analyzed } from '../analyses'
import { diffHunks } from '../diff'
import { applyFix, combined, type Edit, editFor } from '../edits'
import { shownModel } from './message'
import { openSource } from './openSource'
import type { PanelTrial, Tried } from './trial'

type Request = Extract<FromWebview, { readonly type: 'preview' | 'apply' }>

const changed = 'The file has changed since; look at the new numbers first.'

/** Requests that mean the same in every version of a file; others name things of the version they were made in. */
const meansTheSame: ReadonlySet<EditRequest['kind']> = new Set(['recommended'])

/** Carries out a panel's requests to preview and to write edits. */
export class PanelEdits {
  constructor(
    private readonly analyses: Analyses,
    private readonly trial: PanelTrial,
    private readonly post: (message: ToWebview) => void,
  ) {}

  async handle(request: Request, file: string | null, model: string | null): Promise<void> {
    const written = await this.newest(file)
    const tried = written === null ? null : await this.trial.of(written, model)
    const analyzed = tried?.analyzed ?? null
    const edit = this.edit(request, tried, model)
    if (request.type === 'preview') this.preview(request.id, analyzed, edit)
    else await this.apply(request.id, analyzed, edit)
  }

  private async newest(file: string | null): Promise<Analyzed | null> {
    if (file === null) return null
    const known = this.analyses.byFile(file)
    if (known !== null) return known
    const source = this.analyses.source(file) ?? (await openSource(file))
    return source === null ? null : this.analyses.ofSource(source)
  }

  /** What is written is what is shown: sizes that are tried go with every edit. */
  private edit({ version, edit }: Request, tried: Tried | null, name: string | null): Edit {
    const analyzed = tried?.analyzed ?? null
    const model = analyzed === null ? null : shownModel(analyzed, name)
    if (tried === null || analyzed === null || model === null) return { ok: false, reason: 'There is no model to change.' }
    if (analyzed.source.version !== version && !meansTheSame.has(edit.kind)) return { ok: false, reason: changed }
    return withSizes(editFor(analyzed, model, edit), edit, tried)
  }

  private preview(id: number, analyzed: Analyzed | null, edit: Edit): void {
    if (!edit.ok || analyzed === null) {
      this.post({ type: 'preview', id, hunks: [], reason: edit.ok ? changed : edit.reason })
      return
    }
    const { file, text } = analyzed.source
    const here = edit.fix.edits.filter((change) => change.file === file)
    this.post({ type: 'preview', id, hunks: diffHunks(file, text, here), reason: null })
  }

  private async apply(id: number, analyzed: Analyzed | null, edit: Edit): Promise<void> {
    if (!edit.ok || analyzed === null) {
      this.post({ type: 'done', id, ok: false, message: edit.ok ? changed : edit.reason })
      return
    }
    const ok = await applyFix(analyzed, edit.fix)
    this.post({ type: 'done', id, ok, message: ok ? `${edit.fix.title}: done. Undo takes it back.` : 'VS Code did not accept the change.' })
  }
}

function withSizes(edit: Edit, request: EditRequest, { edits }: Tried): Edit {
  if (edits.length === 0) return edit
  const sizes: Fix = { title: 'Sizes as tried', edits }
  // Sizes alone are tried as well.
  if (request.kind === 'experiment' && request.initializers.length + request.activations.length === 0) return { ok: true, fix: sizes }
  if (!edit.ok) return edit
  const both = combined([sizes, edit.fix])
  return both === null
    ? { ok: false, reason: 'The sizes and the initialization are written at the same place; write one first.' }
    : { ok: true, fix: { title: `${edit.fix.title}, sizes as tried`, edits: both } }
}
