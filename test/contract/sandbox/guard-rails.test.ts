import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAgainstSandbox } from '@stackgate/sandbox/conformance/run-against-sandbox.js'
import { SCENARIO } from '@stackgate/sandbox/conformance/scenario.js'
import { readSettings } from '@stackgate/sandbox/settings.js'
import { payCheckout, openCheckout, startSandboxFixture } from './support/sandbox-fixture.js'

/** Sends a request with another host name than the address, as a page with DNS rebinding would. */
function askAs(host: string, port: number, path: string, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { host, authorization: `Bearer ${token}` }
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

describe('sandbox guard rails', () => {
  it('listen on loopback only', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'))
    for (const HOST of ['0.0.0.0', '::', '192.168.1.7', 'example.com'])
      expect(() => readSettings({ HOST, DATA_DIR: dataDir })).toThrow('the sandbox listens on loopback only')
    expect(readSettings({ DATA_DIR: dataDir, SANDBOX_TOKEN: 't' })).toMatchObject({ host: '127.0.0.1', port: 4010 })
    rmSync(dataDir, { recursive: true })
  })

  it('report an invalid setting', () => {
    for (const [name, value] of [
      ['SANDBOX_PORT', '70000'],
      ['SANDBOX_CLOCK', 'yesterday'],
      ['SANDBOX_RATE_LIMIT', '-1'],
      ['SANDBOX_WEBHOOK_URL', 'http://127.0.0.1/'],
    ] as const)
      expect(() => readSettings({ SANDBOX_TOKEN: 't', [name]: value })).toThrow(name)
  })

  it('read the events of the managed endpoints', () => {
    const env = {
      SANDBOX_TOKEN: 't',
      SANDBOX_WEBHOOK_URL: 'http://127.0.0.1:4000/webhooks/stripe',
      SANDBOX_WEBHOOK_SECRET: 'whsec_1',
      SANDBOX_PAYPAL_WEBHOOK_URL: 'http://127.0.0.1:4000/webhooks/paypal',
      SANDBOX_PAYPAL_WEBHOOK_ID: 'WH1',
    }
    expect(readSettings(env)).toMatchObject({ webhook: { events: undefined }, payPalWebhook: { events: undefined } })
    const events = {
      SANDBOX_WEBHOOK_EVENTS: 'invoice.paid,invoice.voided',
      SANDBOX_PAYPAL_WEBHOOK_EVENTS: 'PAYMENT.SALE.COMPLETED',
    }
    expect(readSettings({ ...env, ...events })).toMatchObject({
      webhook: { events: ['invoice.paid', 'invoice.voided'] },
      payPalWebhook: { events: ['PAYMENT.SALE.COMPLETED'] },
    })
  })

  it('keep the token of the control interface from other users of the machine', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'))
    const { token } = readSettings({ DATA_DIR: dataDir })
    expect(token.length).toBeGreaterThanOrEqual(32)
    expect(readSettings({ DATA_DIR: dataDir }).token).toBe(token)
    expect(statSync(join(dataDir, 'sandbox-token')).mode & 0o077).toBe(0)
    rmSync(dataDir, { recursive: true })
  })

  it('restrict the control interface and the inspector to loopback names', async () => {
    const { sandbox, close } = await startSandboxFixture()
    const ask = (host: string, path: string) => askAs(host, sandbox.port, path, sandbox.token)
    for (const host of ['127.0.0.1', 'localhost', '[::1]', `LOCALHOST:${sandbox.port}`])
      expect([host, await ask(host, '/_sandbox/api/clock')]).toEqual([host, 200])
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80'])
      expect([host, await ask(host, '/_sandbox/api/clock')]).toEqual([host, 403])
    expect(await ask('evil.example', '/_sandbox')).toBe(403)
    await close()
  })

  it('never return a live object: in no response, object or event', async () => {
    const now = Date.parse('2026-01-31T10:00:00Z') / 1000
    const { played } = await runAgainstSandbox(SCENARIO, { now })
    const text = JSON.stringify(played)
    expect(text).toContain('"livemode":false')
    expect(text).not.toContain('"livemode":true')
    const bench = await startSandboxFixture()
    await payCheckout(bench, await openCheckout(bench))
    const events = JSON.stringify((await bench.control('GET', 'events')).body)
    expect(events).toContain('"livemode":false')
    expect(events).not.toContain('"livemode":true')
    await bench.close()
  })
})
