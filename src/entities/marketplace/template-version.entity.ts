import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { TemplateSchema, type TemplateLink } from './template.entity.js'
import type { TemplateFile, TemplateParameter } from './template-parameter.js'
import type { VersionStatus } from './template-state.js'
import { sqlIndex } from '../sql-index.js'

/**
 * Content that a vendor writes and a reviewer reads: everything about a template except its slug, its counts and its
 * price.
 */
export interface TemplateContent {
  readonly name: string
  readonly shortDescription: string | null
  readonly longDescription: string | null
  /** A category's code. */
  readonly category: string | null
  readonly tags: readonly string[]
  readonly stack: string
  /** A plan's code. */
  readonly requiredPlan: string | null
  readonly freeForever: boolean
  readonly definition: Readonly<Record<string, unknown>>
  /** The definition with its keys in the order of its vendor. */
  readonly definitionText?: string | null
  /** Parameters that its vendor described. Absent in versions that are older than they. */
  readonly parameters?: readonly TemplateParameter[]
  readonly files?: readonly TemplateFile[]
  readonly infrastructureRequirements: Readonly<Record<string, unknown>> | null
  readonly techStack: Readonly<Record<string, unknown>> | null
  readonly icon: string | null
  readonly pictures: readonly string[]
  readonly links: readonly TemplateLink[]
}

/** A version of a template that goes through the review; at most one that is not approved yet. */
export const TemplateVersionSchema = defineEntity({
  name: 'TemplateVersion',
  tableName: 'template_version',
  properties: {
    id: p.text().primary(),
    templateId: () => p.manyToOne(TemplateSchema).mapToPk().fieldName('template_id').deleteRule('cascade'),
    number: p.integer(),
    status: p.text().$type<VersionStatus>(),
    content: p.json().$type<TemplateContent>(),
    /** Comment of the last reviewer. */
    reason: p.text().nullable(),
    submittedAt: p.datetime().nullable(),
    updatedAt: p.datetime(),
    createdAt: p.datetime(),
  },
  checks: [
    {
      name: 'template_version_status',
      expression: `status in ('DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'NEEDS_CHANGES', 'APPROVED', 'REJECTED')`,
    },
  ],
  uniques: [{ name: 'template_version_number', properties: ['templateId', 'number'] }],
  indexes: [
    {
      name: 'template_version_one_open',
      expression: `create unique index "template_version_one_open" on "template_version" ("template_id") where status <> 'APPROVED'`,
    },
    sqlIndex(
      'template_version_queue',
      `on "template_version" ("submitted_at", "id") where status in ('SUBMITTED', 'UNDER_REVIEW')`,
    ),
  ],
})

export type TemplateVersionRow = RowOf<typeof TemplateVersionSchema>
