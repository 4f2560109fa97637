/** What a script is found under: its path as it is written, with an ending, or as a folder. */
export const scriptEndings: readonly string[] = ['', '.js', '.ts', '.mjs', '.cjs', '.jsx', '.tsx', '.mts', '/index.js', '/index.ts']
