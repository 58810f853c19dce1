import { Command } from 'commander'
import type { Finding } from '../services/ops/doctor/finding.js'

const SIGNS: Record<Finding['status'], string> = {
  ok: 'ok      ',
  warning: 'warning ',
  problem: 'PROBLEM ',
  skipped: 'skipped ',
}
const line = ({ status, check, found, todo }: Finding): string =>
  `${SIGNS[status]}${check}: ${found}${todo ? `\n          → ${todo}` : ''}\n`

// `npm run doctor`: checks configuration, database, keys, providers and queues, and prints remedies. Exit code 1 if
// there is a problem.
const program = new Command('doctor')
  .description('checks configuration, database, keys and provider; read-only')
  .option('--go-live', 'also run the go-live checks')
  .option('--json', 'JSON output')
  .action(async ({ goLive = false, json }: { goLive?: boolean; json?: boolean }) => {
    // Loaded only when needed: the help and wrong options are printed without the server's modules.
    const { examineInstallation } = await import('../startup/examine-installation.js')
    const findings = await examineInstallation(process.env, goLive)
    const sound = findings.every(({ status }) => status !== 'problem')
    process.stdout.write(json ? `${JSON.stringify({ ok: sound, findings })}\n` : findings.map(line).join(''))
    if (!sound) process.exitCode = 1
  })

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`stackgate: ${(error as Error).message}\n`)
  process.exitCode = 1
})
