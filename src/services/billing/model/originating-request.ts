import type { BillingContext } from './billing-context.js'

/** Copy of the context with the ID of the request that started a checkout, so that its events carry that ID. */
export const withOriginatingRequest = (context: BillingContext, requestId: string | null): BillingContext =>
  requestId ? Object.create(context, { requestId: { value: requestId, enumerable: true } }) : context
