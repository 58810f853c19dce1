import { accountId } from './seed.js'

/** Query of a request. `{A}` stands for an account and `{K}` for a new key. */
export interface RequestKind {
  readonly query: string
  readonly variables: object
  /** Text that a correct response contains. */
  readonly expected: string
}

const use = { accountId: '{A}', feature: 'units', amount: 1 }
const act = { ...use, idempotencyKey: '{K}' }
const parameters = '$accountId: ID!, $feature: String!, $amount: Int, $idempotencyKey: String!'
const args = 'accountId: $accountId, feature: $feature, amount: $amount, idempotencyKey: $idempotencyKey'

export const OUR_CONSUME: RequestKind = {
  query: `mutation Consume($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { id amount } denial { code } } }`,
  variables: { input: use, key: '{K}' },
  expected: '"consumption":{"id"',
}
/** Work of two quantities and three dimensions, priced by a rate card. */
export const OUR_WORK: RequestKind = {
  query: `mutation Work($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { id amount } denial { code } } }`,
  variables: {
    input: {
      accountId: '{A}',
      feature: 'units',
      work: {
        quantities: [
          { name: 'input_tokens', amount: 1200 },
          { name: 'output_tokens', amount: 300 },
        ],
        dimensions: [
          { name: 'model', value: 'large' },
          { name: 'mode', value: 'batch' },
          { name: 'region', value: 'eu' },
        ],
      },
    },
    key: '{K}',
  },
  expected: '"consumption":{"id"',
}
export const OUR_CHECK: RequestKind = {
  query: `query Check($accountId: ID!, $feature: String!, $amount: SafeInt) { check(accountId: $accountId, feature: $feature, amount: $amount) { allowed entitlement { remaining } } }`,
  variables: { accountId: '{A}', feature: 'units', amount: 1 },
  expected: '"allowed":true',
}
export const OUR_RESERVE: RequestKind = {
  query: `mutation Reserve($input: ReserveInput!, $key: String!) { reserve(input: $input, key: $key) { reservation { id } denial { code } } }`,
  variables: { input: use, key: '{K}' },
  expected: '"reservation":{"id"',
}
export const OUR_COMMIT: RequestKind = {
  query: `mutation Commit($id: ID!, $key: String!) { commitReservation(id: $id, key: $key) { consumption { id amount } denial { code } } }`,
  variables: { id: '{R}', key: '{K}' },
  expected: '"consumption":{"id"',
}
/** Requests in the form of commit 7013ff64, whose results were unions with the key in the input. */
const earlier = (field: string, input: string, result: string, argument: object): RequestKind => ({
  query: `mutation Earlier($input: ${input}!) { ${field}(input: $input) { __typename ... on ${result} { id } ... on Denial { code } } }`,
  variables: { input: { ...argument, idempotencyKey: '{K}' } },
  expected: `"__typename":"${result}"`,
})
export const EARLIER = {
  consume: earlier('consume', 'ConsumeInput', 'Consumption', use),
  work: earlier('consume', 'ConsumeInput', 'Consumption', (OUR_WORK.variables as { input: object }).input),
  reserve: earlier('reserve', 'ReserveInput', 'Reservation', use),
  commit: earlier('commitReservation', 'CommitReservationInput', 'Consumption', { reservationId: '{R}' }),
} as const
export const PEER_SAME: RequestKind = {
  query: `mutation Same(${parameters}) { same(${args}) { id amount } }`,
  variables: act,
  expected: '"same":{"id"',
}
export const PEER_BARE: RequestKind = {
  query: `mutation Bare(${parameters}) { bare(${args}) { id amount } }`,
  variables: act,
  expected: '"bare":{"id"',
}
export const PEER_CHECK: RequestKind = {
  query: `query Check($accountId: ID!, $feature: String!, $amount: Int) { check(accountId: $accountId, feature: $feature, amount: $amount) { allowed remaining } }`,
  variables: { accountId: '{A}', feature: 'units', amount: 1 },
  expected: '"allowed":true',
}

/** Random choice of the accounts of a load. */
interface RequestedOperation {
  readonly firstAccount: number
  readonly accounts: number
}

/** A body with its places filled in. */
export const filledIn = (
  template: string,
  { firstAccount, accounts }: RequestedOperation,
  key: string,
  reservation = '',
): string =>
  template
    .replace('{A}', accountId(firstAccount + Math.floor(Math.random() * accounts)))
    .replace('{K}', key)
    .replace('{R}', reservation)

/** The body with its places still open. */
export const bodyOf = ({ query, variables }: RequestKind): string => JSON.stringify({ query, variables })
