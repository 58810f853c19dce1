import { join } from 'node:path'

/** Made once for all test files: a chain of certificates costs a quarter of a second. */
export const CERTIFICATES_DIR = join(process.cwd(), 'dist/test-certificates')

/** The id of the webhook that PayPal's events come for. */
export const PAYPAL_WEBHOOK_ID = 'WEBHOOKOFTHETESTS'

/** How a server in sandbox mode reaches a sandbox as PayPal. */
export function payPalEnv(sandboxUrl: string): Record<string, string> {
  return {
    PAYPAL_CLIENT_ID: 'sandbox-client-of-the-tests',
    PAYPAL_CLIENT_SECRET: 'sandbox-secret-of-the-tests',
    PAYPAL_WEBHOOK_ID,
    PAYPAL_API_URL: `${sandboxUrl}/paypal`,
    PAYPAL_ROOT_CERTIFICATE: join(CERTIFICATES_DIR, 'paypal-root.pem'),
  }
}
