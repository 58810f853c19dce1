import { checkDefinition } from '#services/marketplace/templates/definition/check-definition.js'
import { reviewWarnings } from '#services/marketplace/templates/definition/review-warnings.js'
import { importApps, STORES } from '#services/marketplace/import/stores.js'

/** The only draft of a store. */
function draftOf(store: keyof typeof STORES, files: Record<string, string>) {
  const [found, ...others] = importApps(store, new Map(Object.entries(files)))
  if (found?.kind !== 'draft' || others.length > 0) throw new Error(JSON.stringify([found, others]))
  expect(checkDefinition(found.draft.definition).kind).toBe('valid')
  return found.draft
}

const reasonOf = (store: keyof typeof STORES, files: Record<string, string>): string => {
  const [found] = importApps(store, new Map(Object.entries(files)))
  return found?.kind === 'refused' ? found.reason : ''
}

const generated = (parameters: readonly { name: string; generate: unknown }[]) =>
  Object.fromEntries(parameters.map(({ name, generate }) => [name, generate]))

describe('Apps of other stores', () => {
  it('have domains, generated values, files and declared volumes of Coolify', () => {
    const source = `
# documentation: https://example.com/docs
# slogan: A shelf for books.
# category: media
# tags: books, reading
# port: 3000
services:
  shelf:
    image: example/shelf:1
    exclude_from_hc: true
    environment:
      - SERVICE_URL_SHELF_3000
      - PUBLIC_URL=\${SERVICE_URL_SHELF}
      - DATABASE_URL=postgres://\${SERVICE_USER_DB}:\${SERVICE_PASSWORD_64_DB}@db/shelf
      - SIGNING_KEY=\${SERVICE_HEX_32_SIGNING}
    volumes:
      - shelves:/shelves
      - { type: bind, source: ./shelf.conf, target: /etc/shelf.conf, content: "host = \${SERVICE_FQDN_SHELF}" }
      - { type: bind, source: ./cache, target: /cache, is_directory: true }
`
    const draft = draftOf('coolify', { 'shelf.yaml': source })
    expect(draft).toMatchObject({
      slug: 'shelf',
      name: 'Shelf',
      shortDescription: 'A shelf for books.',
      tags: ['media', 'books', 'reading'],
      links: [{ label: 'Documentation', url: 'https://example.com/docs' }],
      definition: {
        services: {
          shelf: {
            expose: ['3000'],
            environment: expect.arrayContaining(['PUBLIC_URL=https://${SERVICE_FQDN_SHELF}']),
          },
        },
        volumes: { shelves: {} },
      },
      files: [{ path: 'shelf.conf', content: 'host = ${SERVICE_FQDN_SHELF}' }],
    })
    expect(generated(draft.parameters)).toEqual({
      SERVICE_FQDN_SHELF: null,
      SERVICE_USER_DB: { kind: 'NAME', length: 12, encoding: 'ALPHANUMERIC' },
      SERVICE_PASSWORD_64_DB: { kind: 'SECRET', length: 64, encoding: 'ALPHANUMERIC' },
      SERVICE_HEX_32_SIGNING: { kind: 'SECRET', length: 32, encoding: 'HEX' },
    })
  })

  it('have domains, generated values, variables and files of Dokploy', () => {
    const app = (template: string) => ({
      'blueprints/forum/meta.json': JSON.stringify({
        name: 'Forum',
        description: 'Topics.',
        links: { website: 'https://example.com' },
        tags: ['talk'],
      }),
      'blueprints/forum/docker-compose.yml': `
services:
  forum:
    image: example/forum:\${VERSION}
    env_file: [.env]
    environment: { URL: "https://\${HOST:-localhost}", TZ: }
    volumes: ["../files/conf:/etc/forum", "../files/data:/data"]
    networks: [dokploy-network]
  db: { image: "postgres:17", environment: ["POSTGRES_PASSWORD=\${DB_PASS}", "HASH=\${HASH}", "HOME=$$HOME"] }
networks: { dokploy-network: { external: true } }
`,
      'blueprints/forum/template.toml': template,
    })
    const template = `
[variables]
main_domain = "\${domain}"
pass = "\${password:24}"
[config.env]
HOST = "\${main_domain}"
DB_PASS = "\${pass}"
DATABASE_URL = "postgres://forum:\${pass}@db/forum"
SIGNING_KEY = "\${hash:40}"
TOPICS = 20
HASH = "$2y$05$x"
EMPTY = ""
[[config.domains]]
serviceName = "forum"
port = 8080
host = "\${main_domain}"
path = "/talk"
[[config.mounts]]
filePath = "conf/forum.conf"
content = "host = \${main_domain}; user = $user"
`
    const files = app(template)
    const draft = draftOf('dokploy', files)
    expect(draft).toMatchObject({
      slug: 'forum',
      name: 'Forum',
      shortDescription: 'Topics.',
      tags: ['talk'],
      links: [{ label: 'Website', url: 'https://example.com' }],
      files: [{ path: 'conf/forum.conf', content: 'host = ${MAIN_DOMAIN}; user = $user' }],
    })
    expect(draft.definition).toEqual({
      services: {
        forum: {
          image: 'example/forum:${VERSION}',
          environment: {
            HOST: '${MAIN_DOMAIN}',
            DB_PASS: '${PASS}',
            DATABASE_URL: 'postgres://forum:${PASS}@db/forum',
            SIGNING_KEY: '${SIGNING_KEY}',
            TOPICS: '${TOPICS:-20}',
            HASH: '${HASH}',
            EMPTY: '${EMPTY:-}',
            URL: 'https://${MAIN_DOMAIN}',
            TZ: '${TZ}',
          },
          expose: ['8080'],
          volumes: ['./conf:/etc/forum', 'data:/data'],
        },
        db: { image: 'postgres:17', environment: ['POSTGRES_PASSWORD=${PASS}', 'HASH=${HASH}', 'HOME=$$HOME'] },
      },
      volumes: { data: {} },
    })
    const byName = Object.fromEntries(draft.parameters.map((each) => [each.name, each]))
    expect(byName).toMatchObject({
      MAIN_DOMAIN: { type: 'DOMAIN', required: true },
      PASS: { type: 'PASSWORD', generate: { length: 24, encoding: 'ALPHANUMERIC' } },
      SIGNING_KEY: { generate: { length: 40, encoding: 'HEX' } },
      HASH: { default: '$2y$05$x' },
      VERSION: { required: true },
      TZ: { required: true },
    })
    const [found] = importApps('dokploy', new Map(Object.entries(files)))
    expect(found).toMatchObject({ leftOut: ['the path /talk of the domain of forum'] })
    expect(reasonOf('dokploy', app('[variables]\nkey = "${jwt:pass:payload}"\n[config]\nenv = ["A=${key}"]'))).toBe(
      'It needs a value that cannot be generated: jwt:pass:payload.',
    )
    expect(reasonOf('dokploy', app('[config]\nenv = ['))).toMatch(
      /^template\.toml cannot be read: .+ at line 2, column \d+\.$/,
    )
    const [env, many] = ['[config]\nenv = ["A=${v0}"]\n', Array.from({ length: 40 }, (_, index) => index)]
    const refused: [string, RegExp][] = [
      [`[variables.v0]\na = 1\n${env}`, /^v0 is no text\.$/],
      ['[config]\nenv = [["A", { b = 1 }]]', /^env is no text\.$/],
      ['[[config.mounts]]\nfilePath = {}\ncontent = "x"', /^filePath is no text\.$/],
      ['[[config.domains]]\nserviceName = {}', /^serviceName is no text\.$/],
      [`[variables]\n${many.map((one) => `v${one} = "\${v${one + 1}}"`).join('\n')}\n${env}`, /too many levels/],
      [
        `[variables]\n${many
          .slice(0, 20)
          .map((one) => `v${one} = "\${v${one + 1}}\${v${one + 1}}"`)
          .join('\n')}\nv20 = "word"\n${env}`,
        /too much text/,
      ],
      [`[${many.map((one) => `k${one}`).join('.')}]\na = 1`, /too many levels or values/],
    ]
    for (const [template, reason] of refused) expect(reasonOf('dokploy', app(template))).toMatch(reason)
  })

  it('have names of services, patterns and lines of a Dockerfile of CapRover', () => {
    const app = (...lines: string[]) => `
captainVersion: 4
services:
  $$cap_appname:
    environment: { PASSWORD: $$cap_db_pass, PRICE: "5$", URL: "https://$$cap_appname.$$cap_root_domain", HOST: srv-captain--$$cap_appname-db }
    volumes: ["$$cap_appname-data:/data", "$$cap_files:/files"]
    depends_on: [$$cap_appname-db]
    caproverExtra: { containerHttpPort: "8080", dockerfileLines: ${JSON.stringify(lines)} }
  $$cap_appname-db: { image: "postgres:17", environment: { POSTGRES_PASSWORD: $$cap_db_pass }, caproverExtra: { notExposeAsWebApp: "true" } }
caproverOneClickApp:
  displayName: Board
  description: A board.
  variables:
    - { id: $$cap_files, defaultValue: board-files }
    - { id: $$cap_db_pass, label: Password, defaultValue: $$cap_gen_random_hex(16), validRegex: "/^[a-f0-9]+$/" }
`
    const draft = draftOf('caprover', { 'board.yml': app('FROM example/board:1', 'CMD ["run"]', 'ENV MODE=web') })
    expect(draft.definition).toMatchObject({
      services: {
        board: {
          image: 'example/board:1',
          command: ['run'],
          environment: { PRICE: '5$$', URL: 'https://board.${CAP_ROOT_DOMAIN}', HOST: 'board-db', MODE: 'web' },
          expose: ['8080'],
        },
        'board-db': { image: 'postgres:17' },
      },
      volumes: { 'board-data': {}, 'board-files': {} },
    })
    expect(draft.parameters).toMatchObject([
      { name: 'CAP_ROOT_DOMAIN', type: 'DOMAIN', required: true },
      { name: 'CAP_FILES', default: 'board-files' },
      { name: 'CAP_DB_PASS', pattern: '[a-f0-9]+', generate: { length: 16, encoding: 'HEX' } },
    ])
    expect(reasonOf('caprover', { 'board.yml': app('FROM example/board:1', 'RUN make') })).toBe(
      'The image of board is built by RUN. Publish an image, and name it.',
    )
  })

  it('have fields, named volumes and files of runtipi, without labels and networks of the store', () => {
    const draft = draftOf('runtipi', {
      'apps/wiki/config.json': JSON.stringify({
        name: 'Wiki',
        short_desc: 'Pages.',
        port: 8123,
        form_fields: [
          { type: 'random', env_variable: 'WIKI_SECRET', min: 40, label: 'Secret' },
          { type: 'number', env_variable: 'WIKI_LIMIT', min: 1, max: 9, default: 5, required: true },
        ],
      }),
      'apps/wiki/data/wiki.conf': 'a = 1\n',
      'apps/wiki/docker-compose.yml': `
services:
  wiki:
    image: example/wiki:1
    ports: ["\${APP_PORT}:80"]
    environment: { KEY: "\${WIKI_SECRET}", LIMIT: "\${WIKI_LIMIT}", DB_PASSWORD: tipi }
    volumes: ["\${APP_DATA_DIR}/data/pages:/pages", "\${APP_DATA_DIR}/data/wiki.conf:/etc/wiki.conf"]
    networks: [tipi_main_network]
    labels: { traefik.enable: true, runtipi.managed: true, own: 1 }
  db: { image: "postgres:17", environment: { POSTGRES_PASSWORD: tipi }, networks: [tipi_main_network] }
networks: { tipi_main_network: { external: true } }
`,
    })
    expect(draft.definition).toEqual({
      services: {
        wiki: {
          image: 'example/wiki:1',
          ports: ['${APP_PORT}:80'],
          environment: { KEY: '${WIKI_SECRET}', LIMIT: '${WIKI_LIMIT}', DB_PASSWORD: '${DB_PASSWORD}' },
          volumes: ['data-pages:/pages', './data/wiki.conf:/etc/wiki.conf'],
          labels: { own: 1 },
        },
        db: { image: 'postgres:17', environment: { POSTGRES_PASSWORD: '${DB_PASSWORD}' } },
      },
      volumes: { 'data-pages': {} },
    })
    expect(draft.parameters).toMatchObject([
      { name: 'APP_PORT', type: 'PORT', default: '8123' },
      { name: 'WIKI_SECRET', type: 'PASSWORD', generate: { length: 40 } },
      { name: 'WIKI_LIMIT', type: 'NUMBER', default: '5', minimum: 1, maximum: 9 },
      { name: 'DB_PASSWORD', type: 'PASSWORD', generate: { length: 24 } },
    ])
    expect(draft.files).toEqual([{ path: 'data/wiki.conf', content: 'a = 1\n' }])
  })

  it('lose the proxy of Umbrel, and have values of other apps as parameters', () => {
    const draft = draftOf('umbrel', {
      'mail/umbrel-app.yml':
        'id: mail\nname: Mail\ntagline: Letters.\ncategory: social\nwebsite: https://example.com\n',
      'mail/docker-compose.yml': `
version: "3.7"
services:
  app_proxy: { environment: { APP_HOST: mail_web_1, APP_PORT: 3000 } }
  web:
    image: example/mail:1
    environment: ["PASSWORD=\${APP_PASSWORD}", "NODE=\${APP_NODE_IP}", "CACHE=mail_cache_1"]
    volumes: ["\${APP_DATA_DIR}/data:/data", "\${APP_NODE_DATA}:/node:ro"]
  cache: { image: "redis:7" }
`,
    })
    expect(draft).toMatchObject({
      name: 'Mail',
      definition: {
        services: {
          web: {
            expose: ['3000'],
            environment: expect.arrayContaining(['CACHE=cache']),
            volumes: ['data:/data', '${APP_NODE_DATA:-./app-node-data}:/node:ro'],
          },
        },
        volumes: { data: {} },
      },
    })
    expect(generated(draft.parameters)).toEqual({
      APP_PASSWORD: { kind: 'SECRET', length: 32, encoding: 'ALPHANUMERIC' },
      APP_NODE_IP: null,
      APP_NODE_DATA: null,
    })
  })

  it('open no port on every address if the variable of its address is empty', () => {
    const ports = (...given: unknown[]) => {
      const source = JSON.stringify({ services: { web: { image: 'example/web:1', ports: given } } })
      const { definition } = draftOf('compose', { 'web.yml': source })
      expect(reviewWarnings(definition)).toEqual([])
      return (definition['services'] as { web: { ports: unknown[] } }).web.ports
    }
    for (const port of ['80', '${PORT}', '${PORT:-80}', '80-${LAST:-90}'])
      for (const address of ['${IP}', '$IP'])
        expect(ports(`${address}:${port}:80`)).toEqual([`\${IP:-127.0.0.1}:${port}:80`])
    const long = { target: 80, published: '80' }
    expect(ports({ ...long, host_ip: '${IP}' })).toEqual([{ ...long, host_ip: '${IP:-127.0.0.1}' }])
    for (const kept of ['${PORT}:80', '80', '127.0.0.1:80:80', '${IP:-10.0.0.1}:80:80'])
      expect(ports(kept)).toEqual([kept])
  })

  it('keep, as plain compose files, one value of a secret in all its places', () => {
    const draft = draftOf('compose', {
      'shop/docker-compose.yml': `
services:
  shop: { image: "example/shop:1", environment: { DATABASE_URL: "postgres://shop:letmein-77@db/shop", API_TOKEN: "\${TOKEN:-abcd-1234-efgh}" } }
  db: { image: "postgres:17", environment: { POSTGRES_PASSWORD: letmein-77 } }
`,
    })
    expect(draft.slug).toBe('shop')
    expect(draft.definition).toMatchObject({
      services: {
        shop: { environment: { DATABASE_URL: 'postgres://shop:${DB_PASSWORD}@db/shop', API_TOKEN: '${TOKEN}' } },
        db: { environment: { POSTGRES_PASSWORD: '${DB_PASSWORD}' } },
      },
    })
    expect(reasonOf('compose', { 'a.yml': 'services: { web: { build: . } }' })).toMatch(/built/)
    expect(reasonOf('compose', { 'a.yml': '[' })).toMatch(/^a cannot be read: .* line 1/)
  })
})
