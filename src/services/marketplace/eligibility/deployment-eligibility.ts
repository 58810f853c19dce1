import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { requireSignedIn, visibleAccount } from '#services/identity/model/guard.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { newAccountSnapshot, type AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { refused } from '#services/kernel/denials/denial.js'
import { isAllocated } from '#services/entitlements/allocations/write-allocation.js'
import { MANAGED_SERVERS } from '#services/entitlements/plans/account-plan.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import { readEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import { decideEligibility, type Eligibility, type EligibilityInput } from './decide-eligibility.js'
import { loadTemplateInputs, type TemplateInputQuery, type TemplateInput } from './load-template-inputs.js'
import type { OfferedServer } from './infrastructure-step.js'

/** Requested deployment, in addition to account and template. */
export interface EligibilityOptions {
  readonly stack?: string | null
  readonly server?: OfferedServer | null
}

export interface EligibilityQuery extends EligibilityOptions {
  readonly accountId?: string | null
  readonly templateId: string
}

/** Reads the data for eligibility: one by one, or batched with other requests of the same response. */
export interface EligibilityReader {
  snapshot(accountId: string): Promise<AccountSnapshot | null>
  gate(ask: TemplateInputQuery): Promise<TemplateInput | null>
  /** True if a server of the account has a deployment. */
  isManaged(accountId: string, server: string): Promise<boolean>
}

/** Reads immediately; within a transaction, under the account lock. */
export const createEligibilityReader = (context: CatalogContext, sql: Sql): EligibilityReader => ({
  snapshot: async (accountId) =>
    (await loadSnapshot(sql, context.catalog.current(), accountId, context.clock.now())) ?? null,
  gate: async (ask) => {
    const [input] = await loadTemplateInputs(sql, [ask], context.clock.now(), context.catalog.current().currency)
    return input ?? null
  },
  isManaged: (accountId, resourceId) => isAllocated(sql, { accountId, feature: MANAGED_SERVERS, resourceId }),
})

/** True if an account may deploy a template now, with all reasons. Asking changes nothing, however often. */
export async function deploymentEligibility(context: CatalogContext, question: EligibilityQuery): Promise<Eligibility> {
  const reader = createEligibilityReader(context, context.database)
  requireSignedIn(context)
  const account = await visibleAccount(context, question.accountId, 'entitlements:read')
  if (!account) throw new AppError('NOT_FOUND', 'Account not found.')
  return decideEligibility(context.catalog.current(), await loadEligibilityInput(reader, account.id, question))
}

/**
 * The same for a template that the caller has read. Null if it is not published, or if the caller cannot see the
 * entitlements of the account. A visitor learns what a new account needs.
 */
export async function templateEligibility(
  context: CatalogContext,
  template: { readonly id: string; readonly approvedAt: Date | null; readonly status: string },
  { accountId, ...options }: EligibilityOptions & { readonly accountId: string | null },
  reader: EligibilityReader,
): Promise<Eligibility | null> {
  const question = { ...options, templateId: template.id }
  if (template.approvedAt === null || !['APPROVED', 'DEPRECATED'].includes(template.status)) return null
  if (context.caller.kind === 'anonymous' && !accountId) return visitorEligibility(context, question, reader)
  return readEntitlements(context, accountId, async (id) =>
    decideEligibility(context.catalog.current(), await loadEligibilityInput(reader, id, question)),
  )
}

async function visitorEligibility(
  context: CatalogContext,
  { templateId, stack, server }: EligibilityQuery,
  reader: EligibilityReader,
): Promise<Eligibility | null> {
  const gate = await reader.gate({ accountId: '', templateId })
  if (!gate) return null
  const catalog = context.catalog.current()
  const snapshot = newAccountSnapshot(catalog, context.clock.now())
  const { denials, explain } = decideEligibility(catalog, {
    ...gate,
    snapshot,
    stack: stack ?? gate.template.stack,
    server: server ?? null,
    isManaged: false,
  })
  const signIn = refused('SIGN_IN_REQUIRED', `Sign in to deploy ${gate.template.name}.`)
  return { allowed: false, denials: [signIn, ...denials], explain: ['Only signed-in users can deploy.', ...explain] }
}

/** Loads the eligibility input, for query, mutation and REST. */
export async function loadEligibilityInput(
  reader: EligibilityReader,
  accountId: string,
  { templateId, stack, server }: EligibilityOptions & Pick<EligibilityQuery, 'templateId'>,
): Promise<EligibilityInput> {
  const [snapshot, gate, isManaged] = await Promise.all([
    reader.snapshot(accountId),
    reader.gate({ accountId, templateId }),
    server?.reference ? reader.isManaged(accountId, server.reference) : false,
  ])
  if (!snapshot) throw new AppError('NOT_FOUND', 'Account not found.')
  if (!gate) throw new AppError('NOT_FOUND', 'Template not found.')
  return { ...gate, snapshot, stack: stack ?? gate.template.stack, server: server ?? null, isManaged }
}
