import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Command } from 'commander'
import { allEntities } from '../entities/all-entities.js'
import { openCommandDatabase } from '../startup/command-database.js'
import { READ_AGAIN_MS } from '../startup/follow-secret-files.js'
import { knownSecretsKeys, secretsKeyFile } from '../startup/secret-keys.js'
import { readConfig, type Config } from '../services/kernel/config/config.js'
import { openDatabase, type Database } from '../services/kernel/database/database.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { replaceKnownKeys } from '../services/kernel/secrets/known-keys.js'
import { keyIdOf, randomSecret } from '../services/kernel/secrets/secret-box.js'
import { countSealed, reseal, type SealedCount } from '../services/ops/sealed/reseal.js'

// `npm run secrets`: the keys of sealed secrets, changed while servers run. Every step may be cut off and done again.
const program = new Command('secrets').description('Looks after the keys of sealed secrets.')
const say = (line: string) => process.stderr.write(`stackgate: ${line}\n`)

/** Every process has read the file by then, also one that was busy. */
const SETTLED_MS = 3 * READ_AGAIN_MS

program
  .command('status')
  .description('says how many secrets each key opens; exit code 1 when one is opened by none')
  .action(() =>
    withDatabase(async (config, database) => {
      const count = await countSealed(database, knownSecretsKeys(config))
      tell(config, count)
      if (count.unopened.length) process.exitCode = 1
    }),
  )

program
  .command('rotate')
  .description('seals everything with the first key; run again, it goes on where it was cut off')
  .option('--new-key', 'puts a new key into the file of keys first, as every running server reads it')
  .action(({ newKey }: { newKey?: boolean }) =>
    withDatabase(async (config, database) => {
      if (newKey) await introduceKey(config, database)
      const keys = knownSecretsKeys(reread(config))
      if (!keys.length) throw new AppError('CONFIGURATION', 'SECRETS_KEY: missing; there is no key to seal with')
      const resealed = await reseal(database, keys)
      say(`${resealed} secrets were sealed anew, all with the key ${keyIdOf(keys[0]!)}`)
      const count = await countSealed(database, keys)
      tell(config, count)
      if (count.unopened.length) process.exitCode = 1
      else await replaceKnownKeys(database, keys.slice(0, 1))
    }),
  )

program
  .command('adopt')
  .description(
    'takes the configured keys for those of this database, after its keys were lost; what those sealed stays unreadable',
  )
  .action(() =>
    withDatabase(async (config, database) => {
      const keys = knownSecretsKeys(config)
      if (!keys.length) throw new AppError('CONFIGURATION', 'SECRETS_KEY: missing; there is no key to seal with')
      const count = await countSealed(database, keys)
      await replaceKnownKeys(database, keys)
      tell(config, count)
      say(`${count.unopened.length} secrets cannot be read with the configured keys`)
    }),
  )

program
  .command('drop-old')
  .description('takes keys out of the file that open nothing any more')
  .action(() =>
    withDatabase(async (config, database) => {
      const file = requireFile(config)
      const keys = knownSecretsKeys(config)
      const { byKey, unopened } = await countSealed(database, keys)
      if (unopened.length)
        throw new AppError(
          'CONFLICT',
          `nothing is taken out: ${unopened.length} secrets are opened by none of the keys`,
        )
      const kept = keys.filter((key, index) => index === 0 || byKey[keyIdOf(key)]! > 0)
      if (kept.length < keys.length) writeWhole(file, kept.join('\n'))
      await replaceKnownKeys(database, kept)
      say(`${keys.length - kept.length} keys were taken out, ${kept.length} are left`)
    }),
  )

/**
 * The new key comes last, so that every server can open with it before one seals with it; then first. Which key is on its way is written
 * beside the file before anything else, so that a run that was cut off goes on with that key instead of making another.
 */
async function introduceKey(config: Config, database: Database): Promise<void> {
  const file = requireFile(config)
  const note = `${file}.incoming`
  const { byKey } = await countSealed(database, knownSecretsKeys(config))
  const held = () => [...knownSecretsKeys(reread(config))]
  const incoming = existsSync(note) ? readFileSync(note, 'utf8').trim() : null
  if (!incoming && held().some((key, index) => index > 0 && byKey[keyIdOf(key)]! > 0)) {
    say('a rotation is under way already: it goes on with the key that stands first')
    return
  }
  let key = held().find((one) => keyIdOf(one) === incoming)
  if (!key) {
    key = randomSecret()
    writeWhole(note, keyIdOf(key))
    writeWhole(file, [...held(), key].join('\n'))
    say(`the new key ${keyIdOf(key)} stands last in ${file}; waiting until every server has read it`)
    await pause(SETTLED_MS)
  }
  writeWhole(file, [key, ...held().filter((one) => one !== key)].join('\n'))
  say(`the key ${keyIdOf(key)} seals from now on; waiting until every server has read that`)
  await pause(SETTLED_MS)
  rmSync(note, { force: true })
}

function requireFile(config: Config): string {
  const file = secretsKeyFile(config)
  if (!file)
    throw new AppError(
      'CONFIGURATION',
      'SECRETS_KEY stands in the environment, which only a start reads: put the keys into a file and name it by SECRETS_KEY_FILE, or change the environment and restart',
    )
  return file
}

/** All or nothing: a reader sees the old file or the new one. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, `${text}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

const reread = (config: Config): Config => (config.secretFiles.secretsKey ? readConfig(process.env) : config)

function tell(config: Config, { byKey, unopened }: SealedCount): void {
  process.stdout.write(`${JSON.stringify({ file: secretsKeyFile(config), byKey, unopened })}\n`)
}

async function withDatabase(work: (config: Config, database: Database) => Promise<void>): Promise<void> {
  const config = readConfig(process.env)
  const server = await openCommandDatabase(config)
  const database = await openDatabase({ url: server.url, entities: allEntities, migrations: [], poolSize: 2 })
  try {
    await work(config, database)
  } finally {
    await database.close()
    await server.close()
  }
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`stackgate: ${(error as Error).message}\n`)
  process.exitCode = 1
})
