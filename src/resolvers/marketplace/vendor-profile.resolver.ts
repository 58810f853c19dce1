import { VendorPayload, Vendor } from '#schema/marketplace/vendor.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { ProviderPagePayload } from '#schema/billing/billing-portal.type.js'
import { VendorPayoutPayload } from '#schema/marketplace/vendor-earnings.type.js'
import { Ctx, Resolver } from 'type-graphql'
import {
  ConnectVendorArgs,
  PayOutVendorInput,
  SetVendorPayoutAccountArgs,
  UpdateVendorProfileArgs,
  VerifyVendorArgs,
} from '#schema/marketplace/vendor-mutations.type.js'
import { payOutVendor } from '#services/marketplace/payouts/pay-out-vendor.js'
import type { VendorOutcome } from '#services/marketplace/vendors/change-vendor.js'
import { connectVendor } from '#services/marketplace/vendors/connect-vendor.js'
import { setVendorPayoutAccount } from '#services/marketplace/vendors/set-vendor-payout-account.js'
import { updateVendorProfile } from '#services/marketplace/vendors/update-vendor-profile.js'
import { verifyVendor } from '#services/marketplace/vendors/verify-vendor.js'
import type { RequestContext } from '#context/request-context.js'
import { toVendor } from './template.mapper.js'
import { toPayout } from './vendor.mapper.js'
import { CONTENT } from './content.js'
import { auditedAccountVendor, auditedVendor } from '#services/marketplace/audit/marketplace-audited.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'

@Resolver(() => Vendor)
export class VendorProfileResolver {
  @mutation('Changes the profile of a vendor. The first call creates it.', {
    payload: () => VendorPayload,
    permission: 'MARKETPLACE_PUBLISH',
    moves: CONTENT,
    audited: auditedAccountVendor,
  })
  updateVendorProfile(
    @Ctx() context: RequestContext,
    @mutationArgs(() => UpdateVendorProfileArgs) input: UpdateVendorProfileArgs,
  ) {
    return toResult(updateVendorProfile(context, input))
  }

  @mutation('Records whether the operator has verified a vendor.', {
    payload: () => VendorPayload,
    permission: 'OPS_WRITE',
    moves: CONTENT,
    audited: auditedVendor,
  })
  verifyVendor(@Ctx() context: RequestContext, @mutationArgs(() => VerifyVendorArgs) input: VerifyVendorArgs) {
    return toResult(verifyVendor(context, input))
  }

  @mutation("Sets the payout account that a vendor's transfers go to.", {
    payload: () => VendorPayload,
    permission: 'OPS_WRITE',
    moves: 'money',
    audited: auditedVendor,
  })
  setVendorPayoutAccount(
    @Ctx() context: RequestContext,
    @mutationArgs(() => SetVendorPayoutAccountArgs) input: SetVendorPayoutAccountArgs,
  ) {
    const { vendorId, payoutAccountId = null, idempotencyKey } = input
    return toResult(setVendorPayoutAccount(context, { vendorId, payoutAccountId, idempotencyKey }))
  }

  @mutation(
    "Connects the caller's vendor for payouts. Returns the provider's onboarding page, or no page if transfers reach the vendor.",
    {
      payload: () => ProviderPagePayload,
      permission: 'MARKETPLACE_PUBLISH',
      moves: 'money',
      audited: auditedAccountVendor,
    },
  )
  async connectVendor(
    @Ctx() context: RequestContext,
    @mutationArgs(() => ConnectVendorArgs) input: ConnectVendorArgs,
  ): Promise<ProviderPagePayload | Denied> {
    const outcome = await connectVendor(context, input)
    if (outcome.kind === 'denied') return outcome
    return outcome.connection
  }

  @mutation("Pays out a vendor's full balance in one currency.", {
    payload: () => VendorPayoutPayload,
    permission: 'OPS_WRITE',
    moves: 'money',
  })
  payOutVendor(
    @Ctx() context: RequestContext,
    @keyedInput('Vendor, currency, method and reason.', () => PayOutVendorInput) input: PayOutVendorInput,
  ) {
    const { method, reference, ...request } = input
    return unlessDenied(
      payOutVendor(context, {
        ...request,
        method: method ?? 'MANUAL',
        reference: reference ?? null,
      }),
      (outcome) => toPayout(outcome.payout),
    )
  }
}

const toResult = (outcome: Promise<VendorOutcome>) => unlessDenied(outcome, ({ vendor }) => toVendor(vendor))
