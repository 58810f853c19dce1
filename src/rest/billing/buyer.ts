import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { authenticate } from '../authenticate.js'
import type { RestPath } from '../denial-body.js'
import { idempotencyKey } from '../field-types.js'
import { describeRoutes } from '../openapi/route-description.js'
import { parseJson } from '../raw-body.js'
import type { RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'
import { defaultProvider } from './payment-provider.js'

/** Members of a checkout about the buyer. */
export const buyerShape = {
  payment_method: z
    .enum(['stripe', 'paypal'])
    .optional()
    .describe('Payment provider. Default: `stripe` if the server has it, otherwise the only one that it has.'),
  user_email: z.string().max(320).nullish().describe('Email address of the buyer, which must be that of the token.'),
  user_domain: z.string().max(253).nullish().describe('Domain of the page, to which the buyer returns.'),
  billing_first_name: z.string().max(100).nullish(),
  billing_last_name: z.string().max(100).nullish(),
  idempotency_key: idempotencyKey.optional(),
  community_id: z.unknown().optional().describe('Sent by existing pages. Ignored: the account is that of the token.'),
}

/** Existing pages send JSON as text. */
export const BODY_TYPES = ['application/json', 'text/plain']

/** Codes of denials of every checkout of these pages. */
export const BUYER_ERRORS = [
  'INVALID_PARAMETERS',
  'INVALID_EMAIL',
  'INVALID_RETURN_URL',
  'NOT_FOR_SALE',
  'CONTACT_REQUIRED',
  'MODE_MISMATCH',
  'PROVIDER_UNAVAILABLE',
  'NOT_SUPPORTED_BY_PROVIDER',
  'IDEMPOTENCY_MISMATCH',
] as const

const PROVIDERS = { stripe: 'STRIPE', paypal: 'PAYPAL' } as const

/** The buyer, as services take it. */
export const buyer = (context: BillingContext, body: z.infer<z.ZodObject<typeof buyerShape>>) => ({
  provider: body.payment_method ? PROVIDERS[body.payment_method] : defaultProvider(context),
  userEmail: body.user_email ?? null,
  userDomain: body.user_domain ?? null,
  billingFirstName: body.billing_first_name ?? null,
  billingLastName: body.billing_last_name ?? null,
})

/** Declares the routes that follow as checkouts of existing pages, which send JSON without a JSON content type. Returns their hooks. */
export function acceptPages(app: RestApp, host: RestHost) {
  app.addContentTypeParser('text/plain', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  describeRoutes(app, { tag: 'Billing', access: 'bearer', errors: ['FORBIDDEN'] })
  return [authenticate(host), parseTextBody]
}

/** A body that was sent as text, as JSON. */
async function parseTextBody(request: FastifyRequest): Promise<void> {
  if (Buffer.isBuffer(request.body)) request.body = parseJson(request.body)
}

const REST_NAMES = { provider: 'payment_method', userEmail: 'user_email', userDomain: 'user_domain' }

/** Fields at fault by the names that they have here. @param own names of the product */
export const buyerPath = (own: Readonly<Record<string, string>>): RestPath => {
  const names: Readonly<Record<string, string>> = { ...REST_NAMES, ...own }
  return ([head = '', ...rest]) => [names[head] ?? head, ...rest]
}
