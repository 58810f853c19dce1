import completion from '@bomb.sh/tab/commander'
import { Command, CommanderError } from 'commander'
import { addAddCommand } from './commands/add.js'
import { addCatalogCommand } from './commands/catalog.js'
import { addDatabaseCommand } from './commands/db.js'
import { addDoctorCommand } from './commands/doctor.js'
import { addGoLiveCommand } from './commands/go-live.js'
import { addImportCommand } from './commands/import.js'
import { addInitCommand } from './commands/init.js'
import { addInvariantsCommand } from './commands/invariants.js'
import { addJournalCommand } from './commands/journal.js'
import { addLogsCommand } from './commands/logs.js'
import { addMcpCommand } from './commands/mcp.js'
import { addPricesCommand } from './commands/prices.js'
import { addReplayCommand } from './commands/replay.js'
import { addSecretsCommand } from './commands/secrets.js'
import { addStartCommand } from './commands/start.js'
import { addTemplateCommand } from './commands/template.js'
import { addKeyCommand } from './commands/key.js'
import { addOperatorCommand } from './commands/operator.js'
import { addTokenCommand } from './commands/token.js'
import { addTypesCommand } from './commands/types.js'
import { addVerifyCommand } from './commands/verify.js'
import type { CommandContext } from './command-context.js'
import { EXIT_CODE, type ExitCode } from './exit-code.js'
import { serverVersion } from '#services/kernel/server-version.js'

const HELP = `
Without a command, stackgate starts the server.

Results are written to stdout and progress to stderr. Exit codes: 0 done, 1 something was found (a difference, a problem,
a broken rule), 2 the command could not run.`

/** Options of the program itself; other options without a command belong to \`start\`. */
const OWN_OPTIONS = ['-h', '--help', '-V', '--version']

/** Runs a command line. Errors are printed as one sentence. */
export async function runCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODE.DONE
  const program = createProgram({ env, setExitCode: (code) => (exitCode = code) })
  const [first] = args
  const isStart = first === undefined || (first.startsWith('-') && !OWN_OPTIONS.includes(first))
  try {
    await program.parseAsync(isStart ? ['start', ...args] : args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODE.DONE : EXIT_CODE.FAILED
    process.stderr.write(`stackgate: ${(error as Error).message}\n`)
    return EXIT_CODE.FAILED
  }
}

/** The program with all commands. They load the server's modules only when they run. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('stackgate')
    .description('Sells software and operates it: a server for plans, entitlements, payments and deployments.')
    .version(serverVersion())
    .addHelpText('after', HELP)
    .exitOverride()
  addStartCommand(program, context)
  addInitCommand(program)
  addAddCommand(program, context)
  addCatalogCommand(program, context)
  addTypesCommand(program, context)
  addTokenCommand(program, context)
  addKeyCommand(program, context)
  addOperatorCommand(program, context)
  addGoLiveCommand(program, context)
  addDoctorCommand(program, context)
  addInvariantsCommand(program, context)
  addDatabaseCommand(program, context)
  addVerifyCommand(program, context)
  addImportCommand(program, context)
  addTemplateCommand(program, context)
  addSecretsCommand(program, context)
  addJournalCommand(program, context)
  addLogsCommand(program, context)
  addReplayCommand(program, context)
  addPricesCommand(program, context)
  addMcpCommand(program, context)
  completion(program, { completionCommandName: 'completion' })
  return program
}
