import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStackgate } from '@stackgate/client'
import * as documents from '@stackgate/client/documents'
import { createEntitlements } from '@stackgate/client/entitlements'
import { Stackgate } from '@stackgate/client/server'
import { createUsageOutbox, type UsageOutboxError } from '@stackgate/client/usage-outbox'
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  OperationTypeNode,
  parse,
  typeFromAST,
  type GraphQLInputType,
} from 'graphql'
import { restDocument } from '#test/support/rest-document.js'
import { serviceApi, type ValueType } from '#test/support/service-clients/api-model.js'
import { failed, fakeFetch, json } from './fake-fetch.js'

const SDL = readFileSync('src/schema/schema.graphql', 'utf8')
const schema = buildSchema(SDL)
const url = 'https://stackgate.example.com'
const CUSTOMER = 'customer:42'
/** Variables that the client sets. */
const OWN = ['key', 'after', 'account', 'accountId']

const EMPTY_SCALARS: Readonly<Record<string, unknown>> = { Boolean: false, Int: 0, Float: 0, SafeInt: 0, JSON: {} }
const EMPTY_KINDS: Partial<Record<ValueType['kind'], unknown>> = {
  integer: 0,
  number: 0,
  boolean: false,
  list: [],
  map: {},
  object: {},
  any: {},
}

function emptyOf(type: GraphQLInputType): unknown {
  const own = getNullableType(type)
  if (isListType(own)) return []
  return isInputObjectType(own) ? {} : (EMPTY_SCALARS[own.name] ?? '')
}

/** Values that are none: undefined, which is left out, the empty value, and null. */
const valuesOf = (empty: unknown, isNullable: boolean) => [undefined, empty, ...(isNullable ? [null] : [])]

const inputOf = (name: string) => {
  const type = schema.getType(name)
  if (!isInputObjectType(type)) throw new Error(`${name} is no input.`)
  return type
}

const membersOf = (name: string) =>
  Object.values(inputOf(name).getFields()).filter((field) => !OWN.includes(field.name))

const camelCase = (name: string): string => name.replaceAll(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase())

type Method = (input: object) => Promise<unknown>
type Body = Readonly<Record<string, unknown>>

