import type { Command } from 'commander'
import type { BackupSummary, RestoreSummary } from '#startup/backup-commands.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'
import { EXIT_CODE } from '../exit-code.js'

/** Loaded only when needed: the help and wrong options are printed without the server's modules. */
const commands = () => import('#startup/backup-commands.js')

/** Adds `db` with its commands. */
export function addDatabaseCommand(program: Command, context: CommandContext): void {
  const db = program
    .command('db')
    .description('creates, verifies and restores backups of the database, and prepares a pooler')
  const finish = (found: BackupSummary | RestoreSummary, json?: boolean): void => {
    printResult(found, linesOf(found), json)
    if ('broken' in found && found.broken.length > 0) context.setExitCode(EXIT_CODE.FOUND)
  }

  db.command('backup')
    .description('writes a consistent snapshot of the database to a file while the server runs')
    .argument('<file>', 'new file')
    .option(...JSON_OPTION)
    .action(async (file: string, { json }: { json?: boolean }) =>
      finish(await (await commands()).backUp(context.env, file), json),
    )

  db.command('restore')
    .description(
      'restores a backup of this release or an earlier one into an empty database (DATABASE_URL, or the one of a data folder), and checks all invariants; exit code 1 if one is broken',
    )
    .argument('<file>', 'what `backup` wrote')
    .option('--data-dir <folder>', 'data folder without a database (default: DATABASE_URL, else DATA_DIR)')
    .option(...JSON_OPTION)
    .action(async (file: string, { json, ...options }: { dataDir?: string; json?: boolean }) =>
      finish(await (await commands()).restore(context.env, file, options), json),
    )

  db.command('verify')
    .description('restores a backup into a temporary database and checks all invariants; exit code 1 if one is broken')
    .argument('<file>', 'what `backup` wrote')
    .option('--quick', 'only reads the file and verifies its checksums')
    .option(...JSON_OPTION)
    .action(async (file: string, { json, ...options }: { quick?: boolean; json?: boolean }) =>
      finish(await (await commands()).verify(context.env, file, options), json),
    )

  db.command('prepare-pooler')
    .description(
      'stores the settings of sessions as defaults of the role, for a pooler in transaction mode (DATABASE_DIRECT_URL)',
    )
    .option(...JSON_OPTION)
    .action(async ({ json }: { json?: boolean }) => {
      const { preparePooler } = await import('#startup/prepare-pooler.js')
      const prepared = await preparePooler(context.env)
      const text = `${prepared.database}: ${prepared.settings} settings are stored. Run RECONNECT in the console of PgBouncer if it is running.`
      printResult(prepared, [text], json)
    })
}

const linesOf = (found: BackupSummary | RestoreSummary): string[] => [
  `${found.file}: ${found.rows} rows of ${Object.keys(found.tables).length} tables, ${found.business}, written ${found.createdAt}`,
  `SHA-256 ${found.sha256}`,
  ...('migrated' in found && found.migrated.length > 0 ? [`${found.migrated.length} migrations applied`] : []),
  ...('broken' in found ? [`${found.rules - found.broken.length} of ${found.rules} invariants hold`] : []),
]
