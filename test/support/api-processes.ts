import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.js'
import { startProcess, type ServerProcess } from './server-process.js'
import type { TestServer } from './test-server.js'
import { payPalEnv } from './paypal.js'

/** An API process on the database of a test server, which does the background work. It can be replaced. */
export interface ApiProcess {
  readonly port: number
  readonly url: string
  readonly pid: number
  readonly logLines: readonly string[]
  /** As kill -9 does it. */
  kill(): Promise<void>
  /** As an operator stops it. */
  stop(): Promise<void>
  /** Starts it again on the same port, with the code of another folder if one is given. */
  start(root?: string): Promise<void>
}

export const startApiProcesses = (
  server: TestServer,
  count: number,
  env: Readonly<Record<string, string>> = {},
  root?: string,
): Promise<ApiProcess[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => startApiProcess(server, `api-${index + 1}`, env, root)))

export async function startApiProcess(
  server: TestServer,
  name: string,
  env: Readonly<Record<string, string>> = {},
  firstRoot?: string,
): Promise<ApiProcess> {
  const folder = join(server.dataDir, name)
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(server.dataDir, 'token-key.json'), join(folder, 'token-key.json'))
  const port = await freePort()
  const logLines: string[] = []
  const settings = {
    PORT: String(port),
    ROLE: 'api',
    DATA_DIR: folder,
    DATABASE_URL: server.databaseUrl,
    SECRETS_KEY: 'a secrets key of the tests',
    STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
    STRIPE_WEBHOOK_SECRET: server.webhookSecret,
    STRIPE_API_URL: server.sandbox.url,
    SANDBOX_TOKEN: 'sandbox-token-of-the-tests',
    ...payPalEnv(server.sandbox.url),
    DATABASE_CONNECTIONS: '10',
    LOG_LEVEL: 'info',
    ...env,
  }
  let running: ServerProcess
  const start = async (root?: string): Promise<void> => {
    running = await startProcess(settings, (line) => void logLines.push(line), root === undefined ? {} : { root })
  }
  await start(firstRoot)
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return running.pid
    },
    logLines,
    kill: () => running.kill(),
    stop: () => running.stop(),
    start,
  }
}
