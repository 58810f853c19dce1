import { z } from 'zod'

/** Fields that we read of PayPal's responses and that the SDK does not check: it allows responses without ids and links. */
const id = z.string().min(1)
const links = z.array(z.looseObject({ rel: z.string(), href: z.url({ protocol: /^https?$/ }) })).nullish()
const page = z
  .array(z.looseObject({ rel: z.string(), href: z.url({ protocol: /^https?$/ }) }))
  .refine((all) => all.some(({ rel }) => rel === 'payer-action' || rel === 'approve'), 'no page for the buyer')
const status = z.string().min(1)

/** Some calls return the SDK's envelope, others its `result`. */
const inResult = (shape: z.ZodType) => z.union([z.looseObject({ result: shape }), shape])

const SHAPES: Readonly<Record<string, z.ZodType>> = {
  'orders.create': z.looseObject({ id, links: page }),
  'orders.get': z.looseObject({ id, status, links }),
  'subscriptions.create': z.looseObject({ id, links: page }),
  'subscriptions.get': inResult(z.looseObject({ id, status })),
  'captures.get': z.looseObject({ id, status }),
  'sales.get': z.looseObject({ id, state: status }),
  'refunds.get': z.looseObject({ id, state: status }),
  // An empty page may lack its list.
  'transactions.search': z.looseObject({
    transactionDetails: z.array(z.looseObject({})).nullish(),
    totalPages: z.number(),
  }),
  'disputes.get': z.looseObject({ dispute_id: id, status }),
  'plans.get': z.looseObject({ id, status }),
}

/** Returns where a response differs from what the operation returns. Null if it does not. */
export function wrongShape(operation: string, response: unknown): string | null {
  const checked = SHAPES[operation]?.safeParse(response)
  if (!checked || checked.success) return null
  const [issue] = checked.error.issues
  return `${issue!.path.join('.') || 'response'}: ${issue!.message}`
}
