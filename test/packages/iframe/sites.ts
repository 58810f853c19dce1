import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Frame, Page } from 'playwright-core'
import { bundle } from '#test/support/bundle.js'
import { eventually } from '#test/support/test-server.js'

/** Frame of the host's page. */
export interface FrameOfHost {
  /** Page of the frame: `/plugin` uses the package, `/raw` implements the contract without it, `/hostile` attacks. */
  readonly page?: '/plugin' | '/raw' | '/hostile' | '/silent'
  readonly pluginType?: string
  readonly pluginId?: string
  /** Milliseconds after which the plugin starts. */
  readonly late?: number
  /** URL that the button of the plugin opens. */
  readonly to?: string
  readonly sandbox?: string
  /** True if the plugin redirects without a click. */
  readonly redirectsAtStart?: boolean
  /** True if the host takes the frame for a plugin although another site is in it. */
  readonly isTakenOver?: boolean
  /** Number of messages whose sending fails. */
  readonly failures?: number
}

/** A message that a page received. */
export interface Received {
  readonly data: { readonly type: string }
  readonly origin: string
}

const serve = (host: string, answer: (path: string) => { type: string; body: string }) =>
  new Promise<{ server: Server; origin: string }>((resolve) => {
    const server = createServer((request, response) => {
      const { type, body } = answer(new URL(request.url!, 'http://localhost').pathname)
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }).end(body)
    })
    server.listen(0, '127.0.0.1', () =>
      resolve({ server, origin: `http://${host}:${(server.address() as AddressInfo).port}` }),
    )
  })

const page = (title: string, script: string, body = '') => ({
  type: 'text/html',
  body: `<!doctype html><title>${title}</title>${body}<script type="module">${script}</script>`,
})

/** Code of docs/iframe.md that works without the package. */
function documented(side: 'host' | 'plugin'): string {
  const blocks = [...readFileSync('docs/iframe.md', 'utf8').matchAll(/^```js\n([^]*?)^```/gm)].map(([, code]) => code!)
  return blocks[side === 'host' ? 0 : 1]!
}

/** Pages of plugins: that of the package, and one as the written contract describes it. */
const PLUGIN_PAGES: Readonly<Record<string, string>> = {
  '/silent': '',
  '/plugin': `
    import { createBillingPlugin } from '/bundle.js'
    const start = () => {
      const plugin = createBillingPlugin({
        parentOrigin: query.get('parent'), pluginType: query.get('type'), pluginId: query.get('id') ?? undefined,
        onCallback: (callback) => void callbacks.push(callback),
        queryClient: { invalidateQueries: ({ queryKey }) => void invalidated.push(queryKey.join()) },
      })
      window.redirect = (url) => plugin.redirect(url).then((outcome) => void outcomes.push(outcome))
      button.onclick = () => redirect(query.get('to'))
    }
    if (query.has('redirects')) {
      start()
      redirect(query.get('to'))
    } else setTimeout(start, Number(query.get('late')))`,
  '/raw': `
    const showOutcome = (callback) => void callbacks.push(callback)
    ${documented('plugin')
      .replace(/'https:\/\/app\.example'/, `query.get('parent')`)
      .replace(`'onboardingWizard'`, `query.get('type')`)}
    button.onclick = () => redirect(query.get('to'))`,
}

const PLUGIN_START = `
  Object.assign(window, { received: [], callbacks: [], outcomes: [], invalidated: [] })
  const query = new URLSearchParams(location.search)
  const button = document.querySelector('button')
  addEventListener('message', ({ data, origin }) => void received.push({ data, origin }))`

/** Everything that a frame which is no plugin of the host can send to its parent and to its neighbors. */
const HOSTILE = `
  window.received = []
  addEventListener('message', ({ data, origin }) => void received.push({ data, origin }))
  const query = new URLSearchParams(location.search)
  const attack = () => {
    const callback = { type: 'stripeCallback', status: 'success', sessionId: 'cs_forged' }
    parent.postMessage({ type: 'pluginReady', pluginType: query.get('type'), acks: true }, '*')
    parent.postMessage({ type: 'stripeCallbackReceived', status: 'success' }, '*')
    parent.postMessage(callback, '*')
    parent.postMessage({ type: 'stripeRedirect', url: query.get('to'), requestId: 'hostile' }, '*')
    for (let index = 0; index < parent.frames.length; index++) parent.frames[index].postMessage(callback, '*')
    for (const frame of document.querySelectorAll('iframe')) frame.contentWindow.postMessage(callback, '*')
  }
  window.attacks = 0
  setInterval(() => { attack(); attacks++ }, 100)`

/** Three sites on three origins, and a fourth as the payment provider. The frames of the host's page are set by each test. */
export class Sites {
  #frames: readonly FrameOfHost[] = []
  #servers: Server[] = []
  /** True if the host's page contains the code of docs/iframe.md instead of the package. */
  isDocumentedHost = false
  host = ''
  plugin = ''
  hostile = ''
  provider = ''

