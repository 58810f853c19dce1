import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const { skillFiles } = (await import(join(process.cwd(), 'docs/.vitepress/agent-files.mjs'))) as {
  skillFiles: (recipes: string, base: string) => [string, string][]
}

/** Folder with a site as the generator writes it. */
function builtSite(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-site-'))
  mkdirSync(join(folder, 'decisions'))
  mkdirSync(join(folder, 'assets/chunks'), { recursive: true })
  const page = (title: string) => `<title>${title}</title><a href="/__stackgate_docs__/tutorial.html"></a>`
  writeFileSync(join(folder, 'index.html'), page('Index'))
  writeFileSync(join(folder, '404.html'), page('Not found'))
  writeFileSync(join(folder, 'tutorial.html'), page('Tutorial'))
  writeFileSync(join(folder, 'tutorial.md'), '# Tutorial')
  writeFileSync(join(folder, 'decisions/index.html'), page('Decisions'))
  writeFileSync(
    join(folder, 'assets/chunks/@index.1a2b.js'),
    `export const base = '/__stackgate_docs__/', modules = '__stackgate_modules__'${' '.repeat(99)}`,
  )
  writeFileSync(join(folder, '.stackgate-built'), 'stamp')
  for (const [name, text] of skillFiles(readFileSync('docs/recipes.md', 'utf8'), '/__stackgate_docs__/')) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

describe('Serving the documentation', () => {
  let server: TestServer
  let folder: string
  beforeAll(async () => {
    folder = builtSite()
    server = await startTestServer({ env: { DOCS: folder, PUBLIC_URL: 'https://shop.example.com/stacker/' } })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, { headers, redirect: 'manual' })

  it.each([
    ['/docs/', 'Index'],
    ['/stacker/docs/', 'Index'],
    ['/docs/tutorial.html', 'Tutorial'],
    ['/docs/decisions/', 'Decisions'],
  ])('returns the page at %s with links below the public path', async (path, title) => {
    const response = await get(path)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(await response.text()).toBe(`<title>${title}</title><a href="/stacker/docs/tutorial.html"></a>`)
  })

  it('has a policy without inline scripts and styles, other hosts and framing', async () => {
    const policy = (await get('/docs/')).headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("require-trusted-types-for 'script'")
  })

  it('leads addresses without a slash or an ending to their page', async () => {
    for (const [path, target] of [
      ['/docs', '/stacker/docs/'],
      ['/docs/decisions?a=1', '/stacker/docs/decisions/?a=1'],
      ['/docs/tutorial', '/stacker/docs/tutorial.html'],
    ] as const) {
      const response = await get(path)
      expect([path, response.status, response.headers.get('location')]).toEqual([path, 302, target])
    }
  })

  it('has a skill for each recipe where coding agents look for it, in the format of skills', async () => {
    const { skills } = (await (await get('/.well-known/skills/index.json')).json()) as {
      skills: { name: string; description: string; files: string[] }[]
    }
    const recipes = readFileSync('docs/recipes.md', 'utf8').match(/^## .+$/gm)!
    expect(skills).toHaveLength(recipes.length)
    for (const { name, description, files } of skills) {
      expect(name).toMatch(/^(?!.*--)[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$/)
      expect([files, description.length > 40 && description.length <= 1_024]).toEqual([['SKILL.md'], true])
      const response = await get(`/.well-known/skills/${name}/SKILL.md`)
      const text = await response.text()
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/markdown; charset=utf-8'])
      expect(text.startsWith(`---\nname: ${name}\ndescription: ${JSON.stringify(description)}\n---\n\n# `)).toBe(true)
      for (const [, target] of text.matchAll(/\]\(([^)]+)\)/g)) expect(target).toMatch(/^(?:\/stacker\/docs\/|https:)/)
    }
    expect((await get('/.well-known/skills/none/SKILL.md')).status).toBe(404)
  })

  it('returns files compressed and not again while they are unchanged', async () => {
    const response = await get('/docs/assets/chunks/@index.1a2b.js', { 'accept-encoding': 'gzip' })
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(await response.text()).toContain("'/stacker/docs/'")
    const again = await get('/docs/assets/chunks/@index.1a2b.js', { 'if-none-match': response.headers.get('etag')! })
    expect(again.status).toBe(304)
    expect((await get('/docs/tutorial.md')).headers.get('content-type')).toBe('text/markdown; charset=utf-8')
  })

  it('returns 404 for absent and hidden files and for files elsewhere', async () => {
    for (const path of ['none.js', '.stackgate-built', '..%2f..%2fetc%2fpasswd', 'assets', '%00'])
      expect([path, (await get(`/docs/${path}`)).status]).toEqual([path, 404])
    const missing = await get('/docs/none')
    expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('<title>Not found')])
  })

  it('answers a sentence while the site is built or if that failed', async () => {
    const [page, hidden, failure] = ['index.html', 'hidden.html', 'failed.txt'].map((name) => join(folder, name))
    renameSync(page!, hidden!)
    const building = await get('/docs/tutorial.html')
    expect([building.status, building.headers.get('refresh')]).toEqual([503, '2'])
    expect(await building.text()).toContain('The documentation is being built.')
    writeFileSync(failure!, 'vite: no')
    expect(await (await get('/docs/')).text()).toMatch(/The documentation could not be built\.(?!.*vite: no)/s)
    rmSync(failure!)
    renameSync(hidden!, page!)
    expect((await get('/docs/')).status).toBe(200)
  })

  it('is linked from the start page, and absent if it is switched off', async () => {
    expect(await (await get('/')).text()).toContain('href="/stacker/docs/"')
    const off = await startTestServer()
    expect((await fetch(`${off.url}/docs/`)).status).toBe(404)
    expect(await (await fetch(off.url)).text()).not.toContain('Documentation')
    await off.close()
    await expect(startTestServer({ env: { DOCS: '/nowhere' } })).rejects.toThrow(/DOCS: there is no index.html/)
  })
})
