import { flat } from './account-groups.js'
import { mutationText, variablesOf } from './mutations.js'
import { randomUUID } from 'node:crypto'
import { person, type Person } from './members.js'
import type { TestServer } from './test-server.js'

/** Pool of catalog `ai-platform`. */
export const POOL = 'ai_credits'

interface Units {
  readonly units: number
}

export interface SubAccountAnswer {
  readonly account: { readonly id: string }
  readonly limits: readonly { id: string; used: Units; reserved: Units; remaining: Units }[]
  readonly usage: readonly { used: number }[]
}

/** Result of a mutation about sub-accounts. */
export interface PoolAnswer {
  readonly id?: string
  readonly code?: string
  readonly field?: string
  readonly message?: string
  readonly subAccount?: SubAccountAnswer | null
  readonly subAccounts?: readonly SubAccountAnswer[]
}

const FIELDS = `{ account { id } limits { id used { units } reserved { units } remaining { units } } usage { used } }`

/** The mutations and reads about sub-accounts. */
export function poolApi(server: TestServer) {
  const call = async (name: string, selection: string, input: object, token: string) => {
    const { data, errors } = await server.graphql<Record<string, PoolAnswer> | null>(
      mutationText(name, `${selection} denial { code message issues { path } }`),
      variablesOf(name, input),
      token,
    )
    return data?.[name] ? (flat(data[name]) as PoolAnswer) : { code: errors![0]!.extensions.code }
  }
  const read = async <Answer>(accountId: string, selection: string, token: string): Promise<Answer | null> => {
    const { data } = await server.graphql<{ account: { usage: Answer | null } | null }>(
      `query ($id: ID!) { account(id: $id) { usage { ${selection} } } }`,
      { id: accountId },
      token,
    )
    return data.account?.usage ?? null
  }
  return {
    setParent: (token: string, input: object) =>
      call('setParentAccount', `account { usage { subAccount ${FIELDS} } }`, input, token),
    /** Sets a cap of a sub-account, and returns its ID or a denial. */
    setLimit: (token: string, input: object) =>
      call('setSpendCap', 'spendCap { id }', { key: randomUUID(), ...input }, token),
    removeLimit: (token: string, id: string) =>
      call('removeSpendCap', 'account { id }', { id, key: randomUUID() }, token),
    subAccountsOf: async ({ accountId, token }: Person) =>
      (await read<{ subAccounts: SubAccountAnswer[] }>(accountId, `subAccounts ${FIELDS}`, token))!.subAccounts,
    subAccountOf: async ({ accountId, token }: Person) =>
      (await read<{ subAccount: SubAccountAnswer | null }>(accountId, `subAccount ${FIELDS}`, token))!.subAccount,
  }
}

/** A parent account with 1,000 credits, and its sub-accounts. */
export async function poolOf(
  server: TestServer,
  name: string,
  count: number,
): Promise<{ parent: Person; subAccounts: Person[]; operator: string }> {
  const operator = await server.token('ops@example.com', { roles: ['admin'] })
  const parent = await person(server, `parent@${name}.example.com`)
  const subAccounts: Person[] = []
  for (let index = 0; index < count; index++) {
    const one = await person(server, `child${index}@${name}.example.com`)
    const answer = await poolApi(server).setParent(operator, {
      accountId: one.accountId,
      parentId: parent.accountId,
    })
    if (!answer.subAccount) throw new Error(JSON.stringify(answer))
    subAccounts.push(one)
  }
  return { parent, subAccounts, operator }
}
