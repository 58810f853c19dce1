import type { PriceRow } from '#entities/catalog/price.entity.js'
import type { PriceView } from '#services/kernel/denials/denial.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { OWNED } from '../ownership/ownership-queries.js'
import { readServerRequirements } from '../templates/definition/requirements.js'
import type { EligibilityInput } from './decide-eligibility.js'

/**
 * Data for eligibility in addition to the account snapshot: the template, its sale, and the account's relation to it.
 */
export interface TemplateInput extends Pick<EligibilityInput, 'template' | 'price' | 'offSale' | 'owned' | 'disputed'> {
  readonly accountId: string
  readonly templateId: string
}

/** An account and the template that it requests. */
export interface TemplateInputQuery {
  readonly accountId: string
  readonly templateId: string
}

interface GateRow extends TemplateInputQuery {
  readonly name: string
  readonly stack: string
  readonly requiredPlan: string | null
  readonly isFromMarketplace: boolean
  readonly status: string
  readonly needs: Readonly<Record<string, unknown>> | null
  readonly productActive: boolean | null
  readonly price: Pick<PriceRow, 'id' | 'amountMinor' | 'currency' | 'interval' | 'trialDays' | 'per'> | null
  readonly owned: boolean
  readonly disputed: boolean
}

/**
 * Eligibility input for several templates, with one statement. Absent if the template does not exist for the account:
 * never published, or deleted and not owned. @param currency of the displayed price if the template is sold in several
 */
export async function loadTemplateInputs(
  sql: Sql,
  asks: readonly TemplateInputQuery[],
  now: Date,
  currency: string,
): Promise<TemplateInput[]> {
  const rows = await sql.rows<GateRow>(
    `select ask.account_id, t.id as template_id, t.name, t.stack, t.required_plan, t.is_from_marketplace, t.status,
       t.infrastructure_requirements as needs, p.active as product_active, price.view as price, own.ed as owned,
       exists (select 1 from dispute d join purchase b on b.id = d.purchase_id where b.account_id = ask.account_id and d.status = 'OPEN') as disputed
     from unnest($1::text[], $3::text[]) as ask(account_id, template_id)
       join template t on t.id = ask.template_id and t.status in ('APPROVED', 'DEPRECATED') and t.approved_at is not null
       left join product p on p.type = 'TEMPLATE' and p.external_id = t.id
       left join lateral (
         select jsonb_build_object('id', pr.id, 'amountMinor', pr.amount_minor, 'currency', pr.currency, 'interval', pr."interval",
           'trialDays', pr.trial_days, 'per', pr.per) as view
         from price pr where pr.product_id = p.id and pr.active order by pr.currency <> $4, pr.amount_minor limit 1) price on true
       cross join lateral (
         select exists (select 1 from template_ownership o where o.account_id = ask.account_id and o.template_id = t.id and ${OWNED}) as ed) own
     where t.deleted_at is null or own.ed`,
    [asks.map(({ accountId }) => accountId), now, asks.map(({ templateId }) => templateId), currency],
  )
  return rows.map(toTemplateInput)
}

function toTemplateInput(row: GateRow): TemplateInput {
  // A product without a price on sale, or one that was taken off sale, is not free.
  const offSale = row.productActive !== null && !(row.productActive && row.price)
  return {
    accountId: row.accountId,
    templateId: row.templateId,
    template: {
      id: row.templateId,
      name: row.name,
      stack: row.stack,
      requiredPlan: row.requiredPlan,
      isFromMarketplace: row.isFromMarketplace,
      retired: row.status !== 'APPROVED',
      needs: readServerRequirements(row.needs),
    },
    price: row.price && !offSale ? toView(row.price) : null,
    offSale,
    owned: row.owned,
    disputed: row.disputed,
  }
}

const toView = ({ id, amountMinor, currency, interval, trialDays, per }: NonNullable<GateRow['price']>): PriceView => ({
  id,
  money: { amountMinor, currency },
  interval,
  trialDays,
  per,
})
