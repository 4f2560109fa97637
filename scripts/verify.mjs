// Applies fixes to copies of models and measures them. usage: npm run verify [-- OPTIONS], see scripts/verify/main.ts
import { runTypeScript } from './typescript.mjs'

await runTypeScript('scripts/verify/main.ts')
