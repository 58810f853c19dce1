import type { ExternalPlanRow } from '#entities/entitlements/external-plan.entity.js'
import type { SetPlanInput } from '#schema/entitlements/set-plan.type.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { AccountChanged } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { nearestName } from '#services/kernel/text/nearest-name.js'
import { dayText } from '#services/kernel/text/readable.js'
import { allProblems } from '../model/all-problems.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { assignPlan, endOfDay, endPlan, EXTERNAL, lastAssignmentOf } from './assign-plan.js'
import { validateQuantity } from './plan-quantity.js'

/** Difference between the clocks of the seller's provider and the server that is no error. */
const MAX_SKEW_MS = 300_000
const SOURCE = /^[\x21-\x7e]{1,255}$/
const ENDED = { plan: null, quantity: null, periodStart: null, periodEnd: null }

/** A price that an application does not know must not end what a customer has paid. */
const MISSING_PLAN = refused(
  'INVALID_PARAMETERS',
  'plan is missing. Pass its code, or null to end the plan of the source.',
  {
    field: 'plan',
  },
)

/** True if the plan of the source is that of this event; false if a newer event is known. */
export type SetPlanOutcome = (AccountChanged & { readonly applied: boolean }) | Denied

type PlanEvent = Omit<ExternalPlanRow, 'accountId'>
/** An event as it arrives. Without a time it is the newest one of its source. */
type NewEvent = Omit<PlanEvent, 'eventAt'> & { readonly eventAt: Date | null }

/**
 * Sets or ends the plan of one subscription at the seller's own payment provider. The newest event of a source decides, in whatever order the
 * events arrive.
 */
export async function setPlan(context: CatalogContext, input: SetPlanInput): Promise<SetPlanOutcome> {
  const account = await requireAccount(context, input.accountId, 'credits:write')
  const catalog = context.catalog.current()
  const event = eventOf(input)
  const invalid = input.plan === undefined ? MISSING_PLAN : validateEvent(catalog, event, context.clock.now())
  if (invalid) return denied(invalid)
  const applied = async (transaction: Transaction): Promise<SetPlanOutcome> => ({
    kind: 'changed',
    account,
    applied: (await lastEvent(transaction, account.id, event.source))?.eventId === event.eventId,
  })
  return runIdempotent<SetPlanOutcome>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'setPlan', input.idempotencyKey),
    request: event,
    replay: applied,
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const denial = await applyEvent(context, transaction, account.id, { event, catalog })
      return denial
        ? denied(denial)
        : { value: await applied(transaction), reference: { __typename: 'Account', id: account.id } }
    },
  })
}

/** Pure: the event of an input, with its defaults. */
function eventOf(input: SetPlanInput): NewEvent {
  const { plan = null, quantity, from, to = null, source, eventAt, idempotencyKey } = input
  const terms = { plan, quantity: quantity ?? 1, periodStart: from ?? null, periodEnd: to }
  return {
    source: source ?? 'default',
    eventId: idempotencyKey,
    eventAt: eventAt ?? null,
    ...(plan === null ? ENDED : terms),
  }
}

/** Pure: denial with every problem of an event. Null if it is valid. */
function validateEvent(catalog: CatalogSnapshot, event: NewEvent, at: Date): Refused | null {
  const { plan, quantity, periodStart, periodEnd } = event
  const known = plan === null ? undefined : catalog.planByCode.get(plan)
  const latest = new Date(at.getTime() + MAX_SKEW_MS)
  return allProblems(
    plan === null || known ? null : unknownPlan(catalog, plan),
    known && quantity !== null ? validateQuantity(known, quantity) : null,
    periodStart && isAfter(periodStart, latest)
      ? refused('INVALID_PARAMETERS', 'from must not be in the future. Set the plan when the period begins.', {
          field: 'from',
        })
      : null,
    periodEnd && periodStart && !isAfter(periodEnd, periodStart)
      ? refused('INVALID_PARAMETERS', 'to must be after from.', { field: 'to' })
      : null,
    SOURCE.test(event.source)
      ? null
      : refused('INVALID_PARAMETERS', 'source must be 1 to 255 printable ASCII characters without spaces.', {
          field: 'source',
        }),
    event.eventAt && isAfter(event.eventAt, latest)
      ? refused('INVALID_PARAMETERS', 'eventAt must not be in the future: it would outlast all later events.', {
          field: 'eventAt',
        })
      : null,
  )
}

function unknownPlan(catalog: CatalogSnapshot, code: string): Refused {
  const nearest = nearestName(code, catalog.planByCode.keys())
  const hint = nearest === null ? '' : ` Did you mean '${nearest}'?`
  return refused('INVALID_PLAN', `Plan '${code.slice(0, 60)}' not found.${hint}`, { field: 'plan' })
}

const lastEvent = ({ query }: Transaction, accountId: string, source: string): Promise<PlanEvent | undefined> =>
  query
    .selectFrom('external_plan')
    .select(['source', 'eventId', 'eventAt', 'plan', 'quantity', 'periodStart', 'periodEnd'])
    .where('accountId', '=', accountId)
    .where('source', '=', source)
    .executeTakeFirst()

/**
 * Pure: true if an event comes after another one of its source. Events of the same time have an order as well, because providers count in seconds:
 * an end is the last one, otherwise the greater ID.
 */
function isNewer(event: PlanEvent, last: PlanEvent): boolean {
  if (event.eventAt.getTime() !== last.eventAt.getTime()) return isAfter(event.eventAt, last.eventAt)
  if ((event.plan === null) !== (last.plan === null)) return event.plan === null
  return event.eventId > last.eventId
}

