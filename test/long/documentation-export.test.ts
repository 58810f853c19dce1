import { createServer, type Server } from 'node:http'
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { openPage } from '#test/support/dashboard-page.js'
import { must } from '#test/support/packed-packages.js'
import { describeUnless } from '#test/support/skip.js'

const BASE = '/manual/of-stackgate/'
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** A host that knows files and their endings only. */
function serveFiles(folder: string): Server {
  return createServer(({ url = '/' }, response) => {
    const path = url.split('?')[0]!
    const file = join(folder, path.slice(BASE.length), path.endsWith('/') ? 'index.html' : '')
    if (!path.startsWith(BASE) || !existsSync(file) || statSync(file).isDirectory()) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
    createReadStream(file).pipe(response)
  })
}

/** `npm run test:long -- documentation-export` */
describeUnless(noBrowser)('The exported documentation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-export-'))
  const server = serveFiles(folder)
  let url: string
  beforeAll(async () => {
    await must('npm', ['run', 'build:docs', '--', '--out', folder, '--base', BASE], process.cwd(), {
      NODE_ENV: 'production',
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE}`
  })
  afterAll(() => {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('works below a path of a host for files, with its search', async () => {
    const browser = await openBrowser()
    const { page, problems } = await openPage(browser, url)
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('searchbox').fill('enrollment token')
    await page.getByRole('option').first().click()
    await page.waitForURL(`${url}**.html*`)
    expect(await page.locator('main').textContent()).toMatch(/enrollment token/i)
    await page.reload()
    expect(await page.locator('main').textContent()).toMatch(/enrollment token/i)
    expect(problems).toEqual([])
    await browser.close()
  })

  it('names no other path', () => {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))
    expect(names.length).toBeGreaterThan(100)
    const wrong = names.filter((name) => {
      const html = readFileSync(join(folder, name), 'utf8')
      return [...html.matchAll(/<(?:script|link|a)[^>]* (?:src|href)="(\/[^"]*)"/g)].some(
        ([, path]) => !path!.startsWith(BASE),
      )
    })
    expect(wrong).toEqual([])
  })

  it('requires a base that begins and ends with a slash', async () => {
    await expect(must('npm', ['run', 'build:docs', '--', '--base', 'manual'], process.cwd())).rejects.toThrow(
      '--base must begin and end with a slash',
    )
  })
})
