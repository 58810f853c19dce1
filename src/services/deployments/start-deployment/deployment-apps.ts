import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { CODE, CODE_IS } from '../commands/parameters/field-schemas.js'
import { RESERVED_APP_CODES } from '../commands/validate-for-deployment.js'

/** An application as who starts a deployment names it. */
export interface NamedApp {
  readonly code: string
  readonly name?: string | null
  readonly containerName?: string | null
}

/** The apps that commands name: those given, else the services of the template's definition. */
export function appsOf(template: Pick<TemplateRow, 'definition'>, given: readonly NamedApp[]): DeploymentRow['apps'] {
  if (given.length)
    return given.map(({ code, name, containerName }) => ({
      code,
      name: name ?? code,
      containerName: containerName ?? null,
    }))
  const services = (template.definition as { services?: Record<string, unknown> }).services ?? {}
  return Object.keys(services).map((code) => ({ code, name: code, containerName: null }))
}

/** Pure: problem of app codes that commands could not name. Null if all are valid. */
export function validateApps(apps: DeploymentRow['apps'], areGiven: boolean): Refused | null {
  const seen = new Set<string>()
  for (const [index, { code }] of apps.entries()) {
    const wrong = wrongWith(code, seen)
    if (wrong)
      return refused('INVALID_PARAMETERS', `${wrong}${areGiven ? '' : ' Name the apps yourself.'}`, {
        field: areGiven ? `apps[${index}].code` : 'apps',
      })
    seen.add(code)
  }
  return null
}

function wrongWith(code: string, seen: ReadonlySet<string>): string | null {
  if (!CODE.test(code)) return `The app code ${CODE_IS}.`
  if (RESERVED_APP_CODES.has(code)) return `App code '${code}' is reserved.`
  return seen.has(code) ? `Two apps have the code '${code}'.` : null
}
