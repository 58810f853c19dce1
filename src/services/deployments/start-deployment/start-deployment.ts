import type { StartDeploymentInput } from '#schema/deployments/start-deployment.type.js'
import { z } from 'zod'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { refusedInput, type RateLimited, type Refused } from '#services/kernel/denials/denial.js'
import { fingerprintOf, findCompletedKey, type IdempotencyScope } from '#services/kernel/idempotency/idempotency.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { inputIssues } from '#services/kernel/validation/input-issues.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { claimName } from '#services/identity/accounts/account-directory.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { writeAllocation } from '#services/entitlements/allocations/write-allocation.js'
import { DEPLOYMENTS } from '#services/entitlements/plans/account-plan.js'
import { consumeRate } from '#services/entitlements/rates/consume-rate.js'
import { decideEligibility } from '#services/marketplace/eligibility/decide-eligibility.js'
import { recordInstall } from '#services/marketplace/counts/record-install.js'
import {
  loadEligibilityInput,
  createEligibilityReader,
} from '#services/marketplace/eligibility/deployment-eligibility.js'
import { findPublished } from '#services/marketplace/templates/template-queries.js'
import {
  completeValues,
  valueIssues,
  type GivenValue,
} from '#services/marketplace/templates/parameters/given-values.js'
import { parametersOf } from '#services/marketplace/templates/parameters/template-parameters.js'
import { issueEnrollmentToken } from '../agents/enrollment.js'
import { sealValues } from '../model/deployment-values.js'
import { recordDeploymentEvent } from '../model/record-deployment-event.js'
import { deploymentName } from './deployment-name.js'
import { countServer } from '../model/managed-servers.js'
import { serverReference } from './server-reference.js'
import { appIssues, appsOf } from './deployment-apps.js'

/** Limits of the input that the types of GraphQL do not check. */
const startInput = z.object({
  name: deploymentName.nullish(),
  server: z.object({ reference: serverReference }).nullish(),
})

/** The feature of the plan that limits the rate of deployments. */
const DEPLOY_RATE = 'deploy_rate'

interface Started {
  readonly kind: 'started'
  readonly deployment: DeploymentRow
  /** Null in a repeated result: the first one showed the secret. */
  readonly enrolmentToken: string | null
  /** Values that were generated. Null in a repeated result, as the token. */
  readonly generatedValues: readonly GivenValue[] | null
}

export type StartDeploymentOutcome = Started | Denied

/**
 * Eligibility, count and deployment in one transaction: exactly as many deployments start as the plan allows, also for
 * concurrent calls.
 */
export async function startDeployment(
  context: CatalogContext,
  input: StartDeploymentInput,
): Promise<StartDeploymentOutcome> {
  const account = await requireAccount(context, input.accountId, 'deployments:manage')
  const template = await findPublished(context.database, input.templateId)
  if (!template) throw new AppError('NOT_FOUND', 'Template not found.')
  const apps = appsOf(template, input.apps ?? [])
  const [issue, ...issues] = [...inputIssues(startInput, input), ...appIssues(apps, Boolean(input.apps?.length))]
  if (issue) return denied(refusedInput([issue, ...issues]))
  const scope = idempotencyScope(context.caller, account.id, 'startDeployment', input.idempotencyKey)
  const request = { ...input, accountId: account.id }
  const denial = await checkAndTakeRate(context, scope, request, template)
  if (denial) return denied(denial)
  return runIdempotent<Started>(context.database, {
    scope,
    request,
    replay: async (transaction, { id }) => ({
      kind: 'started',
      deployment: await transaction.query
        .selectFrom('deployment')
        .selectAll()
        .where('id', '=', id)
        .where('accountId', '=', account.id)
        .executeTakeFirstOrThrow(),
      enrolmentToken: null,
      generatedValues: null,
    }),
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const decisionInput = await loadEligibilityInput(createEligibilityReader(context, transaction), account.id, input)
      const [ineligible] = decideEligibility(context.catalog.current(), decisionInput).denials
      const refused = ineligible ?? valueDenial(template, input)
      if (refused) return denied(refused)
      const { deployment, generatedValues } = await create(context, transaction, account, template, { ...input, apps })
      const enrolmentToken = await issueEnrollmentToken(transaction, deployment)
      return {
        value: { kind: 'started', deployment, enrolmentToken, generatedValues },
        reference: { __typename: 'Deployment', id: deployment.id },
      }
    },
  })
}

