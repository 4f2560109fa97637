/** Analyzes one file and prints what it took, as JSON: processor time in milliseconds of reading and of all, peak memory in megabytes. */
import { analyze, initialize } from '../../src/analyze'
import { readDocumentFile } from '../../src/cli/document'
import { fileSources } from '../../src/cli/sources'
import { workClock } from '../../src/clock'
import { readDocument } from '../../src/frameworks'

const [file = '', sources = ''] = process.argv.slice(2)
await initialize()
const document = readDocumentFile(file)

/** Milliseconds of the processor. */
function took(body: () => void): number {
  const before = process.cpuUsage()
  body()
  const { user, system } = process.cpuUsage(before)
  return Math.round((user + system) / 1000)
}

const host = () => ({ sources: fileSources(sources === '' ? [] : [sources]), now: workClock() })
const reading = took(() => readDocument(document, {}, host()))
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
let analysis = analyze({ file, text: '' }, {}, host())
const whole = took(() => {
  analysis = analyze(document, {}, host())
})
console.log(JSON.stringify({ reading, whole, megabytes, models: analysis.models.length, unread: analysis.unread.length }))
