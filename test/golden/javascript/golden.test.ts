import assert from 'node:assert/strict'
import { initParser, JavaScriptRun, parse, shown } from '../../../src/javascript'
import { goldenTests } from '../golden'

/** What the file's `result` is, then what the run notes. */
async function run(source: string): Promise<string> {
  await initParser()
  const made = new JavaScriptRun(parse('net.ts', source), { library: () => undefined, source: () => null })
  const { scope } = made.main()
  const notes = made.evaluator.notes.map(({ message, span }) => `line ${span?.line}: ${message}`)
  return [shown(scope.get('result')), ...notes].join('\n')
}

describe('JavaScript, as the golden texts say', () => goldenTests('test/golden/javascript', run, (actual, expected) => assert.equal(actual, expected)))
