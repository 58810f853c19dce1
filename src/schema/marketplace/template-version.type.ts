import { Int } from 'type-graphql'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue } from '../kernel/scalars.js'
import { TemplateStatus } from './template.type.js'

/** The version of a template that is being written or reviewed. */
@objectType('The version of a template that is being written or reviewed; its vendor and operators see it.')
export class TemplateVersion {
  readonly __typename?: 'TemplateVersion'

  @field('Its number.', () => Int)
  number!: number

  @field('How far it has come.', () => TemplateStatus)
  status!: TemplateStatus

  @field('The name for people.', () => String)
  name!: string

  @field('One line about it; null when there is none.', () => String, { nullable: true })
  shortDescription!: string | null

  @field('The full text about it, in Markdown; null when there is none.', () => String, { nullable: true })
  longDescription!: string | null

  @field("Its shelf: a category's code; null when it stands on none.", () => String, { nullable: true })
  category!: string | null

  @field('Words to find it by.', () => [String])
  tags!: readonly string[]

  @field('The stack that plans may name.', () => String)
  stack!: string

  @field("The lowest plan that may deploy it: a plan's code. Null: every plan may.", () => String, { nullable: true })
  requiredPlanName!: string | null

  @field('Whether its vendor promises that it will never cost anything.', () => Boolean)
  free!: boolean

  @field('The compose file, parsed.', () => JSONValue)
  definition!: unknown

  @field('What a server needs to run it; null when nothing is said.', () => JSONValue, { nullable: true })
  infrastructureRequirements!: unknown

  @field('What it is built of; null when nothing is said.', () => JSONValue, { nullable: true })
  techStack!: unknown

  @field('What the last reviewer said; null when nothing.', () => String, { nullable: true })
  reason!: string | null

  @field('What a reviewer should look at twice, as privileged containers.', () => [String])
  warnings!: readonly string[]

  @field('When it was last handed in; null when it has not been.', () => DateTime, { nullable: true })
  submittedAt!: Date | null

  @field('When it was last changed.', () => DateTime)
  updatedAt!: Date
}

/** What became of a version at one step of its review. */
export const ReviewDecision = enumType('ReviewDecision', 'What became of a version at one step of its review.', {
  STARTED: 'A reviewer took it from the queue.',
  APPROVED: 'It was published.',
  NEEDS_CHANGES: 'The reviewer asked for changes.',
  REJECTED: 'The reviewer refused it.',
})
export type ReviewDecision = keyof typeof ReviewDecision

const POINTS = {
  noSecrets: 'It carries no secrets.',
  noHardcodedCredentials: 'No credentials are written into images, commands or files.',
  validDockerSyntax: 'The compose file is sound.',
  noMaliciousCode: 'Nothing in it harms the server or its owner.',
}

/** What a reviewer has looked at. */
@objectType('What a reviewer has looked at: true passed, false failed, null not looked at.')
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

/** The same, as a reviewer hands it in. */
@inputType('What a reviewer has looked at. Left out: not looked at; the server answers the first and the third itself.')
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
@objectType('A step of a review; the vendor and operators see it.')
export class TemplateReview {
  @field('The version that was reviewed.', () => Int)
  version!: number

  @field('What became of it.', () => ReviewDecision)
  decision!: ReviewDecision

  @field('Why; null where no reason is asked for.', () => String, { nullable: true })
  reason!: string | null

  @field('What was looked at.', () => SecurityChecklist)
  checklist!: SecurityChecklist

  @field('When.', () => DateTime)
  at!: Date
}
