import { spawn, type ChildProcess } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { childEnvironment } from '#test/support/child-environment.js'
import { openPage, type PageOptions } from '#test/support/dashboard-page.js'
import { QUESTIONS } from '#test/support/documentation-search.js'
import { describeUnless } from '#test/support/skip.js'
import { WITHOUT_PROVIDERS } from '#test/support/without-providers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

/** Builds the site of its folder, as `npm start` does, with the priority of other tests: on two busy cores, a lower one takes too long. */
const PROGRAM = `
import { buildPages } from './src/bootstrap.mjs'
buildPages((line) => process.stdout.write(line + '\\n'), { dashboard: false, documentation: true, priority: 0 })
`
/** Base of the built site (docs/.vitepress/served-base.mjs), which the server replaces. */
const SERVED_BASE = '/__stackgate_docs__/'
const LINK = /<(?:a|link|script|img)[^>]* (?:href|src)="([^"]*)"/g
/** The build takes a minute of processor time, and other tests run at the same time. */
const BUILD_MS = 600_000

describeUnless(noBrowser)('The documentation site', () => {
  const project = mkdtempSync(join(tmpdir(), 'stackgate-docs-'))
  const dist = join(project, 'docs/.vitepress/dist')
  let server: TestServer
  let browser: Browser
  let build: ChildProcess
  let said = ''

  beforeAll(async () => {
    for (const name of readdirSync('.').filter(
      (each) => !['docs', 'src', '.git', 'dist', 'node_modules'].includes(each),
    ))
      symlinkSync(join(process.cwd(), name), join(project, name))
    cpSync('src', join(project, 'src'), { recursive: true })
    cpSync('docs', join(project, 'docs'), { recursive: true, filter: (path) => !path.endsWith('.vitepress/dist') })
    mkdirSync(join(project, 'node_modules'))
    for (const name of readdirSync('node_modules').filter((each) => each !== '.cache'))
      symlinkSync(join(process.cwd(), 'node_modules', name), join(project, 'node_modules', name))
    writeFileSync(join(project, 'build.mjs'), PROGRAM)
    mkdirSync(dist)
    // A server does not start with a folder of one's own that has no page.
    writeFileSync(join(dist, 'index.html'), '')
    server = await startTestServer({ env: { DOCS: dist } })
    rmSync(dist, { recursive: true })
    build = spawn(process.execPath, ['build.mjs'], {
      cwd: project,
      env: childEnvironment,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    build.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()))
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
    if (build.exitCode === null) {
      const ended = new Promise((resolve) => build.once('exit', resolve))
      build.kill()
      await ended
    }
    rmSync(project, { recursive: true, force: true })
  })
  const open = (path: string, options?: PageOptions) => openPage(browser, `${server.url}/docs/${path}`, options)
  const text = async (path: string) => (await fetch(`${server.url}${path}`)).text()

  it(
    'is built in the background of a start',
    async () => {
      await eventually(
        () => Promise.resolve(said !== '' || build.exitCode !== null || existsSync(join(dist, 'index.html'))),
        Boolean,
        BUILD_MS,
      )
      expect(said).toBe('')
      expect(await text('/docs/')).toContain('<title>Documentation')
      expect(existsSync(join(dist, '.stackgate-built'))).toBe(true)
    },
    BUILD_MS + 60_000,
  )

  it('has every page, and no broken link', async () => {
    const names = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    const pages = names.filter((name) => name.endsWith('.html')).map((name) => `/docs/${name}`)
    const documents = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.md') && !/^(?:\.vitepress|decisions)\/|^requirements\.md$/.test(name),
    )
    expect(pages.filter((page) => /\/(?:decisions|requirements|source\/(?:src|test))\b/.test(page))).toEqual([])
    expect(pages.length).toBeGreaterThan(documents.length)
    const missing = documents
      .map((name) => `/docs/${name.replace(/(^|\/)README\.md$/, '$1index.md').replace(/\.md$/, '.html')}`)
      .filter((name) => !pages.includes(name))
    expect(missing).toEqual([])

    const ids = new Map<string, ReadonlySet<string>>()
    const links: (readonly [string, URL])[] = []
    for (const page of pages) {
      const html = await text(page)
      ids.set(page, new Set([...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!)))
      const targets = [...html.matchAll(LINK)].map(([, target]) => target!.replaceAll('&amp;', '&'))
      for (const target of targets) links.push([page, new URL(target, `${server.url}${page}`)])
    }
    const own = links.filter(([, { origin }]) => origin === server.url)
    expect(own.length).toBeGreaterThan(10_000)
    const statuses = new Map<string, number>()
    for (const path of new Set(own.map(([, { pathname }]) => pathname)))
      statuses.set(path, (await fetch(`${server.url}${path}`, { redirect: 'manual' })).status)
    const broken = own.filter(([, { pathname, hash }]) => {
      const page = pathname.endsWith('/') ? `${pathname}index.html` : pathname
      return statuses.get(pathname) !== 200 || (hash !== '' && !ids.get(page)?.has(decodeURIComponent(hash.slice(1))))
    })
    expect(broken.map(([page, { href }]) => `${page}: ${href}`)).toEqual([])
  })

  it.each([
    ['enrollment token', /enrollment token/i],
    ['gate a feature', /gate a feature/i],
  ])('finds “%s” without another host', async (query, found) => {
    const { page, problems, close } = await open('')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('searchbox').fill(query)
    const first = page.getByRole('option').first()
    await first.waitFor()
    await first.click()
    await page.waitForURL(/\/docs\/.+\.html/)
    expect(await page.locator('main').textContent()).toMatch(found)
    expect(problems).toEqual([])
    await close()
  })

  it('finds the sections that answer questions, and shows their beginning', async () => {
    const index = await searchIndex(dist)
    const wrong = QUESTIONS.filter(([question, ...sections]) => {
      const first = index.search(question)[0]!.id.slice(SERVED_BASE.length)
      return !sections.some((section) => first.startsWith(section))
    })
    expect([wrong.map(([question]) => question), wrong.length <= 2]).toEqual([expect.anything(), true])
    const { page, problems, close } = await open('')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('searchbox').fill('refund')
    const excerpt = page.getByRole('option').first().locator('.excerpt')
    await excerpt.waitFor()
    expect(await excerpt.textContent()).toMatch(/refund/i)
    expect(problems).toEqual([])
    await close()
  })

  it.each([
    ['', {}],
    ['tutorial.html', { colorScheme: 'dark' }],
    ['entitlements.html', { width: 375 }],
    ['reference/graphql/mutations.html', { width: 375, colorScheme: 'dark' }],
  ] as const)('is accessible, fits and loads nothing from elsewhere: /docs/%s %j', async (path, options) => {
    const { page, axe, problems, scrollsSideways, close } = await open(path, options)
    await page.waitForLoadState('networkidle')
    expect(await axe()).toEqual([])
    expect(await scrollsSideways()).toBe(false)
    expect(problems).toEqual([])
    await close()
  })

  it('follows a link without a new document, and stays on its page', async () => {
    const { page, problems, close } = await open('')
    await page.evaluate('window.isSame = true')
    await page.locator('main').getByRole('link', { name: 'Buy, deploy and run a command' }).click()
    await page.waitForURL(/tutorial\.html/)
    await page.getByRole('heading', { level: 1, name: 'Tutorial' }).waitFor()
    expect([await page.evaluate('window.isSame'), problems]).toEqual([true, []])
    await close()
  })

  it('leaves out pages of modules that the server does not have, and marks them', async () => {
    const core = await startTestServer({
      env: { ...WITHOUT_PROVIDERS, DOCS: dist, MODULES: 'core', CATALOG: 'agileforge' },
    })
    const site = await openPage(browser, `${core.url}/docs/rate-cards.html`)
    const sidebar = site.page.locator('.VPSidebar')
    await sidebar.getByRole('link', { name: 'Rate cards' }).waitFor()
    await eventually(
      () => sidebar.textContent(),
      (items) => !/Agent protocol|Automatic top-up|Sell templates/.test(items!),
    )
    expect(await site.page.getByRole('note').count()).toBe(0)
    await site.page.goto(`${core.url}/docs/subscriptions.html`)
    await site.page.getByRole('note').waitFor()
    await site.page.getByRole('button', { name: 'Search' }).click()
    await site.page.getByRole('searchbox').fill('negotiated plans')
    await site.page.getByRole('option').first().waitFor()
    expect(await site.page.locator('.VPLocalSearchBox a[href*="negotiated-plans"]').count()).toBe(0)
    expect(await (await fetch(`${core.url}/docs/llms.txt`)).text()).toContain('has the modules core.')
    expect(site.problems).toEqual([])
    await site.close()
    await core.close()
  })

  it('has files for language models: an index, and pages as text', async () => {
    const index = await text('/docs/llms.txt')
    expect(index).toMatch(/^# Stackgate\n\n> /)
    const linked = [...index.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!)
    expect(linked.length).toBeGreaterThan(40)
    for (const target of linked)
      expect([target, await text(target.split('#')[0]!)]).toEqual([target, expect.stringMatching(/^# /m)])
    const full = await text('/docs/llms-full.txt')
    for (const page of ['tutorial', 'entitlements', 'rest-api'])
      expect(full).toContain(/^# .+$/m.exec(readFileSync(`docs/${page}.md`, 'utf8'))![0])
  })
})

interface SearchIndex {
  search(query: string): { readonly id: string }[]
}

/** The index of the built site, with the options of its pages. */
async function searchIndex(dist: string): Promise<SearchIndex> {
  const [file] = globSync(join(dist, 'assets/chunks/@localSearchIndex*.js'))
  const { default: json } = (await import(file!)) as { default: string }
  const { collectPages, kindsOf } = (await import(join(process.cwd(), 'docs/.vitepress/pages.mjs'))) as {
    collectPages: () => { pages: unknown }
    kindsOf: (pages: unknown) => unknown
  }
  const { searchOptions, weightsOf } = (await import(join(process.cwd(), 'docs/.vitepress/search-options.mjs'))) as {
    searchOptions: (weights: unknown, base: string) => object
    weightsOf: (kinds: unknown) => unknown
  }
  const { default: MiniSearch } = (await import(
    createRequire(join(process.cwd(), 'node_modules/vitepress/package.json')).resolve('minisearch')
  )) as { default: { loadJSON(json: string, options: object): SearchIndex } }
  return MiniSearch.loadJSON(json, {
    fields: ['title', 'titles', 'text'],
    storeFields: ['title', 'titles'],
    searchOptions: searchOptions(weightsOf(kindsOf(collectPages().pages)), SERVED_BASE),
  })
}
