import { CLIENT_PREFIX, SECRET_PREFIX } from '../paypal/api/access-token.js'
import type { World } from '../world.js'

/** What a product needs to talk to the sandbox as to PayPal, and to trust its webhooks. */
export function payPalSettings(world: World) {
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
