import type Stripe from 'stripe'
import type { WebhookFault } from '../faults/faults.js'
import type { SandboxState } from '../sandbox-state.js'
import { releaseOf, type Release } from '../stripe/api/api-version.js'
import { sentObject } from '../stripe/api/sent-object.js'
import { signatureHeader } from './sign.js'

/** Request to send: exact bytes and their headers. */
export interface SignedRequest {
  body: string
  headers: Record<string, string>
}

/** Older than any tolerance: receivers reject signatures of more than five minutes. */
const OLD_SECONDS = 10 * 60
const OLD_API_VERSION = '2024-06-20'

/** Event of one attempt, signed with the current machine time, because receivers reject old signatures. */
export function signRequest(
  world: SandboxState,
  event: Stripe.Event,
  endpoint: Stripe.WebhookEndpoint,
  secrets: readonly string[],
  fault: WebhookFault | undefined,
): SignedRequest {
  const version = fault?.action === 'old_api_version' ? OLD_API_VERSION : (endpoint.api_version ?? event.api_version)
  const release = formOf(version)
  const data =
    release === 'endive' ? event.data : { ...event.data, object: sentObject(world, event.data.object, release) }
  const body = JSON.stringify({ ...event, api_version: version, data }, null, 2)
  const now = Math.floor(Date.now() / 1000)
  const timestamp = fault?.action === 'old_timestamp' ? now - OLD_SECONDS : now
  const signedWith = fault?.action === 'wrong_secret' ? ['whsec_not_the_secret_of_this_endpoint'] : secrets
  return {
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'stripe-signature': signatureHeader(body, signedWith, timestamp),
    },
  }
}

/** The release of an endpoint's version; the present one for a version that is not served. */
function formOf(version: string | null): Release {
  try {
    return releaseOf(version ?? undefined)
  } catch {
    return 'endive'
  }
}

/** The secrets that an endpoint's events are signed with now: during a rotation the former one too. */
export function secretsOf(world: SandboxState, endpoint: string): string[] {
  const record = world.store.get('webhook_secret', endpoint)
  if (record === undefined) return []
  const { secret, former } = record
  return former !== undefined && former.until > world.clock.now ? [secret, former.secret] : [secret]
}
