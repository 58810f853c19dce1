import type { TemplateRow } from '../../../entities/marketplace/template.entity.js'
import type { PriceRow } from '../../../entities/catalog/price.entity.js'
import type { Sql } from '../../kernel/database/sql.js'
import type { PriceView } from '../../kernel/denials/denial.js'
import { AppError } from '../../kernel/errors/app-error.js'
import { requireSignedIn, visibleAccount } from '../../identity/guard/guard.js'
import type { CatalogContext } from '../../catalog/catalog-context.js'
import { loadRights } from '../../entitlements/rights/load-rights.js'
import { frozenByDispute } from '../../billing/purchases/frozen.js'
import { ownsTemplate } from '../ownership/ownership-queries.js'
import { findPublished } from '../templates/template-queries.js'
import { serverNeeds } from '../templates/definition/requirements.js'
import type { OfferedServer } from './infrastructure-step.js'
import { decideEligibility, type Eligibility, type EligibilityFacts } from './decide-eligibility.js'

export interface EligibilityQuestion {
  readonly accountId?: string | null
  readonly templateId: string
  readonly stack?: string | null
  readonly server?: OfferedServer | null
}

/** Whether an account may deploy a template now, with all reasons. Asking changes nothing, however often. */
export async function deploymentEligibility(
  context: CatalogContext,
  question: EligibilityQuestion,
): Promise<Eligibility> {
  requireSignedIn(context)
  const account = await visibleAccount(context, question.accountId, 'entitlements:read')
  if (!account) throw new AppError('NOT_FOUND', 'There is no such account.')
  const template = await findPublished(context.database, question.templateId)
  if (!template) throw new AppError('NOT_FOUND', 'There is no such template.')
  const facts = await loadEligibilityFacts(context, context.database, account.id, template, question)
  return decideEligibility(context.catalog.current(), facts)
}

/** Loads what the gate looks at; inside a transaction it is read under the account's lock. */
export async function loadEligibilityFacts(
  context: CatalogContext,
  sql: Sql,
  accountId: string,
  template: TemplateRow,
  asked: Pick<EligibilityQuestion, 'stack' | 'server'>,
): Promise<EligibilityFacts> {
  const rights = await loadRights(sql, context.catalog.current(), accountId, context.clock.now())
  if (!rights) throw new AppError('NOT_FOUND', 'There is no such account.')
  const owned = await ownsTemplate(sql, accountId, template.id, context.clock.now())
  if (template.deletedAt && !owned) throw new AppError('NOT_FOUND', 'There is no such template.')
  const { id, name, stack, requiredPlan, isFromMarketplace } = template
  return {
    rights,
    template: {
      id,
      name,
      stack,
      requiredPlan,
      isFromMarketplace,
      retired: template.status !== 'APPROVED',
      needs: serverNeeds(template.infrastructureRequirements),
    },
    ...(await templateSale(sql, template.id)),
    owned,
    disputed: (await frozenByDispute(sql, accountId)) !== null,
    stack: asked.stack ?? stack,
    server: asked.server ?? null,
  }
}

/** What a template's product costs; it is off sale when it has a product, and none of its prices is offered. */
async function templateSale(
  sql: Sql,
  templateId: string,
): Promise<{ readonly price: PriceView | null; readonly offSale: boolean }> {
  const row = await sql.row<PriceRow & { offered: boolean }>(
    `select pr.*, p.active and coalesce(pr.active, false) as offered from product p left join price pr on pr.product_id = p.id and pr.active
     where p.type = 'TEMPLATE' and p.external_id = $1 order by pr.amount_minor limit 1`,
    [templateId],
  )
  if (!row) return { price: null, offSale: false }
  if (!row.offered) return { price: null, offSale: true }
  const price = {
    id: row.id,
    money: { amountMinor: row.amountMinor, currency: row.currency },
    interval: row.interval,
    trialDays: row.trialDays,
    per: row.per,
  }
  return { price, offSale: false }
}
