import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { CategorySchema } from './category.entity.js'
import type { TemplateFile, TemplateParameter } from './template-parameter.js'
import type { TemplateStatus } from './template-state.js'
import { templateIndexes } from './template-indexes.js'
import { VendorSchema } from './vendor.entity.js'

export type { TemplateStatus } from './template-state.js'

/** A page about a template, for example its documentation. */
export interface TemplateLink {
  readonly label: string
  readonly url: string
}

/**
 * A deployable stack as the marketplace shows it: the approved version if there is one, otherwise the first draft. It
 * has no price: that belongs to its product.
 */
export const TemplateSchema = defineEntity({
  name: 'Template',
  tableName: 'template',
  properties: {
    id: p.text().primary(),
    slug: p.text().unique('template_slug'),
    name: p.text(),
    shortDescription: p.text().nullable(),
    longDescription: p.text().nullable(),
    categoryId: () => p.manyToOne(CategorySchema).mapToPk().fieldName('category_id').nullable(),
    vendorId: () => p.manyToOne(VendorSchema).mapToPk().fieldName('vendor_id').nullable(),
    tags: p.array().default([]),
    version: p.integer().default(1),
    status: p.text().$type<TemplateStatus>(),
    stack: p.text(),
    isFromMarketplace: p.boolean().default(true),
    requiredPlan: p.text().nullable(),
    definition: p.json().$type<Record<string, unknown>>(),
    /** The definition with its keys in the order of its vendor. */
    definitionText: p.text().nullable(),
    /** Parameters that its vendor described. Other variables of the definition have derived ones. */
    parameters: p.json().$type<readonly TemplateParameter[]>().default([]),
    files: p.json().$type<readonly TemplateFile[]>().default([]),
    infrastructureRequirements: p.json().$type<Record<string, unknown>>().nullable(),
    techStack: p.json().$type<Record<string, unknown>>().nullable(),
    // Ratings and views are no longer written (decision 0347). A contracting migration drops their columns.
    rating: p.double().$type<number>().nullable(),
    ratingSum: p.integer().default(0),
    ratingCount: p.integer().default(0),
    installCount: p.integer().default(0),
    viewCount: p.integer().default(0),
    /** Number of ownerships that were paid for, counted a moment later. */
    saleCount: p.integer().default(0),
    createdAt: p.datetime().defaultRaw('now()'),
    approvedAt: p.datetime().nullable(),
    /** Time of the last published change. Null: unchanged since its publication. */
    updatedAt: p.datetime().nullable(),
    /** HTTPS addresses of pictures; the files are not stored here. */
    icon: p.text().nullable(),
    pictures: p.array().default([]),
    links: p.json().$type<readonly TemplateLink[]>().default([]),
    /** Its vendor promises that it will never cost anything. */
    freeForever: p.boolean().default(false),
    /** Time of the permanent removal from the marketplace; owners keep it. */
    deletedAt: p.datetime().nullable(),
  },
  indexes: [{ name: 'template_vendor', properties: ['vendorId', 'id'] }, ...templateIndexes],
  checks: [
    {
      name: 'template_status',
      expression: `status in ('DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'NEEDS_CHANGES', 'APPROVED', 'REJECTED', 'DEPRECATED')`,
    },
  ],
})

/** Columns that are stored but not read. */
type RetiredColumn = 'rating' | 'ratingSum' | 'ratingCount' | 'viewCount'

export type TemplateRow = Omit<RowOf<typeof TemplateSchema>, RetiredColumn>
