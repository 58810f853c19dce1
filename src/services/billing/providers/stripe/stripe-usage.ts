import { Stripe } from 'stripe'
import type { UsageError, UsagePort } from '../usage-port.js'
import type { CallStripe } from './stripe-errors.js'
import { pages } from './stripe-pages.js'

/** Reported by Stripe in thin events some time after the report. */
const ERROR_REPORTS = ['v1.billing.meter.error_report_triggered', 'v1.billing.meter.no_meter_found'] as const

/** Billing meters behind the usage port. */
export function stripeUsage(client: Stripe, call: CallStripe): UsagePort {
  const ids = new Map<string, string>()
  /** A meter keeps its ID and its event name. */
  const meterIdOf = async (eventName: string): Promise<string | undefined> => {
    if (!ids.has(eventName))
      for await (const { id, event_name: name } of pages(call, 'billing.meters.list', (after) =>
        client.billing.meters.list({ limit: 100, ...after }),
      ))
        ids.set(name, id)
    return ids.get(eventName)
  }
  return {
    async reportUsage({ meter, customerId, amount, identifier, at }) {
      const event = {
        event_name: meter,
        // Values are text, and whole.
        payload: { stripe_customer_id: customerId, value: String(amount) },
        identifier,
        timestamp: Math.floor(at.getTime() / 1000),
      }
      await call('billing.meter_events.create', () =>
        client.billing.meterEvents.create(event, { idempotencyKey: identifier }).catch((error: unknown) => {
          // The response was lost: the report is counted.
          if (error instanceof Stripe.errors.StripeError && error.code === 'duplicate_meter_event') return null
          throw error
        }),
      )
    },
    async countedUsage({ meter, customerId }, since, until) {
      const id = await meterIdOf(meter)
      if (!id) return 0
      const times = { start_time: minute(since), end_time: minute(until) + MINUTE }
      const { data } = await call('billing.meters.listEventSummaries', () =>
        client.billing.meters.listEventSummaries(id, { customer: customerId, limit: 100, ...times }),
      )
      return data.reduce((sum, { aggregated_value: value }) => sum + value, 0)
    },
    async *listUsageErrors(since): AsyncIterable<UsageError> {
      const reports = await call('v2.core.events.list', async () => {
        const recent: ErrorReport[] = []
        // Newest first: the first one that is older ends the list.
        for await (const event of client.v2.core.events.list({ types: [...ERROR_REPORTS], limit: 100 })) {
          if (new Date(event.created) < since) break
          recent.push(event as unknown as ErrorReport)
        }
        return recent
      })
      for (const report of reports) yield* errorsOf(report)
    },
  }
}

/** Stripe sums whole minutes. */
const MINUTE = 60
const minute = (moment: Date): number => Math.floor(moment.getTime() / 1000 / MINUTE) * MINUTE

interface ErrorReport {
  readonly data?: {
    readonly reason?: {
      readonly error_types?: readonly {
        readonly sample_errors?: readonly {
          readonly error_message: string
          readonly request?: { readonly identifier?: string }
        }[]
      }[]
    }
  }
}

const errorsOf = ({ data }: ErrorReport): UsageError[] =>
  (data?.reason?.error_types ?? []).flatMap(({ sample_errors: samples = [] }) =>
    samples.flatMap(({ error_message: reason, request }) =>
      request?.identifier ? [{ identifier: request.identifier, error: reason }] : [],
    ),
  )
