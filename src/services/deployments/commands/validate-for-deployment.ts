import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { parameterTree } from '../model/parameter-tree.js'
import { COMMANDS, commandSpec } from './definitions/command-registry.js'
import type { CommandRequest } from './command-request.js'

/** App codes that do not name one application. Some commands accept them. */
export const RESERVED_APP_CODES: ReadonlySet<string> = new Set(COMMANDS.flatMap((spec) => spec.reservedAppCodes))

/**
 * Pure: a command adapted to the deployment. Its applications determine the container of a code: an unknown code is
 * denied, the container is set if known, and "all configurations" becomes a list, because agents cannot list them. A
 * deployment without applications does not restrict them.
 */
export function validateForDeployment(
  request: CommandRequest,
  { apps }: Pick<DeploymentRow, 'apps'>,
): CommandRequest | Refused {
  const spec = commandSpec(request.type)
  if (!spec) return request
  const named = namedApps(request)
  const reserved = named.find((code) => RESERVED_APP_CODES.has(code) && !spec.reservedAppCodes.includes(code))
  if (reserved !== undefined)
    return refused('INVALID_PARAMETERS', `${spec.type} needs one application; '${reserved}' is reserved.`, {
      field: 'command.appCode',
    })
  if (apps.length === 0) return request
  const known = new Map(apps.map((app) => [app.code, app]))
  const unknown = named.find((code) => !known.has(code) && !RESERVED_APP_CODES.has(code))
  if (unknown !== undefined && !spec.namesNewApp)
    return refused(
      'INVALID_PARAMETERS',
      `The deployment has no application '${unknown}'. Applications: ${[...known.keys()].join(', ')}.`,
      { field: 'command.appCode' },
    )
  const members = parameterTree(spec)?.properties ?? {}
  const containerName = known.get(request.appCode ?? '')?.containerName
  const parameters = {
    ...request.parameters,
    ...(members['app_codes'] && named.length === 0 ? { app_codes: [...known.keys()] } : {}),
    ...(members['container'] && containerName && request.parameters['container'] === undefined
      ? { container: containerName }
      : {}),
  }
  return { ...request, parameters }
}

const namedApps = ({ appCode, parameters }: CommandRequest): readonly string[] => {
  const many = parameters['app_codes']
  return [...(appCode === null ? [] : [appCode]), ...(Array.isArray(many) ? (many as string[]) : [])]
}
