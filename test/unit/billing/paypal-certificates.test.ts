import { X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { Agent } from 'undici'
import { makeChain } from '@stackgate/sandbox/paypal/certificates/make-chain.js'
import type { CertificateChain } from '@stackgate/sandbox/paypal/certificates/chain.js'
import {
  createCertificateKeys,
  TooManyNames,
  type NamedKey,
} from '#services/billing/providers/paypal/webhooks/certificates.js'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

const YEAR_MS = 365 * 86_400_000

describe('Certificate of a PayPal delivery', () => {
  let good: CertificateChain
  let other: CertificateChain
  let old: CertificateChain
  let server: Server
  let base: string
  const dispatcher = new Agent()
  /** Files served by name, and the number of requests for each. */
  const pages = new Map<string, { status: number; body: string; headers?: Record<string, string> }>()
  const requested = new Map<string, number>()

  beforeAll(async () => {
    ;[good, other, old] = await Promise.all([
      makeChain(),
      makeChain(),
      // Expired yesterday after ten years, with a valid signature.
      makeChain(new Date(Date.now() - 10 * YEAR_MS - 86_400_000)),
    ])
    server = createServer((request, response) => {
      const name = request.url!.slice(1)
      requested.set(name, (requested.get(name) ?? 0) + 1)
      const page = pages.get(name) ?? { status: 404, body: '' }
      response.writeHead(page.status, page.headers ?? {}).end(page.body)
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    base = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  })
  beforeEach(() => {
    pages.clear()
    requested.clear()
  })
  afterAll(async () => {
    await dispatcher.close()
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })

  const serve = (name: string, body: string, status = 200, headers = {}) => pages.set(name, { status, body, headers })
  const keys = (...roots: string[]) => createCertificateKeys(dispatcher, systemTimers, roots)
  const asReported = (named: NamedKey | null) => (named ? (named.trusted ? 'TRUSTED' : 'DOUBTED') : 'NONE')
  const ask = async (name: string, roots = [good.root], now = new Date()) =>
    asReported(await keys(...roots)(new URL(`${base}/${name}`), now))

  it('returns its key if its chain leads to a trusted root', async () => {
    serve('CERT-1', good.leaf + good.intermediate)
    const named = await keys(good.root)(new URL(`${base}/CERT-1`), new Date())
    expect(named?.trusted).toBe(true)
    expect(named?.key.equals(new X509Certificate(good.leaf).publicKey)).toBe(true)
    // With the root certificate in the same file, and among other roots.
    serve('CERT-2', good.leaf + good.intermediate + good.root)
    expect(await ask('CERT-2', [other.root, good.root])).toBe('TRUSTED')
  })

  it.each<[string, 'DOUBTED' | 'NONE', () => string, (() => string[])?]>([
    ['with a chain to a root that we do not trust', 'DOUBTED', () => other.leaf + other.intermediate],
    ['with a root of its own beside it', 'DOUBTED', () => other.leaf + other.intermediate + other.root],
    ['without the certificate between', 'DOUBTED', () => good.leaf],
    ['signed by somebody else’s intermediate', 'DOUBTED', () => other.leaf + good.intermediate],
    ['that is an intermediate itself', 'DOUBTED', () => good.intermediate],
    ['that is the root itself', 'DOUBTED', () => good.root],
    ['that is over', 'DOUBTED', () => old.leaf + old.intermediate, () => [old.root]],
    ['that is over, beneath other roots', 'DOUBTED', () => old.leaf + old.intermediate, () => [old.root, good.root]],
    ['that is no certificate', 'NONE', () => 'nothing'],
    ['that is broken', 'NONE', () => good.leaf.replace(/[A-Za-z]{40}/, 'A'.repeat(40)) + good.intermediate],
    ['in a file that is too large', 'NONE', () => `${'#'.repeat(70_000)}\n${good.leaf}${good.intermediate}`],
  ])('is not trusted if %s (%s)', async (_what, expected, pem, roots = () => [good.root]) => {
    serve('CERT-1', pem())
    expect(await ask('CERT-1', roots())).toBe(expected)
  })

  it("is not trusted by Node's own roots, unless its chain leads there", async () => {
    serve('CERT-1', good.leaf + good.intermediate + good.root)
    expect(
      asReported(await createCertificateKeys(dispatcher, systemTimers)(new URL(`${base}/CERT-1`), new Date())),
    ).toBe('DOUBTED')
  })

  it('is not fetched through a redirect', async () => {
    serve('CERT-real', good.leaf + good.intermediate)
    for (const status of [301, 302, 307, 308]) {
      serve('CERT-1', '', status, { location: `${base}/CERT-real` })
      expect(await ask('CERT-1')).toBe('NONE')
    }
    expect(requested.get('CERT-real')).toBeUndefined()
  })

  it('is fetched and verified once, and not trusted after its expiry despite the cache', async () => {
    serve('CERT-1', good.leaf + good.intermediate)
    const remembered = keys(good.root)
    const url = new URL(`${base}/CERT-1`)
    const at = async (years: number) => asReported(await remembered(url, new Date(Date.now() + years * YEAR_MS)))
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => at(0))))).toEqual(new Set(['TRUSTED']))
    expect([await at(11), await at(-1), await at(0)]).toEqual(['DOUBTED', 'DOUBTED', 'TRUSTED'])
    expect(requested.get('CERT-1')).toBe(1)
  })

  it('is not requested again soon if it does not exist, but is if the server did not respond', async () => {
    const remembered = keys(good.root)
    const missing = new URL(`${base}/CERT-none`)
    expect([await remembered(missing, new Date()), await remembered(missing, new Date())]).toEqual([null, null])
    expect(requested.get('CERT-none')).toBe(1)
    const broken = new URL(`${base}/CERT-1`)
    serve('CERT-1', '', 503)
    await expect(remembered(broken, new Date())).rejects.toThrow(ProviderUnavailable)
    serve('CERT-1', good.leaf + good.intermediate)
    expect(asReported(await remembered(broken, new Date()))).toBe('TRUSTED')
  })

  it('fetches few certificates for invented names, and keeps the valid one cached', async () => {
    serve('CERT-1', good.leaf + good.intermediate)
    const remembered = keys(good.root)
    const known = async () => asReported(await remembered(new URL(`${base}/CERT-1`), new Date()))
    expect(await known()).toBe('TRUSTED')
    const made = await Promise.allSettled(
      Array.from({ length: 500 }, (_, index) => remembered(new URL(`${base}/CERT-made-${index}`), new Date())),
    )
    // A new minute may have started in between.
    expect([...requested.keys()].length).toBeLessThanOrEqual(61)
    const refused = made.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
    expect(refused.length).toBeGreaterThanOrEqual(500 - 60)
    expect(refused[0]!.reason).toBeInstanceOf(TooManyNames)
    expect([await known(), requested.get('CERT-1')]).toEqual(['TRUSTED', 1])
  })
})
