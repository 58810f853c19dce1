import { z } from 'zod'
import type { AgentRow } from '#entities/deployments/agent.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import { violatedConstraint, type Transaction } from '#services/kernel/database/database.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import { refused, refusedInput } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { inputIssues } from '#services/kernel/validation/input-issues.js'
import { hashSecret, randomSecret } from '#services/kernel/secrets/secret-box.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { findDeployment, requireDeployment } from '../model/deployment-queries.js'
import { toPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { jsonb, secondsAgo } from '#services/kernel/database/query-builder.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../model/record-deployment-event.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { claimReportedServer, reportedServer, ServerDenied } from '../model/managed-servers.js'
import { requireStack } from '../model/require-stack.js'
import { deploymentOfEnrollmentToken, redeemEnrollmentToken } from './enrollment.js'
import { publishToken, type TokenWarning } from './publish-token.js'
import { serverInfo } from './server-info.js'

/** Data that an agent reports at registration. */
export interface AgentRegistration {
  readonly capabilities: readonly string[]
  readonly version: string | null
  readonly systemInfo: Record<string, unknown>
}

/** The same limits as for registration over REST. */
const registration = z.object({
  capabilities: z
    .array(z.string().max(100, 'A capability has at most 100 characters.'))
    .max(100, 'An agent has at most 100 capabilities.'),
  version: z.string().max(100, 'The version has at most 100 characters.').nullable(),
  systemInfo: serverInfo,
})

interface Registered {
  readonly kind: 'registered'
  readonly agent: AgentRow
  /** Shown once. */
  readonly token: string
  readonly deployment: DeploymentRow
  readonly warnings: readonly TokenWarning[]
}

export type RegisterOutcome = Registered | Denied

/** Minutes after `startDeployment`, by the machine clock, in which an agent may register without a token. */
const OPEN_MINUTES = 60

const alreadyRegistered = () =>
  denied(refused('ALREADY_REGISTERED', 'An agent is already registered for this deployment.'))

/** Registers an agent over GraphQL, for users of the deployment. The token is shown once; a repeated call is denied. */
export async function registerAgent(
  context: DeploymentsContext,
  input: AgentRegistration & { deploymentHash: string; idempotencyKey: string },
): Promise<RegisterOutcome> {
  const deployment = await requireDeployment(context, input.deploymentHash, 'deployments:manage')
  const [issue, ...issues] = inputIssues(registration, input)
  if (issue) return denied(refusedInput([issue, ...issues]))
  const outcome = await mapTaken(() =>
    runIdempotent<Registered>(context.database, {
      scope: idempotencyScope(context.caller, deployment.accountId, 'registerAgent', input.idempotencyKey),
      request: input,
      replay: () =>
        Promise.resolve(
          denied(refused('SECRET_ALREADY_SHOWN', 'The token was shown by the first call. Rotate it to get a new one.')),
        ),
      execute: async (transaction) => {
        if (deployment.status === 'STOPPED')
          return denied(refused('INVALID_TRANSITION', 'The deployment is stopped.', { field: 'deploymentHash' }))
        await lockAccount(transaction, deployment.accountId)
        const value = await create(context, transaction, deployment, input)
        return { value, reference: { __typename: 'Agent', id: value.agent.id } }
      },
    }),
  )
  return publishToken(context, outcome)
}

/**
 * Registers an agent for an installer that knows only its purchase: the enrollment token identifies the deployment. A
 * given stack must match the deployment.
 */
export async function enrollByToken(
  context: DeploymentsContext,
  decisionInput: AgentRegistration,
  token: string,
  stackId: string | null,
): Promise<RegisterOutcome> {
  const deployment = await deploymentOfEnrollmentToken(context.database, token)
  if (!deployment) throw new AppError('INVALID_ENROLMENT_TOKEN', 'Unknown purchase token.')
  if (stackId !== null) await requireStack(context.database, deployment, stackId)
  return enrollAgent(context, { ...decisionInput, deploymentHash: deployment.hash, enrolmentToken: token })
}

/**
 * Registers an agent for an installer over REST: with an enrollment token, or without one while the deployment is
 * recent. Never issues a second token.
 */
export async function enrollAgent(
  context: DeploymentsContext,
  input: AgentRegistration & { deploymentHash: string; enrolmentToken: string | null },
): Promise<RegisterOutcome> {
  const deployment = await findDeployment(context.database, input.deploymentHash)
  if (!deployment) throw new AppError('NOT_FOUND', 'Deployment not found.')
  const outcome = await mapTaken(async () =>
    context.database.transaction(async (transaction): Promise<RegisterOutcome> => {
      await lockAccount(transaction, deployment.accountId)
      const registered = await transaction.query
        .selectFrom('agent')
        .select('id')
        .where('deploymentId', '=', deployment.id)
        .where('accountId', '=', deployment.accountId)
        .executeTakeFirst()
      if (registered) return alreadyRegistered()
      if (deployment.status === 'STOPPED' || !(await canEnroll(transaction, deployment, input.enrolmentToken)))
        throw new AppError('INVALID_ENROLMENT_TOKEN', 'The enrollment token of this deployment is required.')
      return create(context, transaction, deployment, input)
    }),
  )
  return publishToken(context, outcome)
}

async function canEnroll(transaction: Transaction, deployment: DeploymentRow, token: string | null): Promise<boolean> {
  if (token !== null) return redeemEnrollmentToken(transaction, deployment, token)
  const recent = await transaction.query
    .selectFrom('deployment')
    .select('id')
    .where('id', '=', deployment.id)
    .where('accountId', '=', deployment.accountId)
    .where('recordedAt', '>', secondsAgo(OPEN_MINUTES * 60))
    .executeTakeFirst()
  return recent !== undefined
}

async function create(
  context: CatalogContext,
  transaction: Transaction,
  deployment: DeploymentRow,
  said: AgentRegistration,
): Promise<Registered> {
  const { version, systemInfo, capabilities } = said
  const decisionInput = toPostgresSafe({ version, systemInfo, capabilities })
  const server = reportedServer(deployment, decisionInput.systemInfo)
  await claimReportedServer(context, transaction, deployment, server)
  const id = transaction.newId('agt')
  const token = randomSecret(64)
  const agent = await transaction.query
    .insertInto('agent')
    .values({
      id,
      accountId: deployment.accountId,
      deploymentId: deployment.id,
      tokenHash: hashSecret(token),
      tokenSealed: context.secrets.seal(token, `agent:${id}`),
      version: decisionInput.version,
      systemInfo: jsonb(decisionInput.systemInfo),
      capabilities: [...new Set(decisionInput.capabilities)],
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  const active = await transaction.query
    .updateTable('deployment')
    .set({ status: 'ACTIVE' })
    .where('id', '=', deployment.id)
    .where('accountId', '=', deployment.accountId)
    .where('status', '=', 'PENDING')
    .returningAll()
    .executeTakeFirst()
  const now = context.clock.now()
  const data = { deploymentHash: deployment.hash, agentId: id }
  await recordDeploymentEvent(transaction, deployment, MACHINE_NOW, {
    type: 'agent.registered',
    summary: 'An agent was registered.',
    subject: { __typename: 'Agent', id },
    data,
  })
  await writeOutbox(transaction, {
    type: 'agent.registered',
    accountId: deployment.accountId,
    payload: data,
    at: now,
    requestId: context.requestId,
  })
  await recordAudit(transaction, {
    accountId: deployment.accountId,
    actor: id,
    action: 'agent.registered',
    object: deployment.hash,
    details: { version: decisionInput.version, capabilities: decisionInput.capabilities },
  })
  return { kind: 'registered', agent, token, deployment: active ?? deployment, warnings: [] }
}

/** The unique constraint decides which of two concurrent registrations succeeds, and the limit of servers whether one does. */
async function mapTaken(work: () => Promise<RegisterOutcome>): Promise<RegisterOutcome> {
  try {
    return await work()
  } catch (error) {
    if (violatedConstraint(error) === 'agent_deployment') return alreadyRegistered()
    if (error instanceof ServerDenied) return denied(error.denial)
    throw error
  }
}
