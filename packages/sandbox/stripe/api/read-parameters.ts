import type { z } from 'zod'
import type { FormValue } from './form.js'
import { BELOW_MINIMUM, INVALID_CURRENCY, INVALID_EMAIL, INVALID_URL, TOO_SMALL, UNSUPPORTED } from './fields.js'
import { parameterName } from './parameter-names.js'
import { invalid, notImplemented, type StripeError } from './stripe-error.js'

type Issue = z.core.$ZodIssue

/**
 * Checks parameters against the narrower shape that the sandbox supports. They have passed Stripe's own schema before
 * (`checkParameters`), so a key or enum value that is rejected here is real but not implemented.
 */
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

/** A union reports all branches. The message of the closest one is the useful one. */
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
    const name = parameterName([...issue.path, issue.keys[0] ?? ''])
    return notImplemented(`The parameter ${name}`, name)
  }
  const value = valueAt(form, issue.path)
  if (value === undefined) return invalid(`Missing required param: ${param}.`, param, 'parameter_missing')
  if (issue.message === UNSUPPORTED) return notImplemented(`The parameter ${param}`, param)
  // A word that Stripe takes in the place of a number.
  if (issue.message === 'integer' && typeof value === 'string' && !/^-?[\d.]+$/.test(value))
    return notImplemented(`The value ${JSON.stringify(value)} of ${param}`, param)
  if (issue.message === 'integer')
    return invalid(
      `Invalid integer: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      param,
      'parameter_invalid_integer',
    )
  if (issue.code === 'invalid_value') return notImplemented(`The value ${JSON.stringify(value)} of ${param}`, param)
  if (issue.code === 'invalid_type') return invalid(`Invalid ${issue.expected}`, param)
  const shown = typeof value === 'string' ? value : ''
  if (issue.code === 'invalid_key' && issue.path.includes('metadata'))
    return tooLongKey(String(issue.path.at(-1)), param)
  if (issue.code === 'too_big' && issue.origin === 'string') return tooLong(issue, param, shown)
  return refused(issue.message, param, shown)
}

function tooLongKey(key: string, param: string): StripeError {
  return invalid(
    `Metadata keys can have up to 40 characters, but you passed in a key that is ${key.length} characters. Invalid key: ${key}`,
    param,
  )
}

function tooLong({ path, maximum }: Issue & { code: 'too_big' }, param: string, value: string): StripeError {
  if (path.includes('metadata'))
    return invalid(
      `Metadata values can have up to ${maximum} characters, but you passed in a value that is ${value.length} characters. Invalid value: ${value}`,
      param,
    )
  const shown = `${value.slice(0, 4)}...${value.slice(-4)}`
  return invalid(`Invalid string: ${shown}; must be at most ${maximum} characters`, param)
}

/** Errors for which Stripe has a separate code. All others have only a message. */
function refused(reason: string, param: string, value: string): StripeError {
  if (reason === INVALID_URL) return invalid(reason, param, 'url_invalid')
  if (reason === INVALID_EMAIL) return invalid(`${reason}: ${value}`, param, 'email_invalid')
  if (reason.startsWith(TOO_SMALL) || reason === BELOW_MINIMUM)
    return invalid(reason, param, 'parameter_invalid_integer')
  if (reason.startsWith(INVALID_CURRENCY)) return invalid(reason, param)
  return invalid(`Invalid ${param}: ${reason}`, param)
}

function valueAt(form: FormValue, path: readonly PropertyKey[]): FormValue | undefined {
  let value: FormValue | undefined = form
  for (const key of path) {
    if (typeof value !== 'object') return undefined
    value = (value as Record<string, FormValue>)[String(key)]
  }
  return value
}
