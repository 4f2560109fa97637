import { Command, CommanderError, Option } from 'commander'
import { analyzeCommand } from './analyze'
import { type CheckFlags, checkCommand } from './check'
import { fixCommand } from './fix'
import { version } from './version'

const cannotRead = 2

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`)
}

// Whoever reads the other end of a pipe may have seen enough: `init-lens check . | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

const program = new Command('init-lens')
  .description(
    'Predicts the variance of signal and gradient at every layer of a neural network from its source, and recommends its initialization. Runs no Python.',
  )
  .version(version)
  .showHelpAfterError()

program
  .command('analyze')
  .argument('<file>', 'a .py, .ipynb, .json, .yaml, .js or .ts file')
  .option('--model <expr>', "what to build, evaluated in the file's own namespace: ResNet18()")
  .option('--input <shapes>', '8x3x32x32 (normal), 4x16:int50257 (tokens), 8x784:uniform; comma-separated')
  .option('--python <folder>', 'the Python environment whose installed packages imports may lead to')
  .option('--json', 'the whole analysis as JSON')
  .action(async (file: string, flags) => {
    process.exitCode = await analyzeCommand(file, flags, print)
  })

program
  .command('check')
  .argument(
    '<paths...>',
    'files, or folders that are searched for .py, .ipynb, .layers.yaml or .json files and scripts that use TensorFlow.js',
  )
  .addOption(new Option('--format <format>', 'how findings are printed').choices(['text', 'json', 'sarif', 'github']).default('text'))
  .option('--python <folder>', 'the Python environment whose installed packages imports may lead to')
  .option('--ignore <rules...>', 'ids of rules that are not told: xavier-before-relu')
  .action(async (paths: string[], flags: CheckFlags) => {
    process.exitCode = await checkCommand(paths, flags, print, complain)
  })

program
  .command('fix')
  .argument(
    '<paths...>',
    'files, or folders that are searched for .py, .ipynb, .layers.yaml or .json files and scripts that use TensorFlow.js',
  )
  .option('--diff', 'show what would change and write nothing')
  .option('--model <expr>', 'the model whose initialization is written')
  .option('--input <shapes>', 'its input')
  .option('--python <folder>', 'the Python environment whose installed packages imports may lead to')
  .action(async (paths: string[], flags) => {
    process.exitCode = await fixCommand(paths, flags.diff === true, flags, print, complain)
  })

program.exitOverride()

function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : cannotRead
    return
  }
  complain(error instanceof Error ? error.message : String(error))
  process.exitCode = cannotRead
}

program.parseAsync().catch(fail)
