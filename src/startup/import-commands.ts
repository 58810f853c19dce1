import 'reflect-metadata'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseImportMapping } from '../services/billing/adoption/import-mapping.js'
import { readConfig } from '../services/kernel/config/config.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { createLogger } from '../services/kernel/logger/logger.js'
import {
  importSubscriptions,
  type ImportProgress,
  type ImportReport,
} from '../services/billing/imports/import-subscriptions.js'
import { openCommandDatabase } from './command-database.js'
import { readRunningServer } from './data-folder.js'
import { withRunningKeys } from './provider-keys.js'
import { loadSecretsKeys } from './secret-keys.js'

export interface ImportOptions {
  readonly mapping: string
  readonly dryRun?: boolean
  readonly concurrency: number
  readonly rate: number
}

/** Beside a running server, or without one, with the same code: a server that listens on no port and runs no background work. */
export async function importFromStripe(
  env: NodeJS.ProcessEnv,
  { mapping: path, dryRun = false, concurrency, rate }: ImportOptions,
  onProgress: (progress: ImportProgress) => void,
): Promise<ImportReport> {
  const given = readConfig(env)
  const text = readFileSync(path, 'utf8')
  const config = { ...withRunningKeys(given, readRunningServer(given.dataDir)), role: 'api' as const, drainSeconds: 0 }
  if (!config.stripe) throw new AppError('CONFIGURATION', 'STRIPE_SECRET_KEY: missing; Stripe requires it')
  const server = await openCommandDatabase(config)
  try {
    const { createApp } = await import('../app.js')
    const app = await createApp({
      config,
      databaseUrl: server.url,
      log: createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel),
      verifyToken: null,
      secretsKeys: loadSecretsKeys(config),
      sandboxClock: null,
      poolSize: concurrency + 2,
      providerCallsPerSecond: rate,
    })
    try {
      const { context } = app
      const port = context.providers.STRIPE!
      const mapping = parseImportMapping(text, basename(path), context.catalog.current())
      return await importSubscriptions(
        context,
        { ...port, adoption: port.adoption! },
        { mapping, dryRun, concurrency, onProgress },
      )
    } finally {
      await app.close()
    }
  } finally {
    await server.close()
  }
}
