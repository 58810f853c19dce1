import { mutationText, variablesOf } from './mutations.js'
import { eventually, type TestServer } from './test-server.js'

/** A migration as operators see it. */
export interface MigrationView {
  readonly id: string
  readonly status: string
  readonly lastError: string | null
  readonly finishedAt: string | null
  readonly toVersion: { readonly number: number }
  readonly stepCount: number
  readonly pendingCount: number
  readonly scheduledCount: number
  readonly failedCount: number
  readonly steps: { readonly nodes: readonly MigrationStepView[] }
}

export interface MigrationStepView {
  readonly account: { readonly id: string }
  readonly status: string
  readonly fromVersion: { readonly number: number }
  readonly effectiveAt: string | null
  readonly priceBefore: { readonly money: { readonly decimal: string } } | null
  readonly priceAfter: { readonly money: { readonly decimal: string } } | null
  readonly skippedReason: string | null
  readonly error: string | null
}

const STEP = `account { id } status fromVersion { number } effectiveAt priceBefore { money { decimal } } priceAfter { money { decimal } } skippedReason error`
const MIGRATION = `id status lastError finishedAt toVersion { number }
  stepCount pendingCount: stepCount(status: PENDING) appliedCount: stepCount(status: APPLIED) scheduledCount: stepCount(status: SCHEDULED)
  skippedCount: stepCount(status: SKIPPED) failedCount: stepCount(status: FAILED) steps { nodes { ${STEP} } }`

/** Result of a mutation: the migration or the denial. */
export type MigrationResult = MigrationView & {
  readonly code?: string
  readonly field?: string | null
  readonly message?: string
}

let serial = 0

/** Migrations as an operator starts, stops and reads them. */
export function planMigrationClient(server: TestServer, operator: string) {
  const mutate = async (name: 'migratePlan' | 'stopPlanMigration' | 'resumePlanMigration', input: object) => {
    const { data, errors } = await server.graphql<Record<string, MigrationResult>>(
      mutationText(name, `planMigration { ${MIGRATION} } denial { code issues { path } message }`),
      variablesOf(name, input),
      operator,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data[name]!
  }
  const read = async (id: string): Promise<MigrationView> => {
    const { data, errors } = await server.graphql<{ node: MigrationView }>(
      `query ($id: ID!) { node(id: $id) { ... on PlanMigration { ${MIGRATION} } } }`,
      { id },
      operator,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data.node
  }
  return {
    start: (plan: string, idempotencyKey = `migrate-${++serial}`) => mutate('migratePlan', { plan, idempotencyKey }),
    stop: (planMigrationId: string) => mutate('stopPlanMigration', { planMigrationId }),
    resume: (planMigrationId: string) => mutate('resumePlanMigration', { planMigrationId }),
    read,
    until: (id: string, isReached: (migration: MigrationView) => boolean) => eventually(() => read(id), isReached),
    /** Starts a migration and waits for its end. */
    async run(plan: string): Promise<MigrationView> {
      const started = await mutate('migratePlan', { plan, idempotencyKey: `migrate-${++serial}` })
      if (started.code) throw new Error(started.message)
      return eventually(
        () => read(started.id),
        ({ status }) => status === 'COMPLETED',
      )
    },
  }
}
