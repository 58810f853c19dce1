import type { Command } from 'commander'
import type { Invariant } from '#services/catalog/invariants/invariant-rule.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'
import { EXIT_CODE } from '../exit-code.js'

const lineOf = ({ ok, name, checked, counterexample }: Invariant): string =>
  `${ok ? 'ok    ' : 'BROKEN'} ${name} (${checked})${ok ? '' : ` ${JSON.stringify(counterexample)}`}`

/** Adds `invariants`, which checks the database of the running server or of DATABASE_URL. */
export function addInvariantsCommand(program: Command, { env, setExitCode }: CommandContext): void {
  program
    .command('invariants')
    .description('checks all invariants and prints a counterexample for each broken one; exit code 1 if one is broken')
    .option(...JSON_OPTION)
    .action(async ({ json }: { json?: boolean }) => {
      const { installationInvariants } = await import('#startup/installation-invariants.js')
      const found = await installationInvariants(env)
      printResult(found, found.map(lineOf), json)
      if (found.some(({ ok }) => !ok)) setExitCode(EXIT_CODE.FOUND)
    })
}
