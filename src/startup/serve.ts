import 'reflect-metadata'
import { createServer } from 'node:net'
import type { App } from '../app.js'
import { installedModules } from '../modules/installed-modules.js'
import { readCatalogFile } from '../services/catalog/load/read-catalog-file.js'
import { CatalogFileError } from '../services/catalog/definition/catalog-file-error.js'
import type { SandboxControl } from '../edge/dashboard/sandbox-control.js'
import type { SignSandboxToken } from '../edge/dashboard/sandbox-session.js'
import type { Role } from '../services/identity/model/caller.js'
import { signLocalToken, TRY_OUT_USER } from '../services/identity/tokens/local-tokens.js'
import { readConfig, type Config } from '../services/kernel/config/config.js'
import { LOOPBACK_HOSTS } from '../services/kernel/config/values.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import {
  deleteEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../services/kernel/embedded-postgres/start-embedded-postgres.js'
import { isPassing } from '../services/kernel/errors/connection-failure.js'
import { requireUsablePooler, requireUsableServer } from '../services/kernel/database/usable-server.js'
import { createLogger } from '../services/kernel/logger/logger.js'
import { systemTimers } from '../services/kernel/time/system-timers.js'
import type { SandboxClock } from '../services/ops/advance-clock/sandbox-clock.js'
import { collectAfterStart } from './collect-after-start.js'
import { readSecret, getOrCreateSecret, lockDataFolder, recordRunningServer } from './data-folder.js'
import type { SandboxProcess } from './sandbox-process.js'
import { checkWritable } from './data-folder-access.js'
import { tokenVerifier } from './token-verifier.js'
import { watchSecretFiles } from './watch-secret-files.js'
import { loadSecretsKeys } from './secret-keys.js'
import { startupBanner } from './startup-banner.js'
import { onStopSignal } from './signals.js'

const say = (line: string) => process.stderr.write(`stackgate: ${line}\n`)

/** Things that were started, stopped in the reverse order. */
const stops: { what: string; stop: () => Promise<void> | void }[] = []
let stopping: Promise<void> | null = null

async function stopAll(): Promise<void> {
  for (const { what, stop } of stops.toReversed())
    await Promise.resolve(stop()).catch((error: unknown) =>
      say(`${what} did not stop cleanly: ${(error as Error).message}`),
    )
}

export interface ServeOptions {
  /** Forgets the embedded database and the sandbox first. */
  readonly fresh: boolean
}

/** Starts the server with everything that belongs to it. Ends the process if it cannot start. */
export async function serve(env: NodeJS.ProcessEnv, options: ServeOptions): Promise<void> {
  try {
    await start(env, options)
  } catch (error) {
    if (stopping) return
    say(explain(error))
    await stopAll()
    process.exit(1)
  }
}

async function start(env: NodeJS.ProcessEnv, { fresh }: ServeOptions): Promise<void> {
  // A reader of the welcome text can close the pipe; the server continues.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  const config = readConfig(env)
  for (const warning of config.warnings) say(`warning: ${warning}`)
  const log = createLogger(config.logLevel)
  // One that was overlooked must not end the process.
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'rejection without a handler'))
  onStopSignal(() => {
    stopping ??= stopAll().then(() => process.exit(0))
  })

  if (config.otlpEndpoint) {
    const { startTracing } = await import('../services/kernel/tracing/start-tracing.js')
    const tracing = startTracing(
      config.otlpEndpoint,
      { 'stackgate.mode': config.mode, 'stackgate.role': config.role },
      systemTimers,
    )
    stops.push({ what: 'traces', stop: () => tracing.stop() })
  }
  stops.push({ what: 'data folder', stop: lockDataFolder(config.dataDir) })
  if (fresh) await deleteData(config)
  // Before anything is started: a wrong file would stop it all again.
  readCatalogFile(config.catalog)
  if (config.modules) await installedModules(config.modules)
  await refuseBusyPort(config)
  const database = await openDatabaseServer(config)
  // Most modules are loaded while the sandbox starts.
  const [sandbox, { createApp }] = await both(openSandbox(config), import('../app.js'))
  const ready: Config = sandbox
    ? { ...config, stripe: sandbox.stripe, paypal: config.paypal ?? sandbox.paypal }
    : config
  const app = await createApp({
    config: ready,
    databaseUrl: database.url,
    log,
    verifyToken: await tokenVerifier(ready),
    secretsKeys: keysOf(ready),
    sandboxClock: await sandboxClock(ready, sandbox),
    ...(hasSandboxSignIn(ready) ? { signSandboxToken: signerOf(ready) } : {}),
    ...(sandbox ? { sandboxControl: await sandboxControl(sandbox) } : {}),
    isSandboxUp: sandbox && (() => sandbox.isUp()),
  })
  stops.push({ what: 'server', stop: () => app.close() })
  sandbox?.onClock(
    (now) =>
      void app
        .followClock(now)
        .catch((error: unknown) => log.error({ err: error }, 'the sandbox clock could not be followed')),
  )
  const followed = watchSecretFiles(ready, log, (next) => app.useSecrets(next))
  stops.push({ what: 'secret files', stop: () => followed.stop() })
  const { url } = await app.listen()
  collectAfterStart(systemTimers)
  const started = sandbox ? { stripe: sandbox.stripe, paypal: ready.paypal ?? sandbox.paypal } : {}
  recordRunningServer(ready.dataDir, { databaseUrl: database.url, mode: ready.mode, url, ...started })
  await welcomeFor(ready, app, sandbox)
}

