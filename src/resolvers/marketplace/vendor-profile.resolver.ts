import { requires } from '#schema/kernel/requires.js'
import { VendorPayload } from '#schema/marketplace/vendor.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { ProviderPagePayload } from '#schema/billing/billing-portal.type.js'
import { VendorPayoutPayload, type VendorPayout } from '#schema/marketplace/vendor-earnings.type.js'
import { Ctx, Resolver } from 'type-graphql'
import { mutation } from '#schema/kernel/decorators.js'
import {
  ConnectVendorArgs,
  PayOutVendorInput,
  SetVendorPayoutAccountArgs,
  UpdateVendorProfileArgs,
  VerifyVendorArgs,
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
  @mutation('Changes the profile of a vendor. The first call creates it.', () => VendorPayload)
  @requires('MARKETPLACE_PUBLISH')
  async updateVendorProfile(
    @Ctx() context: RequestContext,
    @mutationArgs(() => UpdateVendorProfileArgs) input: UpdateVendorProfileArgs,
  ): Promise<Vendor | Denial> {
    return answer(context, await updateVendorProfile(context, input))
  }

  @mutation('Records whether the operator has verified a vendor.', () => VendorPayload)
  @requires('OPS_WRITE')
  async verifyVendor(
    @Ctx() context: RequestContext,
    @mutationArgs(() => VerifyVendorArgs) input: VerifyVendorArgs,
  ): Promise<Vendor | Denial> {
    return answer(context, await verifyVendor(context, input))
  }

  @mutation("Sets the payout account that a vendor's transfers go to.", () => VendorPayload)
  @requires('OPS_WRITE')
  async setVendorPayoutAccount(
    @Ctx() context: RequestContext,
    @mutationArgs(() => SetVendorPayoutAccountArgs) input: SetVendorPayoutAccountArgs,
  ): Promise<Vendor | Denial> {
    const { vendorId, payoutAccountId = null, idempotencyKey } = input
    return answer(context, await setVendorPayoutAccount(context, { vendorId, payoutAccountId, idempotencyKey }))
  }

  @mutation(
    "Connects the caller's vendor for payouts. Returns the provider's onboarding page, or no page if transfers reach the vendor.",
    () => ProviderPagePayload,
  )
  @requires('MARKETPLACE_PUBLISH')
  async connectVendor(
    @Ctx() context: RequestContext,
    @mutationArgs(() => ConnectVendorArgs) input: ConnectVendorArgs,
  ): Promise<ProviderPagePayload | Denial> {
    const outcome = await connectVendor(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    return outcome.connection
  }

  @mutation("Pays out a vendor's full balance in one currency.", () => VendorPayoutPayload)
  @requires('OPS_WRITE')
  async payOutVendor(
    @Ctx() context: RequestContext,
    @keyedInput('Vendor, currency, method and reason.', () => PayOutVendorInput) input: PayOutVendorInput,
  ): Promise<VendorPayout | Denial> {
    const { method, reference, ...request } = input
    const outcome = await payOutVendor(context, {
      ...request,
      method: method ?? 'MANUAL',
      reference: reference ?? null,
    })
    return outcome.kind === 'payout' ? toPayout(outcome.payout) : toDenial(context, outcome.denial)
  }
}

async function answer(context: RequestContext, outcome: VendorOutcome): Promise<Vendor | Denial> {
  return outcome.kind === 'vendor' ? toVendor(outcome.vendor) : toDenial(context, outcome.denial)
}
