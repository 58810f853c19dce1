import type { Command } from 'commander'
import { JSON_OPTION, printProgress, printResult, type CommandContext } from '../command-context.js'
import { requires } from '../required-module.js'
import { EXIT_CODE } from '../exit-code.js'
import { linesOf } from './doctor.js'

/** Adds `go-live`, which connects the installation with its payment providers and names what is still missing. */
export function addGoLiveCommand(program: Command, { env, setExitCode }: CommandContext): void {
  program
    .command('go-live')
    .hook('preAction', requires('billing', { env }))
    .description(
      'creates tables, products, prices and webhook endpoints where they are missing, and runs the go-live checks; exit code 1 for a problem',
    )
    .option('--dry-run', 'print the steps without running them')
    .option(...JSON_OPTION)
    .action(async ({ dryRun = false, json }: { dryRun?: boolean; json?: boolean }) => {
      const { goLive } = await import('#startup/go-live.js')
      const result = await goLive(env, { dryRun, say: dryRun ? () => undefined : printProgress })
      const { steps, settings, findings } = result
      printResult(
        result,
        [
          ...(dryRun ? steps.map((step) => `would do: ${step}`) : []),
          steps.length === 0 ? 'nothing to do: tables, catalog and webhook endpoints exist' : `${steps.length} steps`,
          ...settings.map(({ name, value }) => `${name}=${value}`),
          ...(settings.length > 0 ? ['Add these settings to those of the server. A secret is shown only once.'] : []),
          ...findings.filter(({ status }) => status !== 'ok').flatMap(linesOf),
        ],
        json,
      )
      if (findings.some(({ status }) => status === 'problem')) setExitCode(EXIT_CODE.FOUND)
    })
}
