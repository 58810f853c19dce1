import { checkForm, type FormProblem } from '#contract/check-form.js'
import type { Operation } from '#contract/shape.js'
import { API_VERSION, type Release } from './api-version.js'
import type { FormValue } from './form.js'
import { oneOf, parameterName } from './parameter-names.js'
import { invalid, notImplemented, type StripeError } from './stripe-error.js'

/** Checks parameters against Stripe's own schema of a route. Throws Stripe's error. */
export function checkParameters(operation: Operation, form: Record<string, FormValue>, release: Release): void {
  const problems = checkForm(operation.params ?? {}, form)
  if (problems.length === 0) return
  const unknown = problems.filter((problem) => problem.kind === 'unknown')
  const [first] = unknown
  if (first !== undefined && release !== 'endive') {
    const name = parameterName(first.path)
    throw notImplemented(`The parameter ${name}, which ${API_VERSION} does not have,`, name)
  }
  if (unknown.length > 0) throw unknownParameters(unknown.map((problem) => parameterName(problem.path)))
  throw describe(problems.find((problem) => problem.kind === 'missing') ?? (problems[0] as FormProblem))
}

/** Error for parameters that Stripe does not have. */
function unknownParameters(names: string[]): StripeError {
  const plural = names.length > 1 ? 's' : ''
  return invalid(`Received unknown parameter${plural}: ${names.join(', ')}`, names[0], 'parameter_unknown')
}

function describe(problem: FormProblem): StripeError {
  const param = parameterName(problem.path)
  switch (problem.kind) {
    case 'unknown':
      return unknownParameters([param])
    case 'missing':
      return invalid(`Missing required param: ${param}.`, param, 'parameter_missing')
    case 'enum':
      return invalid(`Invalid ${param}: must be ${oneOf(problem.values)}`, param)
    case 'type':
      return wrongType(param, problem)
  }
}

function wrongType(param: string, { expected, value }: FormProblem & { kind: 'type' }): StripeError {
  // At Stripe an empty text unsets a value. Not every value can be unset.
  if (value === '') {
    return invalid(
      `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however ` +
        `'${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`,
      param,
      'parameter_invalid_empty',
    )
  }
  const shown = typeof value === 'string' ? value : JSON.stringify(value)
  return invalid(
    `Invalid ${expected}: ${shown}`,
    param,
    expected === 'integer' ? 'parameter_invalid_integer' : undefined,
  )
}