/** Now, or later than the last event by the shortest time. */
const afterLast = (last: PlanEvent | undefined, at: Date): Date =>
  last && !isAfter(at, last.eventAt) ? new Date(last.eventAt.getTime() + 1) : at

/** Writes an event that is the newest of its source, and the plan that follows from it. The caller holds the account lock. */
async function applyEvent(
  context: CatalogContext,
  transaction: Transaction,
  accountId: string,
  { event: arrived, catalog }: { readonly event: NewEvent; readonly catalog: CatalogSnapshot },
): Promise<Refused | null> {
  // Read under the lock, so that the periods of an account follow each other.
  const at = context.clock.now()
  const before = await lastEvent(transaction, accountId, arrived.source)
  const event = { ...arrived, eventAt: arrived.eventAt ?? afterLast(before, at) }
  if (before && (before.eventId === event.eventId || !isNewer(event, before))) return null
  const plan = event.plan === null ? null : catalog.planByCode.get(event.plan)!
  const subscribed = plan && (await subscribedInstead(transaction, catalog, accountId, { plan, at }))
  if (subscribed) return subscribed
  const source = { accountId, sourceType: EXTERNAL, sourceId: event.source } as const
  const assigned = await lastAssignmentOf(transaction, source)
  const isHeld = assigned?.endedAt === null
  // Without a new period the present one continues.
  const periodStart = event.periodStart ?? (isHeld ? (before?.periodStart ?? null) : at)
  const after = plan ? { ...event, periodStart } : event
  const { source: sourceId, ...values } = after
  await transaction.query
    .insertInto('external_plan')
    .values({ accountId, source: sourceId, ...values })
    .onConflict((conflict) => conflict.columns(['accountId', 'source']).doUpdateSet(values))
    .execute()
  // A period that is over gives nothing any more.
  const given = plan && !(event.periodEnd && !isAfter(endOfDay(event.periodEnd), at)) ? plan : null
  const begin = periodStart && isAfter(periodStart, at) ? at : periodStart
  if (given)
    await assignPlan(
      transaction,
      catalog,
      {
        ...source,
        groupCode: given.group,
        planVersionId: versionFor(catalog, given, isHeld && !startsPeriod(event, before) ? assigned : undefined),
        quantity: event.quantity ?? 1,
        // The periods of a subscription are counted from its first one, unless a later one begins on another day.
        since: assigned?.billingAnchor ?? begin ?? at,
        periodStart: begin,
        periodEnd: event.periodEnd,
        wasUnpaid: true,
      },
      at,
    )
  else await endPlan(transaction, source, at)
  await recordEvent(context, transaction, accountId, { plan: given, before, after, at })
  return null
}

const startsPeriod = ({ periodStart }: PlanEvent, before: PlanEvent | undefined): boolean =>
  periodStart !== null && periodStart.getTime() !== before?.periodStart?.getTime()

/** Within a paid period the version stays in which the plan was given. */
const versionFor = (
  catalog: CatalogSnapshot,
  plan: CatalogPlan,
  assigned: { readonly planVersionId: string } | undefined,
): string =>
  assigned && catalog.planByVersionId.get(assigned.planVersionId)?.id === plan.id
    ? assigned.planVersionId
    : plan.versionId

/** Denial of a plan of a group in which the account has a subscription of this installation. Both would be charged. */
async function subscribedInstead(
  transaction: Transaction,
  catalog: CatalogSnapshot,
  accountId: string,
  { plan, at }: { readonly plan: CatalogPlan; readonly at: Date },
): Promise<Refused | null> {
  const snapshot = await loadSnapshot(transaction, catalog, accountId, at)
  const held = snapshot?.assignments.find(
    ({ sourceType, groupCode, expiresAt }) =>
      sourceType === 'subscription' && groupCode === plan.group && (expiresAt === null || isAfter(expiresAt, at)),
  )
  if (!held) return null
  const name = catalog.planByVersionId.get(held.planVersionId)?.name ?? plan.name
  return refused(
    'ALREADY_INCLUDED',
    `The account subscribes to ${name} here, and would pay twice. Cancel that subscription first.`,
    {
      field: 'plan',
      remedies: [
        remedy('CHANGE_PLAN', 'Cancel the subscription', { mutation: 'cancelSubscription', buyer: { accountId } }),
      ],
    },
  )
}

async function recordEvent(
  context: CatalogContext,
  transaction: Transaction,
  accountId: string,
  {
    plan,
    before,
    after,
    at,
  }: {
    readonly plan: CatalogPlan | null
    readonly before: PlanEvent | undefined
    readonly after: PlanEvent
    readonly at: Date
  },
): Promise<void> {
  const by = context.caller.principal
  const until = after.periodEnd ? ` until ${dayText(after.periodEnd)}` : ''
  await recordAccountEvent(transaction, accountId, at, {
    type: 'plan.set',
    outbox: true,
    summary: plan ? `${plan.name} was set${until}.` : 'The plan was ended.',
    changesEntitlements: true,
    data: {
      source: after.source,
      event: after.eventId,
      eventAt: after.eventAt,
      plan: after.plan,
      quantity: after.quantity,
      from: after.periodStart,
      to: after.periodEnd,
      by,
    },
  })
  await recordChange(transaction, {
    accountId,
    actor: by,
    action: 'plan.set',
    object: after.source,
    details: { before: before ?? null, after },
  })
}
