import { stringify } from 'yaml'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import { completeValues, type DeploymentValues } from '#services/marketplace/templates/parameters/given-values.js'
import { deployableDefinition } from '#services/marketplace/templates/parameters/template-files.js'
import { parametersOf } from '#services/marketplace/templates/parameters/template-parameters.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { openValues, sealValues } from '../model/deployment-values.js'
import type { CommandRequest } from './command-request.js'
import type { CachedDeployment } from './deployment-cache.js'

/**
 * The command `deploy_app` with what the deployment was started with: variables that the command leaves out have the values of the
 * parameters. An application that is the whole stack has the compose file of the template, unless the command contains one.
 */
export async function fillValues(
  context: DeploymentsContext,
  deployment: CachedDeployment,
  command: CommandRequest,
): Promise<CommandRequest> {
  const { templateId } = deployment
  if (command.type !== 'deploy_app' || templateId === null) return command
  const values = await currentValues(context, deployment)
  const template = values && (await findContent(context, templateId))
  if (!template) return command
  const complete = await withNewValues(context, deployment, template, values)
  const { parameters } = command
  const content = parameters['compose_content'] ?? (isWholeStack(template, command.appCode) && composeFile(template))
  return {
    ...command,
    parameters: {
      ...parameters,
      env_vars: { ...complete, ...(parameters['env_vars'] as DeploymentValues | undefined) },
      ...(content ? { compose_content: content } : {}),
    },
  }
}

type Content = Pick<TemplateRow, 'definition' | 'definitionText' | 'parameters' | 'files'>

const findContent = ({ database }: DeploymentsContext, id: string): Promise<Content | undefined> =>
  database.query
    .selectFrom('template')
    .select(['definition', 'definitionText', 'parameters', 'files'])
    .where('id', '=', id)
    .executeTakeFirst()

type Owned = Pick<CachedDeployment, 'id' | 'accountId'>

async function currentValues(
  { database, secrets }: DeploymentsContext,
  { id, accountId }: Owned,
): Promise<DeploymentValues | null> {
  const row = await database.query
    .selectFrom('deployment')
    .select(['id', 'valuesSealed'])
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  return row ? openValues(secrets, row) : null
}

/** Values with those that a newer version of the template generates, which are made and kept once. Earlier ones never change. */
async function withNewValues(
  context: DeploymentsContext,
  { id, accountId }: Owned,
  template: Content,
  values: DeploymentValues,
): Promise<DeploymentValues> {
  const added = parametersOf(template).filter(({ name, generate }) => generate && values[name] === undefined)
  if (added.length === 0) return values
  return context.database.transaction(async (transaction) => {
    const row = await transaction.query
      .selectFrom('deployment')
      .select(['id', 'valuesSealed'])
      .where('id', '=', id)
      .where('accountId', '=', accountId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const current = openValues(context.secrets, row) ?? {}
    const missing = added.filter(({ name }) => current[name] === undefined)
    const complete = { ...current, ...completeValues(missing, []).values }
    await transaction.query
      .updateTable('deployment')
      .set({ valuesSealed: sealValues(context.secrets, id, complete) })
      .where('id', '=', id)
      .where('accountId', '=', accountId)
      .execute()
    return complete
  })
}

/** True if an application stands for all services: the only one, or a code that is none of them. */
function isWholeStack({ definition }: Content, appCode: string | null): boolean {
  const services = Object.keys(definition['services'] ?? {})
  return services.length === 1 || !services.includes(appCode ?? '')
}

/** YAML 1.1 reads texts such as `22:22` as numbers, so that they have quotes. */
const composeFile = (template: Content): string =>
  stringify(deployableDefinition(template), { lineWidth: 0, version: '1.1', aliasDuplicateObjects: false })
