import { Ctx, Resolver, Root } from 'type-graphql'
import { BillingSubscription } from '#schema/billing/billing-subscription.type.js'
import { NoUpcomingInvoiceReason, UpcomingInvoice } from '#schema/billing/upcoming-invoice.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { upcomingInvoice, type UpcomingInvoice as Upcoming } from '#services/billing/invoices/upcoming-invoice.js'
import { toMoney } from '../kernel/price.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toLines } from './plan-change.mapper.js'

@Resolver(() => BillingSubscription)
export class UpcomingInvoiceResolver {
  @fieldResolver(
    'Next invoice, previewed by the provider: `noUpcomingInvoiceReason` says why it is null. Null with an error `UNAVAILABLE` if the provider does not respond within five seconds.',
    () => UpcomingInvoice,
    { nullable: true },
  )
  async upcomingInvoice(
    @Ctx() context: RequestContext,
    @Root() { id }: BillingSubscription,
  ): Promise<UpcomingInvoice | null> {
    const upcoming = await upcomingOf(context, id)
    if (upcoming.kind === 'none') return null
    const { at, total, amountDue, tax, lines } = upcoming.invoice
    const discounted = lines.reduce((sum, { discount }) => sum + (discount?.amountMinor ?? 0), 0)
    return {
      __typename: 'UpcomingInvoice',
      invoicedAt: at,
      total: toMoney(total),
      discount: discounted > 0 ? toMoney({ ...total, amountMinor: discounted }) : null,
      amountDue: toMoney(amountDue),
      tax: tax && toMoney(tax),
      lines: toLines(lines),
    }
  }

  @fieldResolver('Reason why `upcomingInvoice` is null. Null if there is one.', () => NoUpcomingInvoiceReason, {
    nullable: true,
  })
  async noUpcomingInvoiceReason(
    @Ctx() context: RequestContext,
    @Root() { id }: BillingSubscription,
  ): Promise<NoUpcomingInvoiceReason | null> {
    const upcoming = await upcomingOf(context, id)
    return upcoming.kind === 'none' ? upcoming.reason : null
  }
}

async function upcomingOf(context: RequestContext, id: string): Promise<Upcoming> {
  const { subscription, subscriptionItems, scheduledChange } = context.loaders
  const [row, items, scheduled] = await Promise.all([
    subscription.load(id),
    subscriptionItems.load(id),
    scheduledChange.load(id),
  ])
  return upcomingInvoice(context, { row: row!, items, scheduledChangeId: scheduled?.id ?? null })
}
