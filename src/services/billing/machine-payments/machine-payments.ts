import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import { validateCharge } from '#services/kernel/money/charge-rules.js'
import { remedyAction } from '#services/entitlements/remedies/remedy-action.js'
import type { RequestContext } from '#context/request-context.js'
import { withExecutableRemedies } from '#services/entitlements/remedies/executable-remedies.js'
import { decidePackageOffer } from '../model/decide-package-offer.js'
import { accountCurrencies } from '../model/load-buyer.js'
import type { Offer } from '../model/offer.js'
import { purchaseRequest } from '../model/purchase-request.js'
import { purchaseOfCheckout } from '../model/purchase-queries.js'
import { toStripe } from '../providers/stripe/stripe-amounts.js'
import { buyByToken, checkoutOfChallenge, salesOfDay, type NotNow } from './buy-by-token.js'
import type { ChallengeTerms, PaymentLibrary, PaymentProblem, ReadCredential } from './payment-library.js'

/** Answer to a denied request that a program can pay. */
export type PaymentAnswer =
  /** Headers with a challenge, if one can be paid now, and the problem of a credential that was refused. Nothing was charged. */
  | { readonly kind: 'OFFER'; readonly headers: Headers; readonly problem: PaymentProblem | null }
  /** A purchase was made since the denial: the request can be repeated. Headers have the receipt if it is that of the credential. */
  | { readonly kind: 'REPEAT'; readonly headers: Headers }
  /** The provider did not respond, or takes days. The same credential returns the outcome later. No 402, to which a program would pay again. */
  | { readonly kind: 'UNKNOWN'; readonly denial: Denial }

const UNKNOWN: PaymentAnswer = {
  kind: 'UNKNOWN',
  denial: refused(
    'PROVIDER_UNAVAILABLE',
    'The outcome of the payment is not known yet. Send the same request with the same payment again.',
  ),
}

/** Offers what lifts a denial to programs, and redeems their payments. */
export interface MachinePayments {
  /** Null if no step that lifts the denial can be paid by a program. */
  answer(context: RequestContext, denial: Denial, credential: string | null): Promise<PaymentAnswer | null>
  /** Headers with the receipt of a credential that was redeemed. Null if it was not. The ID of a challenge cannot be guessed. */
  receipt(context: RequestContext, credential: string): Promise<Headers | null>
}

interface Sale {
  readonly accountId: string
  readonly offer: Offer
  readonly terms: ChallengeTerms
  /** False at the limit of a day, and while another purchase is under way. */
  readonly isOffered: boolean
}

/** The outcome for a token. Null if its credential was refused before. */
type Outcome = CheckoutRow | Denial | NotNow | Error | null

