import 'reflect-metadata'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { startSandbox, type Sandbox } from '@stackgate/sandbox/sandbox.js'
import { createApp, type App } from '#app.js'
import type { AppOptions } from '#wiring/app-options.js'
import type { Role } from '#services/identity/model/caller.js'
import { LOCAL_AUDIENCE, LOCAL_ISSUER, localKeySet, signLocalToken } from '#services/identity/tokens/local-tokens.js'
import { createServiceKey } from '#services/identity/tokens/service-keys.js'
import { localTokenVerifier } from '#services/identity/tokens/token-verifier.js'
import { readConfig } from '#services/kernel/config/config.js'
import { createLogger } from '#services/kernel/logger/logger.js'
import { createSandboxClock } from '#services/ops/advance-clock/sandbox-clock.js'
import { CERTIFICATES_DIR, payPalEnv, PAYPAL_WEBHOOK_ID } from './paypal.js'
import type { Balancer } from './balancer.js'
import { catalogTemplate } from './catalog-template.js'
import { freePort } from './free-port.js'
import { patientNow } from './patience.js'
import { startMultiProcessServer } from './multi-process-server.js'
import { cloneDatabase } from './test-database.js'
import { compareTraffic } from './api-traffic.js'
import { readPayloads, type Outcomes } from './read-payloads.js'
import { isRepeating, repeatMutation } from './repeat-mutation.js'
import { unexpectedEventData } from './unexpected-event-data.js'
import { expectNoViolations } from './schema-violations.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

export const SANDBOX_TOKEN = 'sandbox-token-of-the-tests'
const WEBHOOK_SECRET = 'whsec_of_the_tests'
const SECRETS_KEY = 'a secrets key of the tests'

export interface TestServerOptions {
  /** Start of the business clock. */
  readonly start?: string
  readonly env?: Record<string, string>
  /** True: the server makes its tables itself. */
  readonly isEmpty?: boolean
  readonly app?: Partial<AppOptions>
  /** Another way to the database, as through a proxy that can be cut. */
  readonly databaseThrough?: (url: string) => string
  /** Address of a pooler in transaction mode before the database, for the general connections. */
  readonly poolerThrough?: (url: string) => Promise<string>
  /** Another way to the providers, as through a gateway that changes responses. */
  readonly stripeThrough?: (url: string) => string
  readonly payPalThrough?: (url: string) => string
}

/** Result of a GraphQL operation over HTTP. */
export interface GraphQLResult<Data> {
  readonly status: number
  readonly data: Data
  readonly errors?: {
    message: string
    path?: (string | number)[]
    extensions: { code: string } & Record<string, unknown>
  }[]
}

/** Set to 2, every test server is two API processes and a worker behind a proxy, and the first is killed after some requests. */
const SERVERS = 'STACKGATE_SERVERS'
const KILL_AFTER = 'STACKGATE_KILL_AFTER'

/** A shorter time of a server is a pause between attempts, a longer one the limit of an operation. */
const OPERATION_MS = 60_000

/** Timers of the test servers: the limit of an operation grows with the load of the machine. */
const timers: typeof systemTimers = {
  ...systemTimers,
  setTimeout: (callback, milliseconds) =>
    milliseconds < OPERATION_MS ? systemTimers.setTimeout(callback, milliseconds) : setTimeout(callback, milliseconds),
}

/** Complete Stackgate on free ports: real HTTP, real PostgreSQL and the sandbox. */
export interface TestServer {
  readonly app: App
  readonly url: string
  readonly sandbox: Sandbox
  readonly dataDir: string
  readonly databaseUrl: string
  /** Log lines of the server, one JSON object each. */
  readonly logLines: string[]
  readonly webhookSecret: string
  /** Folder in which mail is written without a mail server. */
  readonly mailDir: string
  /** Distribution of the requests in multi-process mode, otherwise null. */
  readonly balancer: Balancer | null
  /** Health endpoint of the worker in multi-process mode, otherwise null. */
  readonly workerUrl: string | null
  token(
    email: string,
    options?: {
      roles?: Role[]
      communityId?: string
      communityRole?: 'admin' | 'member'
      expiresInSeconds?: number
      emailVerified?: boolean
    },
  ): Promise<string>
  serviceKey(scopes: string[], accountId?: string | null): Promise<string>
  graphql<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    token?: string | null,
  ): Promise<GraphQLResult<Outcomes<Data>>>
  graphql<Data = Record<string, never>>(
    query: string,
    variables?: Record<string, unknown>,
    token?: string | null,
  ): Promise<GraphQLResult<Data>>
  rest(
    method: string,
    path: string,
    options?: { token?: string | null; body?: unknown; headers?: Record<string, string> },
  ): Promise<{ status: number; headers: Headers; body: never }>
  /** The sandbox's control interface. */
  sandboxControl<Result>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Result>
  /** Moves the business clock of product and sandbox together. */
  advanceTo(moment: string): Promise<void>
  query<Row>(sql: string, values?: unknown[]): Promise<Row[]>
  /**
   * Stops the server, does something, and starts a server again: on the same port, with the same database, and with other variables of the
   * environment if they are given. Not in multi-process mode.
   */
  whileStopped(work: () => Promise<void>, env?: Readonly<Record<string, string>>): Promise<void>
  close(): Promise<void>
}

