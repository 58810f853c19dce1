/** One thing that is wrong with a request. */
export interface ErrorDetail {
  issue: string
  description?: string
  field?: string
  value?: string
  location?: 'body' | 'path' | 'query' | 'header'
}

/** Link in PayPal's format. */
export interface Link {
  href: string
  rel: string
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
}

const INFORMATION = 'https://developer.paypal.com/docs/api'

/** Error in PayPal's shape, with its HTTP status. The debug ID is added when the response is sent. */
export class PayPalError extends Error {
  readonly status: number
  readonly problem: { name: string; message: string; details?: ErrorDetail[]; links?: Link[] }

  constructor(status: number, name: string, message: string, details: ErrorDetail[] = [], links: Link[] = []) {
    super(message)
    this.status = status
    this.problem = { name, message, ...(details.length > 0 ? { details } : {}), ...(links.length > 0 ? { links } : {}) }
  }
}

/** 401: a token that is not good. Its answer has the shape of OAuth. */
export class TokenError extends Error {}

/** 400: a request that breaks the schema. */
export function invalidRequest(details: ErrorDetail[]): PayPalError {
  return new PayPalError(
    400,
    'INVALID_REQUEST',
    'Request is not well-formed, syntactically incorrect, or violates schema.',
    details.map((detail) => ({ location: 'body' as const, ...detail })),
  )
}

/** 422: a well-formed request that cannot be done. */
export function unprocessable(detail: ErrorDetail | ErrorDetail[], links: Link[] = []): PayPalError {
  const details = Array.isArray(detail) ? detail : [detail]
  return new PayPalError(
    422,
    'UNPROCESSABLE_ENTITY',
    'The requested action could not be performed, semantically incorrect, or failed business validation.',
    details,
    links,
  )
}

/** 404: an object that does not exist. */
export function notFound(): PayPalError {
  return new PayPalError(404, 'RESOURCE_NOT_FOUND', 'The specified resource does not exist.', [
    {
      issue: 'INVALID_RESOURCE_ID',
      description: 'Specified resource ID does not exist. Please check the resource ID and try again.',
    },
  ])
}

/** 501: PayPal can do this, the sandbox cannot (yet). */
export function notImplemented(what: string): PayPalError {
  return new PayPalError(501, 'NOT_IMPLEMENTED_IN_SANDBOX', `${what} is part of PayPal but not of this sandbox.`)
}

/** 409: another call with the same request ID is in progress. */
export function inProgress(): PayPalError {
  return new PayPalError(
    409,
    'RESOURCE_CONFLICT',
    'The server has detected a conflict while processing this request.',
    [
      {
        issue: 'PREVIOUS_REQUEST_IN_PROGRESS',
        description:
          'A previous request on this resource is currently in progress. Please wait for sometime and try again. ' +
          'It is best to space out the initial and the subsequent request(s) to avoid receiving this error.',
      },
    ],
  )
}

/** URL of PayPal's documentation of an issue. */
export function informationLink(issue: string): Link {
  return { href: `${INFORMATION}/#error-${issue}`, rel: 'information_link', method: 'GET' }
}
