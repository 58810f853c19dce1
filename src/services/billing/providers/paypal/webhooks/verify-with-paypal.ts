import type { PayPalClient } from '../paypal-client.js'
import type { CallPayPal } from '../paypal-errors.js'
import type { Transmission } from './verify-event.js'

/**
 * Verifies a delivery with PayPal's API. The request contains the original bytes of the event: parsing and serializing
 * could change the text and invalidate the signature.
 */
export function verifyWithPayPal(client: PayPalClient, call: CallPayPal, webhookId: string) {
  return async ({ id, time, signature, certUrl, algorithm }: Transmission, rawBody: Buffer): Promise<boolean> => {
    const head = JSON.stringify({
      auth_algo: algorithm,
      cert_url: certUrl,
      transmission_id: id,
      transmission_sig: signature,
      transmission_time: time,
      webhook_id: webhookId,
    })
    const question = Buffer.concat([Buffer.from(`${head.slice(0, -1)},"webhook_event":`), rawBody, Buffer.from('}')])
    const answer = await call('webhooks.verify', () =>
      client.request<{ verification_status?: string }>('POST', '/v1/notifications/verify-webhook-signature', {
        rawBody: question,
      }),
    )
    return answer.verification_status === 'SUCCESS'
  }
}
