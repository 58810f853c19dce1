import type { DeploymentAppInput } from '#schema/deployments/start-deployment.type.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import { writtenDefinition } from '#services/marketplace/templates/definition/written-definition.js'
import type { InputIssue } from '#services/kernel/denials/denial.js'
import { CODE, CODE_IS } from '../model/field-schemas.js'
import { RESERVED_APP_CODES } from '../commands/validate-for-deployment.js'

/** The apps that commands name: those given, else the services of the template's definition. */
export function appsOf(
  template: Pick<TemplateRow, 'definition' | 'definitionText'>,
  given: readonly DeploymentAppInput[],
): DeploymentRow['apps'] {
  if (given.length)
    return given.map(({ code, name, containerName }) => ({
      code,
      name: name ?? code,
      containerName: containerName ?? null,
    }))
  const services = (writtenDefinition(template) as { services?: Record<string, unknown> }).services ?? {}
  return Object.keys(services).map((code) => ({ code, name: code, containerName: null }))
}

/** As many as the services of a definition: lists of deployments return the apps of each. */
const MAX_APPS = 100
const MAX_CHARACTERS = 200

/** Pure: problems of app codes that commands could not name, and of texts that are too long. */
export function appIssues(apps: DeploymentRow['apps'], areGiven: boolean): InputIssue[] {
  if (apps.length > MAX_APPS) return [appIssue(['apps'], `A deployment has at most ${MAX_APPS} apps.`)]
  return [...codeIssues(apps, areGiven), ...textIssues(apps)]
}

const appIssue = (path: InputIssue['path'], message: string): InputIssue => ({
  path,
  code: 'INVALID_PARAMETERS',
  message,
})

const textIssues = (apps: DeploymentRow['apps']): InputIssue[] =>
  apps.flatMap((app, index) =>
    (['name', 'containerName'] as const).flatMap((field) => {
      const text = app[field]
      if (text === null || (text.trim() !== '' && text.length <= MAX_CHARACTERS)) return []
      return [appIssue(['apps', index, field], `The ${field} of an app must have 1 to ${MAX_CHARACTERS} characters.`)]
    }),
  )

function codeIssues(apps: DeploymentRow['apps'], areGiven: boolean): InputIssue[] {
  const seen = new Set<string>()
  const issues: InputIssue[] = []
  for (const [index, { code }] of apps.entries()) {
    const wrong = wrongWith(code, seen)
    if (wrong)
      issues.push(
        appIssue(
          areGiven ? ['apps', index, 'code'] : ['apps'],
          `${wrong}${areGiven ? '' : ' Name the apps yourself.'}`,
        ),
      )
    seen.add(code)
  }
  return issues
}

function wrongWith(code: string, seen: ReadonlySet<string>): string | null {
  if (!CODE.test(code)) return `The app code ${CODE_IS}.`
  if (RESERVED_APP_CODES.has(code)) return `App code '${code}' is reserved.`
  return seen.has(code) ? `Two apps have the code '${code}'.` : null
}
