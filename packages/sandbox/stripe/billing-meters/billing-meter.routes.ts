import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { integer, paging, text } from '../api/fields.js'
import { listPage } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { requireCustomer } from '../customers/require-customer.js'
import { emitEvent } from '../events/emit-event.js'
import { usageWithin } from './usage.js'

const MINUTE = 60
const WINDOWS = { hour: 60 * MINUTE, day: 24 * 60 * MINUTE }

const creation = z.strictObject({
  display_name: text.min(1),
  event_name: z.string().min(1).max(100),
  default_aggregation: z.strictObject({ formula: z.enum(['count', 'last', 'sum']) }),
  customer_mapping: z.strictObject({ event_payload_key: text, type: z.literal('by_id') }).optional(),
  event_time_window: z.enum(['day', 'hour']).optional(),
  value_settings: z.strictObject({ event_payload_key: text }).optional(),
})

/** Meters: create, retrieve, update, list, deactivate, reactivate; what they counted. */
export const billingMeterRoutes = [
  route('POST', '/v1/billing/meters', creation, (world, { input }) => {
    const taken = world.store.by('billing.meter', 'event_name', input.event_name).some((one) => one.status === 'active')
    if (taken)
      throw invalid(
        `There is an active meter with the event name '${input.event_name}' already.`,
        'event_name',
        'resource_already_exists',
      )
    const meter = world.store.put('billing.meter', buildMeter(world, input))
    emitEvent(world, 'billing.meter.created', meter)
    return meter
  }),
  route('GET', '/v1/billing/meters/:meter', z.strictObject({}), (world, { path }) =>
    requireMeter(world, path['meter'] ?? ''),
  ),
  route(
    'POST',
    '/v1/billing/meters/:meter',
    z.strictObject({ display_name: text.min(1).optional() }),
    (world, { path, input }) => {
      const before = requireMeter(world, path['meter'] ?? '')
      const { object, previous } = changeObject(world, 'billing.meter', before.id, {
        ...(input.display_name === undefined ? {} : { display_name: input.display_name }),
        updated: world.clock.seconds,
      })
      emitEvent(world, 'billing.meter.updated', object, previous)
      return object
    },
  ),
  route('POST', '/v1/billing/meters/:meter/deactivate', z.strictObject({}), (world, { path }) =>
    setActive(world, requireMeter(world, path['meter'] ?? ''), false),
  ),
  route('POST', '/v1/billing/meters/:meter/reactivate', z.strictObject({}), (world, { path }) =>
    setActive(world, requireMeter(world, path['meter'] ?? ''), true),
  ),
  route(
    'GET',
    '/v1/billing/meters',
    z.strictObject({ ...paging, status: z.enum(['active', 'inactive']).optional() }),
    (world, { input, url }) => {
      const meters = world.store
        .newest('billing.meter')
        .filter((one) => input.status === undefined || one.status === input.status)
      return listPage(meters, url, input)
    },
  ),
  route(
    'GET',
    '/v1/billing/meters/:meter/event_summaries',
    z.strictObject({
      ...paging,
      customer: text,
      start_time: integer,
      end_time: integer,
      value_grouping_window: z.enum(['day', 'hour']).optional(),
    }),
    (world, { path, input, url }) => {
      const meter = requireMeter(world, path['meter'] ?? '')
      const { id: customer } = requireCustomer(world, input.customer, 'customer', 400)
      const window = input.value_grouping_window === undefined ? null : WINDOWS[input.value_grouping_window]
      requireAligned(input, window ?? MINUTE)
      return listPage(summaries(world, meter.id, customer, input, window), url, input)
    },
  ),
]

/** One summary of the whole time, or one for each window in which something was used, newest first. */
function summaries(
  world: SandboxState,
  meter: string,
  customer: string,
  { start_time, end_time }: { start_time: number; end_time: number },
  window: number | null,
): Stripe.Billing.MeterEventSummary[] {
  const starts =
    window === null
      ? [start_time]
      : Array.from({ length: (end_time - start_time) / window }, (_, index) => start_time + index * window)
  return starts
    .map((start) => {
      const end = window === null ? end_time : start + window
      return {
        id: `mtrusg_${meter.slice(4, 12)}${start}`,
        object: 'billing.meter_event_summary' as const,
        aggregated_value: usageWithin(world, meter, customer, { start, end }),
        end_time: end,
        livemode: false,
        meter,
        start_time: start,
      }
    })
    .filter((summary) => window === null || summary.aggregated_value > 0)
    .toReversed()
}

function requireAligned({ start_time, end_time }: { start_time: number; end_time: number }, step: number): void {
  if (end_time <= start_time) throw invalid('`end_time` must be after `start_time`.', 'end_time')
  for (const [name, value] of Object.entries({ start_time, end_time }))
    if (value % step !== 0) throw invalid(`\`${name}\` must be aligned with ${step} seconds.`, name)
  if ((end_time - start_time) / step > 100_000) throw invalid('That is too long a time.', 'end_time')
}

function setActive(world: SandboxState, meter: Stripe.Billing.Meter, active: boolean): Stripe.Billing.Meter {
  if ((meter.status === 'active') === active) throw invalid(`The meter is ${meter.status} already.`, 'id')
  const { object, previous } = changeObject(world, 'billing.meter', meter.id, {
    status: active ? 'active' : 'inactive',
    status_transitions: { deactivated_at: active ? null : world.clock.seconds },
    updated: world.clock.seconds,
  })
  emitEvent(world, active ? 'billing.meter.reactivated' : 'billing.meter.deactivated', object, previous)
  return object
}

function buildMeter(world: SandboxState, input: z.output<typeof creation>): Stripe.Billing.Meter {
  return {
    id: world.ids.next('mtr'),
    object: 'billing.meter',
    created: world.clock.seconds,
    customer_mapping: input.customer_mapping ?? { event_payload_key: 'stripe_customer_id', type: 'by_id' },
    default_aggregation: input.default_aggregation,
    display_name: input.display_name,
    event_name: input.event_name,
    event_time_window: input.event_time_window ?? null,
    livemode: false,
    status: 'active',
    status_transitions: { deactivated_at: null },
    updated: world.clock.seconds,
    value_settings: input.value_settings ?? { event_payload_key: 'value' },
  }
}

function requireMeter(world: SandboxState, id: string): Stripe.Billing.Meter {
  const meter = world.store.get('billing.meter', id)
  if (meter === undefined) throw missing('billing meter', id, 'id')
  return meter
}
