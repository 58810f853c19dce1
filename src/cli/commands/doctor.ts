import type { Command } from 'commander'
import type { Finding } from '#services/ops/doctor/finding.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'
import { EXIT_CODE } from '../exit-code.js'

const SIGNS: Record<Finding['status'], string> = {
  ok: 'ok      ',
  warning: 'warning ',
  problem: 'PROBLEM ',
  skipped: 'skipped ',
}
const linesOf = ({ status, check, found, todo }: Finding): string[] => [
  `${SIGNS[status]}${check}: ${found}`,
  ...(todo ? [`          → ${todo}`] : []),
]

/** Adds `doctor`, which prints a remedy for each problem. */
export function addDoctorCommand(program: Command, { env, setExitCode }: CommandContext): void {
  program
    .command('doctor')
    .description('checks configuration, database, keys, providers and queues; read-only; exit code 1 for a problem')
    .option('--go-live', 'also run the go-live checks')
    .option(...JSON_OPTION)
    .action(async ({ goLive = false, json }: { goLive?: boolean; json?: boolean }) => {
      const { examineInstallation } = await import('#startup/examine-installation.js')
      const findings = await examineInstallation(env, goLive)
      const sound = findings.every(({ status }) => status !== 'problem')
      printResult({ ok: sound, findings }, findings.flatMap(linesOf), json)
      if (!sound) setExitCode(EXIT_CODE.FOUND)
    })
}
