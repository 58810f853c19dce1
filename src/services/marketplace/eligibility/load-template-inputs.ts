import type { PriceRow } from '#entities/catalog/price.entity.js'
import type { PriceView } from '#services/kernel/denials/denial.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { readServerRequirements } from '../templates/definition/requirements.js'
import type { EligibilityInput } from './decide-eligibility.js'
import { templateInputs } from './eligibility.sql.js'

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

/** A row of the statement; see `TemplateInput`. */
export interface TemplateInputRow extends TemplateInputQuery {
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
  const rows = await sql.rows(templateInputs, {
    accountIds: asks.map(({ accountId }) => accountId),
    templateIds: asks.map(({ templateId }) => templateId),
    now,
    currency,
  })
  return rows.map(toTemplateInput)
}

function toTemplateInput(row: TemplateInputRow): TemplateInput {
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

const toView = ({
  id,
  amountMinor,
  currency,
  interval,
  trialDays,
  per,
}: NonNullable<TemplateInputRow['price']>): PriceView => ({
  id,
  money: { amountMinor, currency },
  interval,
  trialDays,
  per,
})
