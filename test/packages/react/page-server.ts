import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { ExpressRequest, ExpressResponse } from '@stackgate/client/server/express'
import type { Page } from 'playwright-core'
import { bundle } from '#test/support/bundle.js'

/** Content of the page of the stories. */
export interface Story {
  readonly story: string
  readonly url: string
  /** Absent if the application has a handler. */
  readonly token?: string
  readonly community?: string
  /** True for a visitor without a session. */
  readonly visitor?: boolean
  readonly redirect?: 'same-tab' | 'new-tab' | 'paused'
}

/** Path of the handler of the application. */
export const HANDLER_PATH = '/api/stackgate'

type Handler = (request: ExpressRequest, response: ExpressResponse, next: (error?: unknown) => void) => Promise<void>

/** Serves packages/react/test/page.tsx at every path but that of the handler. Returns a function that ends it. */
export async function servePage(port: number, handler?: Handler): Promise<() => void> {
  const code = await bundle('packages/react/test/page.tsx', true)
  const style = readFileSync('packages/react/styles.css', 'utf8')
  const html = `<!doctype html><html lang="en"><title>Story</title><meta name="viewport" content="width=device-width">
    <style>:root { color-scheme: light dark; font: 16px system-ui, sans-serif } body { margin: 24px; background: light-dark(#fafbfc, #12151b); color: light-dark(#1b1f27, #e9ebf0) } ${style}</style>
    <main></main><script>window.process = { env: { NODE_ENV: 'production' } }</script><script type="module" src="/page.js"></script>`
  const server = createServer((request, response) => {
    if (handler && request.url?.startsWith(HANDLER_PATH)) {
      void handler(request, response, () => void response.writeHead(500).end())
      return
    }
    const isCode = request.url === '/page.js'
    response
      .writeHead(200, { 'content-type': `text/${isCode ? 'javascript' : 'html'}; charset=utf-8` })
      .end(isCode ? code : html)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return () => {
    server.close()
    server.closeAllConnections()
  }
}

/** Opens a story. It stays the same on the way to the payment provider and after it. */
export async function openStory(page: Page, origin: string, story: Story, path = '/'): Promise<void> {
  const content = `if (location.origin === ${JSON.stringify(origin)} && !sessionStorage.getItem('story'))
    sessionStorage.setItem('story', ${JSON.stringify(JSON.stringify(story))})`
  await page.addInitScript({ content })
  await page.goto(`${origin}${path}`)
}

/** Pays on the page of the sandbox. */
export async function pay(page: Page): Promise<void> {
  await page.getByLabel('Card number').fill('4242424242424242')
  await page.getByLabel('Expiry').fill('12 / 34')
  await page.getByLabel('CVC').fill('123')
  await page.getByLabel('Name on card').fill('Ann Example')
  await page.getByRole('button', { name: 'Pay' }).click()
}
