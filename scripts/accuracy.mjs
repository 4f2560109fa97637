// Compares predictions with committed measurements. usage: npm run accuracy [-- OPTIONS], see scripts/accuracy/main.ts
import { runTypeScript } from './typescript.mjs'

await runTypeScript('scripts/accuracy/main.ts')
