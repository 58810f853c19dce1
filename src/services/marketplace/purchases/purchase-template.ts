import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied } from '#services/kernel/result/denied.js'
import { requireSignedIn } from '#services/identity/model/guard.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { purchaseRequest, type CheckoutInput } from '#services/billing/model/purchase-request.js'
import {
  startCheckout,
  type CheckoutDefinition,
  type StartCheckoutOutcome,
} from '#services/billing/checkout/start-checkout.js'
import { accountCurrencies } from '#services/billing/model/load-buyer.js'
import { purchaseDenial } from '#services/billing/sales/payment-state.js'
import { ownsTemplate } from '../ownership/ownership-queries.js'
import { findPublished } from '../templates/template-queries.js'
import { decideTemplateOffer } from './decide-template-offer.js'

export interface PurchaseTemplate extends Omit<CheckoutInput, 'quantity' | 'pluginId'> {
  readonly templateId: string
  /** Another name of the same template, from clients that send both. */
  readonly stackCode?: string | null
}

/** Begins to sell the right to deploy a template. The price is looked up here; who owns it already is not charged again. */
export async function purchaseTemplate(
  context: BillingContext,
  input: PurchaseTemplate,
): Promise<StartCheckoutOutcome> {
  requireSignedIn(context)
  const template = await findPublished(context.database, input.templateId)
  if (!template) throw new AppError('NOT_FOUND', 'Template not found.')
  if (input.stackCode && ![template.id, template.slug, template.stack].includes(input.stackCode))
    return denied(
      refused('INVALID_PARAMETERS', `stackCode names another template than ${template.slug}.`, { field: 'stackCode' }),
    )
  return startCheckout(context, saleOfTemplate(context, template, input))
}

export function saleOfTemplate(
  context: BillingContext,
  template: TemplateRow,
  input: PurchaseTemplate,
): CheckoutDefinition {
  const request = { template: template.id, ...purchaseRequest(input) }
  return {
    mutation: 'purchaseTemplate',
    input,
    request,
    offer: async (account) => {
      const owned = await alreadyOwned(context, context.database, account.id, template.id)
      if (owned) return owned
      const catalog = context.catalog.current()
      const product = catalog.productByTemplateId.get(template.id)
      const prices = (product && catalog.pricesByProductId.get(product.id)) ?? []
      return decideTemplateOffer(
        catalog,
        context.config.mode,
        request,
        { template, product: product ?? null, prices },
        await accountCurrencies(context.database, account.id),
      )
    },
    findConflict: async (sql, account) =>
      (await purchaseDenial(context, sql, account.id)) ?? (await alreadyOwned(context, sql, account.id, template.id)),
  }
}

async function alreadyOwned(
  context: BillingContext,
  sql: Sql,
  accountId: string,
  templateId: string,
): Promise<Refused | null> {
  const owned = await ownsTemplate(sql, accountId, templateId, context.clock.now())
  return owned
    ? refused('ALREADY_OWNED', 'The account already owns this template. Nothing was charged.', { field: 'templateId' })
    : null
}