  static async start(): Promise<Sites> {
    const sites = new Sites()
    const [host, plugin] = [await bundle('packages/iframe/src/host.ts'), await bundle('packages/iframe/src/plugin.ts')]
    const script = (code: string) => ({ type: 'text/javascript', body: code })
    sites.host = await sites.#serve('127.0.0.1', (path) => (path === '/bundle.js' ? script(host) : sites.#hostPage()))
    sites.plugin = await sites.#serve('localhost', (path) =>
      path === '/bundle.js'
        ? script(plugin)
        : page('Plugin', `${PLUGIN_PAGES[path]}`, `<button>Upgrade</button><script>${PLUGIN_START}</script>`),
    )
    sites.hostile = await sites.#serve('127.0.0.1', () => page('Hostile', HOSTILE))
    sites.provider = await sites.#serve('127.0.0.1', () => page('Provider', ''))
    return sites
  }

  async #serve(host: string, answer: (path: string) => { type: string; body: string }): Promise<string> {
    const { server, origin } = await serve(host, answer)
    this.#servers.push(server)
    return origin
  }

  #hostPage() {
    if (this.isDocumentedHost) return this.#documentedHostPage()
    const frames = this.#frames.map(
      ({
        page = '/plugin',
        pluginType = 'wizard',
        pluginId,
        late = 0,
        to,
        redirectsAtStart,
        isTakenOver = false,
        ...rest
      }) => {
        const query = new URLSearchParams({ parent: this.host, type: pluginType, late: `${late}` })
        if (pluginId) query.set('id', pluginId)
        if (redirectsAtStart) query.set('redirects', '')
        query.set('to', to ?? `${this.provider}/pay`)
        const site = page === '/hostile' ? this.hostile : this.plugin
        return {
          ...rest,
          pluginType,
          pluginId,
          isPlugin: page !== '/hostile' || isTakenOver,
          src: `${site}${page}?${query.toString()}`,
        }
      },
    )
    return page(
      'Host',
      `
      import { createBillingHost } from '/bundle.js'
      window.errors = []
      const plugins = ${JSON.stringify(frames)}.flatMap(({ src, sandbox, failures = 0, isPlugin, pluginType, pluginId }) => {
        const frame = document.createElement('iframe')
        if (sandbox) frame.setAttribute('sandbox', sandbox)
        frame.src = src
        // The browser does not let a test replace postMessage of another origin: its second reader gets a window that throws.
        let reads = 0
        const broken = { postMessage() { throw new Error('broken') } }
        const stand = { get contentWindow() { return ++reads % 2 === 0 && failures-- > 0 ? broken : frame.contentWindow } }
        document.body.append(frame)
        return isPlugin ? [{ frame: failures ? () => stand : frame, origin: '${this.plugin}', pluginType, pluginId }] : []
      })
      createBillingHost({
        plugins,
        redirectHosts: ['${this.provider}'],
        onError: (action, error) => void errors.push(action + ': ' + error.message),
      })`,
      '<body></body>',
    )
  }

  #documentedHostPage() {
    const query = new URLSearchParams({
      parent: this.host,
      type: 'onboardingWizard',
      late: '0',
      to: `${this.provider}/pay`,
    })
    const code = documented('host').replace('https://plugin.example', this.plugin)
    return page(
      'Host',
      `const isAllowed = (url) => url.startsWith('${this.provider}/')\n${code}`,
      `<iframe src="${this.plugin}/plugin?${query.toString().replaceAll('&', '&amp;')}"></iframe>`,
    )
  }

  /** Opens the host's page with these frames and waits for their pages. */
  async open(tab: Page, frames: readonly FrameOfHost[], path = '/c/42/'): Promise<Frame[]> {
    this.#frames = frames
    await tab.goto(`${this.host}${path}`, { waitUntil: 'load' })
    return this.framesOf(tab)
  }

  /** Frames of the host's page in their order. */
  framesOf(tab: Page): Promise<Frame[]> {
    return eventually(
      () =>
        tab
          .mainFrame()
          .childFrames()
          .filter((frame) => frame.url().startsWith('http')),
      (frames) => frames.length === this.#frames.length,
    )
  }

  /** Clicks the plugin's button, arrives at the provider, and returns to the same frames. */
  async leaveAndReturn(tab: Page, plugin: Frame, path: string): Promise<Frame[]> {
    await plugin.getByRole('button').click()
    await tab.waitForURL(`${this.provider}/**`)
    return this.open(tab, this.#frames, path)
  }

  /** The same, to other frames on the page of community 42. */
  leaveAndReturnTo(tab: Page, plugin: Frame, frames: readonly FrameOfHost[], query: string): Promise<Frame[]> {
    this.#frames = frames
    return this.leaveAndReturn(tab, plugin, `/c/42/${query}`)
  }

  async newTab(browser: Browser): Promise<Page> {
    return (await browser.newContext()).newPage()
  }

  close(): void {
    for (const server of this.#servers) {
      server.close()
      server.closeAllConnections()
    }
  }
}

/** Callbacks that the plugin's code received, once there are so many, and a while later. */
export async function callbacksOf(frame: Frame, count: number): Promise<unknown[]> {
  const read = () => frame.evaluate<unknown[]>('callbacks')
  if (count > 0) await eventually(read, (callbacks) => callbacks.length >= count)
  await frame.waitForTimeout(300)
  return read()
}

export const receivedBy = (frame: Frame): Promise<Received[]> => frame.evaluate<Received[]>('received')