/** @param open loads the library at its first use */
export function createMachinePayments(open: () => Promise<PaymentLibrary>): MachinePayments {
  let opened: Promise<PaymentLibrary> | null = null
  const library = () =>
    (opened ??= open().catch((error: unknown) => {
      opened = null
      throw error
    }))
  /** Sales of this process that are being made, by challenge: parallel callers with equal needs have one. */
  const made = new Map<string, ReturnType<typeof buyByToken>>()
  const buyOnce: typeof buyByToken = (context, sale) => {
    const key = `${sale.account.id} ${sale.challengeId}`
    const begun = made.get(key) ?? buyByToken(context, sale).finally(() => made.delete(key))
    made.set(key, begun)
    return begun
  }
  const offerOf = async (sale: Sale, problem: PaymentProblem | null): Promise<PaymentAnswer> => ({
    kind: 'OFFER',
    headers: sale.isOffered ? await (await library()).challenge(sale.terms) : new Headers(),
    problem,
  })
  const receiptOf = async (context: RequestContext, checkout: CheckoutRow): Promise<Headers> => {
    const purchase = await purchaseOfCheckout(context.database, checkout.id)
    return (await library()).receipt({
      reference: checkout.sessionId!,
      externalId: purchase?.id ?? checkout.id,
      at: checkout.completedAt!,
    })
  }
  const answer: MachinePayments['answer'] = async (context, denial, header) => {
    const read = header === null ? null : (await library()).read(header)
    const known = read && (await saleBy(context, read))
    if (known?.status === 'COMPLETED') return { kind: 'REPEAT', headers: await receiptOf(context, known) }
    const sale = await saleOf(context, denial)
    if (!sale) return known ? UNKNOWN : null
    const { accountId, offer, terms } = sale
    if (header === null) return sale.isOffered ? offerOf(sale, null) : null
    const account = await context.database.query
      .selectFrom('account')
      .selectAll()
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow()
    const after = read?.meta['after'] ?? ''
    let outcome: Outcome = null
    const buy = async (token: string) => {
      outcome = await buyOnce(context, { account, offer, challengeId: read!.challengeId, after, token }).catch(
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      )
      if (typeof outcome === 'string' || !('status' in outcome) || outcome.status !== 'COMPLETED')
        throw new Error('the payment was declined')
      return { id: outcome.sessionId!, status: 'succeeded' }
    }
    // The challenge must be about the sale that lifts the denial now. The claim decides about the purchase that it names.
    const meta = { ...terms.meta, after }
    const problem = await (await library()).redeem(header, { ...terms, meta }, buy)
    return answerOf(outcome, problem)

    async function answerOf(made: Outcome, found: PaymentProblem | null): Promise<PaymentAnswer> {
      // The challenge can have ended while its payment is on its way.
      if ((made === null && known) || made === 'UNDER_WAY') return UNKNOWN
      if (made === 'SOLD_SINCE') return { kind: 'REPEAT', headers: new Headers() }
      if (made === null || (!(made instanceof Error) && 'code' in made)) return offerOf(sale!, found)
      if (made instanceof Error) {
        context.log.warn({ err: made, account: accountId, requestId: context.requestId }, 'payment by token unknown')
        return UNKNOWN
      }
      if (made.status === 'COMPLETED') return { kind: 'REPEAT', headers: await receiptOf(context, made) }
      return made.status === 'FAILED' ? offerOf(sale!, found) : UNKNOWN
    }
  }
  return {
    answer: (context, denial, header) =>
      answer(context, denial, header).catch((error: unknown) => {
        if (header !== null) throw error
        context.log.error({ err: error, requestId: context.requestId }, 'payment challenge failed')
        return null
      }),
    receipt: async (context, header) => {
      try {
        const read = (await library()).read(header)
        const known = read && (await saleBy(context, read))
        return known?.status === 'COMPLETED' ? await receiptOf(context, known) : null
      } catch (error) {
        // The use is counted already.
        context.log.error({ err: error, requestId: context.requestId }, 'payment receipt failed')
        return null
      }
    },
  }
}

/** The sale by a credential. */
async function saleBy(
  { database }: RequestContext,
  { challengeId, meta }: ReadCredential,
): Promise<CheckoutRow | undefined> {
  return meta['account'] ? checkoutOfChallenge(database, meta['account'], challengeId) : undefined
}

/** The cheapest package that lifts a denial and that a program can buy. */
async function saleOf(context: RequestContext, denial: Denial): Promise<Sale | null> {
  const catalog = context.catalog.current()
  // Taxes need the address of a buyer.
  if (catalog.taxes || !context.providers.STRIPE?.chargeGranted) return null
  const { remedies } = await withExecutableRemedies(context, denial)
  for (const remedy of remedies) {
    const action = remedy.kind === 'BUY_PACKAGE' ? remedyAction(catalog, remedy) : null
    const accountId = remedy.buyer?.accountId
    if (action?.mutation !== 'purchasePackage' || !accountId) continue
    const { package: code, quantity, currency } = action.values
    const request = purchaseRequest({ quantity, currency, idempotencyKey: '' })
    const own = await accountCurrencies(context.database, accountId)
    const offer = decidePackageOffer(catalog, context.config.mode, { ...request, package: code }, own)
    if ('message' in offer) continue
    const money = { amountMinor: offer.amountMinor, currency: offer.price.money.currency }
    if (validateCharge(money) !== null) continue
    const { isFull, isUnderWay, last } = await salesOfDay(context, context.database, accountId)
    const meta = { account: accountId, package: code, quantity: String(quantity), price: offer.price.id, after: last }
    const terms = {
      amount: toStripe(money),
      currency: money.currency.toLowerCase(),
      description: offer.name,
      meta,
    }
    return { accountId, offer, terms, isOffered: !isFull && !isUnderWay }
  }
  return null
}
