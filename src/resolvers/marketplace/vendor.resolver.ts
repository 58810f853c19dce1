import { requires } from '#schema/kernel/requires.js'
import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { arg, field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { SafeInt } from '#schema/kernel/scalars.js'
import { Vendor, VENDOR_COUNT, VendorBy, VendorConnection, VendorFilter } from '#schema/marketplace/vendor.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { vendor as readVendor, vendors } from '#services/marketplace/vendors/vendors.js'
import type { RequestContext } from '#context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toVendor } from './template.mapper.js'

const VENDORS_PER_PAGE = 20

@ArgsType()
class VendorsArgs extends pageArgs(VENDORS_PER_PAGE) {
  @field('Conditions. Default: none.', () => VendorFilter, { nullable: true })
  filter?: VendorFilter | null
}

type CountedOnDemand = VendorConnection & { readonly countAll?: () => Promise<number> }

@Resolver(() => VendorConnection)
export class VendorConnectionResolver {
  @fieldResolver(VENDOR_COUNT, () => SafeInt)
  totalCount(@Root() page: CountedOnDemand): Promise<number> | number {
    return page.countAll ? page.countAll() : page.totalCount
  }
}

@Resolver()
export class VendorResolver {
  @query('Vendor by ID or name. Null if it does not exist. Public.', () => Vendor, { nullable: true })
  async vendor(
    @Ctx() context: RequestContext,
    @arg('by', 'ID or name of the vendor.', () => VendorBy) by: VendorBy,
  ): Promise<Vendor | null> {
    const row = await readVendor(context, by)
    return row && toVendor(row)
  }

  @query('Vendors by name.', () => VendorConnection, { nullable: true })
  @requires('OPS_READ')
  async vendors(
    @Ctx() context: RequestContext,
    @Args(() => VendorsArgs) args: VendorsArgs & PageArgs,
  ): Promise<CountedOnDemand> {
    const page = await vendors(context, args.filter ?? {}, pageRequest(args, VENDORS_PER_PAGE))
    return { ...toConnection(page, page.items.map(toVendor)), totalCount: 0, countAll: page.countAll }
  }
}
