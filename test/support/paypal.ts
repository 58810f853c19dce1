import { join } from 'node:path'

/** Made once for all test files: a chain of certificates costs a quarter of a second. */
export const CERTIFICATES_DIR = join(process.cwd(), 'dist/test-certificates')

/** The id of the webhook that PayPal's events come for. */
export const PAYPAL_WEBHOOK_ID = 'WEBHOOKOFTHETESTS'

/** Environment with which a server in sandbox mode uses a sandbox as PayPal. */
export function payPalEnv(sandboxUrl: string): Record<string, string> {
  return {
    PAYPAL_CLIENT_ID: 'sandbox-client-of-the-tests',
    PAYPAL_CLIENT_SECRET: 'sandbox-secret-of-the-tests',
    PAYPAL_WEBHOOK_ID,
    PAYPAL_API_URL: `${sandboxUrl}/paypal`,
    PAYPAL_ROOT_CERTIFICATE: join(CERTIFICATES_DIR, 'paypal-root.pem'),
  }
}

/** Calls PayPal's API of a sandbox as the merchant. Throws if the response is an error. */
export async function askPayPal<Found>(
  sandboxUrl: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Found> {
  const env = payPalEnv(sandboxUrl)
  const basic = Buffer.from(`${env['PAYPAL_CLIENT_ID']}:${env['PAYPAL_CLIENT_SECRET']}`).toString('base64')
  const granted = await fetch(`${sandboxUrl}/paypal/v1/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  })
  const { access_token: token } = (await granted.json()) as { access_token: string }
  const response = await fetch(`${sandboxUrl}/paypal${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return (text === '' ? {} : JSON.parse(text)) as Found
}
