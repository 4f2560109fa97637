import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Actions } from '../actions'
import type { PanelStore, State } from '../state'
import { useStore } from '../store'

export interface Panel {
  readonly store: PanelStore
  readonly actions: Actions
  /** Address of the simulation's worker script; null where the page names none. */
  readonly worker: string | null
}

export const PanelContext = createContext<Panel | null>(null)

export function usePanel(): Panel {
  const panel = useContext(PanelContext)
  if (panel === null) throw new Error('rendered outside the panel')
  return panel
}

export function usePanelState<T>(select: (state: State) => T): T {
  return useStore(usePanel().store, select)
}
