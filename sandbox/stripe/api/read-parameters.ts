import type { z } from 'zod'
import type { FormValue } from './form.js'
import { UNSUPPORTED } from './fields.js'
import { invalid, notImplemented, type StripeError } from './stripe-error.js'

type Issue = z.core.$ZodIssue

/** Checks parameters against a route's shape; throws the error that Stripe would answer. */
export function readParameters<Shape extends z.ZodType>(
  shape: Shape,
  form: Record<string, FormValue>,
): z.output<Shape> {
  const result = shape.safeParse(form)
  if (result.success) return result.data
  const issues = result.error.issues.flatMap(flatten)
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys')
  const absent = issues.find((issue) => issue.code === 'invalid_type' && valueAt(form, issue.path) === undefined)
  throw describe(unknown ?? absent ?? (issues[0] as Issue), form)
}

/** A union reports its branches; what the closest one says is what people need. */
function flatten(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const branches = issue.errors.filter((branch) => branch.length > 0)
  const closest = branches.find((branch) =>
    branch.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys'),
  )
  const chosen = closest ?? branches.at(-1) ?? []
  return chosen.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(flatten)
}

function describe(issue: Issue, form: Record<string, FormValue>): StripeError {
  const param = parameterName(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => parameterName([...issue.path, key]))
    const plural = names.length > 1 ? 's' : ''
    return invalid(`Received unknown parameter${plural}: ${names.join(', ')}`, names[0], 'parameter_unknown')
  }
  const value = valueAt(form, issue.path)
  if (value === undefined) return invalid(`Missing required param: ${param}.`, param, 'parameter_missing')
  if (issue.message === UNSUPPORTED) return notImplemented(`The parameter ${param}`, param)
  if (issue.message === 'integer')
    return invalid(
      `Invalid integer: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      param,
      'parameter_invalid_integer',
    )
  if (issue.code === 'invalid_value') {
    return invalid(`Invalid ${param}: must be ${oneOf(issue.values.map(String))}`, param)
  }
  if (issue.code === 'invalid_type') return invalid(`Invalid ${issue.expected}`, param)
  return invalid(`Invalid ${param}: ${issue.message}`, param)
}

function oneOf(values: string[]): string {
  if (values.length === 1) return values[0] as string
  const last = values.at(-1)
  return `one of ${values.slice(0, -1).join(', ')}${values.length > 2 ? ',' : ''} or ${last}`
}

/** `['items', 0, 'price']` as Stripe writes it: `items[0][price]`. */
function parameterName(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.map(String)
  return `${first ?? ''}${rest.map((key) => `[${key}]`).join('')}`
}

function valueAt(form: FormValue, path: readonly PropertyKey[]): FormValue | undefined {
  let value: FormValue | undefined = form
  for (const key of path) {
    if (typeof value !== 'object') return undefined
    value = (value as Record<string, FormValue>)[String(key)]
  }
  return value
}
