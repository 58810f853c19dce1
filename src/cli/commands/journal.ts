import type { Command } from 'commander'
import { JSON_OPTION, type CommandContext } from '../command-context.js'
import { requires } from '../required-module.js'

/** Adds `journal`, which prints the journal of a month. It speaks to the running server. */
export function addJournalCommand(program: Command, { env }: CommandContext): void {
  program
    .command('journal')
    .hook('preAction', requires('billing', { env }))
    .description('prints the double-entry journal of a month as CSV, for accountants')
    .argument('<month>', 'month in UTC, for example 2026-10')
    .option(...JSON_OPTION)
    .action(async (month: string, { json }: { json?: boolean }) => {
      const [{ readEntries }, { openServerApi }] = await Promise.all([
        import('#startup/journal-entries.js'),
        import('#startup/server-api.js'),
      ])
      const api = await openServerApi(env)
      const text = json
        ? `${JSON.stringify(await readEntries(api, month), null, 2)}\n`
        : await api.file(`api/v1/journal.csv?month=${encodeURIComponent(month)}`)
      process.stdout.write(text)
    })
}
