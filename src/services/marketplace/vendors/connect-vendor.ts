import type { ConnectVendorArgs } from '#schema/marketplace/vendor-mutations.type.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { refused } from '#services/kernel/denials/denial.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { mayAccess } from '#services/identity/guard/access-rules.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { isAllowedReturnUrl } from '#services/billing/checkout/return-urls.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import { transfers } from '../payouts/validate-payout.js'
import { presentVendor, type ChangedVendor } from './change-vendor.js'
import { ensureVendor } from './ensure-vendor.js'
import { vendorById } from '../model/vendor.js'

/** The page on which a vendor makes that transfers reach it. */
export interface VendorOnboarding {
  /** Null: transfers reach the vendor. */
  readonly url: string | null
  readonly expiresAt: Date | null
}

export type ConnectOutcome = { readonly kind: 'connection'; readonly connection: VendorOnboarding } | Denied

/**
 * Connects a vendor for transfers: creates its account at the provider once, and returns the provider's onboarding
 * page. A link opens once, so a repeated key returns a new link, or that the onboarding is complete. For members of the vendor's account.
 */
export async function connectVendor(context: BillingContext, input: ConnectVendorArgs): Promise<ConnectOutcome> {
  const account = await requireAccount(context, input.accountId, 'marketplace:publish')
  const { caller, config } = context
  if (!mayAccess(caller, '/templates:POST') || caller.kind !== 'user')
    throw new AppError('FORBIDDEN', 'Publishing templates requires the role vendor, developer or operator.')
  const port = transfers(context)
  if (!port)
    return denied(
      refused(
        'PROVIDER_UNAVAILABLE',
        'Transfers are disabled (VENDOR_PAYOUTS is not stripe). Payouts are made manually.',
      ),
    )
  const returnUrl = input.returnUrl ?? config.appUrl.href
  if (input.returnUrl != null && !isAllowedReturnUrl(config, input.returnUrl))
    return denied(
      refused(
        'INVALID_RETURN_URL',
        'The host of returnUrl is not allowed. Ask the operator to add it to RETURN_URL_HOSTS.',
        {
          field: 'returnUrl',
        },
      ),
    )
  const outcome = await runIdempotent<ChangedVendor>(context.database, {
    scope: idempotencyScope(caller, account.id, 'connectVendor', input.idempotencyKey),
    request: { accountId: account.id, returnUrl },
    replay: (transaction, { id }) => presentVendor(transaction, id),
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const made = await ensureVendor(transaction, account, context.clock.now())
      return { value: { kind: 'vendor', vendor: made }, reference: { __typename: 'Vendor', id: made.id } }
    },
  })
  if (outcome.kind === 'denied') return outcome
  const { vendor } = outcome
  const payoutAccountId = vendor.payoutAccountId ?? (await newPayee(context, vendor, account.id, caller.email))
  if ((await port.fetchPayee(payoutAccountId))?.ready) return connected({ url: null, expiresAt: null })
  const link = await port.onboardingLink({ payoutAccountId, returnUrl, refreshUrl: returnUrl })
  return connected(link)
}

const connected = (connection: VendorOnboarding): ConnectOutcome => ({ kind: 'connection', connection })

/** Concurrent calls and crashes create one account per vendor: the first recorded one is used. */
async function newPayee(context: BillingContext, vendor: VendorRow, accountId: string, email: string): Promise<string> {
  const made = await transfers(context)!.createPayee({ vendorId: vendor.id, email })
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const { numUpdatedRows } = await transaction.query
      .updateTable('vendor')
      .set({ payoutAccountId: made })
      .where('id', '=', vendor.id)
      .where('payoutAccountId', 'is', null)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) return (await vendorById(transaction, vendor.id))!.payoutAccountId!
    const data = { vendorId: vendor.id, name: vendor.name, verified: vendor.verified, payoutAccountId: made }
    await recordAccountEvent(transaction, accountId, context.clock.now(), {
      type: 'vendor.payout_account_changed',
      outbox: true,
      summary: 'Where your share is sent was changed.',
      subject: { __typename: 'Vendor', id: vendor.id },
      data,
    })
    await recordAudit(transaction, {
      accountId,
      actor: context.caller.principal,
      action: 'vendor.payout_account_changed',
      object: vendor.id,
      details: data,
    })
    return made
  })
}
