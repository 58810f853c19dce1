import { Ctx, Resolver } from 'type-graphql'
import { arg, mutation } from '#schema/kernel/decorators.js'
import type { Refused } from '#schema/kernel/refused.type.js'
import {
  ConnectVendorInput,
  ConnectVendorResult,
  PayOutVendorInput,
  PayOutVendorResult,
  SetVendorPayoutAccountInput,
  SetVendorPayoutAccountResult,
  UpdateVendorProfileInput,
  UpdateVendorProfileResult,
  VerifyVendorInput,
  VerifyVendorResult,
} from '#schema/marketplace/vendor-mutations.type.js'
import { Vendor } from '#schema/marketplace/vendor.type.js'
import { payOutVendor } from '#services/marketplace/payouts/pay-out-vendor.js'
import type { VendorOutcome } from '#services/marketplace/vendors/change-vendor.js'
import { connectVendor } from '#services/marketplace/vendors/connect-vendor.js'
import { setVendorPayoutAccount } from '#services/marketplace/vendors/set-vendor-payout-account.js'
import { updateVendorProfile } from '#services/marketplace/vendors/update-vendor-profile.js'
import { verifyVendor } from '#services/marketplace/vendors/verify-vendor.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toVendor } from './template.mapper.js'
import { toPayout } from './vendor.mapper.js'

@Resolver(() => Vendor)
export class VendorProfileResolver {
  @mutation('Changes the profile of a vendor. The first call creates it.', () => UpdateVendorProfileResult)
  async updateVendorProfile(
    @Ctx() context: RequestContext,
    @arg('input', 'Vendor and its changes.', () => UpdateVendorProfileInput) input: UpdateVendorProfileInput,
  ): Promise<UpdateVendorProfileResult> {
    return answer(context, await updateVendorProfile(context, input))
  }

  @mutation('Records whether the operator has verified a vendor. Requires an operator.', () => VerifyVendorResult)
  async verifyVendor(
    @Ctx() context: RequestContext,
    @arg('input', 'Vendor and its verification.', () => VerifyVendorInput) input: VerifyVendorInput,
  ): Promise<VerifyVendorResult> {
    return answer(context, await verifyVendor(context, input))
  }

  @mutation(
    "Sets the payout account that a vendor's transfers go to. Requires an operator.",
    () => SetVendorPayoutAccountResult,
  )
  async setVendorPayoutAccount(
    @Ctx() context: RequestContext,
    @arg('input', 'Vendor and payout account.', () => SetVendorPayoutAccountInput) input: SetVendorPayoutAccountInput,
  ): Promise<SetVendorPayoutAccountResult> {
    const { vendorId, payoutAccountId = null, idempotencyKey } = input
    return answer(context, await setVendorPayoutAccount(context, { vendorId, payoutAccountId, idempotencyKey }))
  }

  @mutation(
    "Connects the caller's vendor for payouts. Returns the provider's onboarding page, or its current state.",
    () => ConnectVendorResult,
  )
  async connectVendor(
    @Ctx() context: RequestContext,
    @arg('input', 'Vendor to connect.', () => ConnectVendorInput) input: ConnectVendorInput,
  ): Promise<ConnectVendorResult> {
    const outcome = await connectVendor(context, input)
    if (outcome.kind === 'denied') return toDenial<Refused>(context, outcome.denial)
    const { ready, url, expiresAt } = outcome.connection
    return { __typename: 'VendorOnboarding', payoutsEnabled: ready, url, expiresAt }
  }

  @mutation("Pays out a vendor's full balance in one currency. Requires an operator.", () => PayOutVendorResult)
  async payOutVendor(
    @Ctx() context: RequestContext,
    @arg('input', 'Vendor, currency and payout method.', () => PayOutVendorInput) input: PayOutVendorInput,
  ): Promise<PayOutVendorResult> {
    const { vendorId, currency, method, reference, idempotencyKey } = input
    const request = { vendorId, currency, method: method ?? 'MANUAL', reference: reference ?? null, idempotencyKey }
    const outcome = await payOutVendor(context, request)
    return outcome.kind === 'payout' ? toPayout(outcome.payout) : toDenial<Refused>(context, outcome.denial)
  }
}

async function answer(context: RequestContext, outcome: VendorOutcome): Promise<Vendor | Refused> {
  return outcome.kind === 'vendor' ? toVendor(outcome.vendor) : toDenial<Refused>(context, outcome.denial)
}
