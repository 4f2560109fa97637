import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { CancellationToken, LogOutputChannel } from 'vscode'
import { inputText } from '../../report/input'
import type { MeasureOutcome, MeasureRequest, Measurer } from '../measurer'
import { measurementOf } from './measurement'

/** The script gives up by itself after twice its seconds; a process that does not is ended a little later. */
const secondsOfGrace = 10
/** Longer output is a model's own printing. */
const largestOutput = 50_000_000

const pythonOnPath = process.platform === 'win32' ? 'python' : 'python3'

type Progress = (done: number, total: number, message: string) => void

/** Measures with `script` (media/measure.py) in the user's own Python, as a child process with no more rights than VS Code has. */
export function pythonMeasurer(script: string, log: LogOutputChannel): Measurer {
  return {
    async measure(request, progress, cancel) {
      const python = request.python ?? pythonOnPath
      const args = argumentsOf(script, request)
      log.info(`Measuring: ${python} ${args.map((argument) => JSON.stringify(argument)).join(' ')}`)
      const run = await runProcess(python, args, request, progress, cancel, log)
      if (run.missing) return failure(`No Python was found at ${python}. Choose an interpreter.`, null, 'chooseInterpreter')
      if (run.code !== 0) return failed(run.errors, python)
      const measurement = measurementOf(run.output, request)
      return measurement === null
        ? failure('The measurement gave a result that is not understood.', null, 'showLog')
        : { ok: true, measurement }
    },
  }
}

function argumentsOf(script: string, { file, model, input, seeds, seconds }: MeasureRequest): readonly string[] {
  return [
    ...[script, '--file', fileURLToPath(file.toString(true)), '--model', model, '--input', inputText(input).replaceAll(' ', '')],
    ...['--seeds', String(seeds), '--seconds', String(seconds)],
  ]
}

interface Run {
  readonly code: number | null
  readonly missing: boolean
  readonly output: string
  /** Lines of stderr that are not progress. */
  readonly errors: readonly string[]
}

function runProcess(
  python: string,
  args: readonly string[],
  request: MeasureRequest,
  progress: Progress,
  cancel: CancellationToken,
  log: LogOutputChannel,
): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    const errors: string[] = []
    let output = ''
    let rest = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), (2 * request.seconds + secondsOfGrace) * 1000)
    const cancelling = cancel.onCancellationRequested(() => child.kill('SIGKILL'))
    const finish = (run: Run): void => {
      clearTimeout(timer)
      cancelling.dispose()
      resolve(run)
    }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < largestOutput) output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (reportProgress(line, progress)) continue
        log.info(line)
        errors.push(line)
        if (errors.length > 200) errors.shift()
      }
    })
    child.on('error', (error: NodeJS.ErrnoException) =>
      finish({ code: null, missing: error.code === 'ENOENT', output, errors: [error.message] }),
    )
    child.on('close', (code) => finish({ code, missing: false, output, errors: rest === '' ? errors : [...errors, rest] }))
  })
}

/** `{"event":"seed","seed":2,"of":5,"seconds":1.4}`. */
function reportProgress(line: string, progress: Progress): boolean {
  if (!line.startsWith('{"event"')) return false
  try {
    const event = JSON.parse(line) as { readonly seed?: number; readonly of?: number; readonly seconds?: number }
    if (event.seed !== undefined && event.of !== undefined)
      progress(event.seed + 1, event.of, `${event.seed + 1} of ${event.of} seeds, ${event.seconds ?? 0} s`)
    return true
  } catch {
    return false
  }
}

function failed(errors: readonly string[], python: string): MeasureOutcome {
  const own = errors.findLast((line) => line.startsWith('init-lens: '))?.slice('init-lens: '.length)
  const missing = /cannot import (PyTorch|Keras|Flax)/.exec(own ?? '')?.[1]
  if (missing !== undefined)
    return failure(`${missing} was not found in ${python}. Choose another interpreter.`, own ?? null, 'chooseInterpreter')
  const last = errors.findLast((line) => line.trim() !== '') ?? null
  return failure(own ?? 'Python ended with an error.', own === undefined ? last : null, 'showLog')
}

function failure(message: string, detail: string | null, action: 'chooseInterpreter' | 'showLog'): MeasureOutcome {
  return { ok: false, message, detail, action }
}
