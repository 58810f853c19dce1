import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../services/kernel/errors/app-error.js'
import { denialText, payload, type ServerApi } from './server-api.js'

/** An item of a replay with its state before the replay. */
export interface ReplayItem {
  readonly id: string
  /** Short description, for example provider, type and state. */
  readonly summary: string
  /** Reason of its state. */
  readonly reason: string | null
  /** Denial of its replay. */
  readonly denial?: string
}

/** Outcome of a replay, or its preview. */
export interface Replay {
  readonly dryRun: boolean
  readonly matchedCount: number
  readonly replayedCount: number
  /** The items, at most the newest 100 of a filter. */
  readonly items: readonly ReplayItem[]
}

export interface ReplayOptions {
  readonly ids: readonly string[]
  readonly dryRun: boolean
}

const PAGE = 100

const event = z.object({
  id: z.string(),
  provider: z.string(),
  eventId: z.string(),
  type: z.string(),
  status: z.string(),
  statusReason: z.string().nullable(),
})
const events = z.object({ webhookEvents: z.object({ nodes: z.array(event) }) })
const itemOfEvent = ({ id, provider, eventId, type, status, statusReason }: z.infer<typeof event>): ReplayItem => ({
  id,
  summary: `${provider} ${type} ${eventId} ${status}`,
  reason: statusReason,
})

/** Conditions of provider events, as `WebhookEventFilter` has them. */
export type EventFilter = Readonly<Record<string, unknown>>

/** Processes received provider events again: those with the IDs, or all that match the filter. */
export async function replayEvents(
  api: ServerApi,
  { ids, dryRun, filter }: ReplayOptions & { readonly filter: EventFilter },
): Promise<Replay> {
  if (ids.length > 0)
    return replayEach(
      ids,
      dryRun,
      (id) => findEvent(api, id),
      (id) => replayEvent(api, id),
    )
  const input = { filter: { statuses: ['DEAD'], ...filter } }
  const { webhookEvents } = await api.request('WebhookEvents', { ...input, first: PAGE }, events)
  const counts = await replayFilter(api, { ...input, dryRun })
  return { dryRun, ...counts, items: webhookEvents.nodes.map(itemOfEvent) }
}

/** Finds an event by its ID, or by the ID that the provider gave it. */
async function findEvent(api: ServerApi, id: string): Promise<ReplayItem | null> {
  const { node } = await api.request('WebhookEvent', { id }, z.object({ node: event.partial().nullable() }))
  const own = event.safeParse(node)
  if (own.success) return itemOfEvent(own.data)
  const { webhookEvents } = await api.request('WebhookEvents', { filter: { search: id }, first: PAGE }, events)
  const found = webhookEvents.nodes.find(({ eventId }) => eventId === id)
  return found ? itemOfEvent(found) : null
}

const changed = payload({})

async function replayEvent(api: ServerApi, id: string): Promise<string | null> {
  const { replayWebhook } = await api.request('ReplayWebhook', { id }, z.object({ replayWebhook: changed }))
  return replayWebhook.denial && denialText(replayWebhook.denial)
}

const count = z.number().nullable()
const replayed = payload({ matchedCount: count, replayedCount: count, remainingCount: count })

/** The counts of a replay. @throws if it was denied */
function countsOf({ denial, matchedCount, replayedCount, remainingCount }: z.infer<typeof replayed>) {
  if (denial) throw new AppError('BAD_USER_INPUT', denialText(denial))
  return { matchedCount: matchedCount!, replayedCount: replayedCount!, remainingCount: remainingCount! }
}

/** Repeats the call, which processes at most 1,000 events, until all that matched before are replayed. */
async function replayFilter(
  api: ServerApi,
  conditions: Readonly<Record<string, unknown>>,
): Promise<{ readonly matchedCount: number; readonly replayedCount: number }> {
  let matchedCount: number | null = null
  let replayedCount = 0
  for (;;) {
    const { replayWebhooks } = await api.request('ReplayWebhooks', conditions, z.object({ replayWebhooks: replayed }))
    const found = countsOf(replayWebhooks)
    matchedCount ??= found.matchedCount
    replayedCount += found.replayedCount
    if (found.remainingCount === 0 || found.replayedCount === 0 || replayedCount >= matchedCount)
      return { matchedCount, replayedCount }
  }
}

