import type { Bench } from '../bench.js'
import { compareAcknowledgement } from './compare-acknowledgement.js'
import { signedPayPalEvent } from './paypal-events.js'
import type { MultiProcessServer } from './multi-process-server.js'

/** Acknowledging PayPal's events durably, verified by their certificate, against the least that does the same with a known key. */
export async function measurePayPalAcknowledgement(bench: Bench, server: MultiProcessServer): Promise<void> {
  await compareAcknowledgement(bench, server, {
    name: 'ack-paypal',
    path: '/webhooks/paypal',
    peer: 'fastify-insert-paypal',
    peerEnv: { WEBHOOK_ID: server.paypal.webhookId, CERTIFICATE: server.paypal.certificate },
    peerTable: 'peer_paypal_inbox',
    rounds: 5,
    // Each of them is signed by a key of 2,048 bits before it is sent.
    eventsARound: 2_000,
    event: (index) =>
      signedPayPalEvent(server.paypal, 'BILLING.SUBSCRIPTION.UPDATED', {
        id: `I-BENCH${index % 1_000}`,
        status: 'ACTIVE',
        plan_id: 'P-BENCH',
        quantity: '1',
      }),
  })
}
