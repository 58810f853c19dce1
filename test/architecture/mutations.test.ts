import { readFileSync } from 'node:fs'
import { buildSchema, getNamedType, isInputObjectType, isNonNullType, isUnionType, type GraphQLField } from 'graphql'

/** Mutations that have another form than src/schema/README.md requires. */
const EXCEPTIONS: readonly string[] = []

/**
 * Mutations without a required idempotency key. Repeating each of them changes nothing, or nothing more. The list only
 * shrinks: a new mutation has a key, or a reason that reviewers accept.
 */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  acceptDrift: 'The difference is already accepted.',
  acceptInvitation: 'The token can be used once.',
  addToUsageBatch: 'Each line has a key of its own.',
  advanceClock: 'Sandbox only. `to` names the time; `bySeconds` is typed by a person.',
  allocate: 'The resource ID identifies the allocation.',
  assignSeat: 'The member already has the seat.',
  cancelCommand: 'The command is already canceled.',
  cancelInvitation: 'The invitation is already canceled.',
  closeUsageBatch: 'The batch is already closed.',
  compareUsage: 'Each use has a key of its own.',
  confirmCheckout: 'Reads the checkout at the provider; a payment takes effect once.',
  deallocate: 'The resource ID identifies the allocation.',
  deleteWebhookEndpoint: 'The endpoint is already deleted.',
  dropDeadLetter: 'The dead letter is already dropped.',
  endUsageComparison: 'The comparison is already ended.',
  healDrift: 'The difference is already healed.',
  leaveAccount: 'The caller is no longer a member.',
  moveSeat: 'The member already has the seat, and the other one has none.',
  openBillingPortal:
    'Returns a page. With the optional key the provider returns the same page (src/services/billing/README.md).',
  recordUsage: 'Each event has a key of its own.',
  removeMember: 'The member is already removed.',
  removePolicy: 'The policy is already removed.',
  replayWebhook: 'Events of a provider take effect once, however often they are processed.',
  replayWebhooks: 'Events of a provider take effect once, however often they are processed.',
  resumePlanMigration: 'The migration already runs.',
  retryDeadLetter: 'The dead letter is already waiting for its next attempt.',
  revertUsageBatch: 'The batch is already reverted.',
  revokeApiKey: 'The key is already revoked.',
  setMemberRole: 'The member already has the role, which is neither recorded nor announced again.',
  setParentAccount: 'The account already has the parent.',
  stopPlanMigration: 'The migration is already stopped.',
  unassignSeat: 'The user already has no seat.',
  updateAccount: 'The account already has the name, which is neither recorded nor announced again.',
  updateWebhookEndpoint: 'The endpoint already has the values; its changes have no effect on money, rights or people.',
}

const hasKey = ({ args: [input] }: GraphQLField<unknown, unknown>): boolean => {
  const type = input && getNamedType(input.type)
  return isInputObjectType(type) && String(type.getFields()['idempotencyKey']?.type) === 'String!'
}

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
const mutations = Object.values(schema.getMutationType()!.getFields())
const upper = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

/** Reasons why a mutation does not have one input and a result of its own. */
function problemsOf({ name, args, type }: GraphQLField<unknown, unknown>): string[] {
  const [input] = args
  const named = input && getNamedType(input.type)
  const result = getNamedType(type)
  return [
    ...(args.length === 1 && input?.name === 'input' && isNonNullType(input.type) && isInputObjectType(named)
      ? []
      : ['takes other arguments than `input`']),
    ...(named?.name === `${upper(name)}Input` ? [] : [`its input is not ${upper(name)}Input`]),
    ...(isUnionType(result) && isNonNullType(type) ? [] : ['its result is not a union']),
    ...(result.name === `${upper(name)}Result` ? [] : [`its result is not ${upper(name)}Result`]),
  ]
}

describe('mutations', () => {
  it('have one input and a result of their own', () => {
    const wrong = mutations.map((field) => [field.name, problemsOf(field)] as const).filter(([, list]) => list.length)
    expect(Object.fromEntries(wrong.filter(([name]) => !EXCEPTIONS.includes(name)))).toEqual({})
    expect(EXCEPTIONS.filter((name) => !wrong.some(([found]) => found === name))).toEqual([])
  })

  it('have an idempotency key, or a reason why a repetition does nothing', () => {
    const without = mutations.filter((field) => !hasKey(field)).map(({ name }) => name)
    expect(without.toSorted()).toEqual(Object.keys(WITHOUT_KEY))
  })
})
