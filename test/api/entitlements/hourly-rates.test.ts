import { readFileSync, writeFileSync } from 'node:fs'
import { consumeRate } from '#services/entitlements/rates/consume-rate.js'
import { readCatalogFile } from '#services/catalog/load/read-catalog-file.js'
import { changeableCatalog } from '#test/support/next-catalog.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

describe('Rates per hour', () => {
  const catalog = changeableCatalog()
  let server: TestServer
  beforeAll(async () => {
    edit('{ name: Deploys a minute,     kind: rate,', '{ name: Deploys an hour, kind: rate, per: hour,')
    server = await startTestServer({ env: { CATALOG: catalog.path } })
  })
  afterAll(async () => {
    await server.close()
    catalog.remove()
  })

  function edit(from: string, to: string): void {
    const text = readFileSync(catalog.path, 'utf8')
    expect(text).toContain(from)
    writeFileSync(catalog.path, text.replace(from, to))
  }

  it('are denied with the time to wait, and counted beside rates per minute', async () => {
    const token = await server.token('hour@example.com')
    const accountId = await accountIdOf(server, token)
    const take = (feature: string) => consumeRate(server.app.context, { accountId, feature, key: 'one' })
    for (let call = 0; call < 10; call++) expect(await take('deploy_rate')).toBeNull()
    const denial = await take('deploy_rate')
    expect(denial).toMatchObject({
      code: 'RATE_LIMITED',
      message: expect.stringMatching(/^Deploys an hour: plan Free allows 10 per hour\. Try again in \d+ s\.$/),
    })
    expect(denial!.remedies[0]).toMatchObject({ kind: 'WAIT', label: 'Wait until the next hour' })
    expect(denial!.retryAfterMs).toBeGreaterThan(3_500_000)
    expect(denial!.retryAfterMs).toBeLessThanOrEqual(3_600_000)
    expect(await take('restart_rate')).toBeNull()
  })

  it('are shown by the feature', async () => {
    const { data } = await server.graphql<{ features: { code: string; ratePeriod: string | null }[] }>(
      '{ features { code ratePeriod } }',
    )
    const periods = Object.fromEntries(data.features.map(({ code, ratePeriod }) => [code, ratePeriod]))
    expect(periods).toMatchObject({ deploy_rate: 'HOUR', restart_rate: 'MINUTE', deployments: null })
  })

  it('have a period, which other features have not', () => {
    edit('{ name: Restarts a minute,    kind: rate,', '{ name: Restarts a minute, kind: rate, per: day,')
    expect(() => readCatalogFile(catalog.path)).toThrow('expected minute or hour')
    edit('kind: rate, per: day,', 'kind: limit, per: hour,')
    expect(() => readCatalogFile(catalog.path)).toThrow('only a rate can have a period')
  })
})
