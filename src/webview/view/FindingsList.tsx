import { useState } from 'preact/hooks'
import type { Finding } from '../../analysis'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'
import { LineLink } from './Footer'
import { Prose } from './Prose'

const FEW = 3
/** Where the panel is narrow, so that the chart stays in sight. The style sheet hides the others. */
const NARROW_FEW = 1
const weights: Readonly<Record<Finding['severity'], number>> = { error: 0, warning: 1, information: 2 }

/** Findings, the worst first, each with its line and its fix; many are cut to a few. */
export function FindingsList({ findings }: { readonly findings: readonly Finding[] }) {
  const { actions } = usePanel()
  const all = usePanelState((state) => state.analysis?.model?.findings ?? null)
  const [whole, setWhole] = useState(false)
  if (all === null || findings.length === 0) return null
  const sorted = [...findings].sort((a, b) => weights[a.severity] - weights[b.severity])
  return (
    <ul class={whole ? 'findings' : 'findings few'}>
      {(whole ? sorted : sorted.slice(0, FEW)).map((finding) => {
        const index = all.indexOf(finding)
        return (
          <li key={index}>
            <span class={`finding-dot ${finding.severity}`} role="img" aria-label={strings.severity[finding.severity]} />{' '}
            <Prose text={finding.message} />{' '}
            <span class="together">
              <LineLink span={finding.span} />{' '}
              {finding.fix !== null && (
                <>
                  <button
                    type="button"
                    class="link"
                    title={finding.fix.title}
                    aria-label={`${strings.fix}: ${finding.fix.title}`}
                    onClick={() => actions.apply({ kind: 'finding', finding: index })}
                  >
                    {strings.fix}
                  </button>{' '}
                  <button type="button" class="link" onClick={() => actions.preview({ kind: 'finding', finding: index })}>
                    {strings.preview}
                  </button>
                </>
              )}
            </span>
          </li>
        )
      })}
      {sorted.length > NARROW_FEW && (
        <li class={sorted.length > FEW ? 'more' : 'more narrow'}>
          <button type="button" class="link" aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {whole ? strings.fewerFindings : strings.allFindings(sorted.length)}
          </button>
        </li>
      )}
    </ul>
  )
}
