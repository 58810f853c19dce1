import type { InputIssue } from '#services/kernel/denials/denial.js'
import { valueFault } from './check-value.js'
import { generateValue } from './generate-value.js'
import type { EffectiveParameter } from './template-parameters.js'

/** A value for a parameter. */
export interface GivenValue {
  readonly name: string
  readonly value: string
}

/** Pure: every problem of the values of a deployment: one for each field, with what would lift it. */
export function valueIssues(parameters: readonly EffectiveParameter[], given: readonly GivenValue[]): InputIssue[] {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]))
  const seen = new Set<string>()
  const issues: InputIssue[] = []
  for (const [index, { name, value }] of given.entries()) {
    const parameter = byName.get(name)
    const fault = parameter && value !== '' ? valueFault(parameter, value) : null
    if (!parameter) issues.push(issueOf(['values', index, 'name'], unknown(name, [...byName.keys()])))
    else if (seen.has(name)) issues.push(issueOf(['values', index, 'name'], `${name} has two values. Remove one.`))
    else if (fault) issues.push(issueOf(['values', index, 'value'], `${name} ${fault}.`))
    seen.add(name)
  }
  const filled = new Set(given.filter(({ value }) => value !== '').map(({ name }) => name))
  // A variable that the vendor did not describe can have its value in the command that deploys, as before there were parameters.
  for (const { name, label, required, default: text, generate, derived } of parameters)
    if (required && !derived && text === null && generate === null && !filled.has(name))
      issues.push(issueOf(['values'], `${name} (${label}) is required. Add its value.`))
  return issues
}

const issueOf = (path: InputIssue['path'], message: string): InputIssue => ({
  path,
  message,
  code: 'INVALID_PARAMETERS',
})

const unknown = (name: string, known: readonly string[]): string =>
  known.length === 0
    ? 'The template has no parameters. Remove the value.'
    : `The template has no parameter '${name.slice(0, 60)}'. Its parameters: ${known.join(', ').slice(0, 300)}.`

/** Values of a deployment by name. */
export type DeploymentValues = Readonly<Record<string, string>>

/**
 * The values that an agent receives: those that were given, new ones for parameters that are generated, and the defaults of described
 * parameters. Compose knows those of the definition itself.
 */
export function completeValues(
  parameters: readonly EffectiveParameter[],
  given: readonly GivenValue[],
): { readonly values: DeploymentValues; readonly generated: readonly GivenValue[] } {
  const filled = new Map(given.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]))
  const generated: GivenValue[] = []
  for (const { name, default: text, generate, derived } of parameters) {
    if (filled.has(name)) continue
    if (generate) {
      const made = { name, value: generateValue(generate) }
      generated.push(made)
      filled.set(name, made.value)
    } else if (text !== null && !derived) filled.set(name, text)
  }
  return { values: Object.fromEntries(filled), generated }
}
