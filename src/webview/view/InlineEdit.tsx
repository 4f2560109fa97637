import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { strings } from '../strings'

export interface InlineEditProps {
  /** Name of what is edited, for screen readers and the field's label. */
  readonly label: string
  readonly shown: string
  /** Text that the field starts with. */
  readonly text: string
  readonly help: string
  /** Takes the text; a sentence when it can't. */
  readonly submit: (text: string) => string | null
  /** Offered when the value is the user's own. */
  readonly reset: (() => void) | null
}

/** A value that turns into a field in its place: Enter sets it, Escape leaves it. */
export function InlineEdit({ label, shown, text, help, submit, reset }: InlineEditProps) {
  const [draft, setDraft] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const problemId = useId()
  const editing = draft !== null
  const wasEditing = useRef(false)
  useLayoutEffect(() => {
    if (editing) field.current?.select()
    else if (wasEditing.current) button.current?.focus()
    wasEditing.current = editing
  }, [editing])
  if (draft === null) {
    return (
      <span class="inline-edit">
        <button
          ref={button}
          type="button"
          class="value-button"
          title={help}
          aria-label={`${label}: ${shown}. ${strings.edit}`}
          onClick={() => setDraft(text)}
        >
          {shown}
        </button>
        {reset !== null && (
          <button type="button" class="link" aria-label={`${strings.reset} ${label}`} onClick={reset}>
            {strings.reset}
          </button>
        )}
      </span>
    )
  }
  const leave = (): void => {
    setDraft(null)
    setProblem(null)
  }
  return (
    <form
      class="inline-edit"
      onSubmit={(event) => {
        event.preventDefault()
        const said = submit(draft)
        if (said === null) leave()
        else setProblem(said)
      }}
    >
      <input
        ref={field}
        type="text"
        class="text-field"
        size={Math.max(12, Math.min(40, draft.length + 2))}
        value={draft}
        aria-label={label}
        title={help}
        aria-invalid={problem !== null}
        aria-describedby={problemId}
        spellcheck={false}
        onInput={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          // It closes the field, not what the field stands in.
          event.stopPropagation()
          leave()
        }}
      />
      <button type="submit" class="small">
        {strings.set}
      </button>
      <button type="button" class="small secondary" onClick={leave}>
        {strings.cancel}
      </button>
      <span id={problemId} class={problem === null ? 'help' : 'help problem'} role={problem === null ? undefined : 'alert'}>
        {problem ?? help}
      </span>
    </form>
  )
}
