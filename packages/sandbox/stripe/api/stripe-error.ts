/** Stripe's error types that the sandbox uses. */
export type StripeErrorType = 'invalid_request_error' | 'idempotency_error' | 'card_error' | 'api_error'

/** Fields of a Stripe error other than its type. */
export interface StripeErrorFields {
  message: string
  code?: string
  param?: string
  decline_code?: string
  advice_code?: string
  network_advice_code?: string
  network_decline_code?: string
  request_log_url?: string
  doc_url?: string
  charge?: string
  payment_intent?: object
  payment_method?: object
  setup_intent?: object
}

/** The one code that Stripe does not have. */
const NOT_IMPLEMENTED = 'not_implemented_in_sandbox'

/** Error in Stripe's shape, with its HTTP status and headers. */
export class StripeError extends Error {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: { error: StripeErrorFields & { type: StripeErrorType } }

  constructor(status: number, type: StripeErrorType, fields: StripeErrorFields, headers: Record<string, string> = {}) {
    super(fields.message)
    this.status = status
    this.headers = headers
    this.body = { error: { ...fields, ...documented(fields.code), type } }
  }
}

/** URL of Stripe's documentation of a code. */
function documented(code: string | undefined): { doc_url?: string } {
  if (code === undefined || code === NOT_IMPLEMENTED) return {}
  return { doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` }
}

/** 404: an object that does not exist. */
export function missing(object: string, id: string, param = 'id', status = 404): StripeError {
  return new StripeError(status, 'invalid_request_error', {
    code: 'resource_missing',
    message: `No such ${object}: '${id}'`,
    param,
  })
}

/** 400: a request that Stripe rejects. */
export function invalid(message: string, param?: string, code?: string): StripeError {
  return new StripeError(400, 'invalid_request_error', {
    ...(code === undefined ? {} : { code }),
    message,
    ...(param === undefined ? {} : { param }),
  })
}

/** 501: Stripe supports this, but the sandbox does not. The header stops retries of the SDK. */
export function notImplemented(what: string, param?: string): StripeError {
  return new StripeError(
    501,
    'api_error',
    {
      code: NOT_IMPLEMENTED,
      message: `${what} is part of Stripe but not of this sandbox.`,
      ...(param === undefined ? {} : { param }),
    },
    { 'stripe-should-retry': 'false' },
  )
}

/** 404: a path that Stripe does not have. */
export function unrecognizedUrl(method: string, path: string): StripeError {
  return new StripeError(404, 'invalid_request_error', {
    message:
      `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at ` +
      'https://support.stripe.com/.',
  })
}
