import { formatInput, inputText, parseInput } from '../../report/input'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'
import { ExportMenu } from './ExportMenu'
import { ExpressionEdit } from './ExpressionEdit'
import { InlineEdit } from './InlineEdit'

/** Which model is shown, what it is fed, and what can be taken away. */
export function Header() {
  const { actions } = usePanel()
  const analysis = usePanelState((state) => state.analysis)
  if (analysis === null) return null
  const { models, waiting, model, options, pinned } = analysis
  const input = options.input ?? model?.input ?? []
  return (
    <header class="bar">
      <h1 class="file">{analysis.label}</h1>
      {models.length + waiting.length > 1 && (
        <select
          class="picker"
          aria-label={strings.model}
          value={model?.name ?? ''}
          onChange={(event) => actions.post({ type: 'selectModel', name: event.currentTarget.value })}
        >
          {models.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
          {waiting.map((name) => (
            <option key={name} value={name} disabled>
              {strings.stillWaiting(name)}
            </option>
          ))}
        </select>
      )}
      <ExpressionEdit />
      {(model !== null || options.input !== null) && (
        <span class="field">
          <span class="field-label">{strings.input}</span>
          <InlineEdit
            label={strings.input}
            shown={formatInput(input)}
            text={inputText(input)}
            help={strings.inputHelp}
            submit={(text) => {
              if (text.trim() === '') {
                actions.post({ type: 'setInput', input: null })
                return null
              }
              const parsed = parseInput(text)
              if (!parsed.ok) return parsed.message
              actions.post({ type: 'setInput', input: parsed.input })
              return null
            }}
            reset={options.input === null ? null : () => actions.post({ type: 'setInput', input: null })}
          />
        </span>
      )}
      <span class="spring" />
      <span class="buttons">
        <button type="button" class="link" onClick={() => actions.post({ type: 'setPinned', pinned: !pinned })}>
          {pinned ? strings.unpin : strings.pin}
        </button>
        {model !== null && <ExportMenu />}
      </span>
    </header>
  )
}
