import { resolve } from 'node:path'
import { AppError } from '../errors/app-error.js'
import { environment, type Values } from './environment.js'
import { readSecretFiles } from './secret-files.js'
import { ALIASES, IGNORED, misspelledSettings } from './settings.js'
import { dashboardSignIn, type DashboardSignInConfig } from './dashboard-sign-in.js'
import { deriveMode, isSandboxKey, type Mode } from './mode.js'
import { readIssuers, type Issuer } from './issuers.js'
import { readIntegrationsConfig, validateIntegrations, type IntegrationsConfig } from './integrations.js'
import { withTrailingSlash } from './values.js'
import { pagesFolder } from './pages-folder.js'
import { payPalConfig, validatePayPalConfig } from './paypal.js'

/** Configuration of the process, validated once at start. No other module reads `process.env`. */
export interface Config extends IntegrationsConfig {
  readonly mode: Mode
  /** `all` in one process; `api` serves, `worker` does the background work, on one shared PostgreSQL. */
  readonly role: 'all' | 'api' | 'worker'
  /** Names of the modules of the installation. Null: all. */
  readonly modules: readonly string[] | null
  readonly host: string
  readonly port: number
  /** Port of a worker for health and metrics. Null if disabled. */
  readonly metricsPort: number | null
  /** Seconds after the stop signal for which the process reports "not ready" and still serves. */
  readonly drainSeconds: number
  /** Public URL of this server. Can contain a path prefix, for example `/stacker/`. */
  readonly publicUrl: URL
  /** Address with sessions, from `DATABASE_DIRECT_URL` or `DATABASE_URL`. Null: the embedded server in `dataDir`. */
  readonly databaseUrl: string | null
  /** `DATABASE_URL` if it is a pooler in transaction mode, which general statements use. Null: none. */
  readonly databasePoolerUrl: string | null
  /** Servers of NATS, separated by commas. Null: NOTIFY carries all notifications. */
  readonly natsUrl: string | null
  /** Maximum number of connections to the database. Null: the usual number, or as many as the server allows. */
  readonly databaseConnections: number | null
  /** Days for which the events of accounts are kept. */
  readonly accountEventDays: number
  /** A name in `catalogs/` or a path to a YAML file. */
  readonly catalog: string
  readonly dataDir: string
  /** Folder of the built dashboard that this process serves. Null: it serves none. */
  readonly dashboardFolder: string | null
  /** Folder of the built documentation that this process serves. Null: it serves none. */
  readonly docsFolder: string | null
  /** Sign-in to the dashboard with OpenID Connect. Null: it is not set up. */
  readonly dashboardSignIn: DashboardSignInConfig | null
  /** URL of the dashboard. Return URLs are based on it, and its host is always allowed. */
  readonly appUrl: URL
  readonly returnUrlHosts: readonly string[]
  readonly corsOrigins: readonly string[]
  /** Proxies whose forwarded client addresses are trusted, in addition to those on this machine. */
  readonly trustedProxies: readonly string[]
  /** Origin of the page that embeds the community plugin, for catalogs with `return_urls: iframe`. */
  readonly parentAppUrl: URL | null
  /** Passphrases for secrets that must be read again; the first seals, all open. Null: generated into `dataDir` (never in live mode). */
  readonly secretsKeys: readonly string[]
  readonly stripe: StripeConfig | null
  readonly paypal: PayPalConfig | null
  /** Files that are read again while the server runs: a rotation needs no restart. */
  readonly secretFiles: { readonly secretsKey: string | null; readonly stripeWebhookSecret: string | null }
  /** `smtp://` or `smtps://` with credentials; null: mail is written into files of the data folder. */
  readonly smtpUrl: URL | null
  /** The sender of our mail. */
  readonly mailFrom: string
  readonly issuers: readonly Issuer[]
  /** `clock`: where the business clock of a new sandbox begins, as an ISO time; null: now. */
  readonly sandbox: { port: number; token: string | null; clock: string | null; start: boolean }
  /** Manifests of documents that clients can request by ID, and whether all other documents are rejected. */
  readonly trustedDocuments: { readonly manifests: readonly string[]; readonly only: boolean }
  /** Addresses that are not public and may be dialled all the same: host names, addresses, ranges. */
  readonly privateTargets: readonly string[]
  /** Requests per minute that each process accepts: per user, service key, anonymous address and agent. */
  readonly requestRates: {
    readonly user: number
    readonly service: number
    readonly anonymous: number
    readonly agent: number
  }
  /** Where traces go, by OTLP over HTTP; null: nowhere, and nothing is traced. */
  readonly otlpEndpoint: URL | null
  readonly logLevel: string
  /** Things worth a line at start that do not stop it. */
  readonly warnings: readonly string[]
  /** Variables of the environment, in which the installed modules find their settings. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface StripeConfig {
  readonly secretKey: string
  readonly publishableKey: string | null
  /** More than one during a rotation; any of them verifies. */
  readonly webhookSecrets: readonly string[]
  /** URL of a replacement for Stripe. Used only in sandbox and test mode. */
  readonly apiUrl: URL | null
}

