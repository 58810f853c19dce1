import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import type { Finding } from '#services/kernel/doctor/finding.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'
import { EXIT_CODE } from '../exit-code.js'

const SIGNS: Record<Finding['status'], string> = {
  ok: 'ok      ',
  warning: 'warning ',
  problem: 'PROBLEM ',
  skipped: 'skipped ',
}
export const linesOf = ({ status, check, found, todo }: Finding): string[] => [
  `${SIGNS[status]}${check}: ${found}`,
  ...(todo ? [`          → ${todo}`] : []),
]

interface DoctorOptions {
  readonly goLive?: boolean
  readonly token?: string
  readonly json?: boolean
}

async function examine(env: NodeJS.ProcessEnv, goLive: boolean): Promise<Finding[]> {
  const { examineInstallation } = await import('#startup/examine-installation.js')
  return examineInstallation(env, goLive)
}

async function explain(env: NodeJS.ProcessEnv, given: string): Promise<Finding[]> {
  const { examineToken } = await import('#startup/token-verifier.js')
  return examineToken(env, given === '-' ? await text(process.stdin) : given)
}

/** Adds `doctor`, which prints a remedy for each problem. */
export function addDoctorCommand(program: Command, { env, setExitCode }: CommandContext): void {
  program
    .command('doctor')
    .description('checks configuration, database, keys, providers and queues; read-only; exit code 1 for a problem')
    .option('--go-live', 'also run the go-live checks')
    .option('--token <token>', 'explain a user token claim by claim instead; - reads it from standard input')
    .option(...JSON_OPTION)
    .action(async ({ goLive = false, token, json }: DoctorOptions) => {
      const findings = token === undefined ? await examine(env, goLive) : await explain(env, token)
      const sound = findings.every(({ status }) => status !== 'problem')
      printResult({ ok: sound, findings }, findings.flatMap(linesOf), json)
      if (!sound) setExitCode(EXIT_CODE.FOUND)
    })
}
