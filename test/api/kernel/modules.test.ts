import { globSync, readFileSync } from 'node:fs'
import Fastify from 'fastify'
import type { GraphQLObjectType } from 'graphql'
import { allModules } from '#modules/all-modules.js'
import { allDeclared } from '#modules/all-declarations.js'
import { declaredBy, resolversOf } from '#modules/compose.js'
import { installedModules, MODULE_NAMES, settingsWithoutEffect } from '#modules/installed-modules.js'
import type { Module } from '#modules/module.js'
import { withSchemas } from '#rest/type-provider.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { createServiceKey } from '#services/identity/tokens/service-keys.js'
import { knownRules } from '#services/identity/model/permissions.js'
import { webhookEvents } from '#services/kernel/outbox/event-data/events.js'
import { closedSets, DOMAINS } from '#test/support/closed-sets.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { WITHOUT_PROVIDERS } from '#test/support/without-providers.js'

/** The first method after each decorator of a root field. */
const ROOT_FIELD = /^ {2}@(?:query|preview|mutation|subscription)\([^]*?^ {2}(?:async )?(\w+)\(/gm

/** Root fields in the resolvers of a module. */
const rootFieldsOf = ({ name }: Module): string[] =>
  (DOMAINS[name] ?? [name])
    .flatMap((domain) => globSync(`src/resolvers/${domain}/*.{resolver,subscription}.ts`))
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(ROOT_FIELD)].map(([, field]) => field!))

/** Paths of the routes of a module, with a value for each parameter. */
async function pathsOf(module: Module): Promise<{ method: string; path: string }[]> {
  const app = Fastify()
  const found: { method: string; path: string }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    const methods = [method].flat().filter((one) => one !== 'HEAD')
    for (const one of methods) found.push({ method: one, path: url.replaceAll(/:\w+(\([^)]*\))?|\*/g, 'x') })
  })
  const host = { schema: buildGraphQLSchema(resolversOf(allModules)), requirementOf: () => null } as never
  for (const register of module.routes(host, { operations: [] } as never))
    await app.register((scope, _options, done) => {
      register(withSchemas(scope, (() => () => '') as never))
      done()
    })
  await app.close()
  return [
    ...found,
    ...module.operations.map(({ path }) => ({ method: 'POST', path })),
    ...module.pages.map(({ path }) => ({ method: 'GET', path })),
  ]
}

