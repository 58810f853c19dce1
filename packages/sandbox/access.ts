import type { PaymentSandbox } from './payment-sandbox.js'
import { CLIENT_PREFIX, SECRET_PREFIX } from './paypal/api/access-token.js'
import type { Sandbox } from './sandbox.js'

/** Everything that clients need. */
export type Access = Pick<PaymentSandbox, 'url' | 'token' | 'stripe' | 'payPal'>

/** Addresses and keys of a sandbox. It accepts every key with the right beginning. */
export const accessTo = ({ url, port, token, payPal }: Sandbox): Access => ({
  url,
  token,
  stripe: {
    apiKey: 'sk_test_sandbox_tests',
    options: { host: new URL(url).hostname, port, protocol: 'http', telemetry: false },
  },
  payPal: {
    apiUrl: `${url}/paypal`,
    clientId: `${CLIENT_PREFIX}tests`,
    clientSecret: `${SECRET_PREFIX}tests`,
    rootCertificate: payPal.rootCertificate,
  },
})

/** Text of a sandbox that is ready, for a terminal; or one line of JSON. */
export function describeAccess(sandbox: Sandbox, asJson = false): string {
  const access = accessTo(sandbox)
  if (asJson) return `${JSON.stringify(access)}\n`
  const { apiKey, options } = access.stripe
  return [
    `sandbox ready on ${access.url}`,
    `  Stripe     new Stripe('${apiKey}', ${JSON.stringify(options)})`,
    `  PayPal     ${access.payPal.apiUrl}, client ${access.payPal.clientId}, secret ${access.payPal.clientSecret}`,
    `  Inspector  ${access.url}/_sandbox`,
    `  Control    ${access.url}/_sandbox/api, with Authorization: Bearer ${access.token}`,
    '',
  ].join('\n')
}
