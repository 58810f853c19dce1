import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputObjectType,
} from 'graphql'

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
  applyPriceList: 'The prices are already applied.',
  assignSeat: 'The member already has the seat.',
  cancelCommand: 'The command is already canceled.',
  cancelInvitation: 'The invitation is already canceled.',
  closeJournal: 'The month is already closed.',
  closeUsageBatch: 'The batch is already closed.',
  compareUsage: 'Each use has a key of its own.',
  confirmCheckout: 'Reads the checkout at the provider; a payment takes effect once.',
  createAccountSession: 'Each session ends by itself, and its secret is shown once.',
  deallocate: 'The resource ID identifies the allocation.',
  deleteWebhookEndpoint: 'The endpoint is already deleted.',
  dropDeadLetter: 'The dead letter is already dropped.',
  endUsageComparison: 'The comparison is already ended.',
  healDrift: 'The difference is already healed.',
  leaveAccount: 'The caller is no longer a member.',
  linkAccount: 'The user already owns the account.',
  openBillingPortal:
    'Returns a page. With the optional key the provider returns the same page (src/services/billing/README.md).',
  publishCatalog: 'The text is already the version after the one that it replaced.',
  recordInvoicePayment: 'The invoice is already paid.',
  recordUsage: 'Each event has a key of its own.',
  rejectPriceList: 'The prices are already rejected.',
  removeMember: 'The member is already removed.',
  removePolicy: 'The policy is already removed.',
  replayWebhook: 'Events of a provider take effect once, however often they are processed.',
  replayWebhooks: 'Events of a provider take effect once, however often they are processed.',
  resumePlanMigration: 'The migration already runs.',
  retryDeadLetter: 'The dead letter is already waiting for its next attempt.',
  revertUsageBatch: 'The batch is already reverted.',
  revokeAccountSessions: 'The sessions are already revoked.',
  revokeApiKey: 'The key is already revoked.',
  setCatalogDraft: 'The draft already has the text.',
  setChargingTerms: 'The account already has the terms.',
  setLanguage: 'The user already has the language.',
  setMemberRole: 'The member already has the role, which is neither recorded nor announced again.',
  setParentAccount: 'The account already has the parent.',
  stopPlanMigration: 'The migration is already stopped.',
  unassignSeat: 'The user already has no seat.',
  updateAccount: 'The account already has the name, which is neither recorded nor announced again.',
  updateBillingDetails: 'The account already has the details.',
  updateWebhookEndpoint: 'The endpoint already has the values; its changes have no effect on money, rights or people.',
  upsertAccount: 'The account already has the values.',
}

const KEY = 'key'
const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
const mutations = Object.values(schema.getMutationType()!.getFields())

type Mutation = GraphQLField<unknown, unknown>

const keyOf = ({ args }: Mutation) => args.find(({ name }) => name === KEY)

/** Rules of results that a mutation breaks. */
function problemsOfResult({ type }: Mutation): string[] {
  const payload = getNamedType(type)
  if (!isObjectType(payload)) return ['its result is no object']
  const fields = Object.values(payload.getFields())
  const denial = payload.getFields()['denial']
  return [
    ...(isNonNullType(type) ? ['its result is not nullable: an error would erase the results of other mutations'] : []),
    ...(payload.name.endsWith('Payload') ? [] : ['its result is no payload']),
    ...(isListType(type) && !isNonNullType(type.ofType) ? ['an item of its list is nullable'] : []),
    ...(String(denial?.type) === 'Denial' ? [] : ['its payload has no field `denial: Denial`']),
    ...fields
      .filter(({ type: own }) => isNonNullType(own))
      .map(({ name }) => `${name} is not null although it is denied`),
  ]
}

const MAX_VALUES = 4

/** Rules of arguments that a mutation breaks. */
function problemsOfArguments({ args }: Mutation): string[] {
  const values = args.filter(({ name }) => name !== KEY)
  const inputs = values.filter(({ name }) => name === 'input' || name === 'by')
  const others = values.filter((value) => !inputs.includes(value))
  const isOfInput = inputs.length === 1 && others.every(({ name }) => name === 'id' || name === 'accountId')
  return isOfInput || (inputs.length === 0 && values.length <= MAX_VALUES)
    ? []
    : [`takes neither at most ${MAX_VALUES} values nor \`input\``]
}

/** True if an input has a field besides IDs, reason and key. */
const writes = (type: GraphQLInputObjectType): boolean =>
  Object.values(type.getFields()).some(
    ({ name, type: own }) => getNamedType(own).name !== 'ID' && name !== 'reason' && name !== 'idempotencyKey',
  )

const broken = (problems: (mutation: Mutation) => string[]) =>
  Object.fromEntries(mutations.map((field) => [field.name, problems(field)]).filter(([, list]) => list!.length > 0))

/** Arguments of mutations, and fields of their inputs, whose description says what null means. */
const valuesThatNameNull = (): { mutation: string; value: string }[] =>
  mutations.flatMap(({ name: mutation, args }) =>
    args
      .flatMap((arg) => {
        const type = getNamedType(arg.type)
        return [arg, ...(isInputObjectType(type) ? Object.values(type.getFields()) : [])]
      })
      .filter(({ description }) => /\bnull\b/i.test(description ?? ''))
      .map(({ name }) => ({ mutation, value: name })),
  )

describe('mutations', () => {
  it('return a nullable payload, or one for each object, of which the object or the denial is set', () => {
    expect(broken(problemsOfResult)).toEqual({})
  })

  it('take at most four values as arguments, otherwise an input', () => {
    expect(broken(problemsOfArguments)).toEqual({})
  })

  it('have no input without a value that is written', () => {
    const inputs = mutations.flatMap(({ args }) => args.map(({ type }) => getNamedType(type)).filter(isInputObjectType))
    expect(inputs.filter((type) => !writes(type)).map(({ name }) => name)).toEqual([])
  })

  it('have the idempotency key as the argument `key`, with one description', () => {
    const keys = mutations.flatMap((field) => keyOf(field) ?? [])
    expect(new Set(keys.map(({ description }) => description)).size).toBe(1)
    expect(new Set(keys.map(({ type }) => String(getNullableType(type))))).toEqual(new Set(['String']))
    const named = mutations.flatMap(({ name, args }) =>
      args.some((one) => one.name === 'idempotencyKey') ? [name] : [],
    )
    expect(named).toEqual([])
  })

  it('take null for an omitted value, except where it removes a stored one', () => {
    const REMOVES = /^(?:update|upsert|set|createTemplate$)/
    expect(valuesThatNameNull().length).toBeGreaterThan(5)
    expect(valuesThatNameNull().filter(({ mutation }) => !REMOVES.test(mutation))).toEqual([])
  })

  it('require the key, or have a reason why a repetition does nothing', () => {
    const without = mutations.filter((field) => String(keyOf(field)?.type) !== 'String!').map(({ name }) => name)
    expect(without.toSorted()).toEqual(Object.keys(WITHOUT_KEY))
  })
})
