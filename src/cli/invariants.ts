import { Command } from 'commander'
import type { Invariant } from '../services/ops/invariants/invariant.js'

const line = ({ ok, name, checked, counterexample }: Invariant): string =>
  `${ok ? 'ok    ' : 'BROKEN'} ${name} (${checked})${ok ? '' : ` ${JSON.stringify(counterexample)}`}\n`

// `npm run invariants`: checks all invariants in the database of the running server or of DATABASE_URL. Exit code 1 if
// one is broken.
const program = new Command('invariants')
  .description('checks all invariants and prints a counterexample for each broken one')
  .option('--json', 'JSON output')
  .action(async ({ json }: { json?: boolean }) => {
    // Loaded only when needed: the help and wrong options are printed without the server's modules.
    const { installationInvariants } = await import('../startup/installation-invariants.js')
    const found = await installationInvariants(process.env)
    process.stdout.write(json ? `${JSON.stringify(found)}\n` : found.map(line).join(''))
    if (found.some(({ ok }) => !ok)) process.exitCode = 1
  })

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`stackgate: ${(error as Error).message}\n`)
  process.exitCode = 1
})
