import type { Sql } from '../../kernel/database/sql.js'
import { AppError } from '../../kernel/errors/app-error.js'
import { requireSignedIn, visibleAccount } from '../../identity/guard/guard.js'
import type { CatalogContext } from '../../catalog/catalog-context.js'
import type { AccountSnapshot } from '../../entitlements/snapshot/account-snapshot.js'
import { loadSnapshot } from '../../entitlements/snapshot/load-snapshot.js'
import { decideEligibility, type Eligibility, type EligibilityFacts } from './decide-eligibility.js'
import { gateFactsOf, type GateAsk, type GateFacts } from './gate-facts.js'
import type { OfferedServer } from './infrastructure-step.js'

/** What is asked besides the account and the template. */
export interface Wishes {
  readonly stack?: string | null
  readonly server?: OfferedServer | null
}

export interface EligibilityQuestion extends Wishes {
  readonly accountId?: string | null
  readonly templateId: string
}

/** How the gate's facts are read: one by one, or with those of other questions of the same answer. */
export interface GateReader {
  rights(accountId: string): Promise<AccountSnapshot | null>
  gate(ask: GateAsk): Promise<GateFacts | null>
}

/** Reads at once; inside a transaction, under the account's lock. */
export const gateReader = (context: CatalogContext, sql: Sql): GateReader => ({
  rights: async (accountId) =>
    (await loadSnapshot(sql, context.catalog.current(), accountId, context.clock.now())) ?? null,
  gate: async (ask) => {
    const [facts] = await gateFactsOf(sql, [ask], context.clock.now(), context.catalog.current().currency)
    return facts ?? null
  },
})

/** Whether an account may deploy a template now, with all reasons. Asking changes nothing, however often. */
export async function deploymentEligibility(
  context: CatalogContext,
  question: EligibilityQuestion,
  reader: GateReader = gateReader(context, context.database),
): Promise<Eligibility> {
  requireSignedIn(context)
  const account = await visibleAccount(context, question.accountId, 'entitlements:read')
  if (!account) throw new AppError('NOT_FOUND', 'Account not found.')
  return decideEligibility(context.catalog.current(), await eligibilityFacts(reader, account.id, question))
}

/** Loads what the gate looks at, for the query, the mutation and the REST edge alike. */
export async function eligibilityFacts(
  reader: GateReader,
  accountId: string,
  { templateId, stack, server }: Wishes & Pick<EligibilityQuestion, 'templateId'>,
): Promise<EligibilityFacts> {
  const [rights, gate] = await Promise.all([reader.rights(accountId), reader.gate({ accountId, templateId })])
  if (!rights) throw new AppError('NOT_FOUND', 'Account not found.')
  if (!gate) throw new AppError('NOT_FOUND', 'Template not found.')
  return { ...gate, rights, stack: stack ?? gate.template.stack, server: server ?? null }
}
