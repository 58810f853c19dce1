import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RequestContext } from '../context/request-context.js'
import { CREDENTIAL_HEADER } from '../context/request-payment.js'
import type { RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'
import type { Denial } from '../services/kernel/denials/denial.js'

/** Requests whose payment was redeemed. They are offered nothing more, so that no program pays twice for one request. */
const redeemed = new WeakSet<FastifyRequest>()

const RECEIPT = 'payment-receipt'

/** The credential, which has a header of its own. `Authorization` keeps the bearer. */
export const credentialOf = ({ headers }: FastifyRequest): string | null => {
  const header = headers[CREDENTIAL_HEADER]
  return typeof header === 'string' ? header : null
}

/** A denial after its payment was looked for. */
export type PaidDenial =
  /** The request runs again. Its response is returned. */
  | { readonly kind: 'REPEATED'; readonly response: unknown }
  | { readonly kind: 'UNKNOWN'; readonly denial: Denial }
  | { readonly kind: 'DENIED'; readonly fields: object }

const NOTHING: PaidDenial = { kind: 'DENIED', fields: {} }

/** Redeems the payment of a denied request and runs it again, or offers what lifts the denial to programs. */
export async function payDenial(context: RequestContext, reply: FastifyReply, denial: Denial): Promise<PaidDenial> {
  const { request } = reply
  if (!context.machinePayments || !request.routeOptions.schema?.isPayable || redeemed.has(request)) return NOTHING
  const credential = credentialOf(request)
  const answer = await context.machinePayments.answer(context, denial, credential)
  if (!answer) return NOTHING
  if (answer.kind === 'UNKNOWN') return answer
  for (const [name, value] of answer.headers) reply.header(name, value)
  if (answer.kind === 'OFFER') return answer.problem ? { kind: 'DENIED', fields: { payment: answer.problem } } : NOTHING
  redeemed.add(request)
  context.clearLoaded()
  return { kind: 'REPEATED', response: await request.routeOptions.handler.call(request.server, request, reply) }
}

/** Adds receipts to the responses of a group of routes, and leaves payments out of its description where none are offered. */
export function acceptPayments(app: RestApp, { offersPayments }: Pick<RestHost, 'offersPayments'>): void {
  app.addHook('onRoute', ({ schema }) => {
    if (!offersPayments) delete schema?.isPayable
  })
  app.addHook('onSend', addReceipt)
}

/** Adds the receipt to a response that a redeemed payment made possible, also when the request is sent again. */
async function addReceipt(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const credential = credentialOf(request)
  const payments = request.requestContext?.machinePayments
  if (!credential || !payments || reply.statusCode !== 200 || reply.hasHeader(RECEIPT)) return
  const headers = await payments.receipt(request.requestContext, credential)
  for (const [name, value] of headers ?? []) reply.header(name, value)
}
