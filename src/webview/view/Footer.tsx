import type { Span } from '../../graph'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'
import { InlineEdit } from './InlineEdit'
import { Prose } from './Prose'

/** A line number that shows the line. */
export function LineLink({ span }: { readonly span: Span | null }) {
  const { actions } = usePanel()
  if (span === null) return null
  return (
    <button type="button" class="link" onClick={() => actions.post({ type: 'reveal', span, preserveFocus: false })}>
      {strings.line(span.line)}
    </button>
  )
}

const integer = (text: string): number | null => (/^\d{1,9}$/.test(text.trim()) && Number(text) > 0 ? Number(text) : null)

/** What was assumed, settable where it stands, and what could not be read. */
export function Footer() {
  const { actions } = usePanel()
  const analysis = usePanelState((state) => state.analysis)
  if (analysis === null) return null
  const assumptions = analysis.model?.assumptions ?? []
  const { sizes } = analysis.options
  return (
    <footer class="footer">
      {analysis.model !== null && (
        <section aria-label={strings.assumptions}>
          <h2>{assumptions.length === 0 ? strings.nothingAssumed : strings.assumptions}</h2>
          {assumptions.length > 0 && (
            <ul>
              {assumptions.map((assumption, index) => {
                const name = assumption.setting?.split('=')[0]?.trim() ?? null
                return (
                  <li key={index}>
                    <Prose text={assumption.message} /> <LineLink span={assumption.span} />{' '}
                    {name !== null && name !== '' && name !== 'input' && (
                      <InlineEdit
                        label={strings.setSize(name)}
                        shown={sizes[name] === undefined ? strings.set : `${name} = ${sizes[name]}`}
                        text={String(sizes[name] ?? '')}
                        help={name}
                        submit={(text) => {
                          const value = integer(text)
                          if (value === null) return strings.wholeNumber
                          actions.post({ type: 'setSize', name, value })
                          return null
                        }}
                        reset={sizes[name] === undefined ? null : () => actions.post({ type: 'setSize', name, value: null })}
                      />
                    )}
                  </li>
                )
              })}
            </ul>
          )}
        </section>
      )}
      {analysis.unread.length > 0 && (
        <section aria-label={strings.notRead}>
          <h2>{strings.notRead}</h2>
          <ul>
            {analysis.unread.slice(0, 50).map((remark, index) => (
              <li key={index}>
                <Prose text={remark.message} /> <LineLink span={remark.span} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </footer>
  )
}
