import type { TemplateRow } from '../../../entities/marketplace/template.entity.js'
import type { PriceRow } from '../../../entities/catalog/price.entity.js'
import type { Sql } from '../../kernel/database/sql.js'
import type { PriceView } from '../../kernel/denials/denial.js'
import { AppError } from '../../kernel/errors/app-error.js'
import { requireSignedIn, visibleAccount } from '../../identity/guard/guard.js'
import type { CatalogContext } from '../../catalog/catalog-context.js'
import { loadRights } from '../../entitlements/rights/load-rights.js'
import { findTemplate } from '../templates/template-queries.js'
import { decideEligibility, type Eligibility, type EligibilityFacts } from './decide-eligibility.js'

export interface EligibilityQuestion {
  readonly accountId?: string | null
  readonly templateId: string
  readonly stack?: string | null
}

/** Whether an account may deploy a template now, with all reasons. Asking changes nothing, however often. */
export async function deploymentEligibility(
  context: CatalogContext,
  question: EligibilityQuestion,
): Promise<Eligibility> {
  requireSignedIn(context)
  const account = await visibleAccount(context, question.accountId, 'entitlements:read')
  if (!account) throw new AppError('NOT_FOUND', 'There is no such account.')
  const template = await findTemplate(context.database, { id: question.templateId })
  if (!template) throw new AppError('NOT_FOUND', 'There is no such template.')
  const facts = await loadEligibilityFacts(context, context.database, account.id, template, question.stack ?? null)
  return decideEligibility(context.catalog.current(), facts)
}

/** Loads what the gate looks at; inside a transaction it is read under the account's lock. */
export async function loadEligibilityFacts(
  context: CatalogContext,
  sql: Sql,
  accountId: string,
  template: TemplateRow,
  stack: string | null,
): Promise<EligibilityFacts> {
  const rights = await loadRights(sql, context.catalog.current(), accountId, context.clock.now())
  if (!rights) throw new AppError('NOT_FOUND', 'There is no such account.')
  return {
    rights,
    template,
    price: await templatePrice(sql, template.id),
    owned: false,
    stack: stack ?? template.stack,
  }
}

/** What a template's active product costs; null without one. */
export async function templatePrice(sql: Sql, templateId: string): Promise<PriceView | null> {
  const row = await sql.row<PriceRow>(
    `select pr.* from product p join price pr on pr.product_id = p.id
     where p.type = 'TEMPLATE' and p.external_id = $1 and p.active and pr.active order by pr.amount_minor limit 1`,
    [templateId],
  )
  return row
    ? {
        id: row.id,
        money: { amountMinor: row.amountMinor, currency: row.currency },
        interval: row.interval,
        trialDays: row.trialDays,
        per: row.per,
      }
    : null
}
