// Every server with the default catalog would write the same rows and create the same products and prices at the providers. The first one
// of a run does it, as `npm start` would; all others begin with copies of its database and of its sandbox.
import 'reflect-metadata'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startSandbox, type SandboxOptions } from '@stackgate/sandbox/sandbox.js'
import { createApp } from '#app.js'
import { readConfig } from '#services/kernel/config/config.js'
import { createLogger } from '#services/kernel/logger/logger.js'
import { CERTIFICATES_DIR, payPalEnv } from './paypal.js'
import { asAdministrator, createFromTemplate, inDatabase, migratedTemplate, runStatements } from './test-database.js'

type SandboxEntries = NonNullable<SandboxOptions['initialState']>

export interface CatalogTemplate {
  /** Template of the databases. */
  readonly database: string
  readonly sandboxState: SandboxEntries
}

/** Before the start of every test: the offers exist already. */
const LONG_AGO = new Date('2020-01-01T00:00:00Z')
/** Any number: test files that start together create the template one after the other. */
const TEMPLATE_LOCK = 8_142_026
/** Offers, and the counters of their IDs. Events, deliveries, stored responses and the clock belong to one sandbox. */
const KEPT = /^(?:product|price|price_currencies|counter|paypal\.(?:product|plan|plan_prices))$/

export async function catalogTemplate(): Promise<CatalogTemplate> {
  const database = `${migratedTemplate()}_catalog`
  const path = join(tmpdir(), `${database}.json`)
  if (!existsSync(path)) await createOnce(database, path)
  return { database, sandboxState: JSON.parse(readFileSync(path, 'utf8')) as SandboxEntries }
}

async function createOnce(database: string, path: string): Promise<void> {
  const server = process.env['STACKGATE_TEST_SERVER']!
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    if (existsSync(path)) return
    await asAdministrator(`drop database if exists ${database} with (force)`)
    await createFromTemplate(database, migratedTemplate())
    const state = await startOnce(inDatabase(server, database))
    writeFileSync(`${path}.new`, JSON.stringify(state))
    renameSync(`${path}.new`, path)
  } finally {
    await client.end()
  }
}

/** Starts a server that pushes the catalog to both providers, and stops it. Returns the state of the sandbox. */
async function startOnce(databaseUrl: string): Promise<SandboxEntries> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stackgate-test-'))
  const sandbox = await startSandbox({
    port: 0,
    dataDir,
    token: 'sandbox-token-of-the-template',
    clock: LONG_AGO,
    certificatesDir: CERTIFICATES_DIR,
  })
  // An API process has no workers, so that no job is scheduled.
  const config = readConfig({
    ROLE: 'api',
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
    STRIPE_WEBHOOK_SECRET: 'whsec_of_the_template',
    STRIPE_API_URL: sandbox.url,
    ...payPalEnv(sandbox.url),
  })
  const app = await createApp({
    config,
    databaseUrl,
    log: createLogger('silent'),
    verifyToken: null,
    secretsKeys: ['a key of the template'],
    sandboxClock: null,
    clockStart: LONG_AGO,
    poolSize: 2,
  })
  await app.close()
  await sandbox.close()
  await runStatements(databaseUrl, ['delete from business_clock', `update installation set secrets_key_ids = '{}'`])
  const lines = readFileSync(join(dataDir, 'sandbox/journal.jsonl'), 'utf8').trim().split('\n')
  rmSync(dataDir, { recursive: true, force: true })
  const last = new Map<string, SandboxEntries[number]>()
  for (const line of lines) {
    const entry = JSON.parse(line) as SandboxEntries[number]
    if (KEPT.test(entry.collection)) last.set(`${entry.collection} ${entry.id}`, entry)
  }
  return [...last.values()].filter((entry) => entry.value !== undefined)
}
