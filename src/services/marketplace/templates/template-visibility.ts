import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { visibleLoadedTemplate } from '../access/template-access.js'
import { canSeeUnpublished } from './unpublished.js'

/** Reads what the visibility of a template depends on, together with other templates of the same response. */
export interface VisibilityReader {
  readonly template: (id: string) => Promise<TemplateRow | null>
  readonly vendor: (id: string) => Promise<VendorRow | null>
}

async function vendorAccountOf(template: TemplateRow, { vendor }: VisibilityReader): Promise<string | null> {
  return template.vendorId ? ((await vendor(template.vendorId))?.accountId ?? null) : null
}

/** A template by ID that the caller may see: published, or the caller's own, or theirs to review. Otherwise null. */
export const visibleTemplateById = async (
  context: IdentityContext,
  id: string,
  { template, vendor }: VisibilityReader,
): Promise<TemplateRow | null> => visibleLoadedTemplate(context, await template(id), vendor)

/** A version or review of a template, if the caller is its vendor or an operator. Otherwise null. */
export async function visibleUnpublished<Row extends { readonly templateId: string }>(
  context: IdentityContext,
  row: Row | null,
  read: VisibilityReader,
): Promise<Row | null> {
  const template = row && (await read.template(row.templateId))
  if (!template) return null
  return (await canSeeUnpublished(context, await vendorAccountOf(template, read))) ? row : null
}
