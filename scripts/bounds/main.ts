/**
 * Analyzes one file and prints what it took, as JSON: milliseconds that one waits for reading and for all, what the processor spent on reading (its other
 * threads compile and collect garbage meanwhile), peak memory in megabytes.
 */
import { analyze, initialize } from '../../src/analyze'
import { readDocumentFile } from '../../src/cli/document'
import { fileSources } from '../../src/cli/sources'
import { workClock } from '../../src/clock'
import { readDocument } from '../../src/frameworks'

const [file = '', sources = ''] = process.argv.slice(2)
await initialize()
const document = readDocumentFile(file)

function took(body: () => void): { readonly waited: number; readonly spent: number } {
  const before = process.cpuUsage()
  const start = performance.now()
  body()
  const waited = Math.round(performance.now() - start)
  const { user, system } = process.cpuUsage(before)
  return { waited, spent: Math.round((user + system) / 1000) }
}

const host = () => ({ sources: fileSources(sources === '' ? [] : [sources]), now: workClock() })
const reading = took(() => readDocument(document, {}, host()))
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
let analysis = analyze({ file, text: '' }, {}, host())
const whole = took(() => {
  analysis = analyze(document, {}, host())
})
console.log(
  JSON.stringify({
    reading: reading.waited,
    spent: reading.spent,
    whole: whole.waited,
    megabytes,
    models: analysis.models.length,
    unread: analysis.unread.length,
  }),
)
