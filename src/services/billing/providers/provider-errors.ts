import { AppError } from '#services/kernel/errors/app-error.js'

/**
 * The provider was not reachable or did not respond: the result is unknown, and repeating the call with the same key is
 * safe.
 */
export class ProviderUnavailable extends AppError {
  constructor(reason: string, options: { cause?: unknown } = {}) {
    super('UNAVAILABLE', 'The payment provider is not responding. Try again.', { ...options, internal: reason })
    this.name = 'ProviderUnavailable'
  }
}

/** The provider's signature is genuine, but its time differs too much from our clock. */
export class WebhookClockSkew extends AppError {
  readonly skewSeconds: number

  constructor(provider: string, signedAtMs: number, now: Date) {
    const skewSeconds = Math.round((now.getTime() - signedAtMs) / 1000)
    super('INVALID_WEBHOOK', 'Invalid signature', {
      internal: `${provider} signed the webhook ${Math.abs(skewSeconds)} s ${skewSeconds < 0 ? 'after' : 'before'} the time of this machine's clock`,
    })
    this.skewSeconds = skewSeconds
  }
}

/** A part of a request that providers name when they do not accept it. */
export type RejectedPart = 'PROMOTION' | 'TAX_ID'

/** The provider understood and said no; asking again would not help. */
export class ProviderRejected extends Error {
  override readonly name = 'ProviderRejected'
  /** The part of the request that the provider did not accept, where it says so. */
  readonly about: RejectedPart | null
  /** The bank declined the payment method. False if the provider did not accept the request. */
  readonly declined: boolean

  constructor(
    message: string,
    /** The provider does not know an object that we named. */
    readonly objectMissing: boolean,
    options: { cause?: unknown; about?: RejectedPart; declined?: boolean } = {},
  ) {
    super(message, options)
    this.about = options.about ?? null
    this.declined = options.declined ?? false
  }
}
