import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { dayText } from '#services/kernel/text/readable.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { allProblems } from '../model/all-problems.js'
import { assignPlan, COMPED, endPlan, EXTERNAL } from '../plans/assign-plan.js'
import { COMP_NOTICE, noticeTime } from '../plans/comp-notice.js'
import { compedPlanOf } from '../plans/comped-plans-of-account.js'
import { validateQuantity } from '../plans/plan-quantity.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import type { ChangedTerms, TermsPlace } from './change-terms.js'
import { validateEnd } from './terms-rules.js'

interface PlanTerms {
  readonly plan: string
  readonly quantity: number
  readonly until: Date | null
  readonly reason: string
}

/** Gives an account a paid plan free of charge until a time. Replaces the complimentary plan of the same group. */
export async function setPlanTerms(place: TermsPlace, terms: PlanTerms): Promise<Refused | ChangedTerms> {
  const { transaction, catalog, accountId, at, by } = place
  const plan = catalog.planByCode.get(terms.plan)
  const { until, reason } = terms
  const invalid = validatePlanTerms(plan, terms, at)
  if (invalid || !plan || !until) return invalid!
  const paid = paidInstead(catalog, (await loadSnapshot(transaction, catalog, accountId, at))!, plan)
  if (paid) return paid
  const before = await compedPlanOf(transaction, accountId, plan.group)
  const id = await assignComp(place, plan, { ...terms, until })
  return {
    id,
    event: {
      type: 'plan.comped',
      outbox: true,
      summary: `An operator gave ${plan.name} free of charge until ${dayText(until)}: ${reason}`,
      changesEntitlements: true,
      data: { id, ...terms, until, by },
    },
    details: { before, after: terms },
  }
}

/** Ends a complimentary plan. */
export async function endPlanTerms(
  { transaction, catalog, accountId, at, by }: TermsPlace,
  { plan: code, reason }: Pick<PlanTerms, 'plan' | 'reason'>,
): Promise<Refused | ChangedTerms> {
  const plan = catalog.planByCode.get(code)
  const before = plan ? await compedPlanOf(transaction, accountId, plan.group) : null
  if (!plan || before?.planId !== plan.id)
    return refused('INVALID_TRANSITION', `The account has no complimentary plan '${code}'.`, { field: 'plan' })
  await endPlan(transaction, { accountId, sourceType: COMPED, sourceId: plan.group }, at)
  return {
    id: before.id,
    event: {
      type: 'plan.comp_ended',
      outbox: true,
      summary: `An operator ended ${plan.name}, which was free of charge: ${reason}`,
      changesEntitlements: true,
      data: { plan: code, reason, by },
    },
    details: { before, after: null, reason },
  }
}

/** Assigns the plan and schedules its end and the notice of it. A plan that the account has so already is prolonged. */
async function assignComp(
  { transaction, catalog, accountId, at, by }: TermsPlace,
  plan: CatalogPlan,
  { quantity, until, reason }: PlanTerms & { readonly until: Date },
): Promise<string> {
  const id = await assignPlan(
    transaction,
    catalog,
    {
      accountId,
      groupCode: plan.group,
      planVersionId: plan.versionId,
      sourceType: COMPED,
      sourceId: plan.group,
      quantity,
      since: at,
      periodEnd: until,
      expiresAt: until,
    },
    at,
  )
  if (id === null) throw new Error(`a complimentary plan ends before ${at.toISOString()}`)
  await transaction.query
    .updateTable('plan_assignment')
    .set({ reason, setBy: by, notifiedAt: null })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
  await scheduleJob(transaction, { kind: COMP_NOTICE, key: id, accountId, runAt: noticeTime(until, at) })
  return id
}

/** Pure: denial with every problem of the terms. Null if they are valid. */
const validatePlanTerms = (
  plan: CatalogPlan | undefined,
  { plan: code, quantity, until, reason }: PlanTerms,
  now: Date,
): Refused | null =>
  allProblems(
    plan?.active && plan.prices.length > 0
      ? null
      : refused('INVALID_PLAN', `Invalid plan tier: '${code}' is not a paid plan that is for sale.`, { field: 'plan' }),
    plan ? validateQuantity(plan, quantity) : null,
    until === null
      ? refused('INVALID_PARAMETERS', 'endsAt is missing. A complimentary plan has an end.', { field: 'endsAt' })
      : validateEnd(until, now),
    validateReason(reason),
  )

/** Denial of a plan that is not above the one that the account pays for: it would have no effect, and the payments would continue. */
function paidInstead(
  catalog: CatalogSnapshot,
  { accountId, assignments, at }: AccountSnapshot,
  plan: CatalogPlan,
): Refused | null {
  const paid = assignments
    .filter(({ sourceType, expiresAt }) => sourceType !== COMPED && (expiresAt === null || expiresAt > at))
    .map(({ planVersionId, sourceType }) => ({ held: catalog.planByVersionId.get(planVersionId), sourceType }))
    .find(({ held }) => held?.group === plan.group && held.rank >= plan.rank)
  if (!paid) return null
  return refused(
    'ALREADY_INCLUDED',
    `The account has ${paid.held!.name} already, and a complimentary plan does not stop payments. Cancel the subscription first, or choose a higher plan.`,
    {
      field: 'plan',
      // A plan that another provider charges is canceled there.
      remedies:
        paid.sourceType === EXTERNAL
          ? []
          : [
              remedy('CHANGE_PLAN', 'Cancel the subscription', {
                mutation: 'cancelSubscription',
                buyer: { accountId },
              }),
            ],
    },
  )
}
