import { randomUUID } from 'node:crypto'
import type { TestServer } from './test-server.js'

const DENIAL = `denial { code message }`
const COMPARISON = `id name reason startedAt endedAt endReason usageBatch { id } accountCount
  totals { feature { code } comparedCount equalCount uncoveredUnits allowedThere: differenceCount(kind: ALLOWED_THERE)
    deniedThere: differenceCount(kind: DENIED_THERE) units: differenceCount(kind: UNITS) cost: differenceCount(kind: COST)
    remaining: differenceCount(kind: REMAINING) reset: differenceCount(kind: RESET) }`
const DECISION = `allowed units cost { decimal } remaining resetsAt denialCode denialMessage`
const DIFFERENCES = `nodes { id key feature { code } kinds uncoveredUnits account { id } theirs { ${DECISION} } ours { ${DECISION} } }
  pageInfo { hasNextPage endCursor }`

const END_EFFECT = `account { id } feature { code } lineCount deniedCount requestedUnits units remainingBefore remainingAfter overageUnits overageCost { decimal }
  taken { amount source { kind code } } invoiceEffect denied { key code message }`

export interface EndEffectAnswer {
  readonly account: { readonly id: string }
  readonly feature: { readonly code: string }
  readonly requestedUnits: number
  readonly units: number
  readonly remainingBefore: number | null
  readonly remainingAfter: number | null
  readonly overageUnits: number
  readonly taken: readonly object[]
  readonly denied: readonly { readonly code: string; readonly message: string }[]
}

export interface EndPreviewAnswer {
  readonly code?: string
  readonly lineCount: number
  readonly deniedCount: number
  readonly effects: {
    readonly nodes: readonly EndEffectAnswer[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
  }
}

export interface ComparisonAnswer {
  readonly id: string
  readonly code?: string
  readonly usageBatch: { readonly id: string } | null
  readonly endedAt: string | null
  readonly totals: readonly { readonly comparedCount: number; readonly equalCount: number }[]
  readonly differences: {
    readonly nodes: readonly { readonly id: string; readonly key: string; readonly kinds: readonly string[] }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
  }
}

/** The operations of comparisons as one caller. An error is returned as its code. */
export function comparisonClient(server: TestServer, token: string) {
  const call = async <Answer>(query: string, variables: object): Promise<Answer> => {
    const { data, errors } = await server.graphql<{ result: Answer & { readonly denial?: Answer | null } }>(
      query,
      variables as never,
      token,
    )
    return data?.result?.denial ?? data?.result ?? ({ code: errors?.[0]?.extensions.code ?? null } as Answer)
  }
  return {
    start: (accountIds: readonly string[], input: object = {}) =>
      call<ComparisonAnswer>(
        `mutation ($accountIds: [ID!]!, $key: String!, $name: String!, $reason: String!) { result: startUsageComparison(accountIds: $accountIds, key: $key, name: $name, reason: $reason) { usageComparison { ${COMPARISON} } ${DENIAL} } }`,
        { name: 'Switch', reason: 'Check plans', accountIds, key: randomUUID(), ...input },
      ),
    end: (usageComparisonId: string, balances: 'CONTINUE' | 'DISCARD') =>
      call<ComparisonAnswer>(
        `mutation ($balances: ComparisonBalances!, $id: ID!, $reason: String!) { result: endUsageComparison(balances: $balances, id: $id, reason: $reason) { usageComparison { ${COMPARISON} } ${DENIAL} } }`,
        { id: usageComparisonId, reason: 'They agree', balances },
      ),
    previewEnd: (usageComparisonId: string, page: { readonly first?: number; readonly after?: string } = {}) =>
      call<EndPreviewAnswer>(
        `query ($id: ID!, $first: Int, $after: String) {
          result: previewUsageComparisonEnd(id: $id) {
            lineCount
            deniedCount
            effects(first: $first, after: $after) { nodes { ${END_EFFECT} } pageInfo { hasNextPage endCursor } }
            ${DENIAL}
          }
        }`,
        { id: usageComparisonId, ...page },
      ),
    compare: (uses: readonly object[]) =>
      call<{
        acceptedCount: number
        duplicateCount: number
        differenceCount: number
        rejected: object[]
        code?: string
      }>(
        `mutation ($uses: [ComparedUseInput!]!) {
          result: compareUsage(uses: $uses) { acceptedCount duplicateCount differenceCount rejected { index code message } ${DENIAL} }
        }`,
        { uses },
      ),
    read: (id: string, filter: object = {}) =>
      call<ComparisonAnswer>(
        `query ($id: ID!, $kinds: [UsageDifferenceKind!], $feature: String, $accountId: ID, $first: Int, $after: String) {
          result: usageComparison(id: $id) { ${COMPARISON}
            differences(kinds: $kinds, feature: $feature, accountId: $accountId, first: $first, after: $after) { ${DIFFERENCES} } } }`,
        { id, ...filter },
      ),
    list: () =>
      call<{ readonly nodes: readonly { readonly id: string }[]; readonly code?: string }>(
        `{ result: usageComparisons { nodes { id } } }`,
        {},
      ),
  }
}

export type ComparisonClient = ReturnType<typeof comparisonClient>
