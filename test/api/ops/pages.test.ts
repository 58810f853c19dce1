import { openHouse, type House } from '../../support/house.js'

describe('What browsers are told', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse({
      env: {
        PUBLIC_URL: 'https://example.com/stacker/',
        CORS_ORIGINS: 'https://app.example.com,https://admin.example.com',
      },
    })
  })
  afterAll(() => house.close())

  /** Every address that can be asked for by GET, with something in the place of its parameters. */
  const addresses = () =>
    house.app.edge.app
      .printRoutes({ commonPrefix: false })
      .split('\n')
      .flatMap((line) => /([/*][^\s(]*)\s\((.*)\)/.exec(line) ?? [])
      .filter((_, index, all) => index % 3 === 1 && all[index + 1]!.includes('GET'))
      .map((path) => path.replace(/:\w+/g, 'x').replace('*', 'x'))

  it('every page has a policy that lets no foreign script run, and nobody frame it', async () => {
    const asked = [
      ...new Set(['/graphiql', '/billing/return', '/billing/return?cancelled=1', '/graphql', ...addresses()]),
    ]
    expect(asked.length).toBeGreaterThan(15)
    const pages: string[] = []
    for (const path of asked) {
      if (/\/wait\//.test(path)) continue // a long poll, which is no page
      const response = await fetch(house.url + path, { headers: { accept: 'text/html' } })
      const policy = response.headers.get('content-security-policy') ?? ''
      expect([path, policy]).toEqual([path, expect.stringContaining("default-src 'none'")])
      expect([path, policy]).toEqual([path, expect.stringContaining("frame-ancestors 'none'")])
      expect([path, policy]).toEqual([path, expect.not.stringMatching(/script-src[^;]*(unsafe|\*|https?:|data:)/)])
      expect([path, response.headers.get('x-content-type-options')]).toEqual([path, 'nosniff'])
      expect([path, response.headers.get('strict-transport-security')]).toEqual([
        path,
        expect.stringContaining('max-age'),
      ])
      const body = await response.text()
      if (!response.headers.get('content-type')?.includes('text/html')) continue
      pages.push(new URL(response.url).pathname)
      expect(body).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|javascript:/i)
      expect(body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    }
    expect(new Set(pages)).toEqual(new Set(['/graphiql', '/billing/return']))
  })

  it('origins are those of the list, and none with credentials', async () => {
    const ask = async (origin: string) => {
      const response = await fetch(`${house.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      })
      return [
        response.headers.get('access-control-allow-origin'),
        response.headers.get('access-control-allow-credentials'),
      ]
    }
    expect(await ask('https://app.example.com')).toEqual(['https://app.example.com', null])
    expect(await ask('https://admin.example.com')).toEqual(['https://admin.example.com', null])
    for (const stranger of [
      'https://evil.example.com',
      'https://app.example.com.evil.example',
      'http://app.example.com',
      'null',
    ])
      expect(await ask(stranger)).toEqual([null, null])
  })

  it('no answer sets a cookie', async () => {
    for (const path of ['/graphiql', '/health/live', '/billing/return', '/api/v1/nothing'])
      expect((await fetch(house.url + path)).headers.get('set-cookie')).toBeNull()
  })
})
