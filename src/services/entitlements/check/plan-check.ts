import { satisfies } from '#services/catalog/plans/compare-plans.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import { readOrCreate } from '#services/identity/customers/create-customers.js'
import { accountNotFound, accountReference, mayRead, requireSignedIn } from '#services/identity/model/guard.js'
import { insufficientPlan } from '../model/denials.js'
import type { EntitlementsContext } from '../entitlements-context.js'

export interface PlanQuestion {
  readonly accountId?: string | null
  /** Code of a plan. */
  readonly plan: string
}

/** True if an account has a plan, or one of a higher rank in its group; otherwise the denial with its remedies. */
export interface PlanCheck {
  readonly allowed: boolean
  readonly denial: Denial | null
}

/** Checks the plan of an account. Members can check their own account, services every account they may access. */
export async function planCheck(context: EntitlementsContext, question: PlanQuestion): Promise<PlanCheck> {
  requireSignedIn(context)
  const { caller } = context
  const reference = accountReference(caller, question.accountId)
  const userId = caller.kind === 'user' ? caller.userId : null
  const [known] =
    reference === null
      ? []
      : await readOrCreate(context, [{ reference, userId }], (queries) =>
          context.entitlements.snapshotReader.read(queries),
        )
  if (!known || !mayRead(caller, known.account, 'entitlements:read')) throw accountNotFound(caller, reference)
  const catalog = context.catalog.current()
  const required = catalog.planByCode.get(question.plan)
  if (!required) {
    const name = question.plan.slice(0, 60)
    return { allowed: false, denial: refused('INVALID_PLAN', `Plan '${name}' not found.`, { field: 'plan' }) }
  }
  if (known.snapshot.held.some(({ plan }) => satisfies(plan, required))) return { allowed: true, denial: null }
  return { allowed: false, denial: insufficientPlan(catalog, known.snapshot, required, 'Requires the') }
}
