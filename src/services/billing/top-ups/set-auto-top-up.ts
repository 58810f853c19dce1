import { moneyText, numberText } from '#services/kernel/text/readable.js'
import type { SetAutoTopUpArgs } from '#schema/billing/auto-top-up.type.js'
import type { AutoTopUpRow } from '#entities/billing/auto-top-up.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import { endTopUpAlert, writeAlert } from '#services/entitlements/alerts/write-alerts.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { AccountChanged, AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { BillingContext } from '../model/billing-context.js'
import { purchaseDenial } from '../sales/payment-state.js'
import { offerTopUp, requestTopUpPayer, termsProblem, unconfirmedPrice, type TopUpOffer } from './offer-top-up.js'
import { hasOpenTopUp } from './top-up-queries.js'

/**
 * Buys a pack with the saved payment method each time the balance of its feature falls below a threshold. Replaces the
 * earlier terms of the feature, and starts again what had stopped. While a top-up can still succeed, new terms cause no
 * further charge for the same fall.
 */
export async function setAutoTopUp(context: BillingContext, input: SetAutoTopUpArgs): Promise<AccountOutcome> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const topUp = await offerTopUp(context, account.id, input.terms)
  if ('code' in topUp) return denied(topUp)
  const invalid = termsProblem(topUp, input.terms, context.catalog.current().topUps!.maxPerMonth)
  if (invalid) return denied(invalid)
  const { price } = topUp
  const unconfirmed = unconfirmedPrice(topUp, input.price)
  if (unconfirmed) return denied(unconfirmed)
  const payer = await requestTopUpPayer(context, account.id)
  if ('code' in payer) return denied(payer)
  return runIdempotent<AccountChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'setAutoTopUp', input.idempotencyKey),
    request: {
      package: input.terms.package,
      quantity: topUp.offer.quantity,
      threshold: input.terms.threshold,
      maxPerMonth: input.terms.maxPerMonth,
      price,
    },
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const denial = await purchaseDenial(context, transaction, account.id)
      if (denial) return denied(denial)
      await writeTerms(context, transaction, account.id, topUp, input)
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: account.id } }
    },
  })
}

async function writeTerms(
  context: BillingContext,
  transaction: Transaction,
  accountId: string,
  { feature: { code: feature, name }, offer, price }: TopUpOffer,
  input: SetAutoTopUpArgs,
): Promise<void> {
  const at = context.clock.now()
  const by = context.caller.principal
  const before = await endAutoTopUp(transaction, accountId, feature, at)
  const id = await writeAlert(transaction, {
    accountId,
    feature,
    basis: 'BALANCE',
    action: 'TOP_UP',
    percent: null,
    units: input.terms.threshold,
    armed: !(await hasOpenTopUp(transaction, accountId, feature)),
    createdBy: by,
    at,
  })
  const terms = {
    feature,
    package: input.terms.package,
    quantity: offer.quantity,
    amountMinor: price.amountMinor,
    currency: price.currency,
    maxPerMonth: input.terms.maxPerMonth,
  }
  await transaction.query
    .insertInto('auto_top_up')
    .values({ id, accountId, ...terms, createdBy: by, since: at })
    .execute()
  const after = { ...terms, threshold: input.terms.threshold }
  await recordAccountEvent(transaction, accountId, at, {
    type: 'auto_top_up.set',
    outbox: true,
    summary: `The account tops up ${name} automatically below ${numberText(input.terms.threshold)}, for ${moneyText(price)} each.`,
    changesEntitlements: true,
    data: { ...after, by },
  })
  await recordChange(transaction, {
    accountId,
    actor: by,
    action: 'auto_top_up.set',
    object: feature,
    details: { before, after },
  })
}

/** Terms for the audit log. */
type EndedTerms = Pick<AutoTopUpRow, 'package' | 'quantity' | 'amountMinor' | 'currency' | 'maxPerMonth'> & {
  readonly threshold: number | null
}

/** Ends the terms of a feature with their level. Returns null if there are none. The caller holds the account lock. */
export async function endAutoTopUp(
  transaction: Transaction,
  accountId: string,
  feature: string,
  at: Date,
): Promise<EndedTerms | null> {
  const level = await endTopUpAlert(transaction, { accountId, feature }, at)
  const ended = await transaction.query
    .updateTable('auto_top_up')
    .set({ endedAt: at })
    .where('accountId', '=', accountId)
    .where('feature', '=', feature)
    .where('endedAt', 'is', null)
    .returning(['id', 'package', 'quantity', 'amountMinor', 'currency', 'maxPerMonth'])
    .executeTakeFirst()
  if (!ended) return null
  const { id, ...terms } = ended
  await transaction.query
    .updateTable('top_up')
    .set({ status: 'SKIPPED', completedAt: at })
    .where('accountId', '=', accountId)
    .where('autoTopUpId', '=', id)
    .where('status', '=', 'WAITING')
    .execute()
  return { ...terms, threshold: level?.units ?? null }
}
