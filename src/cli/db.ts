import { Command } from 'commander'

const program = new Command('db').description('Creates, restores and verifies database backups.')
/** Loaded only when needed: the help and wrong options are printed without the server's modules. */
const commands = () => import('../startup/backup-commands.js')

program
  .command('backup')
  .description('writes a consistent snapshot of the database to a file while the server runs')
  .argument('<file>', 'new file')
  .action(async (file: string) => (await commands()).backUp(process.env, file))

program
  .command('restore')
  .description(
    'restores a backup into an empty database (DATABASE_URL, or the one of a data folder) and checks all invariants',
  )
  .argument('<file>', 'what `backup` wrote')
  .option('--data-dir <folder>', 'data folder without a database (default: DATABASE_URL, else DATA_DIR)')
  .action(async (file: string, options: { dataDir?: string }) => (await commands()).restore(process.env, file, options))

program
  .command('verify')
  .description('restores a backup into a temporary database and checks all invariants')
  .argument('<file>', 'what `backup` wrote')
  .option('--quick', 'only reads the file and verifies its checksums')
  .action(async (file: string, options: { quick?: boolean }) => (await commands()).verify(process.env, file, options))

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`stackgate: ${(error as Error).message}\n`)
  process.exitCode = 1
})
