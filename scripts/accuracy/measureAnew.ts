import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Measured } from './measurement'

/** Runs media/measure.py as the measurement says it was run, and replaces it. One thread: other work stays possible. */
export function measureAnew(
  root: string,
  python: string,
  { name, path, measurement }: Measured,
  source: string,
  seeds: string,
  seconds: string,
): void {
  const args = ['--file', source, '--model', measurement.model, '--input', measurement.input]
  const run = spawnSync(
    python,
    [join(root, 'media/measure.py'), ...args, '--seeds', seeds, '--seconds', seconds, '--threads', '1', '--json', path],
    {
      encoding: 'utf8',
      env: { ...process.env, OMP_NUM_THREADS: '1' },
    },
  )
  console.error(run.status === 0 ? `${name}: measured` : `${name}: ${run.stderr.trim().split('\n').at(-1)}`)
}
