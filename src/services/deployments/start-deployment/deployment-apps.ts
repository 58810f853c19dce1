import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { InputIssue } from '#services/kernel/denials/denial.js'
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

/** Pure: problems of app codes that commands could not name. */
export function appIssues(apps: DeploymentRow['apps'], areGiven: boolean): InputIssue[] {
  const seen = new Set<string>()
  const issues: InputIssue[] = []
  for (const [index, { code }] of apps.entries()) {
    const wrong = wrongWith(code, seen)
    if (wrong)
      issues.push({
        path: areGiven ? ['apps', index, 'code'] : ['apps'],
        code: 'INVALID_PARAMETERS',
        message: `${wrong}${areGiven ? '' : ' Name the apps yourself.'}`,
      })
    seen.add(code)
  }
  return issues
}

function wrongWith(code: string, seen: ReadonlySet<string>): string | null {
  if (!CODE.test(code)) return `The app code ${CODE_IS}.`
  if (RESERVED_APP_CODES.has(code)) return `App code '${code}' is reserved.`
  return seen.has(code) ? `Two apps have the code '${code}'.` : null
}
