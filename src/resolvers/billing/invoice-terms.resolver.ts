import { Ctx, Resolver, Root } from 'type-graphql'
import { InvoicePayload, InvoiceTerms, RecordInvoicePaymentArgs } from '#schema/billing/invoice-terms.type.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { recordInvoicePayment } from '#services/billing/invoice-terms/record-invoice-payment.js'
import type { RequestContext } from '#context/request-context.js'
import { toInvoice } from './purchase.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

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
    { payload: () => InvoicePayload, permission: 'OPS_WRITE', moves: 'money', repeats: 'The invoice is already paid.' },
  )
  recordInvoicePayment(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RecordInvoicePaymentArgs) input: RecordInvoicePaymentArgs,
  ) {
    return unlessDenied(recordInvoicePayment(context, input), (outcome) => toInvoice(outcome.invoice))
  }
}
