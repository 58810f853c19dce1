import { readFileSync } from 'node:fs'
import type { PayPalConfig } from './config.js'
import type { Mode } from './mode.js'

interface PayPalValues {
  readonly PAYPAL_CLIENT_ID?: string | undefined
  readonly PAYPAL_CLIENT_SECRET?: string | undefined
  readonly PAYPAL_WEBHOOK_ID?: string | undefined
  readonly PAYPAL_API_URL?: URL | undefined
  readonly PAYPAL_ROOT_CERTIFICATE?: string | undefined
  readonly SANDBOX_PORT?: number | undefined
}

/** Prefix of the sandbox's client IDs; PayPal's do not contain their mode. */
const SANDBOX_CLIENT_PREFIX = 'sandbox-client-'

/** PayPal's own URLs; live mode uses no others. */
const API_URLS = { test: 'https://api-m.sandbox.paypal.com', live: 'https://api-m.paypal.com' }

const REQUIRED_TOGETHER = ['PAYPAL_CLIENT_ID', 'PAYPAL_CLIENT_SECRET', 'PAYPAL_WEBHOOK_ID'] as const

/** Connection settings of PayPal, or null without keys. Adds a problem for an unreadable certificate. */
export function payPalConfig(values: PayPalValues, mode: Mode, problems: string[]): PayPalConfig | null {
  const { PAYPAL_CLIENT_ID: clientId, PAYPAL_CLIENT_SECRET: clientSecret, PAYPAL_WEBHOOK_ID: webhookId } = values
  if (!clientId || !clientSecret || !webhookId) return null
  const standIn = `http://127.0.0.1:${values.SANDBOX_PORT ?? 4010}/paypal`
  return {
    clientId,
    clientSecret,
    webhookId,
    apiUrl: values.PAYPAL_API_URL?.href.replace(/\/+$/, '') ?? (mode === 'sandbox' ? standIn : API_URLS[mode]),
    rootCertificate: readCertificate(values.PAYPAL_ROOT_CERTIFICATE, problems),
  }
}

/** Problems of missing related settings, or of settings for another mode. */
export function validatePayPalConfig(values: PayPalValues, mode: Mode): string[] {
  const isWanted = REQUIRED_TOGETHER.some((name) => values[name])
  const problems = isWanted
    ? REQUIRED_TOGETHER.filter((name) => !values[name]).map(
        (name) => `${name}: missing; PayPal needs ${REQUIRED_TOGETHER.join(', ')}`,
      )
    : []
  const isSandboxClient = values.PAYPAL_CLIENT_ID?.startsWith(SANDBOX_CLIENT_PREFIX)
  // A rehearsal in test mode: the sandbox replaces PayPal at PAYPAL_API_URL.
  const isRehearsal = mode === 'test' && isSandboxClient && values.PAYPAL_API_URL
  if (values.PAYPAL_CLIENT_ID && isSandboxClient !== (mode === 'sandbox') && !isRehearsal)
    problems.push(
      mode === 'sandbox'
        ? `PAYPAL_CLIENT_ID: the sandbox accepts only client ids that start with ${SANDBOX_CLIENT_PREFIX}; real PayPal client ids require MODE=test or MODE=live`
        : `PAYPAL_CLIENT_ID: a client id of the sandbox, but the mode is ${mode}${mode === 'test' ? ' (a rehearsal needs PAYPAL_API_URL, too)' : ''}`,
    )
  const host = values.PAYPAL_API_URL?.host
  if (mode === 'sandbox' && host?.endsWith('paypal.com'))
    problems.push('PAYPAL_API_URL: sandbox mode never calls PayPal; use MODE=test for PayPal sandbox accounts')
  if (mode === 'test' && host === 'api-m.paypal.com')
    problems.push('PAYPAL_API_URL: the live API, but the mode is test')
  if (mode !== 'live') return problems
  if (values.PAYPAL_API_URL) problems.push('PAYPAL_API_URL: not allowed in live mode')
  if (values.PAYPAL_ROOT_CERTIFICATE) problems.push('PAYPAL_ROOT_CERTIFICATE: not allowed in live mode')
  return problems
}

function readCertificate(path: string | undefined, problems: string[]): string | null {
  if (!path) return null
  try {
    const pem = readFileSync(path, 'utf8')
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
    problems.push(`PAYPAL_ROOT_CERTIFICATE: ${path} contains no PEM certificate`)
  } catch (error) {
    problems.push(`PAYPAL_ROOT_CERTIFICATE: ${(error as Error).message}`)
  }
  return null
}
