import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SandboxOptions } from './sandbox.js'

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

/** Reads the environment. Throws a sentence that names the invalid setting. */
export function readSettings(env: NodeJS.ProcessEnv): SandboxOptions {
  const host = env['HOST'] ?? '127.0.0.1'
  if (!LOOPBACK.has(host))
    throw new Error(`HOST=${host}: the sandbox listens on loopback only (127.0.0.1, ::1, localhost)`)
  const port = Number(env['SANDBOX_PORT'] ?? 4010)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`SANDBOX_PORT=${env['SANDBOX_PORT']} is not a port`)
  const dataDir = env['SANDBOX_MEMORY'] === '1' ? null : (env['DATA_DIR'] ?? '.stackgate')
  return {
    host,
    port,
    dataDir,
    token: env['SANDBOX_TOKEN'] || (dataDir === null ? newToken() : keptToken(dataDir)),
    checked: env['SANDBOX_CHECKED'] === '1',
    rateLimit: callsPerSecond(env['SANDBOX_RATE_LIMIT']),
    ...startTime(env['SANDBOX_CLOCK']),
    ...managedWebhook(env['SANDBOX_WEBHOOK_URL'], env['SANDBOX_WEBHOOK_SECRET'], env['SANDBOX_WEBHOOK_EVENTS']),
    ...managedPayPalWebhook(
      env['SANDBOX_PAYPAL_WEBHOOK_URL'],
      env['SANDBOX_PAYPAL_WEBHOOK_ID'],
      env['SANDBOX_PAYPAL_WEBHOOK_EVENTS'],
    ),
  }
}

function callsPerSecond(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const calls = Number(text)
  if (!Number.isInteger(calls) || calls < 1)
    throw new Error(`SANDBOX_RATE_LIMIT=${text} is not a number of calls a second`)
  return calls
}

function startTime(text: string | undefined): Pick<SandboxOptions, 'clock' | 'clockRuns'> {
  if (text === undefined || text === '') return {}
  if (text === 'running') return { clockRuns: true }
  const clock = new Date(text)
  if (Number.isNaN(clock.getTime())) throw new Error(`SANDBOX_CLOCK=${text} is neither an ISO time nor 'running'`)
  return { clock }
}

function managedWebhook(url?: string, secret?: string, events?: string): Pick<SandboxOptions, 'webhook'> {
  if (!url && !secret) return {}
  if (!url || !secret) throw new Error('SANDBOX_WEBHOOK_URL and SANDBOX_WEBHOOK_SECRET belong together')
  if (URL.parse(url) === null) throw new Error('SANDBOX_WEBHOOK_URL is not an address')
  return { webhook: { url, secret, events: listOf(events) } }
}

function managedPayPalWebhook(url?: string, id?: string, events?: string): Pick<SandboxOptions, 'payPalWebhook'> {
  if (!url && !id) return {}
  if (!url || !id) throw new Error('SANDBOX_PAYPAL_WEBHOOK_URL and SANDBOX_PAYPAL_WEBHOOK_ID belong together')
  if (URL.parse(url) === null) throw new Error('SANDBOX_PAYPAL_WEBHOOK_URL is not an address')
  if (!/^[A-Z0-9]{1,50}$/.test(id)) throw new Error('SANDBOX_PAYPAL_WEBHOOK_ID is not made of capitals and digits')
  return { payPalWebhook: { url, id, events: listOf(events) } }
}

const listOf = (text: string | undefined): string[] | undefined => text?.split(',').filter(Boolean)

const newToken = (): string => randomBytes(24).toString('base64url')

/** The token of this data folder, made once; only its owner may read it. */
function keptToken(dataDir: string): string {
  const path = join(dataDir, 'sandbox-token')
  mkdirSync(dataDir, { recursive: true, mode: 0o755 })
  try {
    writeFileSync(path, `${newToken()}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(path, 'utf8').trim()
}