/** True if the server would load the default catalog and push it to both providers: a copy of the result is its start. */
const startsWithCatalog = ({ env = {}, stripeThrough, payPalThrough }: TestServerOptions): boolean =>
  !stripeThrough &&
  !payPalThrough &&
  !Object.keys(env).some((name) => /^(?:CATALOG|MODE|STRIPE_|PAYPAL_|USER_SERVICE_OWNS_)/.test(name))

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const template = startsWithCatalog(options) && !options.isEmpty ? await catalogTemplate() : null
  const database = await cloneDatabase(options.isEmpty ? 'template0' : template?.database)
  const dataDir = mkdtempSync(join(tmpdir(), 'stackgate-test-'))
  const port = await freePort()
  const logLines: string[] = []
  const differences: string[] = []
  let app: App | null = null
  const sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    ...(template ? { initialState: template.sandboxState } : {}),
    token: SANDBOX_TOKEN,
    clock: new Date(options.start ?? '2026-01-15T10:00:00Z'),
    checked: true,
    webhook: { url: `http://127.0.0.1:${port}/webhooks/stripe`, secret: WEBHOOK_SECRET },
    payPalWebhook: { url: `http://127.0.0.1:${port}/webhooks/paypal`, id: PAYPAL_WEBHOOK_ID },
    certificatesDir: CERTIFICATES_DIR,
    onClock: (now) => void app?.followClock(now),
    // The console of this file, which is silent in a run.
    report: (text) => console.error(text),
  })
  const isSplit = process.env[SERVERS] === '2'
  const env = {
    STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    STRIPE_API_URL: options.stripeThrough?.(sandbox.url) ?? sandbox.url,
    ...payPalEnv(options.payPalThrough?.(sandbox.url) ?? sandbox.url),
    LOG_LEVEL: 'info',
    ...options.env,
  }
  const databaseUrl = options.databaseThrough?.(database.url) ?? database.url
  const poolerUrl = await options.poolerThrough?.(databaseUrl)
  const configWith = (more: Readonly<Record<string, string>> = {}) =>
    readConfig({
      PORT: String(port),
      DATA_DIR: dataDir,
      // Built pages of this folder would change the routes.
      DASHBOARD: 'off',
      DOCS: 'off',
      // Split, the one in this process only lets tests look inside: it listens nowhere, and does no background work.
      ...(isSplit ? { ROLE: 'api', DATABASE_URL: databaseUrl } : {}),
      ...(poolerUrl ? { DATABASE_URL: poolerUrl, DATABASE_DIRECT_URL: databaseUrl } : {}),
      ...env,
      ...more,
    })
  const createServer = async (config = configWith()) =>
    createApp({
      checkResponses: true,
      watchRest: (rest, load) => compareTraffic(rest, () => apiSchemas.sharedApi(load), differences),
      config,
      databaseUrl,
      log: createLogger(config.logLevel, { write: (line) => void logLines.push(line) }),
      verifyToken: localTokenVerifier(await localKeySet(dataDir), {
        issuer: LOCAL_ISSUER,
        audience: LOCAL_AUDIENCE,
        timers: systemTimers,
      }),
      secretsKeys: [SECRETS_KEY],
      sandboxClock: createSandboxClock(new URL(sandbox.url), SANDBOX_TOKEN, systemTimers),
      poolSize: 10,
      timers,
      ...options.app,
    })
  app = await createServer()
  const split = isSplit
    ? await startMultiProcessServer({
        port,
        databaseUrl,
        dataDir,
        env: { ...env, SECRETS_KEY, SANDBOX_TOKEN },
        logLines,
        killAfter: Number(process.env[KILL_AFTER] ?? 12),
      })
    : null
  const { url } = split ?? (await app.listen())
  let running = app

  const server: TestServer = {
    get app() {
      return running
    },
    url,
    sandbox,
    dataDir,
    databaseUrl: database.url,
    logLines,
    webhookSecret: WEBHOOK_SECRET,
    mailDir: join(dataDir, isSplit ? 'worker/mail' : 'mail'),
    balancer: split?.balancer ?? null,
    workerUrl: split?.workerUrl ?? null,
    token: (email, request = {}) =>
      signLocalToken(systemTimers, dataDir, { email, roles: request.roles ?? ['user'], ...request }),
    serviceKey: (scopes, accountId = null) =>
      createServiceKey(running.context.database, 'sandbox', { name: 'test', scopes, accountId }),
    async graphql<Data>(
      document: string | TypedDocumentNode<Data, object>,
      variables?: object,
      token?: string | null,
    ): Promise<GraphQLResult<Data>> {
      const query = typeof document === 'string' ? document : document.loc!.source.body
      const send = async () => {
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
          body: JSON.stringify({ query, variables }),
        })
        return { status: response.status, ...((await response.json()) as Omit<GraphQLResult<Data>, 'status'>) }
      }
      const answer = await send()
      reportInternal(answer.errors, logLines)
      const difference = isRepeating ? await repeatMutation(query, answer, send) : null
      if (difference) differences.push(difference)
      return { ...answer, data: readPayloads(query, answer.data, typeof document !== 'string') as Data }
    },
    async rest(method, path, request = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(request.token ? { authorization: `Bearer ${request.token}` } : {}),
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...request.headers,
        },
        ...(request.body === undefined
          ? {}
          : { body: typeof request.body === 'string' ? request.body : JSON.stringify(request.body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.includes('json')
      return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as never }
    },
    async sandboxControl<Result>(method: string, path: string, body?: unknown): Promise<Result> {
      const response = await fetch(`${sandbox.url}/_sandbox/api/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${SANDBOX_TOKEN}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as Result
    },
    async advanceTo(moment) {
      const admin = await server.token('clock@example.com', { roles: ['admin'] })
      const { errors } = await server.graphql(
        `mutation ($to: DateTime!) { advanceClock(input: { to: $to }) { clock { now } } }`,
        { to: moment },
        admin,
      )
      if (errors) throw new Error(JSON.stringify(errors))
    },
    query: async (sql, values) => (await running.context.database.pool.query(sql, values)).rows,
    async whileStopped(work, more) {
      app = null
      await running.close()
      try {
        await work()
      } finally {
        running = await createServer(configWith(more))
        app = running
        await running.listen()
      }
    },
    async close() {
      await split?.close()
      await running.close()
      await sandbox.close()
      const unexpected = await unexpectedEventData(database.url, running.context.declared.events)
      await database.drop()
      rmSync(dataDir, { recursive: true, force: true })
      expectNoViolations(sandbox)
      expect(differences).toEqual([])
      expect(unexpected).toEqual([])
    },
  }
  return server
}

/** Writes the log of internal errors into the output of the test: without it, an error that occurs rarely has no cause. */
function reportInternal(errors: GraphQLResult<unknown>['errors'], logLines: readonly string[]): void {
  for (const { extensions } of errors ?? []) {
    if (extensions?.code !== 'INTERNAL') continue
    const lines = logLines.filter((line) => line.includes(String(extensions['requestId'])))
    process.stderr.write(`INTERNAL: ${lines.join('\n')}\n`)
  }
}

/** Ends a wait for what never comes. It is no measure of speed: the machine may be slow and busy. */
export const GIVE_UP_MS = 120_000

/** The first wait between two looks, and the longest. Short waits find a quick change early; long ones leave the processor to the work. */
const FIRST_PAUSE_MS = 10
const MAX_PAUSE_MS = 80

/** Waits until something is true; throws with the last value when it has not changed for `GIVE_UP_MS` of patient time, or longer. */
export async function eventually<Value>(
  look: () => Promise<Value> | Value,
  until: (value: Value) => boolean,
  timeoutMs = 5000,
): Promise<Value> {
  const limitMs = Math.max(timeoutMs, GIVE_UP_MS)
  let [deadline, seen] = [patientNow() + limitMs, '']
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.3, MAX_PAUSE_MS)) {
    const value = await look()
    if (until(value)) return value
    const text = textOf(value)
    if (text !== seen) [deadline, seen] = [patientNow() + limitMs, text]
    if (patientNow() > deadline) throw new Error(`still not so after ${limitMs} ms: ${text}`)
    await new Promise((wake) => setTimeout(wake, pause))
  }
}

/** A value that is no JSON is one that never changes. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return String(value)
  }
}

export { freePort } from './free-port.js'