const deadLetter = z.object({
  id: z.string(),
  queue: z.string(),
  summary: z.string(),
  lastError: z.string().nullable(),
})
const letters = z.object({
  deadLetters: z.object({
    nodes: z.array(deadLetter),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
})
type DeadLetter = z.infer<typeof deadLetter>

/** Puts dead letters back into their queues: those with the IDs, or all of a queue, or all. */
export async function replayDeadLetters(
  api: ServerApi,
  { ids, dryRun, queue }: ReplayOptions & { readonly queue: string | undefined },
): Promise<Replay> {
  const found = await listDeadLetters(api, queue)
  const byId = new Map(found.map((letter) => [letter.id, letter]))
  const itemOf = ({ id, queue: name, summary, lastError }: DeadLetter): ReplayItem => ({
    id,
    summary: `${name} ${summary}`,
    reason: lastError,
  })
  const find = (id: string) => {
    const letter = byId.get(id)
    return Promise.resolve(letter ? itemOf(letter) : null)
  }
  return replayEach(ids.length > 0 ? ids : [...byId.keys()], dryRun, find, (id) => retryDeadLetter(api, id))
}

async function listDeadLetters(api: ServerApi, queue: string | undefined): Promise<DeadLetter[]> {
  const found: DeadLetter[] = []
  let after: string | null = null
  for (;;) {
    const { deadLetters }: z.infer<typeof letters> = await api.request(
      'DeadLetters',
      { queue: queue ?? null, first: PAGE, after },
      letters,
    )
    found.push(...deadLetters.nodes)
    if (!deadLetters.pageInfo.hasNextPage) return found
    after = deadLetters.pageInfo.endCursor
  }
}

async function retryDeadLetter(api: ServerApi, id: string): Promise<string | null> {
  const { retryDeadLetter: result } = await api.request(
    'RetryDeadLetter',
    { id },
    z.object({ retryDeadLetter: changed }),
  )
  return result.denial && denialText(result.denial)
}

/** Conditions of deliveries, as `ReplayDeliveriesInput` has them. */
export type DeliveryFilter = Readonly<Record<string, unknown>>

/** Sends webhooks to endpoints again: the deliveries with the IDs, or all that match the filter. */
export async function replayDeliveries(
  api: ServerApi,
  { ids, dryRun, filter }: ReplayOptions & { readonly filter: DeliveryFilter },
): Promise<Replay> {
  if (ids.length > 0)
    return replayEach(
      ids,
      dryRun,
      (id) => findDelivery(api, id),
      (id) => replayDelivery(api, id),
    )
  const { replayDeliveries: found } = await api.request(
    'ReplayDeliveries',
    { input: { ...filter, dryRun }, key: randomUUID() },
    z.object({ replayDeliveries: replayed }),
  )
  const { matchedCount, replayedCount } = countsOf(found)
  return { dryRun, matchedCount, replayedCount, items: [] }
}

const delivery = z.object({ id: z.string(), type: z.string(), status: z.string(), lastError: z.string().nullable() })

async function findDelivery(api: ServerApi, id: string): Promise<ReplayItem | null> {
  const { node } = await api.request('WebhookDelivery', { id }, z.object({ node: delivery.partial().nullable() }))
  const found = delivery.safeParse(node)
  return found.success ? { id, summary: `${found.data.type} ${found.data.status}`, reason: found.data.lastError } : null
}

async function replayDelivery(api: ServerApi, id: string): Promise<string | null> {
  const { replayDelivery: result } = await api.request(
    'ReplayDelivery',
    { id, key: randomUUID() },
    z.object({ replayDelivery: changed }),
  )
  return result.denial && denialText(result.denial)
}

/** Replays items one by one. An item that does not exist or is denied does not stop the others. */
async function replayEach(
  ids: readonly string[],
  dryRun: boolean,
  find: (id: string) => Promise<ReplayItem | null>,
  replay: (id: string) => Promise<string | null>,
): Promise<Replay> {
  const items: ReplayItem[] = []
  for (const id of ids) {
    const item = await find(id)
    if (!item) items.push({ id, summary: 'not found', reason: null, denial: 'NOT_FOUND' })
    else {
      const refused = dryRun ? null : await replay(item.id)
      items.push(refused === null ? item : { ...item, denial: refused })
    }
  }
  const accepted = items.filter((item) => item.denial === undefined).length
  return { dryRun, matchedCount: accepted, replayedCount: dryRun ? 0 : accepted, items }
}
