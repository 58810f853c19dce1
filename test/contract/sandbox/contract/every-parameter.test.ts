import { resolveShape, operationOf, stripeContract } from '@stackgate/sandbox/contract/contract.js'
import type { Fields, Shape } from '@stackgate/sandbox/contract/shape.js'
import { checkParameters } from '@stackgate/sandbox/stripe/api/check-parameters.js'
import type { FormValue } from '@stackgate/sandbox/stripe/api/form.js'
import { parameterName } from '@stackgate/sandbox/stripe/api/parameter-names.js'
import { readParameters } from '@stackgate/sandbox/stripe/api/read-parameters.js'
import { StripeError } from '@stackgate/sandbox/stripe/api/stripe-error.js'
import type { StripeRoute } from '@stackgate/sandbox/stripe/api/route.js'
import { STRIPE_ROUTES } from '@stackgate/sandbox/stripe/routes.js'
import { startSandboxFixture } from '../support/sandbox-fixture.js'

type Form = Record<string, FormValue>

/** A place of the parameters, with a form of it and of the required ones for each value that it accepts. */
interface Place {
  name: string
  forms: Form[]
}

const TEXTS = ['x', 'https://shop.example/', 'ada@example.com', 'usd', 'US', 'now', '10', 'invoice.paid', '000']
const NUMBERS = ['1', '10', '50', '0', '-1', '2000000000']
const MAX_DEPTH = 4

const isEnum = (shape: Shape) => typeof shape === 'string' && shape.startsWith('=') && shape !== '='

/** Values of a leaf: those of an enum one by one, and candidates of which one must fit otherwise. */
function valuesOf(shape: Shape): string[] {
  if (typeof shape === 'string' && isEnum(shape)) return [shape.slice(1)]
  if (shape === 'number' || shape === 'decimal') return NUMBERS
  return shape === 'boolean' ? ['true'] : TEXTS
}

const choicesOf = (shape: Shape): Shape[] => {
  const resolved = resolveShape(shape)
  return Array.isArray(resolved) ? resolved.flatMap(choicesOf) : [resolved]
}

/** The smallest value of a shape. */
function smallest(shape: Shape, name = ''): FormValue {
  const choice = choicesOf(shape).find((one) => one !== 'null' && one !== '=') ?? '='
  if (typeof choice === 'object') return smallestOf(choice as Fields)
  if (typeof choice === 'boolean') return String(choice)
  if (name.includes('url')) return 'https://shop.example/'
  if (name === 'currency') return 'usd'
  return valuesOf(choice)[0]!
}

function smallestOf(fields: Fields): FormValue {
  if (fields['[]'] !== undefined) return [smallest(fields['[]'])]
  if (fields['{}'] !== undefined) return { eur: smallest(fields['{}']) }
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => !name.endsWith('?'))
      .map(([name, shape]) => [name, smallest(shape, name)]),
  )
}

/** Every place below a shape. `wrap` puts a value of the place into a form. */
function placesOf(shape: Shape, path: string[], wrap: (value: FormValue) => Form): Place[] {
  if (path.length > MAX_DEPTH) return []
  const choices = choicesOf(shape).filter((one) => one !== 'null' && one !== '=')
  const leaves = choices.filter((one) => typeof one !== 'object')
  const name = parameterName(path)
  const enums = leaves.filter(isEnum).map((one) => {
    const value = String(one).slice(1)
    return { name: `${name}=${value}`, forms: [wrap(value)] }
  })
  const free = leaves.filter((one) => !isEnum(one)).flatMap(valuesOf)
  return [
    ...enums,
    ...(free.length === 0 ? [] : [{ name, forms: free.map(wrap) }]),
    ...choices.filter((one) => typeof one === 'object').flatMap((one) => fieldsOf(one as Fields, path, wrap)),
  ]
}

