import type { Command } from 'commander'
import type { SecretsStatus } from '#startup/secrets-commands.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'
import { EXIT_CODE } from '../exit-code.js'

/** Loaded only when needed: the help and wrong options are printed without the server's modules. */
const commands = () => import('#startup/secrets-commands.js')

/** Adds `secrets` with its commands: the keys of sealed secrets, changed while servers run. An interrupted command can be repeated. */
export function addSecretsCommand(program: Command, context: CommandContext): void {
  const secrets = program.command('secrets').description('manages the encryption keys of stored secrets')
  const finish = (status: SecretsStatus, json?: boolean): void => {
    printResult(status, linesOf(status), json)
    if (status.unopened.length > 0) context.setExitCode(EXIT_CODE.FOUND)
  }

  secrets
    .command('status')
    .description('prints how many secrets each key decrypts; exit code 1 if a secret cannot be decrypted')
    .option(...JSON_OPTION)
    .action(async ({ json }: { json?: boolean }) => finish(await (await commands()).secretsStatus(context.env), json))

  secrets
    .command('rotate')
    .description('reseals all secrets with the first key; an interrupted run can be repeated')
    .option('--new-key', 'adds a new key to the key file first; running servers reload the file')
    .option(...JSON_OPTION)
    .action(async ({ json, ...options }: { newKey?: boolean; json?: boolean }) =>
      finish(await (await commands()).rotateSecrets(context.env, options), json),
    )

  secrets
    .command('adopt')
    .description(
      'accepts the configured keys for this database after its keys were lost; secrets sealed with the lost keys stay unreadable',
    )
    .option(...JSON_OPTION)
    .action(async ({ json }: { json?: boolean }) => {
      const status = await (await commands()).adoptSecretsKeys(context.env)
      printResult(status, linesOf(status), json)
    })

  secrets
    .command('drop-old')
    .description('removes unused keys from the file')
    .option(...JSON_OPTION)
    .action(async ({ json }: { json?: boolean }) =>
      finish(await (await commands()).dropOldSecretsKeys(context.env), json),
    )
}

const linesOf = ({ byKey, unopened }: SecretsStatus): string[] => [
  ...Object.entries(byKey).map(([key, count]) => `${key}: ${count} secrets`),
  ...(unopened.length > 0 ? [`no key decrypts ${unopened.length} secrets`] : []),
]
