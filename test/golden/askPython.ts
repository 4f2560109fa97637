/** What an installed Python says, for golden texts that are held to it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

/** The status with which a script ends where its Python lacks what it is asked about. */
const lacking = 3

/** JSON that `script` prints for JSON on its standard input, by the first Python that can run it; undefined where none can. */
export function askPython(pythons: readonly string[], script: string, input: unknown): unknown {
  for (const python of pythons) {
    const { error, status, stdout, stderr } = spawnSync(python, ['-c', script], { input: JSON.stringify(input), encoding: 'utf8' })
    if (error !== undefined || status === lacking) continue
    assert.equal(status, 0, stderr)
    return JSON.parse(stdout)
  }
  return undefined
}
