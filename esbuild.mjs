// Builds dist/. usage: node esbuild.mjs [--dev]   (--dev: readable output)
import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { checkRooms } from './scripts/checks/rooms.mjs'

const root = dirname(fileURLToPath(import.meta.url))
const dev = process.argv.includes('--dev')

const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: !dev,
  sourcemap: 'linked',
  sourcesContent: false,
  target: 'es2022',
  logLevel: 'warning',
  loader: { '.wasm': 'binary', '.txt': 'text' },
}

// web-tree-sitter asks for its own address, though its wasm is handed to it as bytes, and where Node runs it for these.
const treeSitter = {
  define: { 'import.meta.url': 'moduleAddress' },
  banner: { js: "const moduleAddress = typeof __filename === 'string' ? require('url').pathToFileURL(__filename).href : 'file:///';" },
  external: ['fs', 'fs/promises', 'module', 'path', 'url'],
}

// The façade with all that it reads and predicts by, once for the extension's hosts, its thread and the terminal.
const core = join(root, 'src/analyze.ts')
const isCore = ({ path, resolveDir }) => join(resolveDir, `${path}.ts`) === core
const oneCore = {
  name: 'one-core',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /\/analyze$/ }, (from) => (isCore(from) ? { path: './core.js', external: true } : undefined))
  },
}

// A browser's extension host loads no file but the extension's own: the extension reads the façade itself.
const loadedCore = {
  name: 'loaded-core',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /\/analyze$/ }, (from) => (isCore(from) ? { path: core, namespace: 'loaded' } : undefined))
    pluginBuild.onLoad({ filter: /./, namespace: 'loaded' }, () => ({
      contents: "module.exports = require('./src/extension/browserCore').core()",
      resolveDir: root,
    }))
  },
}

// TypeScript's grammar is larger than everything else together: a file of its own, which is read when a script is.
const ownGrammar = {
  name: 'own-grammar',
  setup(pluginBuild) {
    const file = './grammar.typescript.js'
    pluginBuild.onResolve({ filter: /\/tree-sitter-tsx\.wasm$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: file, namespace: 'own-grammar' } : undefined,
    )
    pluginBuild.onResolve({ filter: /./, namespace: 'own-grammar' }, () => ({ path: file, external: true }))
    // `require` is all that a file has which is evaluated in a browser.
    pluginBuild.onLoad({ filter: /./, namespace: 'own-grammar' }, () => ({ contents: `module.exports = require('${file}')` }))
  },
}

// Packed, a grammar is a third as large; what loads it unpacks it.
const packedGrammars = {
  name: 'packed-grammars',
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /\.wasm$/ }, ({ path }) => ({ contents: gzipSync(readFileSync(path), { level: 9 }), loader: 'binary' }))
  },
}

const bundles = [
  {
    entryPoints: ['src/analyze.ts'],
    outfile: 'dist/core.js',
    // Runs in Node as well.
    platform: 'browser',
    format: 'cjs',
    plugins: [ownGrammar],
    ...treeSitter,
  },
  {
    stdin: { contents: "export { default } from 'tree-sitter-typescript/tree-sitter-tsx.wasm'", resolveDir: root },
    outfile: 'dist/grammar.typescript.js',
    platform: 'node',
    format: 'cjs',
    // The grammar's bytes are all that the file exports.
    footer: { js: 'module.exports = module.exports.default' },
  },
  // CommonJS: the browser's extension host loads no other, so both hosts get the same.
  {
    entryPoints: ['src/extension/main.node.ts'],
    outfile: 'dist/extension.js',
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    plugins: [oneCore],
  },
  {
    entryPoints: ['src/extension/node/analysisThread.ts'],
    outfile: 'dist/extension.thread.js',
    platform: 'node',
    format: 'cjs',
    plugins: [oneCore],
  },
  {
    entryPoints: ['src/extension/main.web.ts'],
    outfile: 'dist/extension.web.js',
    platform: 'browser',
    format: 'cjs',
    external: ['vscode'],
    plugins: [loadedCore],
  },
  {
    entryPoints: ['src/webview/main.tsx'],
    outfile: 'dist/webview.js',
    platform: 'browser',
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  },
  { entryPoints: ['src/webview/simulation/worker.ts'], outfile: 'dist/webview.worker.js', platform: 'browser', format: 'iife' },
  {
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    platform: 'node',
    format: 'cjs',
    plugins: [oneCore],
    // jsonc-parser's CommonJS asks for its parts by names that a bundler cannot follow.
    mainFields: ['module', 'main'],
    banner: { js: '#!/usr/bin/env node' },
  },
]

const complaints = checkRooms(root)
for (const line of complaints) console.error(line)
if (complaints.length > 0) process.exit(1)

mkdirSync(join(root, 'dist'), { recursive: true })
try {
  await Promise.all(bundles.map((bundle) => build({ ...shared, ...bundle, plugins: [...(bundle.plugins ?? []), packedGrammars] })))
} catch {
  // esbuild has said why.
  process.exit(1)
}
chmodSync(join(root, 'dist/cli.js'), 0o755)