describe('Values that are absent, null and empty', () => {
  const { fetch, sent } = fakeFetch(Date.now, () => failed('FORBIDDEN', 403))
  let compared = 0

  /** The body of the only request of a call. Every request is refused. */
  async function sentBy(call: () => Promise<unknown>): Promise<Body> {
    sent.length = 0
    await call().catch(() => undefined)
    expect(sent).toHaveLength(1)
    return sent[0]!.body as Body
  }
  function expectArrived(place: string, given: unknown, arrived: Body, name: string, expected = given): void {
    compared++
    expect([place, name in arrived, JSON.stringify(arrived[name])]).toEqual([
      place,
      given !== undefined,
      JSON.stringify(expected),
    ])
  }

  it('arrive as three things in each variable of each document, and in each member of its inputs', async () => {
    const client = createStackgate({ url, fetch, batch: false, retry: false, transport: 'sse' })
    const operations = Object.values(documents).flatMap((document) => {
      if (typeof document === 'string' || !document.loc) return []
      const [definition] = parse(document.loc.source.body).definitions
      return definition?.kind === Kind.OPERATION_DEFINITION ? [{ document, definition }] : []
    })
    const seen = new Set<string>()
    for (const { document, definition } of operations) {
      const send = (variables: object) =>
        sentBy(() =>
          definition.operation === OperationTypeNode.SUBSCRIPTION
            ? client.stream(document as never, variables).next()
            : client.request(document as never, variables),
        )
      for (const { variable, type: node } of definition.variableDefinitions ?? []) {
        const name = variable.name.value
        const type = typeFromAST(schema, node as never) as GraphQLInputType
        const place = `${definition.name!.value}.${name}`
        if (OWN.includes(name)) continue
        for (const value of valuesOf(emptyOf(type), !isNonNullType(type)))
          expectArrived(place, value, (await send({ [name]: value }))['variables'] as Body, name)
        const input = getNamedType(type)
        if (!isInputObjectType(input) || seen.has(input.name)) continue
        seen.add(input.name)
        const isList = isListType(getNullableType(type))
        for (const field of Object.values(input.getFields()))
          for (const value of valuesOf(emptyOf(field.type), !isNonNullType(field.type))) {
            const member = { [field.name]: value }
            const { [name]: arrived } = (await send({ [name]: isList ? [member] : member }))['variables'] as Body
            expectArrived(`${place}.${field.name}`, value, [arrived].flat()[0] as Body, field.name)
          }
      }
    }
    client.close()
    expect(operations.length).toBeGreaterThan(150)
    expect(compared).toBeGreaterThan(2_000)
  })

  it('arrive as three things in each member of a check and of usage', async () => {
    const entitlements = createEntitlements({ url, fetch, key: 'sk_1', retries: 0 })
    const methods = entitlements as unknown as Record<string, Method>
    const { operations } = serviceApi(await restDocument(), SDL)
    const seen = new Set<string>()
    for (const { path, request } of operations) {
      const method = camelCase(path.split('/').at(-1)!)
      if (!path.includes('/entitlements/') || !(method in methods)) continue
      seen.add(method)
      for (const { name, type, isNullable } of request.fields) {
        if (['account_id', 'idempotency_key'].includes(name)) continue
        for (const value of valuesOf(EMPTY_KINDS[type.kind] ?? '', isNullable))
          expectArrived(
            `${method}.${name}`,
            value,
            await sentBy(() => methods[method]!({ accountId: CUSTOMER, [camelCase(name)]: value })),
            name,
          )
      }
    }
    expect(seen.size).toBe(10)
    const forms: Readonly<Record<string, readonly [given: unknown, expected: unknown]>> = {
      properties: [{}, []],
      work: [{ quantities: {} }, { quantities: [], dimensions: [] }],
    }
    for (const { name, type } of membersOf('UsageEventInput')) {
      const [empty, expected] = forms[name] ?? [emptyOf(type), emptyOf(type)]
      for (const [given, arrived] of [
        [undefined, undefined],
        [null, null],
        [empty, expected],
      ] as const) {
        const body = await sentBy(() =>
          entitlements.recordUsage([{ accountId: CUSTOMER, feature: 'a', amount: 1, [name]: given }]),
        )
        const { events } = body['variables'] as { events: Body[] }
        expectArrived(`recordUsage.${name}`, given, events[0]!, name, arrived)
      }
    }
    entitlements.close()
  })

  it('arrive through the disk as three things in each member of usage, or are refused', async () => {
    const report = { acceptedCount: 1, duplicateCount: 0, rejected: [], denial: null }
    const delivered = fakeFetch(Date.now, () => json({ data: { recordUsage: report } }))
    const folder = mkdtempSync(join(tmpdir(), 'absent-usage-'))
    const outbox = await createUsageOutbox({ folder, url, key: 'sk_1', fetch: delivered.fetch })
    const work = { quantities: { tokens: 1 } }
    let refused = 0
    for (const { name } of membersOf('UsageEventInput')) {
      if (name === 'feature') continue
      for (const value of [undefined, null, '', 0, false, Number.NaN, [], {}, ' ', new Date(Number.NaN)]) {
        delivered.sent.length = 0
        const use = name === 'amount' ? { work } : { amount: 2 }
        const code = await outbox
          .record({ accountId: CUSTOMER, feature: 'a', ...use, [name]: value })
          .catch((error: UsageOutboxError) => error.code)
        await outbox.flush()
        const [event] = delivered.sent.flatMap(
          ({ body }) => ((body as Body)['variables'] as { readonly events: Body[] }).events,
        )
        if (value === undefined || value === null) expectArrived(`outbox.${name}`, value, event!, name)
        else if (event) expect([name, value, event[name]]).toEqual([name, value, []])
        else expect([name, value, code]).toEqual([name, value, 'INVALID'])
        if (!event) refused++
      }
    }
    await outbox.close()
    rmSync(folder, { recursive: true })
    expect(refused).toBeGreaterThan(25)
  })

  it('arrive as three things in each member of a method of the server package', async () => {
    const stackgate = new Stackgate({ url, fetch, secretKey: 'sk_1' })
    const methods = stackgate as unknown as Record<string, Method>
    /** Members of each method, and their default if they have one. */
    const named: Readonly<Record<string, readonly string[]>> = {
      cancel: ['at', 'reason'],
      portal: ['returnUrl'],
      entitlementsToken: ['ttlSeconds'],
      createSession: ['permissions', 'ttlSeconds'],
    }
    for (const [method, members] of Object.entries(named))
      for (const name of members)
        for (const value of [undefined, null, '', 0, []]) {
          // A session has defaults.
          if (method === 'createSession' && value === undefined) continue
          const { variables } = await sentBy(() => methods[method]!({ customer: '42', [name]: value }))
          expectArrived(`${method}.${name}`, value, variables as Body, name)
        }
    const inputs = { checkout: 'StartSubscriptionInput', changePlan: 'ChangePlanInput', upsertCustomer: 'AccountInput' }
    for (const [method, input] of Object.entries(inputs))
      for (const { name, type } of membersOf(input))
        for (const value of valuesOf(emptyOf(type), true)) {
          const own = name === 'userEmail' ? 'email' : name
          const { variables } = await sentBy(() => methods[method]!({ customer: '42', [own]: value }))
          expectArrived(`${method}.${name}`, value, (variables as { input: Body }).input, name)
        }
    stackgate.close()
  })

  it('are three types of each member of each input', () => {
    const source = readFileSync('packages/client/src/generated/types.ts', 'utf8')
    const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType)
    const typed = inputs.filter(({ isOneOf }) => !isOneOf)
    expect(typed.length).toBeGreaterThan(50)
    for (const input of typed) {
      const [, body = ''] = new RegExp(`export interface ${input.name} \\{\n([^]*?)\n\\}`).exec(source) ?? []
      for (const field of Object.values(input.getFields())) {
        const isOptional = !isRequiredInputField(field)
        const [, mark, type = ''] = new RegExp(`^ {2}readonly ${field.name}(\\??): (.*)$`, 'm').exec(body) ?? []
        const absent = [mark === '?', type.endsWith(' | undefined')]
        expect([input.name, field.name, ...absent, /\| null\b/.test(type)]).toEqual([
          input.name,
          field.name,
          isOptional,
          isOptional,
          !isNonNullType(field.type),
        ])
      }
    }
  })
})
