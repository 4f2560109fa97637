import { readFileSync, existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { initialize as initParser } from './src/frameworks'
import { readDocument as readTorch } from './src/frameworks'
await initParser()
const root='/usr/lib/python3/dist-packages'
const read = (path:string) => (existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : null)
const sources = { resolve({ module, level, fromFile }: any) {
      const parts = module === '' ? [] : module.split('.')
      if (level === 0 && parts[0] !== 'torchvision') return null
      let base = level === 0 ? root : dirname(fromFile)
      for (let up = 1; up < level; up++) base = dirname(base)
      const path = join(base, ...parts)
      const text = parts.length === 0 ? null : read(`${path}.py`)
      if (process.env.L) console.log(performance.now().toFixed(0), path.slice(37), 'from', fromFile.slice(37), text?.length); if (text !== null) return { file: `${path}.py`, text, isPackage: false }
      const init = read(join(path, '__init__.py'))
      return init === null ? null : { file: join(path, '__init__.py'), text: init, isPackage: true }
    } }
const file = process.argv[2]
const text = readFileSync(file, 'utf8')
const times = Number(process.env.N ?? 1)
for (let k=0;k<times;k++){
const t0=performance.now()
const model = process.argv[3] || undefined
const shape = process.argv[4]
const r = readTorch({file,text}, { model, input: shape ? [{shape: shape.split('x').map(Number), distribution:{kind:'normal',mean:0,std:1}}] : undefined }, { sources, now: () => performance.now(), budget: process.env.MS ? { milliseconds: Number(process.env.MS) } : {} })
const t1=performance.now()
if (k<times-1) { console.log(t1-t0); continue }
for (const m of r.models) { console.log('##', m.name, m.span?.line, JSON.stringify(m.input), m.graph.nodes.length, 'nodes', m.graph.outputs.map(o=>m.graph.tensors[o].shape.join('x')));
 for (const a of m.assumptions) console.log('   assume', a.span?.line, a.message, a.setting)
 if (!process.env.Q) for (const c of m.graph.calls) console.log('  ', c.kind[0], c.name, c.type, c.definition?.line, c.outputs.map(o=>m.graph.tensors[o].shape.join('x')).join(' '), c.parameters.map(p=>m.graph.parameters[p]).map(p=>p.name.split('.').at(-1)+':'+p.initializer.label).join(' ')) }
if (process.env.D) for (const d of r.definitions) console.log('  def', d.span.line, d.callee, JSON.stringify(d.instances), d.reason, d.standalone && JSON.stringify(d.standalone))
console.log(r.message, r.pending)
for (const u of r.unread.slice(0, Number(process.env.U ?? 20))) console.log('  unread', u.span?.file.split('/').at(-1), u.span?.line, u.message)
console.log((t1-t0).toFixed(0), 'ms')
}
