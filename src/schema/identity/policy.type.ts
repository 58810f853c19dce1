import { ID } from 'type-graphql'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { Refused } from '../kernel/refused.type.js'

const SUBJECT = 'Role of the policy: root, admin, developer, vendor or user.'
const ACTION = 'HTTP method for a path, otherwise a verb such as `read`.'

/** A role may do something with something. */
@objectType('A permission of a role. Everything without a policy is denied.', { implements: Node })
export class Policy implements Node {
  readonly __typename!: 'Policy'
  id!: string

  @field(SUBJECT, () => String)
  subject!: string

  @field('A path, where `*` matches one segment, or a resource name such as `billing`.', () => String)
  object!: string

  @field(ACTION, () => String)
  action!: string
}

@inputType('Permission to grant to a role.')
export class AddPolicyInput {
  @field(SUBJECT, () => String)
  subject!: string

  @field(
    'Path such as `/templates/*`, where `*` matches one segment, or a resource name such as `billing`. Objects that no check uses are rejected.',
    () => String,
  )
  object!: string

  @field(ACTION, () => String)
  action!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const AddPolicyResult = unionType('AddPolicyResult', 'The policy, or a denial.', () => [Policy, Refused])
export type AddPolicyResult = Policy | Refused

@inputType('Permission to revoke.')
export class RemovePolicyInput {
  @field('ID of the policy.', () => ID)
  policyId!: string
}

@objectType('A removed policy.')
export class RemovePolicyPayload {
  readonly __typename!: 'RemovePolicyPayload'

  @field('ID of the removed policy.', () => ID)
  deletedPolicyId!: string
}

export const RemovePolicyResult = unionType('RemovePolicyResult', 'The removed policy, or a denial.', () => [
  RemovePolicyPayload,
  Refused,
])
export type RemovePolicyResult = RemovePolicyPayload | Refused
