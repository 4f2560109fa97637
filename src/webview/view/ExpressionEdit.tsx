import { strings } from '../strings'
import { usePanel, usePanelState } from './context'
import { InlineEdit } from './InlineEdit'

/** The expression that builds the model, in the file's own namespace, to be edited in place. */
export function ExpressionEdit() {
  const { actions } = usePanel()
  const written = usePanelState((state) => state.analysis?.options.modelExpression ?? null)
  const name = usePanelState((state) => state.analysis?.model?.name ?? null)
  return (
    <InlineEdit
      label={strings.expression}
      shown={written ?? name ?? strings.model}
      text={written ?? name ?? ''}
      help={strings.expressionHelp}
      submit={(text) => {
        actions.post({ type: 'setModelExpression', expression: text.trim() === '' ? null : text.trim() })
        return null
      }}
      reset={written === null ? null : () => actions.post({ type: 'setModelExpression', expression: null })}
    />
  )
}
