import type { CancellationToken, Uri } from 'vscode'
import type { InputSpec } from '../analysis'
import type { Measurement } from '../protocol'

export interface MeasureRequest {
  /** The saved file that is run. */
  readonly file: Uri
  /** Expression that builds the model, in the file's namespace. */
  readonly model: string
  readonly input: readonly InputSpec[]
  readonly seeds: number
  /** The run is ended after so many seconds. */
  readonly seconds: number
  /** The Python to run; null: `python3` on PATH. */
  readonly python: string | null
  readonly version: number
}

export type MeasureOutcome =
  | { readonly ok: true; readonly measurement: Measurement }
  /** `detail`: the traceback's last line. */
  | {
      readonly ok: false
      readonly message: string
      readonly detail: string | null
      readonly action: 'chooseInterpreter' | 'showLog' | null
    }

/** Runs the user's model in the user's Python. Only a host with processes has one. */
export interface Measurer {
  measure(
    request: MeasureRequest,
    progress: (done: number, total: number, message: string) => void,
    cancel: CancellationToken,
  ): Promise<MeasureOutcome>
}
