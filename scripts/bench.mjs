// Times reading and prediction, beside PyTorch where it is found. usage: npm run bench, see scripts/bench/main.ts
import { runTypeScript } from './typescript.mjs'

await runTypeScript('scripts/bench/main.ts')
