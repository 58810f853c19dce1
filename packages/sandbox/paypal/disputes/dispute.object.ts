import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from '../api/links.js'
import type { Dispute } from '../objects.js'

/** Path of the disputes. */
export const DISPUTE_PATH = '/v1/customer/disputes'

/** A dispute as PayPal shows it. */
export function showDispute(world: SandboxState, dispute: Dispute) {
  const { id, ...shown } = dispute
  const path = `${DISPUTE_PATH}/${id}`
  return {
    ...shown,
    links: [
      apiLink(world, 'self', path),
      ...(dispute.status === 'RESOLVED' ? [] : [apiLink(world, 'accept_claim', `${path}/accept-claim`, 'POST')]),
    ],
  }
}
