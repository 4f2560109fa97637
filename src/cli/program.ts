import { Command, CommanderError, Option } from 'commander'
import { analyzeCommand } from './analyze'
import { type CheckFlags, checkCommand } from './check'
import { fixCommand } from './fix'
import { version } from './version'

/** Of what cannot be read, a file or the command line itself. */
const cannotRead = 2

/** Runs the command line: `args` are what follows the program's name. Gives the exit code. */
export async function run(args: readonly string[], print: (text: string) => void, complain: (text: string) => void): Promise<number> {
  let code = 0
  // Commands take over only what was set before they were added.
  const program = new Command('init-lens')
    .description(
      'Predicts the variance of signal and gradient at every layer of a neural network from its source, and recommends its initialization. Runs no Python.',
    )
    .version(version)
    .showHelpAfterError()
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(withoutBreak(text)), writeErr: (text) => complain(withoutBreak(text)) })

  program
    .command('analyze')
    .argument('<file>', 'a .py, .ipynb, .json, .yaml, .js or .ts file')
    .option('--model <expr>', "what to build, evaluated in the file's own namespace: ResNet18()")
    .option('--input <shapes>', '8x3x32x32 (normal), 4x16:int50257 (tokens), 8x784:uniform; comma-separated')
    .option('--python <folder>', 'the Python environment whose installed packages imports may lead to')
    .option('--json', 'the whole analysis as JSON')
    .action(async (file: string, flags) => {
      code = await analyzeCommand(file, flags, print)
    })

  program
    .command('check')
    .argument(
      '<paths...>',
      'files, or folders that are searched for .py, .ipynb, .layers.yaml or .json files and scripts that use TensorFlow.js',
    )
    .addOption(new Option('--format <format>', 'how findings are printed').choices(['text', 'json', 'sarif', 'github']).default('text'))
    .option('--python <folder>', 'the Python environment whose installed packages imports may lead to')
    .option('--ignore <rule>', 'id of a rule that is not told, such as xavier-before-relu; repeated or comma-separated for several', listed)
    .action(async (paths: string[], flags: CheckFlags) => {
      code = await checkCommand(paths, flags, print, complain)
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
      code = await fixCommand(paths, flags.diff === true, flags, print, complain)
    })

  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : cannotRead
    complain(error instanceof Error ? error.message : String(error))
    return cannotRead
  }
}

/** One more value of an option that may be repeated: `a,b` are two. */
function listed(value: string, before: readonly string[] = []): readonly string[] {
  const names = value.split(',').map((name) => name.trim())
  return [...before, ...names.filter((name) => name !== '')]
}

function withoutBreak(text: string): string {
  return text.replace(/\n$/, '')
}
