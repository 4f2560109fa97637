import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Measurement } from './measurement'

/** Runs media/measure.py on `source` with the model and input of `measurement`, in one thread. Gives its complaint; null when `path` was written. */
export function runMeasure(
  root: string,
  python: string,
  { model, input }: Pick<Measurement, 'model' | 'input'>,
  source: string,
  path: string,
  seeds: string,
  seconds: string,
): string | null {
  const args = [
    '--file',
    source,
    '--model',
    model,
    '--input',
    input,
    '--seeds',
    seeds,
    '--precision',
    '0.1',
    '--seconds',
    seconds,
    '--threads',
    '1',
    '--json',
    path,
  ]
  const env = { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' }
  const run = spawnSync(python, [join(root, 'media/measure.py'), ...args], { encoding: 'utf8', env })
  if (run.status === 0) return null
  return run.stderr?.trim().split('\n').at(-1) ?? run.error?.message ?? 'Python did not run'
}
