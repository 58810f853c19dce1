import { dayText } from '#services/kernel/text/readable.js'
import type { CompPlanInput } from '#schema/entitlements/comped-plan.type.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { AccountChanged, AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { allProblems } from '../model/all-problems.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { assignPlan, COMPED, EXTERNAL } from './assign-plan.js'
import { COMP_NOTICE, noticeTime } from './comp-notice.js'
import { compedPlanOf } from './comped-plans-of-account.js'
import { validateQuantity } from './plan-quantity.js'

/** Gives an account a paid plan free of charge until a time. Replaces the complimentary plan of the same group. */
export async function compPlan(context: CatalogContext, input: CompPlanInput): Promise<AccountOutcome> {
  const account = await requireAccount(context, input.accountId, 'account:read')
  const catalog = context.catalog.current()
  const plan = catalog.planByCode.get(input.plan)
  const terms = {
    plan: input.plan,
    quantity: input.quantity ?? 1,
    until: input.endsAt,
    reason: input.reason.trim(),
  }
  const at = context.clock.now()
  const invalid = validateComp(plan, terms, at)
  if (invalid || !plan) return denied(invalid!)
  return runIdempotent<AccountChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'compPlan', input.idempotencyKey),
    request: terms,
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const paid = paidInstead(catalog, (await loadSnapshot(transaction, catalog, account.id, at))!, plan)
      if (paid) return denied(paid)
      const before = await compedPlanOf(transaction, account.id, plan.group)
      const id = await assignComp(
        transaction,
        catalog,
        { ...terms, accountId: account.id, plan },
        context.caller.principal,
        at,
      )
      await recordAccountEvent(transaction, account.id, at, {
        type: 'plan.comped',
        outbox: true,
        summary: `An operator gave ${plan.name} free of charge until ${dayText(terms.until)}: ${terms.reason}`,
        changesEntitlements: true,
        data: { id, ...terms, by: context.caller.principal },
      })
      await recordChange(transaction, {
        accountId: account.id,
        actor: context.caller.principal,
        action: 'plan.comped',
        object: id,
        details: { before, after: terms },
      })
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: account.id } }
    },
  })
}

interface NewComp {
  readonly accountId: string
  readonly plan: CatalogPlan
  readonly quantity: number
  readonly until: Date
  readonly reason: string
}

/** Assigns the plan and schedules its end and the notice of it. A plan that the account has so already is prolonged. */
async function assignComp(
  transaction: Transaction,
  catalog: CatalogSnapshot,
  { accountId, plan, quantity, until, reason }: NewComp,
  setBy: string,
  at: Date,
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
    .set({ reason, setBy, notifiedAt: null })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
  await scheduleJob(transaction, { kind: COMP_NOTICE, key: id, accountId, runAt: noticeTime(until, at) })
  return id
}

/** Pure: denial with every problem of the input. Null if it is valid. */
function validateComp(
  plan: CatalogPlan | undefined,
  {
    plan: code,
    quantity,
    until,
    reason,
  }: { readonly plan: string; readonly quantity: number; readonly until: Date; readonly reason: string },
  now: Date,
): Refused | null {
  return allProblems(
    plan?.active && plan.prices.length > 0
      ? null
      : refused('INVALID_PLAN', `Invalid plan tier: '${code}' is not a paid plan that is for sale.`, { field: 'plan' }),
    plan ? validateQuantity(plan, quantity) : null,
    until <= now ? refused('INVALID_PARAMETERS', 'endsAt must be in the future.', { field: 'endsAt' }) : null,
    validateReason(reason),
  )
}

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
