import { mapped, rowNodes, type LoadNode } from '#context/nodes.js'
import { visibleEarningsObject } from '#services/marketplace/payouts/vendor-payouts.js'
import { visibleTemplateById, visibleUnpublished } from '#services/marketplace/templates/template-visibility.js'
import {
  storedCategoryIds,
  toCategory,
  toReview,
  toTemplate,
  toVendor,
  toVersion,
  visibilityLoaders,
} from './template.mapper.js'
import { toEntry, toPayout } from './vendor.mapper.js'

/** Templates of other services have IDs without a prefix. */
export const loadTemplate: LoadNode = async (context, id) => {
  if (id.includes('\u0000')) return null
  const template = await visibleTemplateById(context, id, visibilityLoaders(context))
  return template && toTemplate(context, template)
}

/** Templates, their vendors, and what vendors earn. */
export const marketplaceNodes = {
  cat: async (context, id) => {
    const found = await Promise.all(storedCategoryIds(id).map((stored) => context.loaders.category.load(stored)))
    return mapped(found.find(Boolean), toCategory)
  },
  ...rowNodes({
    tpl: loadTemplate,
    tvr: async (context, id) =>
      mapped(
        await visibleUnpublished(context, await context.loaders.templateVersion.load(id), visibilityLoaders(context)),
        toVersion,
      ),
    trv: async (context, id) =>
      mapped(
        await visibleUnpublished(context, await context.loaders.templateReview.load(id), visibilityLoaders(context)),
        toReview,
      ),
    ven: async (context, id) => mapped(await context.loaders.vendor.load(id), toVendor),
    vpo: async (context, id) =>
      mapped(
        await visibleEarningsObject(context, await context.loaders.vendorPayout.load(id), (vendorId) =>
          context.loaders.vendor.load(vendorId),
        ),
        toPayout,
      ),
    vet: async (context, id) =>
      mapped(
        await visibleEarningsObject(context, await context.loaders.earningsEntry.load(id), (vendorId) =>
          context.loaders.vendor.load(vendorId),
        ),
        toEntry,
      ),
  }),
} satisfies Record<string, LoadNode>
