/** Asks CPython, in one process for many programs, what each leaves in `result`. */
import { spawnSync } from 'node:child_process'
import { createInterpreter } from '../../../src/python'

const script = `
import json, sys, warnings
warnings.simplefilter('ignore')
out = []
for source in json.load(sys.stdin):
    scope = {'__name__': '__main__'}
    try:
        exec(compile(source, 'case.py', 'exec'), scope)
        out.append(repr(scope['result']))
    except Exception as error:
        out.append('raises ' + type(error).__name__)
json.dump(out, sys.stdout)
`

/** null where there is no python3. */
export function askCPython(sources: readonly string[]): readonly string[] | null {
  const run = spawnSync('python3', ['-c', script], { input: JSON.stringify(sources), encoding: 'utf8', maxBuffer: 1 << 27 })
  if (run.error !== undefined) return null
  if (run.status !== 0) throw new Error(run.stderr)
  const answers: unknown = JSON.parse(run.stdout)
  if (!Array.isArray(answers)) throw new Error('no list of answers')
  return answers.map(String)
}

/** The same of ours: the representation of `result`, or the exception that ended the program. */
export function askOurs(source: string): string {
  const interpreter = createInterpreter()
  const module = interpreter.runModule('case.py', source)
  const raised = interpreter.notes[0]
  if (raised !== undefined) return `raises ${raised.message.split(':', 1)[0]}`
  const value = module.attributes.get('result')
  return value === undefined ? 'nothing' : interpreter.repr(value)
}
