import { Ctx, Resolver, Root } from 'type-graphql'
import { InvoicePayload, InvoiceTerms, RecordInvoicePaymentArgs } from '#schema/billing/invoice-terms.type.js'
import type { Invoice } from '#schema/billing/invoice.type.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { fieldResolver, mutation } from '#schema/kernel/decorators.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { requires } from '#schema/kernel/requires.js'
import { recordInvoicePayment } from '#services/billing/invoice-terms/record-invoice-payment.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toInvoice } from './purchase.mapper.js'

@Resolver(() => AccountBilling)
export class InvoiceTermsResolver {
  @fieldResolver(
    'Terms of plans that are paid by invoice, as operators decided (`setChargingTerms`). Null: plans are charged.',
    () => InvoiceTerms,
    { nullable: true },
  )
  async invoiceTerms(@Ctx() context: RequestContext, @Root() { id }: AccountBilling): Promise<InvoiceTerms | null> {
    return (await context.loaders.account.load(id))?.invoiceTerms ?? null
  }

  @mutation(
    'Records that an invoice was paid outside the payment provider, for example by a bank transfer. Its plan is given as by any other payment.',
    () => InvoicePayload,
  )
  @requires('OPS_WRITE')
  async recordInvoicePayment(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RecordInvoicePaymentArgs) input: RecordInvoicePaymentArgs,
  ): Promise<Invoice | Denial> {
    const outcome = await recordInvoicePayment(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toInvoice(outcome.invoice)
  }
}
