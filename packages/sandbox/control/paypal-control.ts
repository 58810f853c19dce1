import { CLIENT_PREFIX, SECRET_PREFIX } from '../paypal/api/access-token.js'
import type { SandboxState } from '../sandbox-state.js'

/** Settings that a product needs to call the sandbox as PayPal and to trust its webhooks. */
export function payPalSettings(world: SandboxState) {
  const { certificates, certificateName } = world.paypal
  return {
    apiUrl: `${world.baseUrl}/paypal`,
    clientIdPrefix: CLIENT_PREFIX,
    clientSecretPrefix: SECRET_PREFIX,
    certificateUrl: `${world.baseUrl}/paypal/v1/notifications/certs/${certificateName}`,
    rootCertificate: certificates.root,
    webhooks: world.store.all('paypal.webhook'),
  }
}

/** True if payments of PayPal can be planned to fail by this name: an order, a subscription, or the payer behind an address. */
export function isPayPalPayer(world: SandboxState, name: string): boolean {
  return (
    world.store.get('paypal.order', name) !== undefined ||
    world.store.get('paypal.subscription', name) !== undefined ||
    /^[^\s@]+@[^\s@]+$/.test(name)
  )
}
