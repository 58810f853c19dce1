import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startStackgate, type StackgateServer } from '../harness/stackgate-server.js'
import { startPeer } from '../harness/peer-server.js'
import { benchFolder, freePort, projectFolder } from '../harness/project.js'
import { startProcess } from '../harness/started-processes.js'

/** The product split over processes, so that receiving and working can be measured apart: one database, one sandbox. */
export interface MultiProcessServer {
  readonly databaseUrl: string
  readonly database: pg.Pool
  readonly sandboxUrl: string
  readonly webhookSecret: string
  readonly paypal: PayPalSigner
  /** Name of the process, if a role is started twice. */
  startRole(role: 'api' | 'all', name?: string): Promise<StackgateServer>
  close(): Promise<void>
}

/** Signs events as PayPal does. */
export interface PayPalSigner {
  readonly webhookId: string
  readonly certificateUrl: string
  /** As PEM. */
  readonly certificate: string
  readonly key: string
}

const WEBHOOK_SECRET = 'whsec_of_the_benchmark'
const PAYPAL_WEBHOOK_ID = 'WEBHOOKOFTHEBENCH'

export async function startMultiProcessServer(
  name: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<MultiProcessServer> {
  const folder = join(benchFolder, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  // Stopped with the other processes of the benchmark, also after an error or a signal.
  const postgres = await startPeer('harness/own-postgres.js', `${name}-postgres`, { DATA_DIR: folder })
  const sandboxPort = await freePort()
  const token = 'the control token of the benchmark'
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`
  startProcess('npm', ['run', 'sandbox'], {
    cwd: projectFolder,
    env: { SANDBOX_PORT: String(sandboxPort), DATA_DIR: folder, SANDBOX_TOKEN: token },
    logFile: join(folder, 'sandbox.log'),
  })
  await answering(`${sandboxUrl}/_sandbox/api/clock`, { authorization: `Bearer ${token}` })
  const environment = {
    ...settings,
    DATABASE_URL: postgres.url,
    STRIPE_SECRET_KEY: 'sk_test_sandbox_benchmark',
    STRIPE_API_URL: sandboxUrl,
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    SANDBOX_TOKEN: token,
    // Processes of one database share their key.
    SECRETS_KEY: 'a secrets key of the benchmarks',
    PAYPAL_CLIENT_ID: 'sandbox-client-benchmark',
    PAYPAL_CLIENT_SECRET: 'sandbox-secret-benchmark',
    PAYPAL_WEBHOOK_ID,
    PAYPAL_API_URL: `${sandboxUrl}/paypal`,
    PAYPAL_ROOT_CERTIFICATE: join(folder, 'paypal-root.pem'),
  }
  const database = new pg.Pool({ connectionString: postgres.url, max: 4 })
  return {
    databaseUrl: postgres.url,
    database,
    sandboxUrl,
    webhookSecret: WEBHOOK_SECRET,
    paypal: await readSigner(folder, sandboxUrl, token),
    startRole: (role, own = role) => startStackgate(join(folder, own), { ...environment, ROLE: role }),
    close: () => database.end(),
  }
}

/** The chain that the sandbox made for itself: its leaf's key signs. */
async function readSigner(folder: string, sandboxUrl: string, token: string): Promise<PayPalSigner> {
  const chain = JSON.parse(readFileSync(join(folder, 'paypal-certificates.json'), 'utf8')) as {
    leaf: string
    leafKey: string
  }
  const published = await fetch(`${sandboxUrl}/_sandbox/api/paypal`, { headers: { authorization: `Bearer ${token}` } })
  const { certificateUrl } = (await published.json()) as { certificateUrl: string }
  return { webhookId: PAYPAL_WEBHOOK_ID, certificateUrl, certificate: chain.leaf, key: chain.leafKey }
}

async function answering(url: string, headers: Record<string, string>): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const answer = await fetch(url, { headers }).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((wake) => setTimeout(wake, 20))
  }
  throw new Error(`${url} did not come to answer`)
}
