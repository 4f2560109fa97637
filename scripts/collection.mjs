// How much of any folder of code is read. usage: npm run collection -- FOLDER …, see scripts/collection/main.ts
import { runTypeScript } from './typescript.mjs'

await runTypeScript('scripts/collection/main.ts')