/** Pure: the denial of the values for the parameters of a template. Null if they fit. */
function valueDenial(template: TemplateRow, { values }: StartDeploymentInput): Refused | null {
  const [issue, ...issues] = valueIssues(parametersOf(template), values ?? [])
  return issue ? refusedInput([issue, ...issues]) : null
}

/**
 * Counts a start against the account's rate of deployments. A repeated call with the same key is counted once. A call that the gate denies
 * is not counted, nor one with wrong values. Only an account that may deploy the template learns its parameters.
 */
async function checkAndTakeRate(
  context: CatalogContext,
  scope: IdempotencyScope,
  request: StartDeploymentInput & { readonly accountId: string },
  template: TemplateRow,
): Promise<RateLimited | Refused | null> {
  if (await findCompletedKey(context.database, scope, fingerprintOf(request))) return null
  const decisionInput = await loadEligibilityInput(
    createEligibilityReader(context, context.database),
    request.accountId,
    request,
  )
  if (decideEligibility(context.catalog.current(), decisionInput).denials.length > 0) return null
  const wrong = valueDenial(template, request)
  if (wrong) return wrong
  return consumeRate(context, { accountId: request.accountId, feature: DEPLOY_RATE, key: 'start' })
}

async function create(
  context: CatalogContext,
  transaction: Transaction,
  account: AccountRow,
  template: TemplateRow,
  input: StartDeploymentInput & Pick<DeploymentRow, 'apps'>,
): Promise<Pick<Started, 'deployment' | 'generatedValues'>> {
  const now = context.clock.now()
  const id = transaction.newId('dep')
  const hash = `deployment_${context.random.uuid()}`
  const subject = { __typename: 'Deployment', id }
  const { values, generated } = completeValues(parametersOf(template), input.values ?? [])
  // Nothing is kept for a template whose vendor described nothing: its agents receive what their commands contain.
  const isFilled = template.parameters.length + template.files.length + Object.keys(values).length > 0
  await claimName(transaction, { kind: 'DEPLOYMENT', name: hash }, account.id)
  const deployment = await transaction.query
    .insertInto('deployment')
    .values({
      id,
      hash,
      accountId: account.id,
      templateId: template.id,
      templateVersion: template.version,
      stack: input.stack ?? template.stack,
      name: input.name?.trim() ?? template.name,
      status: 'PENDING',
      apps: jsonb(input.apps),
      valuesSealed: isFilled ? sealValues(context.secrets, id, values) : null,
      createdAt: now,
      server: input.server?.reference ?? null,
      startedByUserId: context.caller.kind === 'user' ? context.caller.userId : null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await recordInstall(transaction, { deploymentId: id, templateId: template.id, accountId: account.id, at: now })
  await writeAllocation(transaction, { accountId: account.id, feature: DEPLOYMENTS, resourceId: id, at: now })
  if (deployment.server !== null) await countServer(context, transaction, deployment, deployment.server)
  const summary = `A deployment of ${template.name} was started.`
  const data = { deploymentHash: hash, projectId: id, templateId: template.id, by: context.caller.principal }
  await recordDeploymentEvent(transaction, deployment, now, { type: 'deployment.started', summary, subject, data })
  await recordAccountEvent(transaction, account.id, now, {
    type: 'deployment.started',
    summary,
    subject,
    changesEntitlements: true,
    data,
  })
  await writeOutbox(transaction, {
    type: 'deployment.started',
    accountId: account.id,
    payload: data,
    at: now,
    requestId: context.requestId,
  })
  return { deployment, generatedValues: generated }
}
