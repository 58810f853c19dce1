import type { Command } from 'commander'
import type { TimedVerification } from '#startup/verify-commands.js'
import type { ReportVerification } from '#services/billing/reconciliation/verify-report.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'
import { EXIT_CODE } from '../exit-code.js'

interface VerifyOptions {
  readonly key?: string[]
  readonly backup?: string
  readonly database?: boolean
  readonly json?: boolean
}

/** Adds `verify`, which recomputes hash chains and signatures. For a file it needs neither a server nor a database. */
export function addVerifyCommand(program: Command, { env, setExitCode }: CommandContext): void {
  program
    .command('verify')
    .description(
      'recomputes the hash chains and signatures of a backup, the database or a signed report; exit code 1 if something differs',
    )
    .argument('[file]', 'signed report of a comparison with a payment provider')
    .option(
      '--key <key...>',
      'accepted public keys, or a file with one per line (default: the keys of the same source)',
    )
    .option('--backup <file>', 'verifies the chains of a backup instead')
    .option('--database', 'verifies the chains of the database instead')
    .option(...JSON_OPTION)
    .action(async (file: string | undefined, { key, backup, database, json }: VerifyOptions) => {
      const commands = await import('#startup/verify-commands.js')
      const sources = [file, backup, database].filter((source) => source !== undefined)
      if (sources.length !== 1) throw new Error('name a file, or --backup with a file, or --database')
      const keys = commands.readPublicKeys(key ?? [])
      if (file !== undefined) {
        const found = commands.verifyFile(file, keys)
        printResult(found, linesOfReport(found), json)
        if (!found.ok) setExitCode(EXIT_CODE.FOUND)
        return
      }
      const found = backup
        ? await commands.verifyBackupChains(backup, keys)
        : await commands.verifyDatabaseChains(env, keys)
      printResult(found, linesOfChains(found), json)
      if (!found.ok) setExitCode(EXIT_CODE.FOUND)
    })
}

const NOT_TRUSTED = 'No key was given: compare this key ID with the one that the seller publishes.'

const linesOfReport = ({ ok, report, keyId, isKeyTrusted, problems }: ReportVerification): string[] => [
  ...problems.map((problem) => `WRONG ${problem}`),
  ...(report
    ? [
        `${ok ? 'ok    ' : 'WRONG '}${report.business}, reconciliation of ${report.day}: ${report.runs.length} comparisons, ${report.open_count} open differences`,
        ...report.accepted_differences.map(
          ({ provider, kind, object, accepted_by, reason, accepted_until }) =>
            `  accepted ${provider} ${kind} ${object} by ${accepted_by} until ${accepted_until ?? 'revoked'}: ${reason}`,
        ),
      ]
    : []),
  `signed with the key ${keyId}`,
  ...(isKeyTrusted ? [] : [NOT_TRUSTED]),
]

const linesOfChains = (found: TimedVerification): string[] => [
  ...found.problems.map(({ accountId, log, problem }) => `WRONG ${accountId ? `${accountId} ${log}: ` : ''}${problem}`),
  `${found.ok ? 'ok    ' : 'WRONG '}${found.entries} entries of ${found.chains} chains in ${found.seconds} s, ${found.unchained} of them not chained yet`,
  `${found.roots} signed roots, the last of ${found.lastRootAt ?? 'no time'}; keys ${found.keyIds.join(', ') || 'none'}`,
  ...(found.isKeyTrusted || found.roots === 0 ? [] : [NOT_TRUSTED]),
]
