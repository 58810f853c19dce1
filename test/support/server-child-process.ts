import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { TestServer } from './test-server.js'
import { payPalEnv } from './paypal.js'
import { childEnvironment } from './child-environment.js'
import { patientNow } from './patience.js'

/** A Stackgate in a separate process, which can be killed, on the same database as the test server. */
export interface ServerChildProcess {
  readonly url: string
  readonly process: ChildProcess
  /** As kill -9 does it. */
  kill(): Promise<void>
}

/** Ends a start that hangs; no measure of speed. */
const START_MS = 150_000

/** Starts the built server on a free port, or on the port of a killed one. */
export async function startServerChildProcess(
  server: TestServer,
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerChildProcess> {
  const child = spawn(process.execPath, [join(process.cwd(), 'dist/src/main.js')], {
    env: {
      ...childEnvironment,
      PORT: String(port),
      ROLE: 'all',
      DATA_DIR: join(server.dataDir, 'child'),
      DATABASE_URL: server.databaseUrl,
      SECRETS_KEY: 'a secrets key of the tests',
      STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
      STRIPE_WEBHOOK_SECRET: server.webhookSecret,
      STRIPE_API_URL: server.sandbox.url,
      ...payPalEnv(server.sandbox.url),
      LOG_LEVEL: 'error',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  const url = `http://127.0.0.1:${port}`
  for (const deadline = patientNow() + START_MS; ;) {
    const ready = await fetch(`${url}/health/ready`).catch(() => null)
    if (ready?.status === 200) break
    if (child.exitCode !== null || patientNow() > deadline) throw new Error(`the server did not start: ${said}`)
    await new Promise((wake) => setTimeout(wake, 50))
  }
  return {
    url,
    process: child,
    kill: () =>
      new Promise((ended) => {
        child.once('exit', () => ended())
        child.kill('SIGKILL')
      }),
  }
}
