/**
 * Why a webhook was rejected. `headers`: a header of Standard Webhooks is missing or malformed. `timestamp`: it was sent more than five
 * minutes ago or ahead; compare the clock of this machine. `signature`: no secret signed this body. `body`: the body is signed, but it is
 * not an event.
 */
export type WebhookErrorReason = 'headers' | 'timestamp' | 'signature' | 'body'

/** A request that is not a webhook of Stackgate. Respond with 400. */
export class WebhookError extends Error {
  override name = 'WebhookError'
  readonly reason: WebhookErrorReason

  constructor(reason: WebhookErrorReason, message: string) {
    super(message)
    this.reason = reason
  }
}
