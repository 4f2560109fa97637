import type { EditRequest, FromWebview, ToWebview } from '../../protocol'
import type { Analyses, Analyzed } from '../analyses'
import { diffHunks } from '../diff'
import { applyFix, type Edit, editFor } from '../edits'
import { shownModel } from './message'
import { openSource } from './openSource'

type Request = Extract<FromWebview, { readonly type: 'preview' | 'apply' }>

const changed = 'The file has changed since; look at the new numbers first.'

/** Requests that mean the same in every version of a file; others name things of the version they were made in. */
const meansTheSame: ReadonlySet<EditRequest['kind']> = new Set(['recommended'])

/** Carries out a panel's requests to preview and to write edits. */
export class PanelEdits {
  constructor(
    private readonly analyses: Analyses,
    private readonly post: (message: ToWebview) => void,
  ) {}

  async handle(request: Request, file: string | null, model: string | null): Promise<void> {
    const analyzed = await this.newest(file)
    const edit = this.edit(request, analyzed, model)
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

  private edit({ version, edit }: Request, analyzed: Analyzed | null, name: string | null): Edit {
    const model = analyzed === null ? null : shownModel(analyzed, name)
    if (analyzed === null || model === null) return { ok: false, reason: 'There is no model to change.' }
    if (analyzed.source.version !== version && !meansTheSame.has(edit.kind)) return { ok: false, reason: changed }
    return editFor(analyzed, model, edit)
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
