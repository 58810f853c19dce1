import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { TemplateSchema } from './template.entity.js'

/** Results of the security checks. Null if not checked. */
export interface SecurityChecklist {
  readonly noSecrets: boolean | null
  readonly noHardcodedCredentials: boolean | null
  readonly validDockerSyntax: boolean | null
  readonly noMaliciousCode: boolean | null
}

export type ReviewDecision = 'STARTED' | 'APPROVED' | 'NEEDS_CHANGES' | 'REJECTED'

/** A step of a review. Append-only. */
export const TemplateReviewSchema = defineEntity({
  name: 'TemplateReview',
  tableName: 'template_review',
  properties: {
    id: p.text().primary(),
    templateId: () => p.manyToOne(TemplateSchema).mapToPk().fieldName('template_id').deleteRule('cascade'),
    version: p.integer(),
    decision: p.text().$type<ReviewDecision>(),
    reason: p.text().nullable(),
    checklist: p.json().$type<SecurityChecklist>(),
    reviewer: p.text(),
    at: p.datetime(),
  },
  checks: [
    {
      name: 'template_review_decision',
      expression: `decision in ('STARTED', 'APPROVED', 'NEEDS_CHANGES', 'REJECTED')`,
    },
  ],
  indexes: [{ name: 'template_review_template', properties: ['templateId', 'id'] }],
})

export type TemplateReviewRow = RowOf<typeof TemplateReviewSchema>
