import { payload } from '../kernel/payload.js'
import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'

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

@ArgsType()
export class AddPolicyArgs {
  @field(SUBJECT, () => String)
  subject!: string

  @field(
    'Path such as `/templates/*`, where `*` matches one segment, or a resource name such as `billing`. Objects that no check uses are rejected.',
    () => String,
  )
  object!: string

  @field(ACTION, () => String)
  action!: string

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class RemovePolicyArgs {
  @argument('id', 'ID of the policy.', () => ID)
  policyId!: string
}

export const PolicyPayload = payload(Policy)
