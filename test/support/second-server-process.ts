import { spawn, type ChildProcess } from 'node:child_process'
import type { TestServer } from './test-server.js'
import { payPalEnv } from './paypal.js'

/** Another server process on a test server's database; it can be killed. */
export interface SecondServer {
  readonly url: string
  readonly child: ChildProcess
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
}

const SERVER = `
  await import('reflect-metadata')
  const load = (path) => import('./dist/src/' + path)
  const [{ createApp }, { readConfig }, { createLogger }] = await Promise.all([
    load('app.js'), load('services/kernel/config/config.js'), load('services/kernel/logger/logger.js')])
  const app = await createApp({
    checkResponses: true,
    config: readConfig(JSON.parse(process.env.CONFIG)), databaseUrl: process.env.DATABASE, log: createLogger('silent'),
    verifyToken: null, secretsKeys: ['a secrets key of the tests'], sandboxClock: null, poolSize: 5 })
  process.stdout.write((await app.listen()).url + '\\n')`

/** `variables` are added to the environment of the process, `env` to its configuration. */
export async function startSecondServer(
  server: TestServer,
  env: Record<string, string>,
  variables: Record<string, string> = {},
): Promise<SecondServer> {
  const config = {
    PORT: '0',
    DATA_DIR: server.dataDir,
    ROLE: 'api',
    DATABASE_URL: server.databaseUrl,
    STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
    STRIPE_WEBHOOK_SECRET: server.webhookSecret,
    STRIPE_API_URL: server.sandbox.url,
    ...payPalEnv(server.sandbox.url),
    ...env,
  }
  const child = spawn(process.execPath, ['--input-type=module', '-e', SERVER], {
    env: {
      ...process.env,
      CONFIG: JSON.stringify(config),
      DATABASE: server.databaseUrl,
      NODE_OPTIONS: '',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4_000)))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()))
    child.once('exit', (code) => reject(new Error(`the second server ended with ${code}: ${said}`)))
  })
  return {
    url: url.replace(/\/$/, ''),
    child,
    kill: () => {
      child.kill('SIGKILL')
      return ended
    },
  }
}
