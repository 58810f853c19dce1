import { Command } from 'commander'

// `npm run secrets`: the keys of sealed secrets, changed while servers run. Every step may be cut off and done again.
const program = new Command('secrets').description('Manages the encryption keys of stored secrets.')
/** Loaded only when needed: the help and wrong options are printed without the server's modules. */
const commands = () => import('../startup/secrets-commands.js')

program
  .command('status')
  .description('prints how many secrets each key decrypts; exit code 1 if a secret cannot be decrypted')
  .action(async () => (await commands()).printSecretsStatus(process.env))

program
  .command('rotate')
  .description('reseals all secrets with the first key; an interrupted run can be repeated')
  .option('--new-key', 'adds a new key to the key file first; running servers reload the file')
  .action(async (options: { newKey?: boolean }) => (await commands()).rotateSecrets(process.env, options))

program
  .command('adopt')
  .description(
    'accepts the configured keys for this database after its keys were lost; secrets sealed with the lost keys stay unreadable',
  )
  .action(async () => (await commands()).adoptSecretsKeys(process.env))

program
  .command('drop-old')
  .description('removes unused keys from the file')
  .action(async () => (await commands()).dropOldSecretsKeys(process.env))

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`stackgate: ${(error as Error).message}\n`)
  process.exitCode = 1
})