/** Waits for both, also after a failure, so that everything that was started can be stopped. */
async function both<First, Second>(first: Promise<First>, second: Promise<Second>): Promise<[First, Second]> {
  await Promise.allSettled([first, second])
  return Promise.all([first, second])
}

/** Configured keys. Without any, creates one in the data folder. */
function keysOf(config: Config): readonly string[] {
  if (!config.secretsKeys.length) getOrCreateSecret(config.dataDir, 'secrets-key')
  return loadSecretsKeys(config)
}

async function deleteData(config: Config): Promise<void> {
  if (config.databaseUrl)
    throw new AppError(
      'CONFIGURATION',
      '--fresh deletes only the embedded database; clear the database of DATABASE_URL yourself',
    )
  say('Deleting the database and the sandbox')
  await deleteEmbeddedPostgres(config.dataDir)
  const { deleteSandboxData } = await import('./sandbox-process.js')
  deleteSandboxData(config.dataDir)
}

async function openDatabaseServer(config: Config): Promise<{ url: string }> {
  if (config.databaseUrl) {
    // Fails before anything else is started.
    await requireUsableServer({ url: config.databaseUrl, timers: systemTimers })
    if (config.databasePoolerUrl) await requireUsablePooler({ url: config.databasePoolerUrl, timers: systemTimers })
    return { url: config.databaseUrl }
  }
  say('Starting PostgreSQL')
  return startEmbeddedPostgres({
    dataDir: config.dataDir,
    log: say,
    onLaunch: (stop) => stops.push({ what: 'PostgreSQL', stop }),
  })
}

async function openSandbox(config: Config): Promise<SandboxProcess | null> {
  if (!config.sandbox.start) return null
  say('Starting the payment sandbox')
  const { startSandboxProcess } = await import('./sandbox-process.js')
  const sandbox = await startSandboxProcess(config, (problem) => say(problem))
  stops.push({ what: 'sandbox', stop: () => sandbox.stop() })
  return sandbox
}

/** In sandbox mode the clock of the sandbox moves with ours, if we control it. */
async function sandboxClock(config: Config, sandbox: SandboxProcess | null): Promise<SandboxClock | null> {
  const token = sandbox?.token ?? config.sandbox.token ?? readSecret(config.dataDir, 'sandbox-token')
  const url = sandbox?.url ?? (config.mode === 'sandbox' ? config.stripe?.apiUrl : null)
  if (!url || !token) return null
  const { createSandboxClock } = await import('../services/ops/advance-clock/sandbox-clock.js')
  return createSandboxClock(url, token, systemTimers)
}

async function sandboxControl({ url, token }: SandboxProcess): Promise<SandboxControl> {
  const { createSandboxControl } = await import('../services/ops/advance-clock/sandbox-control.js')
  return createSandboxControl(url, token, systemTimers)
}

/** Anybody can sign in to a sandbox as anybody. With an identity provider, only on its own machine. */
const hasSandboxSignIn = ({ mode, issuers, host }: Config): boolean =>
  mode === 'sandbox' && (issuers.length === 0 || LOOPBACK_HOSTS.includes(host))

const signerOf =
  ({ dataDir }: Config): SignSandboxToken =>
  (person) =>
    signLocalToken(systemTimers, dataDir, { ...person, roles: person.roles as readonly Role[] })

async function welcomeFor(config: Config, app: App, sandbox: SandboxProcess | null): Promise<void> {
  const token = hasSandboxSignIn(config) ? await signerOf(config)(TRY_OUT_USER) : null
  process.stdout.write(
    startupBanner({ config, sandboxUrl: sandbox?.url ?? null, token, businessTime: app.context.clock.now() }),
  )
}

/** An error that an operator can fix is printed as a sentence, all others with a stack. */
function explain(error: unknown): string {
  const { code, message, stack } = error as Error & { code?: string }
  if (error instanceof AppError || error instanceof CatalogFileError) return message
  if (code === 'EADDRINUSE') return `${message}: the port is in use; set PORT or SANDBOX_PORT`
  const denial = checkWritable(error, 'the data folder')
  if (denial) return denial
  if (code === '53100')
    return `the disk of the database is full (${message}): free at least 100 MB. A new embedded database can be on another disk: set DATA_DIR.`
  if (code === '42501')
    return `DATABASE_URL: the role may not do what Stackgate needs (${message}): let it own the database or the schema, or grant it that permission`
  if (isPassing(error)) return `DATABASE_URL: the database cannot be used right now (${message}): try again in a moment`
  return stack ?? String(error)
}

/** A host that is not ours to listen on is the setting's fault, not the database's. */
const unlistenable = (error: NodeJS.ErrnoException, host: string): Error =>
  ['ENOTFOUND', 'EADDRNOTAVAIL', 'EAI_AGAIN', 'EACCES'].includes(error.code ?? '')
    ? new AppError('CONFIGURATION', `HOST=${host}: cannot be listened on (${error.message})`)
    : error

/** Said before anything is started: cluster and sandbox would be up for nothing. */
function refuseBusyPort({ role, host, port }: Config): Promise<void> {
  if (role === 'worker') return Promise.resolve()
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => reject(unlistenable(error, host)))
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}