describe('Modules', () => {
  it('are refused by name without those that they require', async () => {
    await expect(installedModules(['core', 'marketplace'])).rejects.toThrow(
      "MODULES: 'marketplace' requires 'billing': add it",
    )
    await expect(installedModules(['core', 'bills'])).rejects.toThrow(
      /^MODULES: 'bills' does not exist; modules are core,/,
    )
    await expect(installedModules([])).rejects.toThrow(/^MODULES: no module is named; modules are core,/)
    expect(await installedModules(null)).toEqual(allModules)
    expect(allModules.map(({ name }) => name)).toEqual(MODULE_NAMES)
  })

  it('name each variable of the environment that an absent module reads', async () => {
    const core = await installedModules(['core'])
    const absent = allModules.filter((module) => !core.includes(module))
    const names = absent.flatMap(({ name: module, settings }) =>
      Object.keys(settings).map(
        (name) => [name, `${name} has no effect: the module ${module}, which reads it, is not installed`] as const,
      ),
    )
    const environment = Object.fromEntries(names.map(([name]) => [name, 'x']))
    expect(settingsWithoutEffect(core, environment)).toEqual(names.map(([, sentence]) => sentence))
    expect(names.length).toBeGreaterThan(0)
    expect(settingsWithoutEffect(allModules, environment)).toEqual([])
  })

  it.each(closedSets().map((names) => [names.join(), names]))(
    'make a schema of their own fields: %s',
    async (_, names) => {
      const modules = await installedModules(names)
      const schema = buildGraphQLSchema(resolversOf(modules))
      const served = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((root) =>
        Object.keys(root!.getFields()),
      )
      expect(served.toSorted()).toEqual(modules.flatMap(rootFieldsOf).toSorted())
      // Other schemas of this process have more fields of the same types.
      const fieldsOf = (type: string) => Object.keys((schema.getType(type) as GraphQLObjectType).getFields())
      expect([fieldsOf('Account').includes('billing'), fieldsOf('Denial').includes('template')]).toEqual([
        names.includes('billing'),
        names.includes('marketplace'),
      ])
    },
  )

  describe.each([
    [['core']],
    [['core', 'operations']],
    [['core', 'billing', 'stripe']],
    [['core', 'billing', 'marketplace']],
  ])('%j', (names) => {
    let server: TestServer
    beforeAll(async () => {
      server = await startTestServer({
        env: {
          MODULES: names.join(','),
          CATALOG: 'agileforge',
          ...(names.includes('billing') ? {} : WITHOUT_PROVIDERS),
          ...(names.length > 1
            ? {}
            : {
                MODE: 'live',
                SECRETS_KEY: 'a key of more than sixteen characters',
                AUTH_JWKS_URL: 'https://id.example.com/keys',
                AUTH_ISSUER: 'https://id.example.com',
                PUBLIC_URL: 'https://api.example.com',
              }),
        },
      })
    })
    afterAll(() => server.close())

    it('answers 404 at routes and pages of other modules', async () => {
      const installed = await installedModules(names)
      const own = new Set((await Promise.all(installed.map(pathsOf))).flat().map(({ path }) => path))
      const absent = (await Promise.all(allModules.filter((one) => !installed.includes(one)).map(pathsOf)))
        .flat()
        .filter(({ path }) => !own.has(path))
      expect(absent.length).toBeGreaterThan(5)
      const answers = await Promise.all(
        absent.map(async ({ method, path }) => {
          const { status } = await fetch(`${server.url}${path}`, { method, headers: { accept: 'text/html' } })
          return [path, status]
        }),
      )
      expect(answers.filter(([, status]) => status !== 404)).toEqual([])
    })

    it('has the types of events of its modules, and refuses others', async () => {
      const installed = await installedModules(names)
      const { events } = declaredBy(installed)
      const { data } = await server.graphql('{ installation { eventTypes { type } } }')
      expect(data).toEqual({
        installation: {
          eventTypes: Object.keys(events)
            .toSorted()
            .map((type) => ({ type })),
        },
      })
      const api = (await (await fetch(`${server.url}/openapi.json`)).json()) as { readonly webhooks: object }
      const delivered = webhookEvents(events).map(([type]) => type)
      expect(Object.keys(api.webhooks).toSorted()).toEqual(delivered.toSorted())

      const absent = webhookEvents(allDeclared.events)
        .map(([type]) => type)
        .filter((type) => !delivered.includes(type))
      expect(absent.length).toBeGreaterThan(5)
      const { database, config } = server.app.context
      const key = await createServiceKey(database, config.mode, { name: 'test', scopes: ['ops:*'], accountId: null })
      const create = (types: readonly string[]) =>
        server.graphql<{ createWebhookEndpoint: { issues: { message: string }[] } }>(
          `mutation ($input: CreateWebhookEndpointInput!) {
            createWebhookEndpoint(key: "${types[0]}", input: $input) { webhookEndpoint { types } denial { issues { message } } }
          }`,
          { input: { allAccounts: true, url: 'https://hooks.example.com', types } },
          key,
        )
      const refused = absent.slice(0, 20)
      const { data: denied } = await create(refused)
      expect(denied.createWebhookEndpoint.issues.map(({ message }) => message.replace(/ Did .*/, ''))).toEqual(
        refused.map((type, index) => `types.${index}: no event of the installed modules has the type '${type}'.`),
      )
      expect(await create(['account.*', ...delivered.slice(0, 3)])).toMatchObject({
        data: { createWebhookEndpoint: { types: ['account.*', ...delivered.slice(0, 3)].toSorted() } },
      })
    })

    it('has the scopes, the policies and the settings of its modules', async () => {
      const { scopes, permissions, settings } = declaredBy(await installedModules(names))
      const { database, settings: read } = server.app.context
      expect(Object.keys(read).toSorted()).toEqual(Object.keys(settings).toSorted())
      const objects = await database.query.selectFrom('policy').select('object').distinct().execute()
      expect(objects.filter(({ object }) => !knownRules(permissions).has(object))).toEqual([])
      const { data } = await server.graphql('{ installation { apiKeyScopes } }')
      expect(data).toEqual({ installation: { apiKeyScopes: Object.keys(scopes) } })
      const other = Object.keys(allDeclared.scopes).find((scope) => !(scope in scopes))!
      const key = await createServiceKey(database, server.app.context.config.mode, {
        name: 'test',
        scopes: ['ops:*'],
        accountId: null,
      })
      const { data: denied } = await server.graphql<{ createApiKey: { issues: { message: string }[] } }>(
        `mutation ($input: CreateApiKeyInput!) {
          createApiKey(key: "other", input: $input) { apiKey { id } denial { issues { message } } }
        }`,
        { input: { allAccounts: true, name: 'other', scopes: [other] } },
        key,
      )
      expect(denied.createApiKey.issues[0]!.message).toMatch(`Scope '${other}' does not exist.`)
    })

    it('shows the time of the database unless operations move the clock', () => {
      const { clock, timers } = server.app.context
      const isNow = Math.abs(clock.now().getTime() - timers.now()) < 60_000
      expect(clock.movable ? 'movable' : isNow).toBe(names.includes('operations') ? 'movable' : true)
    })

    it('grants, checks and uses credits', async () => {
      const { database, config } = server.app.context
      const key = await createServiceKey(database, config.mode, {
        name: 'test',
        scopes: ['ops:write', 'entitlements:write', 'accounts:write'],
        accountId: null,
      })
      const accountId = 'customer:c1'
      const use = async (amount: number) =>
        server.graphql(
          `mutation ($input: ConsumeInput!) {
            consume(key: "use${amount}", input: $input) { consumption { entitlement { remaining } } denial { message } }
          }`,
          { input: { accountId, feature: 'ai_stories', amount } },
          key,
        )
      // The free plan has 25 stories. The first use makes the account.
      expect(await use(2)).toMatchObject({ data: { consume: { entitlement: { remaining: 23 } } } })
      const granted = await server.graphql(
        `mutation ($input: GrantCreditsInput!) {
          grantCredits(key: "grant", input: $input) { creditGrant { amount } denial { message } }
        }`,
        { input: { accountId, feature: 'ai_stories', amount: 7, reason: 'a test' } },
        key,
      )
      expect(granted).toMatchObject({ data: { grantCredits: { amount: 7 } } })
      expect(await use(1)).toMatchObject({ data: { consume: { entitlement: { remaining: 29 } } } })
    })
  })
})
