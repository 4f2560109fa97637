import type { DiffLine } from '../../protocol'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'

const signs: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', removed: '−', added: '+' }

/** The asked-for edit as a diff. */
export function EditPreview() {
  const { actions } = usePanel()
  const preview = usePanelState((state) => state.preview)
  if (preview === null || preview.kind === 'waiting') return null
  return (
    <section class="edit-preview" aria-label={strings.fixDiff}>
      {preview.reason !== null && <p class="help">{preview.reason}</p>}
      {preview.reason === null && preview.hunks.length === 0 && <p class="help">{strings.noEdit}</p>}
      {preview.hunks.map((hunk) => (
        <pre
          key={`${hunk.file}:${hunk.beforeLine}`}
          class="diff"
          role="region"
          tabIndex={0}
          aria-label={`${strings.fixDiff}, ${strings.line(hunk.beforeLine)}`}
        >
          {numbered(hunk.lines, hunk.afterLine).map(({ line, number }, index) => (
            <div key={index} class={`diff-${line.kind}`}>
              <span class="diff-number">{number}</span>
              {signs[line.kind]} {line.text}
            </div>
          ))}
        </pre>
      ))}
      <button type="button" class="link" onClick={() => actions.set({ preview: null })}>
        {strings.hidePreview}
      </button>
    </section>
  )
}

/** Line numbers of the file as it will be; removed lines have none. */
function numbered(lines: readonly DiffLine[], first: number): readonly { readonly line: DiffLine; readonly number: string }[] {
  let number = first
  return lines.map((line) => ({ line, number: line.kind === 'removed' ? '' : String(number++) }))
}
