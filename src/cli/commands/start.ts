import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'

/** Adds `start`, which runs until it is stopped. */
export function addStartCommand(program: Command, { env }: CommandContext): void {
  program
    .command('start')
    .description(
      'starts the server; in sandbox mode also its database and the payment sandbox (docs/configuration.md lists the settings)',
    )
    .option('--fresh', 'forgets the embedded database and the sandbox of DATA_DIR first')
    .action(async ({ fresh = false }: { fresh?: boolean }) => {
      // Loaded only when needed: the help and wrong options are printed without the server's modules.
      const { serve } = await import('#startup/serve.js')
      await serve(env, { fresh })
    })
}
