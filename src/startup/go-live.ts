import { createProviderAccounts } from '../wiring/providers.js'
import type { EndpointSetting, ProviderAccountPort } from '../services/billing/providers/account-port.js'
import { readCatalogFile } from '../services/catalog/load/read-catalog-file.js'
import { schemaOf } from '../modules/compose.js'
import { installedModules } from '../modules/installed-modules.js'
import { readConfig, type Config } from '../services/kernel/config/config.js'
import { createSources } from '../services/kernel/context/sources.js'
import { openDatabase } from '../services/kernel/database/database.js'
import { migrate } from '../services/kernel/database/migrate.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { createMetrics } from '../services/kernel/metrics/metrics.js'
import { isLocal } from '../services/catalog/doctor/check-go-live.js'
import { endpointsAt } from '../services/billing/doctor/check-provider.js'
import { problem, type Finding } from '../services/kernel/doctor/finding.js'
import { catalogDifference, pushToProvider } from './catalog-commands.js'
import { examineInstallation } from './examine-installation.js'
import { WEBHOOK_PATHS } from '../services/billing/providers/webhook-paths.js'
import { withEndpointSettings } from './provider-keys.js'

export interface GoLiveOptions {
  readonly dryRun: boolean
  /** Receives lines of progress. */
  readonly say: (line: string) => void
}

export interface GoLiveResult {
  /** Completed steps as sentences; for a dry run those that are missing. */
  readonly steps: readonly string[]
  /** Settings that did not exist before. The secret of an endpoint is shown only here. */
  readonly settings: readonly EndpointSetting[]
  /** Findings of the doctor afterwards. Empty for a dry run. */
  readonly findings: readonly Finding[]
}

/**
 * Connects an installation with its payment providers: tables, products and prices, webhook endpoints, checks. Each step
 * does only what is missing, so that the command can be repeated after an error.
 */
export async function goLive(env: NodeJS.ProcessEnv, options: GoLiveOptions): Promise<GoLiveResult> {
  const config = readyConfig(withEndpointSettings(env))
  const steps: string[] = []
  const settings: EndpointSetting[] = []
  const findings: Finding[] = []
  const add = (step: string): void => {
    steps.push(step)
    options.say(step)
  }
  const hasTables = await createTables(config, options.dryRun, add)
  const accounts = createProviderAccounts({ ...createSources(), config, metrics: createMetrics() })
  for (const account of accounts) {
    const command = { env, provider: account.provider.toLowerCase(), say: options.say }
    if (!options.dryRun) {
      const { steps: done } = await pushToProvider(command)
      for (const step of done) steps.push(`${account.provider}: ${step}`)
    } else if (hasTables) {
      for (const step of (await catalogDifference(command)).steps) add(`${account.provider}: ${step}`)
    } else add(`${account.provider}: create the products and prices of ${readCatalogFile(config.catalog).business}`)
  }
  try {
    for (const account of accounts) {
      const created = await connect(account, { env, config, dryRun: options.dryRun, add, findings })
      if (created) settings.push(created)
    }
    if (options.dryRun) return { steps, settings, findings }
    const known = Object.fromEntries(settings.map(({ name, value }) => [name, value]))
    findings.push(...(await examineInstallation(withEndpointSettings({ ...env, ...known }), true)))
  } catch (error) {
    // The provider shows the secret of a new endpoint once, so that an error must not replace it.
    if (settings.length === 0) throw error
    findings.push(problem('go_live', (error as Error).message, 'repair the cause, and run the command again'))
  }
  return { steps, settings, findings }
}

/** The configuration. Throws with everything that must be set before the first step, also where the settings cannot be read yet. */
function readyConfig(env: NodeJS.ProcessEnv): Config {
  let config: Config | null = null
  let refused: string[] = []
  try {
    config = readConfig(env)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    refused = error.message.split('\n').slice(1)
  }
  const missing = [...refused, ...prerequisites(config ?? settingsOf(env)).map((line) => `  ${line}`)]
  if (config && missing.length === 0) return config
  throw new AppError('CONFIGURATION', `not ready to go live:\n${missing.join('\n')}`)
}

type Prerequisites = Pick<Config, 'mode' | 'databaseUrl'> & { readonly publicUrl: URL | null }

/** The same settings where others are wrong. A wrong value is named with them. */
const settingsOf = (env: NodeJS.ProcessEnv): Prerequisites => ({
  mode: env['MODE'] === 'live' ? 'live' : 'test',
  databaseUrl: env['DATABASE_URL'] ?? env['DATABASE_URL_FILE'] ?? null,
  publicUrl: env['PUBLIC_URL'] ? URL.parse(env['PUBLIC_URL']) : null,
})

function prerequisites({ mode, databaseUrl, publicUrl }: Prerequisites): string[] {
  return [
    ...(mode === 'sandbox'
      ? ['STRIPE_SECRET_KEY: missing; set the key of your account at Stripe, or the settings of PayPal']
      : []),
    ...(databaseUrl
      ? []
      : ['DATABASE_URL: missing; set the address of a PostgreSQL server (15 to 18) that is backed up']),
    ...(publicUrl?.protocol === 'https:' && !isLocal(publicUrl)
      ? []
      : [`PUBLIC_URL: ${publicUrl?.href ?? 'missing'} is not a public https URL; set the address behind your proxy`]),
  ]
}

/** Applies pending migrations, as a start of the server does. Returns false if a dry run found pending ones. */
async function createTables(config: Config, dryRun: boolean, add: (step: string) => void): Promise<boolean> {
  const database = await openDatabase({
    ...createSources(),
    url: config.databaseUrl!,
    ...schemaOf(await installedModules(config.modules)),
    poolSize: 2,
  })
  try {
    const { length } = dryRun ? await database.orm.migrator.getPending() : await migrate(database)
    if (length > 0) add(`database: apply ${length} migrations`)
    return length === 0 || !dryRun
  } finally {
    await database.close()
  }
}

interface Connecting {
  readonly env: NodeJS.ProcessEnv
  readonly config: Config
  readonly dryRun: boolean
  readonly add: (step: string) => void
  readonly findings: Finding[]
}

/** Creates the webhook endpoint of a provider unless one leads here. Returns the setting that belongs to it, if it is not set. */
async function connect(
  account: ProviderAccountPort,
  { env, config, dryRun, add, findings }: Connecting,
): Promise<EndpointSetting | null> {
  const { provider } = account
  const addresses = WEBHOOK_PATHS[provider].map((path) => new URL(path, config.publicUrl))
  const [existing] = endpointsAt(addresses, await account.inspect(), config.mode)
  if (!existing) {
    add(`${provider}: create the webhook endpoint ${addresses[0]!.href}`)
    return dryRun ? null : account.createEndpoint(addresses[0]!.href)
  }
  const name = provider === 'STRIPE' ? 'STRIPE_WEBHOOK_SECRET' : 'PAYPAL_WEBHOOK_ID'
  if (env[name] || env[`${name}_FILE`]) return null
  if (provider === 'PAYPAL') return { name: 'PAYPAL_WEBHOOK_ID', value: existing.id }
  findings.push(
    problem(
      'stripe_webhook_secret',
      `the endpoint ${existing.id} exists, and ${name} is not set`,
      `set ${name} to its signing secret, which the dashboard of Stripe shows under Developers, Webhooks`,
    ),
  )
  return null
}
