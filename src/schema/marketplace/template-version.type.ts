import { Int } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue, Url } from '../kernel/scalars.js'
import { TemplateFile, TemplateParameter } from './template-parameter.type.js'
import { TemplateLink, TemplateStatus } from './template.type.js'

/** The version of a template that is being written or reviewed. */
@objectType('A version of a template, visible to the vendor and operators.', { implements: Node })
export class TemplateVersion implements Node {
  readonly __typename!: 'TemplateVersion'
  id!: string

  /** ID of the template that `template` loads. */
  templateId!: string

  @field('Version number.', () => Int)
  number!: number

  @field('Status of the version.', () => TemplateStatus)
  status!: TemplateStatus

  @field('Display name of the template.', () => String)
  name!: string

  @field('Short description in one line. Null if none.', () => String, { nullable: true })
  shortDescription!: string | null

  @field('Full description, in Markdown. Null if none.', () => String, { nullable: true })
  longDescription!: string | null

  /** Code of the category that `category` returns. */
  categoryCode!: string | null

  @field('Search keywords of the template.', () => [String])
  tags!: readonly string[]

  @field('Stack code that plans can list.', () => String)
  stack!: string

  /** Code of the plan that `requiredPlan` returns. Null if every plan can deploy it. */
  requiredPlanCode!: string | null

  @field('Whether the vendor promises that the template will never have a price.', () => Boolean)
  freeForever!: boolean

  @field('Parsed compose file of the version. Never null.', () => JSONValue, { nullable: true })
  definition!: unknown

  @field('Parameters of a deployment: those that the vendor described, then derived ones.', () => [TemplateParameter])
  parameters!: readonly TemplateParameter[]

  @field('Files that services mount.', () => [TemplateFile])
  files!: readonly TemplateFile[]

  @field('Server requirements. Null if none.', () => JSONValue, { nullable: true })
  infrastructureRequirements!: unknown

  @field('Technologies used. Null if none.', () => JSONValue, { nullable: true })
  techStack!: unknown

  @field('HTTPS address of a square picture. Null if none.', () => Url, { nullable: true })
  icon!: string | null

  @field('HTTPS addresses of pictures, in display order.', () => [Url])
  pictures!: readonly string[]

  @field('Pages about the template, in display order.', () => [TemplateLink])
  links!: readonly TemplateLink[]

  @field('Comment of the last reviewer. Null if none.', () => String, { nullable: true })
  reviewComment!: string | null

  @field('Findings a reviewer should check, for example privileged containers.', () => [String])
  findings!: readonly string[]

  @field('Time of the last submission (business clock). Null if never submitted.', () => DateTime, { nullable: true })
  submittedAt!: Date | null

  @field('Time of the last change (business clock).', () => DateTime)
  changedAt!: Date
}

export const ReviewAction = enumType('ReviewAction', 'An action in a template review.', {
  STARTED: 'A reviewer started the review.',
  APPROVED: 'The version was published.',
  NEEDS_CHANGES: 'The reviewer requested changes.',
  REJECTED: 'The reviewer rejected the version.',
})
export type ReviewAction = keyof typeof ReviewAction

const POINTS = {
  noSecrets: 'No secrets in the template.',
  noHardcodedCredentials: 'No credentials in images, commands or files.',
  validDockerSyntax: 'The compose file is valid.',
  noMaliciousCode: 'No code that harms the server or its owner.',
}

@objectType('Results of a security review: true passed, false failed, null not checked.')
export class SecurityChecklist {
  @field(POINTS.noSecrets, () => Boolean, { nullable: true })
  noSecrets!: boolean | null

  @field(POINTS.noHardcodedCredentials, () => Boolean, { nullable: true })
  noHardcodedCredentials!: boolean | null

  @field(POINTS.validDockerSyntax, () => Boolean, { nullable: true })
  validDockerSyntax!: boolean | null

  @field(POINTS.noMaliciousCode, () => Boolean, { nullable: true })
  noMaliciousCode!: boolean | null
}

@inputType('Results of the manual review. `noSecrets` and `validDockerSyntax` are set by the server.')
export class SecurityChecklistInput {
  @field(POINTS.noSecrets, () => Boolean, { nullable: true })
  noSecrets?: boolean | null

  @field(POINTS.noHardcodedCredentials, () => Boolean, { nullable: true })
  noHardcodedCredentials?: boolean | null

  @field(POINTS.validDockerSyntax, () => Boolean, { nullable: true })
  validDockerSyntax?: boolean | null

  @field(POINTS.noMaliciousCode, () => Boolean, { nullable: true })
  noMaliciousCode?: boolean | null
}

/** A step of a review. */
@objectType('One step of a template review, visible to the vendor and operators.', { implements: Node })
export class TemplateReview implements Node {
  readonly __typename!: 'TemplateReview'
  id!: string

  /** ID of the template that `template` loads. */
  templateId!: string

  @field('Number of the reviewed version.', () => Int)
  version!: number

  @field('Action of the reviewer.', () => ReviewAction)
  action!: ReviewAction

  @field('Reason for the vendor. Null if none was required.', () => String, { nullable: true })
  reason!: string | null

  @field('Security checklist of the review.', () => SecurityChecklist)
  checklist!: SecurityChecklist

  @field('Time of the review step (business clock).', () => DateTime)
  at!: Date
}

/** A page of review steps. */
export const TemplateReviewConnection = connection('TemplateReview', 'review steps', () => TemplateReview)
export type TemplateReviewConnection = InstanceType<typeof TemplateReviewConnection>
