import type { WebhookDeliveryPeriod } from '#schema/identity/webhook-endpoint.type.js'
import type { Context } from '#services/kernel/context/context.js'
import { partialPeriods, type PeriodInterval } from '#services/kernel/clock/partial-periods.js'
import { KEPT_DAYS } from '#services/kernel/events/event-retention.js'
import { deliveriesByPeriod } from '#services/kernel/outbound-webhooks/webhooks.sql.js'

const DAY_MS = 86_400_000
const MAX_PERIODS = 1_000
/** The newest deliveries of an endpoint that one request counts. */
const MAX_DELIVERIES = 10_000

/** Deliveries of an endpoint by period, up to now. The caller checks permissions. Throws for too many periods. */
export async function deliveryHistory(
  { database, machineClock }: Pick<Context, 'database' | 'machineClock'>,
  endpointId: string,
  { interval, from: requested }: { readonly interval: PeriodInterval | 'RANGE'; readonly from: Date | null },
): Promise<WebhookDeliveryPeriod[]> {
  const now = machineClock.now()
  const from = requested ?? new Date(now.getTime() - KEPT_DAYS.webhookDeliveries * DAY_MS)
  const range = { from, to: now }
  const periods = from >= now ? [] : interval === 'RANGE' ? [range] : partialPeriods(range, interval, MAX_PERIODS)
  if (periods.length === 0) return []
  const starts = periods.map((period) => period.from)
  const rows = await database.rows(deliveriesByPeriod, { endpointId, starts, limit: MAX_DELIVERIES })
  const byPeriod = new Map(rows.map((row) => [row.period, row]))
  return periods.map((period, index) => {
    const { delivered = 0, dead = 0, pending = 0, p95Ms = null } = byPeriod.get(index + 1) ?? {}
    return {
      ...period,
      deliveredCount: delivered,
      deadCount: dead,
      pendingCount: pending,
      p95DurationSeconds: p95Ms === null ? null : p95Ms / 1_000,
    }
  })
}
