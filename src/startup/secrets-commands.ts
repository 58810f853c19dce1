import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { openCommandDatabase } from './command-database.js'
import { POLL_MS } from './watch-secret-files.js'
import { loadSecretsKeys, secretsKeyFile } from './secret-keys.js'
import { readConfig, type Config } from '../services/kernel/config/config.js'
import { createSources } from '../services/kernel/context/sources.js'
import { openDatabase, type Database } from '../services/kernel/database/database.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { replaceKnownKeys } from '../services/kernel/secrets/known-keys.js'
import { keyIdOf, randomSecret } from '../services/kernel/secrets/secret-box.js'
import { allDeclared } from '../modules/all-declarations.js'
import { listTables } from '../services/kernel/backup/backup.sql.js'
import type { SealedColumn } from '../services/kernel/secrets/sealed-column.js'
import { countSealed, reseal, type SealedCount } from '../services/kernel/secrets/reseal.js'

const say = (line: string) => process.stderr.write(`stackgate: ${line}\n`)

/** Every process has read the file by then, also one that was busy. */
const IDLE_MS = 3 * POLL_MS

/** Number of secrets that each key decrypts. */
export interface SecretsStatus extends SealedCount {
  /** File with the keys. Null if they come from the environment. */
  readonly file: string | null
}

/** Counts how many secrets each key decrypts. */
export const secretsStatus = (env: NodeJS.ProcessEnv): Promise<SecretsStatus> =>
  withDatabase(env, async (config, database) =>
    statusOf(config, await countSealed(database, await sealedIn(database), loadSecretsKeys(config))),
  )

/** Reseals all secrets with the first key, or with a new one. */
export const rotateSecrets = (
  env: NodeJS.ProcessEnv,
  { newKey = false }: { newKey?: boolean },
): Promise<SecretsStatus> =>
  withDatabase(env, async (config, database) => {
    if (newKey) await introduceKey(env, config, database)
    const keys = loadSecretsKeys(reread(env, config))
    if (!keys.length) throw new AppError('CONFIGURATION', 'SECRETS_KEY: missing; sealing requires a key')
    const resealed = await reseal(database, await sealedIn(database), keys)
    say(`${resealed} secrets were resealed with the key ${keyIdOf(keys[0]!)}`)
    const count = await countSealed(database, await sealedIn(database), keys)
    if (count.unopened.length === 0) await replaceKnownKeys(database, keys.slice(0, 1))
    return statusOf(config, count)
  })

/** Accepts the configured keys for a database whose keys were lost. */
export const adoptSecretsKeys = (env: NodeJS.ProcessEnv): Promise<SecretsStatus> =>
  withDatabase(env, async (config, database) => {
    const keys = loadSecretsKeys(config)
    if (!keys.length) throw new AppError('CONFIGURATION', 'SECRETS_KEY: missing; sealing requires a key')
    const count = await countSealed(database, await sealedIn(database), keys)
    await replaceKnownKeys(database, keys)
    say(`${count.unopened.length} secrets cannot be read with the configured keys`)
    return statusOf(config, count)
  })

/** Removes unused keys from the file. */
export const dropOldSecretsKeys = (env: NodeJS.ProcessEnv): Promise<SecretsStatus> =>
  withDatabase(env, async (config, database) => {
    const file = requireFile(config)
    const keys = loadSecretsKeys(config)
    const { byKey, unopened } = await countSealed(database, await sealedIn(database), keys)
    if (unopened.length)
      throw new AppError('CONFLICT', `no key was removed: ${unopened.length} secrets cannot be decrypted with any key`)
    const kept = keys.filter((key, index) => index === 0 || byKey[keyIdOf(key)]! > 0)
    if (kept.length < keys.length) writeWhole(file, kept.join('\n'))
    await replaceKnownKeys(database, kept)
    say(`${keys.length - kept.length} keys were removed, ${kept.length} remain`)
    return statusOf(config, {
      byKey: Object.fromEntries(kept.map((key) => [keyIdOf(key), byKey[keyIdOf(key)]!])),
      unopened,
    })
  })

/**
 * Adds the new key last, so that every server can decrypt with it before one encrypts with it, and then moves it to the
 * front. The key in progress is first recorded in a file next to the key file, so that an interrupted run continues
 * with it instead of creating another one.
 */
async function introduceKey(env: NodeJS.ProcessEnv, config: Config, database: Database): Promise<void> {
  const file = requireFile(config)
  const note = `${file}.incoming`
  const { byKey } = await countSealed(database, await sealedIn(database), loadSecretsKeys(config))
  const held = () => [...loadSecretsKeys(reread(env, config))]
  const incoming = existsSync(note) ? readFileSync(note, 'utf8').trim() : null
  if (!incoming && held().some((key, index) => index > 0 && byKey[keyIdOf(key)]! > 0)) {
    say('a rotation is already in progress; it continues with the first key')
    return
  }
  let key = held().find((one) => keyIdOf(one) === incoming)
  if (!key) {
    key = randomSecret()
    writeWhole(note, keyIdOf(key))
    writeWhole(file, [...held(), key].join('\n'))
    say(`the new key ${keyIdOf(key)} is the last one in ${file}; waiting until every server has read it`)
    await pause(IDLE_MS)
  }
  writeWhole(file, [key, ...held().filter((one) => one !== key)].join('\n'))
  say(`the key ${keyIdOf(key)} is now used for sealing; waiting until every server has read it`)
  await pause(IDLE_MS)
  rmSync(note, { force: true })
}

function requireFile(config: Config): string {
  const file = secretsKeyFile(config)
  if (!file)
    throw new AppError(
      'CONFIGURATION',
      'SECRETS_KEY is set in the environment, which is read only at start; put the keys into a file and set SECRETS_KEY_FILE, or change the environment and restart',
    )
  return file
}

/** All or nothing: a reader sees the old file or the new one. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, `${text}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

const reread = (env: NodeJS.ProcessEnv, config: Config): Config =>
  config.secretFiles.secretsKey ? readConfig(env) : config

const statusOf = (config: Config, { byKey, unopened }: SealedCount): SecretsStatus => ({
  file: secretsKeyFile(config),
  byKey,
  unopened,
})

/** Columns with sealed secrets in the tables of the database, also of modules that are not installed. */
async function sealedIn(database: Database): Promise<readonly SealedColumn[]> {
  const stored = new Set((await database.rows(listTables)).map(({ name }) => name))
  return allDeclared.sealed.filter(({ table }) => stored.has(table))
}

async function withDatabase<Result>(
  env: NodeJS.ProcessEnv,
  work: (config: Config, database: Database) => Promise<Result>,
): Promise<Result> {
  const config = readConfig(env)
  const server = await openCommandDatabase(config)
  const database = await openDatabase({
    ...createSources(),
    url: server.url,
    migrations: [],
    poolSize: 2,
  })
  try {
    return await work(config, database)
  } finally {
    await database.close()
    await server.close()
  }
}
