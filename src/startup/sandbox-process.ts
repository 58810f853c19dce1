import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HANDLED_EVENTS as PAYPAL_EVENTS } from '../services/billing/providers/paypal/webhooks/received-event.js'
import { HANDLED_EVENTS as STRIPE_EVENTS } from '../services/billing/providers/stripe/verify-event.js'
import type { Config, PayPalConfig, StripeConfig } from '../services/kernel/config/config.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { getOrCreateSecret } from './data-folder.js'

/** The payment sandbox as a child process. It ends when we end, however we end. */
export interface SandboxProcess {
  readonly url: URL
  readonly token: string
  /** How to reach it: the same settings that a real account would have. */
  readonly stripe: StripeConfig
  readonly paypal: PayPalConfig
  onClock(listener: (now: Date) => void): void
  /** False once it has ended by itself. */
  isUp(): boolean
  stop(): Promise<void>
}

const STOP_MS = 5_000

export async function startSandboxProcess(
  config: Config,
  onProblem: (problem: string) => void,
): Promise<SandboxProcess> {
  const token = config.sandbox.token ?? getOrCreateSecret(config.dataDir, 'sandbox-token')
  const webhookSecret = `whsec_${getOrCreateSecret(config.dataDir, 'stripe-webhook-secret')}`
  const payPalWebhookId = createHash('sha256').update(token).digest('hex').slice(0, 17).toUpperCase()
  const child = fork(fileURLToPath(new URL('../../../packages/sandbox/dist/main.js', import.meta.url)), [], {
    // A separate process group, so that Ctrl-C reaches it only through us.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      SANDBOX_PORT: String(config.sandbox.port),
      DATA_DIR: config.dataDir,
      SANDBOX_TOKEN: token,
      ...(config.sandbox.clock ? { SANDBOX_CLOCK: config.sandbox.clock } : {}),
      SANDBOX_WEBHOOK_URL: `http://${loopbackOf(config.host)}:${config.port}/webhooks/stripe`,
      SANDBOX_WEBHOOK_SECRET: webhookSecret,
      SANDBOX_WEBHOOK_EVENTS: STRIPE_EVENTS.join(','),
      SANDBOX_PAYPAL_WEBHOOK_URL: `http://${loopbackOf(config.host)}:${config.port}/webhooks/paypal`,
      SANDBOX_PAYPAL_WEBHOOK_ID: payPalWebhookId,
      SANDBOX_PAYPAL_WEBHOOK_EVENTS: PAYPAL_EVENTS.join(','),
    },
  })
  child.on('error', () => undefined) // it ended while we spoke to it; its exit is handled below
  let stopping = false
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.once('exit', (code) => {
    if (!stopping)
      onProblem(`the payment sandbox stopped unexpectedly (${code ?? 'signal'}): restart the server to use payments`)
  })
  let listener: (now: Date) => void = () => undefined
  const port = await new Promise<number>((resolve, reject) => {
    child.on('message', (message: { type: string; port?: number; now?: string }) => {
      if (message.type === 'ready') resolve(message.port!)
      if (message.type === 'clock') listener(new Date(message.now!))
    })
    child.once('exit', () =>
      reject(
        new AppError(
          'CONFIGURATION',
          'the payment sandbox did not start; see its message above (set SANDBOX_PORT to another port)',
        ),
      ),
    )
  })
  const url = new URL(`http://127.0.0.1:${port}`)
  return {
    url,
    token,
    stripe: {
      secretKey: `sk_test_sandbox_${token.slice(0, 24)}`,
      publishableKey: 'pk_test_sandbox',
      webhookSecrets: [webhookSecret],
      apiUrl: url,
    },
    paypal: {
      clientId: `sandbox-client-${token.slice(0, 24)}`,
      clientSecret: `sandbox-secret-${token.slice(0, 24)}`,
      webhookId: payPalWebhookId,
      apiUrl: new URL('/paypal', url).href,
      // The sandbox wrote it before it was ready.
      rootCertificate: readFileSync(join(config.dataDir, 'paypal-root.pem'), 'utf8'),
    },
    onClock: (next) => (listener = next),
    isUp: () => child.exitCode === null && child.signalCode === null,
    stop: async () => {
      stopping = true
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

/** Deletes the data of the sandbox. The next start creates an empty one. */
export function deleteSandboxData(dataDir: string): void {
  rmSync(join(dataDir, 'sandbox'), { recursive: true, force: true })
}

/** Address under which a server bound to `host` is reachable on this machine. */
const loopbackOf = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
