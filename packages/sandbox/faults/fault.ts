import { z } from 'zod'

/** Faults of an API call. */
export const CALL_ACTIONS = [
  'delay',
  'drop_before',
  'drop_after',
  '400',
  '429',
  '500',
  'html502',
  'no_error_404',
  'malformed',
  'stale_read',
] as const

/** Faults of a webhook delivery. */
export const WEBHOOK_ACTIONS = [
  'duplicate',
  'shuffle',
  'delay',
  'drop',
  'wrong_secret',
  'old_timestamp',
  'old_api_version',
] as const

/** Other names of the same actions. */
const ALIASES: Record<string, string> = { status_429: '429', status_500: '500', html_502: 'html502' }

type Meets =
  | { on: 'call'; action: (typeof CALL_ACTIONS)[number] }
  | { on: 'webhook'; action: (typeof WEBHOOK_ACTIONS)[number] }

/** Fault to inject: its target, its action and its number of times (default: always). */
export const faultInput = z
  .strictObject({
    match: z
      .strictObject({
        method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']),
        /** The beginning of the path. */
        path: z.string().max(500),
        /** The type of the event, or its beginning and `*`. */
        event: z.string().max(100),
        /** The id of the webhook endpoint. */
        endpoint: z.string().max(100),
      })
      .partial()
      .default({}),
    action: z.string().max(50),
    /** Number of calls or deliveries that the fault affects. */
    times: z.int().min(1).max(100_000).optional(),
    /** Probability that the fault affects a matching call or delivery. `seed` determines the selection. */
    probability: z.number().gt(0).max(1).default(1),
    /** Seed of the random choices. Default: chosen by the server and returned. */
    seed: z.union([z.int(), z.string().max(100)]).optional(),
    /** Milliseconds of machine time, for delay. */
    delay: z.int().min(0).max(60_000).default(1000),
    /** Number of deliveries that are reordered among each other, for shuffle. */
    window: z.int().min(2).max(100).default(5),
    /** For 500: whether the call began, so that its idempotency key repeats the 500. */
    stored: z.boolean().default(false),
  })
  .transform(({ action, ...fault }, context) => {
    const found = meets(action, fault.match)
    if (found !== null) return { ...fault, ...found }
    const message = `must be one of ${[...CALL_ACTIONS, ...WEBHOOK_ACTIONS].join(', ')}; calls are matched by method and path, webhooks by event and endpoint`
    context.addIssue({ code: 'custom', path: ['action'], message })
    return z.NEVER
  })

/** Fault as requested. */
export type FaultInput = z.output<typeof faultInput>

/** Target of an action: calls or deliveries. Both support a delay; a match by event or endpoint selects deliveries. */
function meets(name: string, match: Partial<Record<'method' | 'path' | 'event' | 'endpoint', string>>): Meets | null {
  const forWebhook = name.startsWith('webhook_')
  const plain = forWebhook ? name.slice('webhook_'.length) : (ALIASES[name] ?? name)
  const byEvent = match.event !== undefined || match.endpoint !== undefined
  const byCall = match.method !== undefined || match.path !== undefined
  const onCall = CALL_ACTIONS.find((action) => action === plain)
  const onWebhook = WEBHOOK_ACTIONS.find((action) => action === plain)
  if (onWebhook !== undefined && !byCall && (forWebhook || byEvent || onCall === undefined))
    return { on: 'webhook', action: onWebhook }
  return onCall !== undefined && !forWebhook && !byEvent ? { on: 'call', action: onCall } : null
}
