import { globSync, readdirSync, readFileSync } from 'node:fs'
import { startTestServer, type TestServer } from '../support/test-server.js'
import { routesOf } from '../support/operations.js'

const MARKS =
  /`((?:(?:GET|POST|PUT|PATCH|DELETE)\\?\|?)+ )?(\/(?:api|webhooks?|billing|oauth|oauth_server|ofrep|server|marketplace|templates|health|metrics|graphql|graphiql|invitations|openapi\.json|\.well-known)(?:[/?][^`\s]*)?)`/g
/** `/graphql` with methods other than GET and POST returns only a hint. */
const ONLY_REFUSED = /^(PUT|PATCH|DELETE) \/graphql$/

/** `{a,b}` means each of them; any other part in braces is the caller's. */
function spread(path: string): string[] {
  const [whole, alternatives] = /\{([\w-]+(?:,[\w-]+)+)\}/.exec(path) ?? []
  if (whole === undefined) return [path.replace(/\?.*$/, '').replace(/\/$/, '')]
  return alternatives!.split(',').flatMap((one) => spread(path.replace(whole, one)))
}

/** Routes named in a text, with any method if none is given. */
const namedIn = (text: string): { method: string | null; path: string }[] =>
  [...text.matchAll(MARKS)].flatMap(([, methods, path]) =>
    spread(path!).flatMap((one) =>
      (methods?.trim().split(/\\?\|/) ?? [null]).map((method) => ({ method: method || null, path: one })),
    ),
  )

const shape = (path: string): string => path.replaceAll(/\{[^}]+\}|:\w+/g, '{}')

describe('Documented routes', () => {
  let server: TestServer
  let served: string[]
  beforeAll(async () => {
    server = await startTestServer()
    served = routesOf(server)
      .filter((route) => !ONLY_REFUSED.test(route) && !route.endsWith('/graphiql/') && route !== 'GET /')
      .map((route) => shape(route))
  })
  afterAll(() => server.close())

  it('list exactly the served routes in docs/rest-api.md', () => {
    const documented = namedIn(readFileSync('docs/rest-api.md', 'utf8')).map(
      ({ method, path }) => `${method} ${shape(path)}`,
    )
    expect(documented.length).toBeGreaterThan(60)
    expect([...new Set(documented)].toSorted()).toEqual([...new Set(served)].toSorted())
    expect(documented).toHaveLength(new Set(documented).size)
  })

  it('include no route that is not served', () => {
    const files = ['README.md', 'examples/agent/README.md', ...readdirSync('docs').map((name) => `docs/${name}`)]
    const texts = files
      .filter((file) => file.endsWith('.md'))
      .map((file): [string, string] => [file, readFileSync(file, 'utf8')])
    const pathsOf = (method: string | null) =>
      served.filter((route) => method === null || route.startsWith(`${method} `)).map((route) => route.split(' ')[1]!)
    const isServed = ({ method, path }: { method: string | null; path: string }): boolean => {
      const pattern = shape(path).replace(/\{\}\.csv$/, '{}')
      const paths = pathsOf(method)
      if (paths.includes(pattern)) return true
      // The beginning of several, as `/health` or `/api/v1/commands/…`.
      if (method === null || pattern.endsWith('…'))
        return paths.some((one) => `${one}/`.startsWith(`${pattern.replace(/\/?…$/, '')}/`))
      // A real value stands where the caller's is.
      const asValue = (one: string) => new RegExp(`^${one.replaceAll('.', '\\.').replaceAll('{}', '[^/{}]+')}$`)
      return paths.some((one) => asValue(one).test(pattern))
    }
    const wrong = texts.flatMap(([file, text]) =>
      namedIn(text)
        .filter((named) => !isServed(named))
        .map(({ method, path }) => `${file}: ${method ?? ''} ${path}`),
    )
    expect(wrong).toEqual([])
  })

  it('include every agent route in the agent protocol', () => {
    const wire = namedIn(readFileSync('docs/agent-protocol.md', 'utf8')).map(({ path }) => shape(path))
    const agents = globSync('src/rest/deployments/agents/*.ts').map((path) => readFileSync(path, 'utf8'))
    const routes = [...agents.join('\n').matchAll(/'(\/api\/v1\/[^']+)'/g)].map(([, path]) => shape(path!))
    expect(routes.length).toBeGreaterThan(10)
    const published = (route: string) => wire.includes(route) || wire.includes(route.replace(/\/alerts$/, '/metrics'))
    expect(routes.filter((route) => !published(route))).toEqual([])
    // The server itself serves them: the file is not merely written.
    expect(routes.filter((route) => !served.some((one) => one.endsWith(` ${route}`)))).toEqual([])
  })
})