export interface PayPalConfig {
  readonly clientId: string
  readonly clientSecret: string
  /** The id that PayPal gave our webhook: a signature holds for it alone. */
  readonly webhookId: string
  /** URL of the API, without a trailing slash; can have a path. A replacement only in sandbox and test mode. */
  readonly apiUrl: string
  /** Root certificate (PEM) for webhooks of a PayPal replacement. Null: the public roots. */
  readonly rootCertificate: string | null
}

/** Reads and validates the environment. All wrong or missing values are reported together. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const warnings = misspelledSettings(Object.keys(env))
  const named = { ...env }
  for (const [alias, name] of Object.entries(ALIASES)) if (env[alias] && !env[name]) named[name] = env[alias]
  readSecretFiles(named)
  for (const [name, text] of Object.entries(IGNORED)) if (env[name]) warnings.push(text)

  const parsed = environment.safeParse(named)
  if (!parsed.success) refuse(parsed.error.issues.map((issue) => `${issue.path[0]?.toString()}: ${issue.message}`))
  const values = parsed.data
  const { mode, problems } = deriveMode(values)
  const host = values.HOST ?? '127.0.0.1'
  const listenPort = values.PORT ?? 4000
  const publicUrl = withTrailingSlash(
    values.PUBLIC_URL ?? new URL(`http://${host.includes(':') ? `[${host}]` : host}:${listenPort}/`),
  )
  const appUrl = values.APP_URL ?? publicUrl
  const config: Config = {
    mode,
    role: values.ROLE ?? 'all',
    modules: values.MODULES ?? null,
    host,
    port: listenPort,
    metricsPort: values.METRICS_PORT ?? null,
    // A sandbox has no load balancer, and a worker serves only probes.
    drainSeconds: values.DRAIN_SECONDS ?? (mode === 'sandbox' || values.ROLE === 'worker' ? 0 : 5),
    publicUrl,
    databaseUrl: values.DATABASE_DIRECT_URL ?? values.DATABASE_URL ?? null,
    databasePoolerUrl: values.DATABASE_DIRECT_URL ? (values.DATABASE_URL ?? null) : null,
    natsUrl: values.NATS_URL ?? null,
    databaseConnections: values.DATABASE_CONNECTIONS ?? null,
    accountEventDays: values.ACCOUNT_EVENT_DAYS ?? 400,
    catalog: values.CATALOG ?? 'try-direct',
    dataDir: resolve(values.DATA_DIR ?? '.stackgate'),
    dashboardFolder: pagesFolder('DASHBOARD', values.DASHBOARD, 'dashboard/dist', problems),
    docsFolder: pagesFolder('DOCS', values.DOCS, 'docs/.vitepress/dist', problems),
    dashboardSignIn: dashboardSignIn(values, problems),
    appUrl,
    returnUrlHosts: [appUrl.host, ...(values.RETURN_URL_HOSTS ?? [])],
    corsOrigins: values.CORS_ORIGINS ?? [appUrl.origin],
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    parentAppUrl: values.PARENT_APP_URL ?? null,
    secretsKeys: values.SECRETS_KEY ?? [],
    stripe: stripeConfig(values, mode),
    paypal: payPalConfig(values, mode, problems),
    secretFiles: {
      secretsKey: env['SECRETS_KEY_FILE'] || null,
      // Without a key the server starts the sandbox and makes the secret itself.
      stripeWebhookSecret: values.STRIPE_SECRET_KEY ? env['STRIPE_WEBHOOK_SECRET_FILE'] || null : null,
    },
    smtpUrl: values.SMTP_URL ?? null,
    mailFrom: values.MAIL_FROM ?? `billing@${appUrl.hostname}`,
    issuers: readIssuers(values, env, problems),
    sandbox: {
      port: values.SANDBOX_PORT ?? 4010,
      token: values.SANDBOX_TOKEN ?? null,
      clock: values.SANDBOX_CLOCK ?? null,
      start: mode === 'sandbox' && !values.STRIPE_SECRET_KEY && sells(values),
    },
    trustedDocuments: {
      manifests: values.TRUSTED_DOCUMENTS ?? [],
      only: values.TRUSTED_DOCUMENTS_ONLY === 'true',
    },
    privateTargets: values.ALLOWED_PRIVATE_HOSTS ?? [],
    requestRates: {
      user: values.RATE_LIMIT_USER ?? 12_000,
      service: values.RATE_LIMIT_SERVICE ?? 1_200_000,
      anonymous: values.RATE_LIMIT_ANONYMOUS ?? 30_000,
      agent: values.RATE_LIMIT_AGENT ?? 6_000,
    },
    otlpEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    ...readIntegrationsConfig(values),
    // The sandbox runs in a terminal; its log should not hide the output.
    logLevel: values.LOG_LEVEL ?? (mode === 'sandbox' ? 'warn' : 'info'),
    warnings,
    environment: named,
  }
  problems.push(...whatModeForbids(config, values, warnings))
  if (problems.length) refuse(problems)
  return config
}

function stripeConfig(values: Values, mode: Mode): StripeConfig | null {
  if (!values.STRIPE_SECRET_KEY) return null
  const standIn = mode === 'sandbox' ? new URL(`http://127.0.0.1:${values.SANDBOX_PORT ?? 4010}`) : null
  return {
    secretKey: values.STRIPE_SECRET_KEY,
    publishableKey: values.STRIPE_PUBLISHABLE_KEY ?? null,
    webhookSecrets: values.STRIPE_WEBHOOK_SECRET ?? [],
    apiUrl: values.STRIPE_API_URL ?? standIn,
  }
}

/** Problems of settings that a mode requires or forbids. Adds doubtful settings to the warnings. */
function whatModeForbids(config: Config, values: Values, warnings: string[]): string[] {
  const problems: string[] = []
  if (values.STRIPE_SECRET_KEY && !values.STRIPE_WEBHOOK_SECRET)
    problems.push('STRIPE_WEBHOOK_SECRET: missing; webhooks cannot be verified without it')
  if (!values.STRIPE_SECRET_KEY && values.STRIPE_WEBHOOK_SECRET)
    warnings.push('STRIPE_WEBHOOK_SECRET is ignored: it is used only with STRIPE_SECRET_KEY')
  const { only, manifests } = config.trustedDocuments
  if (only && manifests.length === 0 && config.dashboardFolder === null)
    problems.push('TRUSTED_DOCUMENTS: missing; TRUSTED_DOCUMENTS_ONLY requires a manifest or the dashboard')
  problems.push(...validateSelling(values, config))
  if (config.mode === 'test' && isSandboxKey(values.STRIPE_SECRET_KEY) && !values.STRIPE_API_URL)
    problems.push('STRIPE_API_URL: missing; a sandbox key in test mode requires the URL of npm run sandbox')
  problems.push(...validatePayPalConfig(values, config.mode))
  problems.push(...validateIntegrations(values, warnings))
  if (config.mode === 'live') {
    if (values.STRIPE_API_URL) problems.push('STRIPE_API_URL: not allowed in live mode')
    if (config.issuers.length === 0 && !values.USER_SERVICE_URL)
      problems.push('AUTH_JWKS_URL: missing; live mode requires the key set of user tokens, or AUTH_ISSUERS')
    if (!values.SECRETS_KEY) problems.push('SECRETS_KEY: missing; live mode requires a separate key to seal secrets')
    if (!values.DATABASE_URL)
      warnings.push('DATABASE_URL is not set: live data is stored in the embedded PostgreSQL in DATA_DIR')
  }
  if (config.mode === 'test' && config.issuers.length === 0 && !values.USER_SERVICE_URL)
    warnings.push('AUTH_JWKS_URL is not set: no user can sign in (local tokens exist in sandbox mode only)')
  if (values.DATABASE_DIRECT_URL && !values.DATABASE_URL)
    problems.push('DATABASE_DIRECT_URL: DATABASE_URL is missing; it is the address of the pooler')
  if (config.role !== 'all' && !config.databaseUrl)
    problems.push(`DATABASE_URL: missing; ROLE=${config.role} shares a database with other processes`)
  if (config.role !== 'all' && config.sandbox.start)
    problems.push(
      `STRIPE_SECRET_KEY: missing; with ROLE=${config.role} the processes share one sandbox: start it with npm run sandbox, and give each process STRIPE_SECRET_KEY=sk_test_…, STRIPE_API_URL, STRIPE_WEBHOOK_SECRET and SANDBOX_TOKEN`,
    )
  return problems
}

/** False if the installation has no module that takes payments. */
const sells = ({ MODULES }: Values): boolean => MODULES === undefined || MODULES.includes('billing')

/** Only a sandbox brings its own providers; anybody else must have said whom to sell by. */
function validateSelling(values: Values, { mode }: Config): string[] {
  const problems: string[] = []
  if (mode !== 'sandbox' && !values.STRIPE_SECRET_KEY && !values.PAYPAL_CLIENT_ID && sells(values))
    problems.push(
      `STRIPE_SECRET_KEY: missing; ${mode} mode needs a ${mode} key of Stripe, or of PayPal: PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET, PAYPAL_WEBHOOK_ID. Without sales, set MODULES=core`,
    )
  return problems
}

function refuse(problems: readonly string[]): never {
  throw unusable(problems)
}

/** The error that names all problems of the configuration. */
export const unusable = (problems: readonly string[]): AppError =>
  new AppError(
    'CONFIGURATION',
    `the configuration is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
  )
