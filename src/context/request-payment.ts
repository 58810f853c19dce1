import type { IncomingHttpHeaders } from 'node:http'
import type { RequestContext } from './request-context.js'

/** Payment by a program with a request. */
export interface RequestPayment {
  readonly credential: string | null
  /** It paid for one operation: nothing more is offered, so that no program pays twice for one request. */
  isRedeemed: boolean
  /** Extension `payment` of the response. */
  extension: object | null
}

/** Header of a credential: `Authorization` keeps the caller's key. */
export const CREDENTIAL_HEADER = 'payment-authorization'

/** The context of a request that a program can pay for. */
export const withPayment = (context: RequestContext, headers: IncomingHttpHeaders): RequestContext => {
  if (!context.machinePayments) return context
  const header = headers[CREDENTIAL_HEADER]
  const payment: RequestPayment = {
    credential: typeof header === 'string' ? header : null,
    isRedeemed: false,
    extension: null,
  }
  return Object.assign(context, { payment })
}