function fieldsOf(fields: Fields, path: string[], wrap: (value: FormValue) => Form): Place[] {
  if (fields['[]'] !== undefined) return placesOf(fields['[]'], [...path, '0'], (value) => wrap([value]))
  if (fields['{}'] !== undefined) return placesOf(fields['{}'], [...path, 'eur'], (value) => wrap({ eur: value }))
  const required = smallestOf(fields) as Form
  return Object.entries(fields).flatMap(([key, shape]) => {
    const plain = key.replace(/\?$/, '')
    return placesOf(shape, [...path, plain], (value) => wrap({ ...required, [plain]: value }))
  })
}

/** The outcome of a form: null if it is taken or answered with 501, otherwise the error. Parameters that the sandbox requires are added. */
function outcomeOf(route: StripeRoute, form: Form, added: readonly string[] = []): string | null {
  const { expand: _expand, ...parameters } = form
  const { params } = operationOf(route.method, route.path)!
  try {
    checkParameters({ params, response: 'any' }, parameters, 'endive')
    readParameters(route.input, parameters)
    return null
  } catch (error) {
    if (!(error instanceof StripeError)) throw error
    const { code, param = '', message } = error.body.error
    if (error.status === 501) return null
    if (code !== 'parameter_missing' || added.includes(param)) return `${error.status} ${message}`
    const path = param.split(/[[\]]+/).filter((key) => key !== '')
    return outcomeOf(route, withValue(form, path, shapeAt(params ?? {}, path)), [...added, param])
  }
}

/** The shape of a place below a shape. */
function shapeAt(shape: Shape, [key, ...rest]: readonly string[]): Shape {
  if (key === undefined) return shape
  const fields = choicesOf(shape).filter((one): one is Fields => typeof one === 'object' && !Array.isArray(one))
  const found = fields
    .map((one) => one['[]'] ?? one['{}'] ?? one[key] ?? one[`${key}?`])
    .find((one) => one !== undefined)
  return shapeAt(found ?? 'any', rest)
}

function withValue(form: FormValue, [key = '', ...rest]: readonly string[], shape: Shape): Form {
  const before = (form as Form)[key]
  const value = rest.length === 0 ? smallest(shape, key) : withValue(before ?? {}, rest, shape)
  if (Array.isArray(form)) return Object.assign([...form], { [key]: value })
  return { ...(form as Form), [key]: value }
}

describe('everything that Stripe has', () => {
  const served = STRIPE_ROUTES.filter(({ path }) => path.startsWith('/v1/') && !path.includes('/shared_payment/'))

  it('is taken, or answered with 501, for each parameter and each of its values', () => {
    let places = 0
    const wrong: string[] = []
    for (const route of served) {
      const { params } = operationOf(route.method, route.path)!
      for (const { name, forms } of placesOf(params ?? {}, [], (value) => value as Form)) {
        places += 1
        const outcomes = forms.map((form) => outcomeOf(route, form))
        if (!outcomes.includes(null)) wrong.push(`${route.method} ${route.path} ${name}: ${outcomes[0]}`)
      }
    }
    expect(wrong).toEqual([])
    expect(places).toBeGreaterThan(5000)
  })

  it('is answered with 501 for each method that is not served', async () => {
    const bench = await startSandboxFixture()
    try {
      const nameless = (route: string) => route.replaceAll(/:\w+/g, ':')
      const known = new Set(STRIPE_ROUTES.map(({ method, path }) => nameless(`${method} ${path}`)))
      const missing = stripeContract().routes.filter((route) => !known.has(nameless(route)))
      expect(missing.length).toBeGreaterThan(400)
      for (const route of missing) {
        const [method = '', path = ''] = route.replaceAll(/:\w+/g, 'x_1').split(' ')
        const response = await fetch(`${bench.sandbox.url}${path}`, {
          method,
          headers: { authorization: 'Bearer sk_test_sandbox_x' },
        })
        expect([route, response.status]).toEqual([route, 501])
      }
    } finally {
      await bench.close()
    }
  })
})
