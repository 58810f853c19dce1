import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createProgram } from '#cli/run-command.js'
import { checkDefinition } from '#services/marketplace/templates/definition/check-definition.js'
import { STORES } from '#services/marketplace/import/stores.js'
import { marketplaceCallers } from '#test/support/marketplace-client.js'
import { runCommand } from '#test/support/run-command.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** A small app of each store. */
const APPS: Readonly<Record<keyof typeof STORES, Record<string, string>>> = {
  caprover: {
    'notes.yml': `
captainVersion: 4
services:
  $$cap_appname: { image: "example/notes:$$cap_version", volumes: ["$$cap_folder:/notes"], caproverExtra: { containerHttpPort: "8080" } }
caproverOneClickApp:
  variables: [{ id: $$cap_version, defaultValue: "2" }, { id: $$cap_folder, label: Folder }]
`,
  },
  compose: { 'poll/compose.yaml': 'services: { web: { image: "example/poll:1", volumes: ["answers:/answers"] } }' },
  coolify: {
    'shelf.yaml': 'services: { shelf: { image: "example/shelf:1", environment: ["SERVICE_URL_SHELF_3000"] } }',
  },
  dokploy: {
    'blueprints/forum/docker-compose.yml': `
services:
  forum: { image: "example/forum:1", environment: ["KEY=\${FORUM_KEY}"], volumes: ["../files/forum.conf:/etc/forum.conf"] }
`,
    'blueprints/forum/template.toml': `
[variables]
key = "\${base64:32}"
[config]
env = ["FORUM_KEY=\${key}"]
[[config.domains]]
serviceName = "forum"
port = 8080
host = "\${domain}"
[[config.mounts]]
filePath = "/forum.conf"
content = "topics = 10"
`,
  },
  runtipi: {
    'apps/wiki/config.json':
      '{ "name": "Wiki", "port": 8123, "form_fields": [{ "type": "random", "env_variable": "WIKI_SECRET" }] }',
    'apps/wiki/docker-compose.yml': `
services:
  wiki: { image: "example/wiki:1", environment: { KEY: "\${WIKI_SECRET}" }, volumes: ["\${APP_DATA_DIR}/data/wiki.conf:/etc/wiki.conf"] }
`,
    'apps/wiki/data/wiki.conf': 'pages = 10\n',
  },
  umbrel: {
    'mail/umbrel-app.yml': 'id: mail\nname: Mail\n',
    'mail/docker-compose.yml': `
services:
  app_proxy: { environment: { APP_HOST: mail_web_1, APP_PORT: 3000 } }
  web: { image: "example/mail:1", environment: { NODE: "\${APP_NODE_IP}" }, volumes: ["\${APP_DATA_DIR}/data:/data"] }
`,
  },
}

interface Body {
  readonly slug: string
  readonly definition: object
}

describe('stackgate template import', () => {
  let server: TestServer
  let token: string
  let folder: string
  beforeAll(async () => {
    server = await startTestServer()
    token = (await marketplaceCallers(server)).tokens['vera']!
  })
  afterAll(() => server.close())
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'stackgate-templates-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
  }
  const run = (...args: readonly string[]) => runCommand('template', ['import', ...args], {})

  it('knows the stores of the importer', () => {
    const program = createProgram({ env: {}, setExitCode: () => undefined })
    const command = program.commands.find((each) => each.name() === 'template')!.commands[0]!
    expect(command.registeredArguments[0]!.argChoices).toEqual(Object.keys(STORES).sort())
  })

  it.each(Object.keys(APPS) as (keyof typeof APPS)[])(
    'writes a draft of %s that a vendor can create',
    async (store) => {
      write(APPS[store])
      const out = join(folder, 'drafts')
      const { code, stdout, stderr } = await run(store, folder, '--out', out)
      expect([code, stdout, stderr]).toEqual([0, '1 apps read: 1 drafts, 0 not imported\n', ''])
      const [file, ...others] = readdirSync(out)
      expect(others).toEqual([])
      const body = JSON.parse(readFileSync(join(out, file!), 'utf8')) as Body
      expect([file, checkDefinition(body.definition).kind]).toEqual([`${body.slug}.json`, 'valid'])
      expect((await server.rest('POST', '/templates', { token, body })).status).toBe(201)
    },
  )

  it('names each app that is no draft, and reads no links, large files and repositories', async () => {
    write({
      'good.yaml': 'services: { web: { image: "example/web:1" } }',
      'Good.yml': 'services: { web: { image: "example/other:1" } }',
      'built.yaml': 'services: { web: { build: . } }',
      '.git/hidden.yaml': 'services: { web: { image: "example/hidden:1" } }',
      'large.yaml': `services: { web: { image: "example/large:1" } }\n#${'x'.repeat(256 * 1024)}`,
    })
    symlinkSync(join(folder, 'good.yaml'), join(folder, 'link.yaml'))
    symlinkSync(folder, join(folder, 'whole'))
    const { code, stdout } = await run('compose', folder, '--json')
    expect(code).toBe(1)
    const imported = JSON.parse(stdout) as { kind: string; app: string; reason?: string }[]
    expect(imported.map(({ app }) => app.toLowerCase()).sort()).toEqual(['built', 'good', 'good', 'large'])
    expect(Object.fromEntries(imported.map(({ app, reason }) => [app.toLowerCase(), reason ?? null]))).toMatchObject({
      built: expect.stringContaining('is built'),
      large: 'large is too large.',
    })
    expect(imported.flatMap(({ app, reason }) => (/^good$/i.test(app) && reason ? [reason] : []))).toEqual([
      'Another app has the slug good.',
    ])
    expect((await run('compose', join(folder, 'nowhere'))).code).toBe(2)
    expect((await run('portainer', folder)).stderr).toContain('Allowed choices are caprover, compose')
  })

  it('names each part that a draft does not have', async () => {
    write({
      'notes.yml': `
captainVersion: 4
services:
  $$cap_appname: { image: "example/notes:1", invented: 1, command: "$$cap_size", caproverExtra: { dockerfileLines: ["VOLUME /data", "USER app"] } }
caproverOneClickApp:
  variables: [{ id: $$cap_size, defaultValue: big, validRegex: "/^(a*)*$/" }]
`,
    })
    const { code, stdout } = await run('caprover', folder)
    expect([code, stdout.split('\n')]).toEqual([
      0,
      [
        'LEFT OUT notes: the line VOLUME /data of notes',
        'LEFT OUT notes: definition.services.notes.invented',
        'LEFT OUT notes: pattern of the parameter CAP_SIZE',
        '1 apps read: 1 drafts, 0 not imported',
        '',
      ],
    ])
  })
})
