// Times reading and prediction. usage: npm run bench [-- --torch], see scripts/bench/main.ts
import { runTypeScript } from './typescript.mjs'

await runTypeScript('scripts/bench/main.ts')
