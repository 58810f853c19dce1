import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PayPalContract, PayPalOperation, Schema } from '#contract/paypal/payload.js'
import { sorted } from '#contract/sorted.js'

/** The files whose routes are described in full, and what their definitions are called by. */
const DESCRIBED: Record<string, string> = {
  checkout_orders_v2: 'orders',
  payments_payment_v2: 'payments',
  payments_payment_v1: 'sales',
  catalogs_products_v1: 'products',
  billing_subscriptions_v1: 'billing',
  customer_disputes_v1: 'disputes',
  notifications_webhooks_v1: 'webhooks',
  reporting_transactions_v1: 'reporting',
}

/** Paths of the old payments API that subscriptions still need. */
const WANTED: Record<string, (path: string) => boolean> = {
  payments_payment_v1: (path) => path.startsWith('/v1/payments/sale') || path.startsWith('/v1/payments/refund'),
}

const METHODS = ['get', 'post', 'patch', 'put', 'delete'] as const

/** Keywords of a schema that are retained. */
const KEPT = [
  'type', 'required', 'additionalProperties', 'enum', 'pattern', 'format', 'minLength', 'maxLength', 'minimum',
  'maximum', 'minItems', 'maxItems', 'readOnly',
] as const // prettier-ignore

type Json = Record<string, any> // oxlint-disable-line no-explicit-any -- files of another's making

/** Reads PayPal's published files from the folder of their unpacked package. */
export function readSpecifications(folder: string): PayPalContract {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>
  const contract: PayPalContract = {
    source: `${name} ${version}`,
    routes: [],
    operations: {},
    issues: {},
    definitions: {},
  }
  for (const fileName of readdirSync(join(folder, 'openapi')).toSorted()) {
    const file = JSON.parse(readFileSync(join(folder, 'openapi', fileName), 'utf8')) as Json
    addFile(contract, fileName.replace(/\.json$/, ''), file)
  }
  return {
    ...contract,
    routes: [...new Set(contract.routes)].toSorted(),
    operations: sorted(contract.operations),
    issues: sorted(contract.issues),
    definitions: sorted(contract.definitions),
  }
}

function addFile(contract: PayPalContract, name: string, file: Json): void {
  const prefix = DESCRIBED[name]
  if (prefix !== undefined) addIssues(contract, file)
  for (const [path, methods] of Object.entries(file['paths'] as Json)) {
    for (const method of METHODS) {
      const operation = (methods as Json)[method] as Json | undefined
      if (operation === undefined) continue
      const route = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`
      contract.routes.push(route)
      if (prefix !== undefined && (WANTED[name]?.(path) ?? true))
        contract.operations[route] = describe(contract, prefix, file, operation)
    }
  }
}

function describe(contract: PayPalContract, prefix: string, file: Json, operation: Json): PayPalOperation {
  const read = (schema: Json) => readSchema(contract, prefix, file, schema)
  const parameters = ((operation['parameters'] ?? []) as Json[]).map((one) => follow(file, one))
  const query = parameters.filter((one) => one['in'] === 'query')
  const body = operation['requestBody'] as Json | undefined
  const responses: PayPalOperation['responses'] = {}
  for (const [status, response] of Object.entries(operation['responses'] as Json)) {
    if (!/^2\d\d$/.test(status)) continue
    const schema = jsonSchema(follow(file, response as Json))
    responses[status] = schema === undefined ? null : read(schema)
  }
  const request = body === undefined ? undefined : jsonSchema(follow(file, body))
  return {
    ...(query.length === 0
      ? {}
      : { query: Object.fromEntries(query.map((one) => [one['name'] as string, read(one['schema'] as Json)])) }),
    ...(request === undefined ? {} : { request: read(request) }),
    responses,
  }
}

function jsonSchema(holder: Json): Json | undefined {
  return holder['content']?.['application/json']?.['schema'] as Json | undefined
}

function readSchema(contract: PayPalContract, prefix: string, file: Json, schema: Json): Schema {
  const ref = schema['$ref'] as string | undefined
  if (ref !== undefined) {
    const name = ref.split('/').at(-1) ?? ''
    addDefinition(contract, prefix, file, name)
    return { $ref: `${prefix}.${name}`, ...(schema['readOnly'] === true ? { readOnly: true } : {}) }
  }
  const read = (one: Json) => readSchema(contract, prefix, file, one)
  const found: Schema = {}
  for (const word of KEPT) if (schema[word] !== undefined) Object.assign(found, { [word]: schema[word] as unknown })
  if (schema['readOnly'] === false) delete found.readOnly
  if (schema['properties'] !== undefined)
    found.properties = Object.fromEntries(
      Object.entries(schema['properties'] as Json).map(([name, one]) => [name, read(one as Json)]),
    )
  if (schema['items'] !== undefined) found.items = read(schema['items'] as Json)
  if (schema['allOf'] !== undefined) found.allOf = (schema['allOf'] as Json[]).map(read)
  return found
}

function addDefinition(contract: PayPalContract, prefix: string, file: Json, name: string): void {
  const known = `${prefix}.${name}`
  if (contract.definitions[known] !== undefined) return
  contract.definitions[known] = {} // for schemas that refer to themselves
  contract.definitions[known] = readSchema(contract, prefix, file, file['components']['schemas'][name] as Json)
}

/** PayPal's descriptions of its issues are in schemas whose only values are a code and a sentence. */
function addIssues(contract: PayPalContract, value: unknown): void {
  if (Array.isArray(value)) for (const one of value) addIssues(contract, one)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  const { issue, description } = value as { issue?: { enum?: string[] }; description?: { enum?: string[] } }
  for (const code of issue?.enum ?? []) {
    const said = description?.enum?.[0]?.trim() ?? ''
    if (said !== '' && contract.issues[code] === undefined) contract.issues[code] = said
  }
  for (const one of Object.values(value)) addIssues(contract, one)
}

function follow(file: Json, holder: Json): Json {
  const ref = holder['$ref'] as string | undefined
  if (ref === undefined) return holder
  const [, ...steps] = ref.split('/')
  return steps.reduce<Json>((place, step) => place[step] as Json, file)
}
