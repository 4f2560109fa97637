import { run } from './program'

// Whoever reads the other end of a pipe may have seen enough: `init-lens check . | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`)
}

void run(process.argv.slice(2), print, complain).then((code) => {
  process.exitCode = code
})
